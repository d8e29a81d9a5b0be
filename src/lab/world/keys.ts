import { createHash } from 'node:crypto';
import type { Caller, World } from '../contract.ts';
import type { Context } from './policy/match.ts';
import { trustAllows } from './policy/trust.ts';

/** KMS keys as whoever decides about access sees them: the key policy and the grants beside it. */

const ARN = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):key\/(.+)$/;

/** The AWS managed key for EBS of an account in a region; its id follows from the seed. */
export function managedEbsKey(world: World, account: string, region: string): string {
  const hash = createHash('sha256').update(`${world.seed}/${account}/${region}/aws/ebs`).digest('hex');
  return `arn:aws:kms:${region}:${account}:key/${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

interface Grant {
  key: string;
  grantee: string;
  operations: string[];
}
/**
 * What key policy and grants say to the caller: `direct` (it is named), `delegated` (its account is named, so the account's
 * own policies decide), `none`, `deny`. Across accounts both sides must allow. `not-applicable`: the resource is no key.
 * AWS KMS Developer Guide, "Determining access to AWS KMS keys"; "Allowing users in other accounts to use a KMS key".
 */
export function keyAccess(
  world: World,
  caller: Caller,
  action: string,
  resource: string,
  context: Context,
): 'direct' | 'delegated' | 'none' | 'deny' | 'not-applicable' {
  const [, region = '', owner = '', id = ''] = ARN.exec(resource) ?? [];
  if (id === '' || !action.startsWith('kms:')) return 'not-applicable';
  const abroad = owner !== caller.account;
  const tables = world.accounts[owner]?.regions[region]?.tables;
  const key = tables?.kmsKeys?.[id] as { policy: string } | undefined;
  // Whom an AWS managed key serves is AWS's to say: the principals of its own account, through the service.
  if (!key) return abroad ? 'none' : 'not-applicable';
  const said = trustAllows(key.policy, caller, { action, resource, context });
  if (said === 'deny') return 'deny';
  const me = [caller.arn, ...(context.get('aws:principalarn') ?? []), `arn:aws:iam::${caller.account}:root`];
  const granted = (Object.values(tables?.kmsGrants ?? {}) as Grant[]).some(
    (grant) => grant.key === id && me.includes(grant.grantee) && grant.operations.includes(action.slice('kms:'.length)),
  );
  const decision = granted ? 'direct' : said;
  return decision === 'direct' && abroad ? 'delegated' : decision;
}
