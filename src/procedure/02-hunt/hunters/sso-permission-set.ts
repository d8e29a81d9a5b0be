import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { adminReasons, grantDetail, granted } from '../hunting/grants.ts';
import { instancesIn } from '../hunting/identity-center.ts';

interface PermissionSet {
  Name?: string;
  CreatedDate?: string;
  SessionDuration?: string;
}

/** What people who enter by the directory may do in the account. */
export const hunter: Hunter = {
  type: 'AWS::SSO::PermissionSet',
  scope: 'regional',
  title: text('Permission sets of IAM Identity Center', 'Conjuntos de permisos de IAM Identity Center'),
  permissions: [
    'sso:ListInstances',
    'sso:ListPermissionSets',
    'sso:DescribePermissionSet',
    'sso:GetInlinePolicyForPermissionSet',
    'sso:ListManagedPoliciesInPermissionSet',
  ],
  createdByEvents: ['CreatePermissionSet'],
  changedByEvents: [
    'UpdatePermissionSet',
    'PutInlinePolicyToPermissionSet',
    'DeleteInlinePolicyFromPermissionSet',
    'AttachManagedPolicyToPermissionSet',
    'DetachManagedPolicyFromPermissionSet',
    'AttachCustomerManagedPolicyReferenceToPermissionSet',
    'PutPermissionsBoundaryToPermissionSet',
    'DeletePermissionsBoundaryFromPermissionSet',
    'ProvisionPermissionSet',
  ],
  names: ['permissionSetArn'],
  async *scan(ctx, region, since) {
    for await (const instance of instancesIn(ctx, region)) {
      const ask = async (arn: string): Promise<Found[]> => {
        const about = { InstanceArn: instance.arn, PermissionSetArn: arn };
        const answer = await readOrAbsent<{ PermissionSet?: PermissionSet }>(ctx, {
          service: 'sso-admin',
          operation: 'DescribePermissionSet',
          region,
          input: about,
        });
        if (!answer) return [];
        const one = answer.output.PermissionSet ?? {};
        const { InlinePolicy: inline } = await read<{ InlinePolicy?: string }>(ctx, 'sso-admin', region, 'GetInlinePolicyForPermissionSet', about);
        const attached: string[] = [];
        const policies = listed<{ Arn?: string }>(ctx, 'sso-admin', region, 'ListManagedPoliciesInPermissionSet', 'AttachedManagedPolicies', about);
        for await (const policy of policies) if (policy.Arn !== undefined) attached.push(policy.Arn);
        const may = granted(inline ? [{ PolicyName: 'inline', PolicyDocument: inline }] : [], attached);
        const createdAt = time(one.CreatedDate);
        return [
          foundAt(ctx, 'AWS::SSO::PermissionSet', region, arn, arn, {
            createdAt,
            reasons: adminReasons(may, createdAt, since),
            detail: {
              ...present({
                name: oneLine(one.Name),
                session: oneLine(one.SessionDuration, 20),
                policies: attached.map((policy) => policy.split('/').at(-1)).join(', '),
              }),
              ...grantDetail(may),
            },
          }),
        ];
      };
      yield* each(listed<string>(ctx, 'sso-admin', region, 'ListPermissionSets', 'PermissionSets', { InstanceArn: instance.arn }), ask, 4);
    }
  },
};
