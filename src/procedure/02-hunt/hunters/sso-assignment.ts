import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt } from '../hunting/found.ts';
import { instancesIn } from '../hunting/identity-center.ts';

interface Assignment {
  PrincipalType?: string;
  PrincipalId?: string;
}

/** Who of the directory may enter this account, by principal: AWS gives an assignment neither an id nor a date. */
export const hunter: Hunter = {
  type: 'AWS::SSO::Assignment',
  scope: 'regional',
  title: text('Who may enter through IAM Identity Center', 'Quién puede entrar por IAM Identity Center'),
  permissions: ['sso:ListInstances', 'sso:ListPermissionSetsProvisionedToAccount', 'sso:ListAccountAssignments'],
  createdByEvents: ['CreateAccountAssignment'],
  changedByEvents: ['DeleteAccountAssignment'],
  names: ['principalId'],
  async *scan(ctx, region) {
    const account = ctx.facts.account ?? '';
    for await (const instance of instancesIn(ctx, region)) {
      const byPrincipal = new Map<string, { kind: string; sets: Set<string> }>();
      const about = { InstanceArn: instance.arn, AccountId: account };
      const sets = listed<string>(ctx, 'sso-admin', region, 'ListPermissionSetsProvisionedToAccount', 'PermissionSets', about);
      const ask = async (set: string): Promise<readonly [string, Assignment][]> => {
        const mine: [string, Assignment][] = [];
        for await (const one of listed<Assignment>(ctx, 'sso-admin', region, 'ListAccountAssignments', 'AccountAssignments', {
          ...about,
          PermissionSetArn: set,
        }))
          mine.push([set, one]);
        return mine;
      };
      for await (const [set, one] of each(sets, ask, 4)) {
        if (one.PrincipalId === undefined) continue;
        const known = byPrincipal.get(one.PrincipalId) ?? { kind: one.PrincipalType ?? '', sets: new Set<string>() };
        known.sets.add(set);
        byPrincipal.set(one.PrincipalId, known);
      }
      for (const [id, { kind, sets: given }] of byPrincipal) yield found(id, kind, [...given], instance.arn);
    }
    function found(id: string, kind: string, permissionSets: string[], instance: string): Found {
      const arn = `${instance.replace(':instance/', ':assignment/')}/${account}/${id}`;
      return foundAt(ctx, 'AWS::SSO::Assignment', region, arn, id, {
        createdAt: null,
        detail: { principalType: kind, permissionSets: permissionSets.slice(0, 20) },
      });
    }
  },
};
