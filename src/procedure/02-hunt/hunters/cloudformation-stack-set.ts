import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

interface StackSet {
  StackSetName?: string;
  StackSetId?: string;
  StackSetARN?: string;
  Description?: string;
  Capabilities?: string[];
  AdministrationRoleARN?: string;
  ExecutionRoleName?: string;
  PermissionModel?: string;
}

/** Templates rolled out to many regions and accounts at one stroke. AWS keeps no creation time for one. */
export const hunter: Hunter = {
  type: 'AWS::CloudFormation::StackSet',
  scope: 'regional',
  title: text('CloudFormation stack sets', 'Conjuntos de pilas de CloudFormation'),
  permissions: ['cloudformation:ListStackSets', 'cloudformation:DescribeStackSet'],
  createdByEvents: ['CreateStackSet'],
  changedByEvents: ['UpdateStackSet', 'CreateStackInstances', 'UpdateStackInstances'],
  names: ['stackSetId', 'stackSetName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:cloudformation:${region}:${account}:stackset/${id}`,
  async *scan(ctx, region) {
    const sets = listed<StackSet>(ctx, 'cloudformation', region, 'ListStackSets', 'Summaries', { Status: 'ACTIVE' });
    yield* each(sets, async ({ StackSetName, StackSetId }): Promise<Found[]> => {
      if (StackSetName === undefined || StackSetId === undefined) return [];
      const answer = await unlessGone(() => read<{ StackSet?: StackSet }>(ctx, 'cloudformation', region, 'DescribeStackSet', { StackSetName }));
      const one = answer?.StackSet;
      return [
        foundAt(ctx, 'AWS::CloudFormation::StackSet', region, one?.StackSetARN ?? arnFor(ctx, 'cloudformation', region, `stackset/${StackSetId}`), StackSetId, {
          createdAt: null,
          aliases: [StackSetName],
          roles: rolesOf(ctx, one?.AdministrationRoleARN),
          detail: present({
            name: StackSetName,
            description: oneLine(one?.Description),
            capabilities: one?.Capabilities?.join(', '),
            executionRole: one?.ExecutionRoleName,
            permissions: one?.PermissionModel,
          }),
        }),
      ];
    });
  },
};
