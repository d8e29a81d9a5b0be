import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';
import { organizationOf } from '../hunting/organization.ts';

interface Policy {
  Id?: string;
  Arn?: string;
  Name?: string;
  Type?: string;
  AwsManaged?: boolean;
}

/** Service and resource control policies, and to what they are attached: one detached or rewritten may have been the fence. */
export const hunter: Hunter = {
  type: 'AWS::Organizations::Policy',
  scope: 'global',
  title: text('Control policies of the organization', 'Políticas de control de la organización'),
  permissions: ['organizations:DescribeOrganization', 'organizations:ListPolicies', 'organizations:ListTargetsForPolicy'],
  createdByEvents: ['CreatePolicy'],
  changedByEvents: ['UpdatePolicy', 'AttachPolicy', 'DetachPolicy'],
  names: ['arn', 'policyId', 'id'],
  async *scan(ctx, region) {
    if (!(await organizationOf(ctx, region))?.ours) return;
    for (const kind of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
      const ask = async (one: Policy): Promise<Found[]> => {
        if (one.Id === undefined || one.Arn === undefined || one.AwsManaged) return [];
        const targets: string[] = [];
        for await (const { TargetId } of listed<{ TargetId?: string }>(ctx, 'organizations', region, 'ListTargetsForPolicy', 'Targets', { PolicyId: one.Id }))
          if (TargetId !== undefined) targets.push(TargetId);
        const detail = present({ name: oneLine(one.Name), kind, attachedTo: targets.slice(0, 20).join(', ') || 'nothing' });
        return [foundAt(ctx, 'AWS::Organizations::Policy', region, one.Arn, one.Id, { createdAt: null, detail })];
      };
      yield* each(listed<Policy>(ctx, 'organizations', region, 'ListPolicies', 'Policies', { Filter: kind }), ask, 4);
    }
  },
};
