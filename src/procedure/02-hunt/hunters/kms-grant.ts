import type { ActionContext, Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { arnFor, foundAt, time } from '../hunting/found.ts';
import type { KeyMetadata } from './kms-key.ts';

const TYPE = 'AWS::KMS::Grant';
interface Grant {
  GrantId?: string;
  Name?: string;
  CreationDate?: string;
  GranteePrincipal?: string;
  RetiringPrincipal?: string;
  Operations?: string[];
}

async function look(ctx: ActionContext, region: string, id: string): Promise<Found[]> {
  const { KeyMetadata: key } = await read<{ KeyMetadata?: KeyMetadata }>(ctx, 'kms', region, 'DescribeKey', { KeyId: id });
  if (key?.KeyManager !== 'CUSTOMER') return [];
  const found: Found[] = [];
  for await (const one of listed<Grant>(ctx, 'kms', region, 'ListGrants', 'Grants', { KeyId: id, Limit: 100 })) {
    if (one.GrantId === undefined) continue;
    const grantee = oneLine(one.GranteePrincipal);
    const account = /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(grantee)?.[1];
    const what = (one.Operations ?? []).map((name) => oneLine(name, 30));
    const reasons: Reason[] =
      account !== undefined && account !== ctx.facts.account
        ? [
            {
              code: 'shared-outside',
              text: text(
                `lets account ${account} use the key: ${what.slice(0, 5).join(', ')}`,
                `deja que la cuenta ${account} use la clave: ${what.slice(0, 5).join(', ')}`,
              ),
            },
          ]
        : [];
    found.push(
      foundAt(ctx, TYPE, region, `${arnFor(ctx, 'kms', region, `key/${id}`)}/grant/${one.GrantId}`, one.GrantId, {
        createdAt: time(one.CreationDate),
        reasons,
        detail: { key: id, grantee, operations: what, ...(one.Name === undefined ? {} : { name: oneLine(one.Name, 80) }) },
      }),
    );
  }
  return found;
}

/** Who may use a key without standing in its policy. Grants outlive the credential that made them. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('KMS grants', 'Concesiones de KMS'),
  permissions: ['kms:ListKeys', 'kms:DescribeKey', 'kms:ListGrants'],
  createdByEvents: ['CreateGrant'],
  names: ['grantId'],
  scan: (ctx, region) =>
    each(listed<{ KeyId?: string }>(ctx, 'kms', region, 'ListKeys', 'Keys', { Limit: 1000 }), async ({ KeyId }) =>
      KeyId === undefined ? [] : look(ctx, region, KeyId),
    ),
};
