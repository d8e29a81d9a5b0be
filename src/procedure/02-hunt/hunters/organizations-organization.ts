import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';
import { organizationOf } from '../hunting/organization.ts';

interface Root {
  Id?: string;
  PolicyTypes?: { Type?: string; Status?: string }[];
}

/** What the organization trusts: services, delegated administrators, types of policies. */
export const hunter: Hunter = {
  type: 'AWS::Organizations::Organization',
  scope: 'global',
  title: text(
    'The organization: its policy types, trusted services, delegated administrators',
    'La organización: tipos de políticas, servicios de confianza, administradores delegados',
  ),
  permissions: ['organizations:DescribeOrganization', 'organizations:ListRoots'],
  createdByEvents: ['CreateOrganization'],
  changedByEvents: ['EnablePolicyType', 'DisablePolicyType', 'EnableAllFeatures'],
  names: ['arn', 'rootId', 'id'],
  async *scan(ctx, region) {
    const organization = await organizationOf(ctx, region);
    if (!organization) return;
    const roots: Root[] = [];
    if (organization.ours) for await (const root of listed<Root>(ctx, 'organizations', region, 'ListRoots', 'Roots')) roots.push(root);
    const on = roots.flatMap((root) => (root.PolicyTypes ?? []).flatMap((type) => (type.Type === undefined ? [] : [type.Type])));
    yield foundAt(ctx, 'AWS::Organizations::Organization', region, organization.arn, organization.id, {
      createdAt: null,
      // Switching policies on or off names the root, not the organisation.
      aliases: roots.flatMap((root) => (root.Id === undefined ? [] : [root.Id])),
      detail: present({ managementAccount: organization.ours, policyTypes: organization.ours ? on.join(', ') || 'none' : undefined }),
    });
  },
};
