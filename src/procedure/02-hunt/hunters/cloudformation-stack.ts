import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

interface Stack {
  StackId?: string;
  StackName?: string;
  Description?: string;
  CreationTime?: string;
  LastUpdatedTime?: string;
  StackStatus?: string;
  Capabilities?: string[];
  RoleARN?: string;
  ParentId?: string;
  EnableTerminationProtection?: boolean;
}
interface Part {
  ResourceType?: string;
  PhysicalResourceId?: string;
  LogicalResourceId?: string;
}
const MOST_PARTS = 100;

/**
 * Templates that made other resources: what is deleted by hand may come back by its stack. Stacks, and what those made or changed in
 * the window consist of. CloudTrail shows their resources as made from `cloudformation.amazonaws.com`; stack and resource are tied by
 * the names listed here, for AWS puts the stack's id on resources only as a tag, and not on all.
 */
export const hunter: Hunter = {
  type: 'AWS::CloudFormation::Stack',
  scope: 'regional',
  title: text('CloudFormation stacks', 'Pilas de CloudFormation'),
  permissions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
  createdByEvents: ['CreateStack'],
  changedByEvents: ['UpdateStack', 'ExecuteChangeSet', 'SetStackPolicy', 'UpdateTerminationProtection'],
  names: ['stackId', 'stackName'],
  async *scan(ctx, region, since) {
    yield* each(listed<Stack>(ctx, 'cloudformation', region, 'DescribeStacks', 'Stacks'), async (one): Promise<Found[]> => {
      const { StackId, StackName } = one;
      if (StackId === undefined || StackName === undefined) return [];
      const changed = time(one.LastUpdatedTime) ?? time(one.CreationTime);
      const parts: string[] = [];
      if (changed === null || changed >= since)
        for await (const part of listed<Part>(ctx, 'cloudformation', region, 'ListStackResources', 'StackResourceSummaries', { StackName: StackId })) {
          if (parts.length >= MOST_PARTS) break;
          parts.push(oneLine(`${part.ResourceType ?? ''} ${part.PhysicalResourceId ?? part.LogicalResourceId ?? ''}`, 300));
        }
      return [
        foundAt(ctx, 'AWS::CloudFormation::Stack', region, StackId, StackName, {
          createdAt: time(one.CreationTime),
          alive: one.StackStatus !== 'DELETE_COMPLETE',
          roles: rolesOf(ctx, one.RoleARN),
          detail: {
            ...present({
              status: one.StackStatus,
              description: oneLine(one.Description),
              capabilities: one.Capabilities?.join(', '),
              role: one.RoleARN,
              parent: one.ParentId,
              protected: one.EnableTerminationProtection,
              lastUpdated: time(one.LastUpdatedTime),
            }),
            ...(parts.length > 0 ? { made: parts } : {}),
          },
        }),
      ];
    });
  },
};
