import type { JsonObject } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

/** Tags that only AWS can set on what one of its services started, and the type of what it was started for. */
const TAGS: readonly (readonly [tag: string, type: string])[] = [
  ['aws:autoscaling:groupName', 'AWS::AutoScaling::AutoScalingGroup'],
  ['aws:ec2:fleet-id', 'AWS::EC2::EC2Fleet'],
  ['aws:ec2spot:fleet-request-id', 'AWS::EC2::SpotFleet'],
  ['aws:cloudformation:stack-id', 'AWS::CloudFormation::Stack'],
];

/**
 * For whom a service started an instance: CloudTrail names the service's role as its maker, and the person only as the maker of the
 * group, fleet, request or stack. `startedBy` is that one's id, as its own hunter reports it (a stack's: its ARN).
 */
export function startedBy(tags: readonly { Key?: string; Value?: string }[] | undefined, spotRequest?: string): JsonObject {
  for (const [key, type] of TAGS) {
    const value = tags?.find((tag) => tag.Key === key)?.Value;
    if (value) return { startedBy: oneLine(value, 300), startedByType: type };
  }
  return spotRequest ? { startedBy: oneLine(spotRequest, 100), startedByType: 'AWS::EC2::SpotInstanceRequest' } : {};
}
