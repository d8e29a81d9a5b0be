import { type Caller, type Constraint, type LabContext, LabError } from '../../contract.ts';
import { authorize, managedEbsKey } from '../../world/index.ts';
import { trustAllows } from '../../world/policy/trust.ts';
import { arnOf, date, pageOf } from '../paging.ts';
import { shelf } from '../shelf.ts';

/** Keys, their aliases and grants: rows, how a call names a key, and whether EBS may use one for somebody. */

export interface Key {
  id: string;
  created: number;
  description: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  usage: string;
  spec: string;
  origin: string;
  multiRegion: boolean;
  policy: string;
  deletion?: number;
  tags: { TagKey: string; TagValue: string }[];
}
export interface Alias {
  name: string;
  key: string;
  created: number;
}
export const keys = shelf<Key>('kmsKeys', () => new LabError('NotFoundException', 'no such key'));
export const aliases = shelf<Alias>('kmsAliases', () => new LabError('NotFoundException', 'no such alias'));

export const KEY_ID: Constraint = { length: [1, 2048] };
export const LIMIT: Constraint = { min: 1, max: 1000 };
export const keyArn = (ctx: LabContext, id: string): string => arnOf(ctx, 'kms', `key/${id}`);

const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/;
/** The same call as the account that owns the key sees its tables. KMS looks across accounts, never across Regions. */
export function homeOf(ctx: LabContext, given: string): LabContext {
  const arn = ARN.exec(given);
  if (given.startsWith('arn:') && !arn) throw new LabError('InvalidArnException', `Invalid arn ${given}`);
  if (!arn || arn[2] === ctx.account.id) return ctx;
  const account = ctx.world.accounts[arn[2]!];
  const region = account?.regions[ctx.region.name];
  if (!account || !region) throw new LabError('NotFoundException', `Invalid arn ${arn[1]}`);
  return { ...ctx, account, region };
}
/** By id, ARN, alias or the alias's ARN. A key whose waiting period has ended is gone. @param aliasToo false where an alias does not name a key */
export function keyOf(ctx: LabContext, given: string, aliasToo = true): Key {
  const arn = ARN.exec(given);
  if (given.startsWith('arn:') && !arn) throw new LabError('InvalidArnException', `Invalid arn ${given}`);
  if (arn && (arn[1] !== ctx.region.name || arn[2] !== ctx.account.id)) throw new LabError('NotFoundException', `Invalid arn ${arn[1]}`);
  const alias = arn?.[3] === 'alias' ? `alias/${arn[4]}` : given.startsWith('alias/') ? given : undefined;
  if (alias !== undefined) {
    const row = aliasToo ? aliases.find(ctx, alias) : undefined;
    if (!row) throw new LabError('NotFoundException', `Alias ${arnOf(ctx, 'kms', alias)} is not found.`);
    return keyOf(ctx, row.key);
  }
  const id = arn ? arn[4]! : given;
  const key = keys.find(ctx, id);
  if (!key || goneKey(ctx, key)) throw new LabError('NotFoundException', `Key '${keyArn(ctx, id)}' does not exist`);
  return key;
}
const goneKey = (ctx: LabContext, key: Key): boolean => key.deletion !== undefined && key.deletion <= ctx.now();
export const livingKeys = (ctx: LabContext): Key[] => keys.all(ctx).filter((key) => !goneKey(ctx, key));
export function usable(ctx: LabContext, key: Key): Key {
  if (key.state === 'PendingDeletion') throw new LabError('KMSInvalidStateException', `${keyArn(ctx, key.id)} is pending deletion.`);
  return key;
}
/** The key's ARN for the evaluation of policies, whoever owns the key. */
export const byKey = (input: any, ctx: LabContext): string[] => {
  if (isManaged(ctx, input.KeyId)) return [managedEbsKey(ctx.world, ctx.account.id, ctx.region.name)];
  if (ARN.exec(input.KeyId)?.[3] === 'key') return [input.KeyId];
  const home = homeOf(ctx, input.KeyId);
  return [keyArn(home, keyOf(home, input.KeyId).id)];
};
/** Does this name the account's AWS managed key for EBS? It has no row: AWS makes and keeps it. */
export function isManaged(ctx: LabContext, given: string): boolean {
  const arn = managedEbsKey(ctx.world, ctx.account.id, ctx.region.name);
  return [arn, arn.split('/')[1], 'alias/aws/ebs', arnOf(ctx, 'kms', 'alias/aws/ebs')].includes(given);
}

