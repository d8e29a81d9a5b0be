import type { Change, Json, Text, Value } from '../../kernel/index.ts';
import { ec2, filter, tagText } from '../shared/ec2.ts';

interface Wish {
  readonly id: string;
  readonly why: Text;
  readonly region: string;
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
  readonly caseId: string;
  readonly responder: string;
}
/** Whose group it is stands in this tag: a name anybody can take. */
export const CASE_TAG = 'ir:case';

export const caseTags = ({ caseId, responder }: Pick<Wish, 'caseId' | 'responder'>): Json => [
  { Key: CASE_TAG, Value: tagText(caseId) },
  { Key: 'ir:change', Value: { $token: true } },
  { Key: 'ir:responder', Value: tagText(responder) },
];

/** A security group of the case's own. It comes with rules that let everything out. */
export function createGroup(wish: Wish): Change {
  const { id, why, region, name, vpcId } = wish;
  return {
    id,
    why,
    call: ec2(region, 'CreateSecurityGroup', {
      GroupName: name,
      Description: wish.description,
      VpcId: vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: caseTags(wish) }],
    }),
    repeat: 'safe',
    already: ['InvalidGroup.Duplicate'],
    probe: {
      call: ec2(region, 'DescribeSecurityGroups', { Filters: [filter('group-name', name), filter('vpc-id', vpcId)] }),
      done: [{ path: "SecurityGroups[0].Tags[?Key=='ir:change'].Value | [0]", is: { $token: true } }],
      ready: [{ path: 'length(SecurityGroups)', is: 0 }],
      output: 'SecurityGroups[0].{GroupId: GroupId}',
    },
    undo: {
      calls: [ec2(region, 'DeleteSecurityGroup', { GroupId: { $ref: `${id}#GroupId` } })],
      already: ['InvalidGroup.NotFound'],
      lag: ['DependencyViolation'],
    },
    danger: [],
  };
}
/** The id of a group that stands, or of the one that the step makes. */
export const groupId = (known: string | null, step: string, like?: string): Value => known ?? { $ref: `${step}#GroupId`, ...(like ? { like } : {}) };