export const described = (ctx: LabContext, key: Key): object => ({
  AWSAccountId: ctx.account.id,
  KeyId: key.id,
  Arn: keyArn(ctx, key.id),
  CreationDate: date(key.created),
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyUsage: key.usage,
  KeyState: key.state,
  ...(key.deletion === undefined ? {} : { DeletionDate: date(key.deletion) }),
  Origin: key.origin,
  KeyManager: 'CUSTOMER',
  KeySpec: key.spec,
  CustomerMasterKeySpec: key.spec,
  MultiRegion: key.multiRegion,
  ...(key.usage === 'ENCRYPT_DECRYPT' ? { EncryptionAlgorithms: [key.spec.startsWith('RSA') ? 'RSAES_OAEP_SHA_256' : 'SYMMETRIC_DEFAULT'] } : {}),
});
export const paged = <T>(ctx: LabContext, items: T[], input: any, size: number) => {
  const { items: some, next } = pageOf(ctx, items, { token: input.Marker, max: input.Limit, size }, [
    'InvalidMarkerException',
    'Could not deserialize pagination marker',
  ]);
  return { some, rest: { Truncated: next !== undefined, ...(next === undefined ? {} : { NextMarker: next }) } };
};

/** The document, unless it is none or would lock out the caller who sets it (KMS API reference, BypassPolicyLockoutSafetyCheck). */
export function checkedPolicy(ctx: LabContext, document: string, bypass = false): string {
  let statement: unknown;
  try {
    statement = JSON.parse(document)?.Statement;
  } catch {
    // Said below.
  }
  if (statement === undefined) throw new LabError('MalformedPolicyDocumentException', 'The new key policy is not a valid policy document.');
  if (!bypass && !['direct', 'delegated'].includes(keeps(ctx.caller, document)))
    throw new LabError('MalformedPolicyDocumentException', 'The new key policy will not allow you to update the key policy in the future.');
  return document;
}
const keeps = (caller: Caller, document: string) =>
  trustAllows(document, caller, {
    action: 'kms:PutKeyPolicy',
    resource: '*',
    context: new Map([['aws:principalarn', [caller.roleName === undefined ? caller.arn : `arn:aws:iam::${caller.account}:role/${caller.roleName}`]]]),
  });

/** What EBS needs of the key of a snapshot that is read, and of the key a copy is made under. Amazon EBS User Guide, "Copy an EBS snapshot". */
export const READS = ['Decrypt', 'DescribeKey', 'CreateGrant', 'ReEncryptFrom', 'GenerateDataKeyWithoutPlaintext'] as const;
export const WRITES = ['DescribeKey', 'CreateGrant', 'ReEncryptTo', 'GenerateDataKeyWithoutPlaintext'] as const;
/**
 * Why EBS cannot use a key for the caller, or null: EBS asks KMS in the caller's name, through `kms:ViaService`, and takes grants for
 * itself only (`kms:GrantIsForAWSResource`).
 * @param arn as EC2 shows it (a key's ARN)
 */
export function keyRefusal(ctx: LabContext, arn: string, operations: readonly string[]): 'denied' | 'unusable' | 'missing' | null {
  const [, region = '', owner = '', kind, id = ''] = ARN.exec(arn) ?? [];
  if (arn === managedEbsKey(ctx.world, owner, region)) return owner === ctx.account.id && region === ctx.region.name ? null : 'denied';
  const account = ctx.world.accounts[owner];
  const home = account?.regions[region];
  const key = account && home && kind === 'key' && region === ctx.region.name ? keys.find({ ...ctx, account, region: home }, id) : undefined;
  if (!key || goneKey(ctx, key)) return 'missing';
  if (key.state !== 'Enabled') return 'unusable';
  const conditions = {
    'aws:RequestedRegion': region,
    'kms:CallerAccount': ctx.caller.account,
    'kms:ViaService': `ec2.${region}.amazonaws.com`,
    'kms:GrantIsForAWSResource': 'true',
  };
  const allowed = (operation: string): boolean =>
    authorize(ctx.world, ctx.caller, { action: `kms:${operation}`, resources: [arn], conditions, now: ctx.now() }).allowed;
  return operations.every(allowed) ? null : 'denied';
}
