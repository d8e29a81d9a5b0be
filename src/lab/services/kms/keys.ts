import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

const DAY = 86_400_000;
interface Key {
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
  tags: any[];
}
interface Grant {
  id: string;
  key: string;
  grantee: string;
  retiring?: string;
  operations: string[];
  constraints?: any;
  name?: string;
  issuer: string;
  created: number;
}
interface Alias {
  name: string;
  key: string;
  created: number;
}
const keyArn = (ctx: LabContext, id: string): string => arnOf(ctx, 'kms', `key/${id}`);
const keys = shelf<Key>('kmsKeys', () => new LabError('NotFoundException', 'no such key'));
const grants = shelf<Grant>('kmsGrants', (id) => new LabError('NotFoundException', `Grant ${id} does not exist`));
const aliases = shelf<Alias>('kmsAliases', () => new LabError('NotFoundException', 'no such alias'));

/** By id, ARN, alias or the alias's ARN. A key whose waiting period has ended is gone. */
function keyOf(ctx: LabContext, given: string, aliasToo = true): Key {
  const arn = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/.exec(given);
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
  if (!key || (key.deletion !== undefined && key.deletion <= ctx.now())) throw new LabError('NotFoundException', `Key '${keyArn(ctx, id)}' does not exist`);
  return key;
}
const usable = (ctx: LabContext, key: Key): Key => {
  if (key.state === 'PendingDeletion') throw new LabError('KMSInvalidStateException', `${keyArn(ctx, key.id)} is pending deletion.`);
  return key;
};
const living = (ctx: LabContext): Key[] => keys.all(ctx).filter((key) => key.deletion === undefined || key.deletion > ctx.now());

function checkPolicy(text: string): string {
  try {
    const policy = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && policy.Statement !== undefined) return text;
  } catch {
    // Said below.
  }
  throw new LabError('MalformedPolicyDocumentException', 'The new key policy is not a valid policy document.');
}
const standardPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
  });
const described = (ctx: LabContext, key: Key): object => ({
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
const KEY_ID: Constraint = { length: [1, 2048] };
const LIMIT: Constraint = { min: 1, max: 1000 };
const POLICY: Constraint = { length: [1, 131072] };
const byKey = (input: any, ctx: LabContext): string[] => [keyArn(ctx, keyOf(ctx, input.KeyId).id)];
const paged = <T>(ctx: LabContext, items: T[], input: any, size: number) => {
  const { items: some, next } = pageOf(ctx, items, { token: input.Marker, max: input.Limit, size }, [
    'InvalidMarkerException',
    'Could not deserialize pagination marker',
  ]);
  return { some, rest: { Truncated: next !== undefined, ...(next === undefined ? {} : { NextMarker: next }) } };
};

export const operations: LabOperations = {
  CreateKey: {
    constraints: {
      Policy: POLICY,
      Description: { length: [0, 8192] },
      KeyUsage: { enum: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT', 'ENCAPSULATE_DECAPSULATE'] },
      Origin: { enum: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] },
    },
    run(input, ctx) {
      const id = input.MultiRegion ? `mrk-${ctx.uuid().replaceAll('-', '')}` : ctx.uuid();
      const key: Key = {
        id,
        created: ctx.now(),
        description: input.Description ?? '',
        state: 'Enabled',
        usage: input.KeyUsage ?? 'ENCRYPT_DECRYPT',
        spec: input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
        origin: input.Origin ?? 'AWS_KMS',
        multiRegion: input.MultiRegion === true,
        policy: input.Policy === undefined ? standardPolicy(ctx.account.id) : checkPolicy(input.Policy),
        tags: plain(input.Tags ?? []),
      };
      keys.put(ctx, id, key);
      return { KeyMetadata: described(ctx, key) };
    },
  },
  DescribeKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run: (input, ctx) => ({ KeyMetadata: described(ctx, keyOf(ctx, input.KeyId)) }),
  },
  ListKeys: {
    constraints: { Limit: LIMIT },
    run(input, ctx) {
      const { some, rest } = paged(ctx, living(ctx), input, 100);
      return { Keys: some.map((key) => ({ KeyId: key.id, KeyArn: keyArn(ctx, key.id) })), ...rest };
    },
  },
  GetKeyPolicy: {
    constraints: { KeyId: KEY_ID, PolicyName: { length: [1, 128], pattern: '[\\w]+' } },
    resources: byKey,
    run: (input, ctx) => ({ Policy: keyOf(ctx, input.KeyId, false).policy, PolicyName: 'default' }),
  },
  PutKeyPolicy: {
    constraints: { KeyId: KEY_ID, PolicyName: { length: [1, 128], pattern: '[\\w]+' }, Policy: POLICY },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, keyOf(ctx, input.KeyId, false));
      key.policy = checkPolicy(input.Policy);
    },
  },
  DisableKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      usable(ctx, keyOf(ctx, input.KeyId, false)).state = 'Disabled';
    },
  },
  EnableKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      usable(ctx, keyOf(ctx, input.KeyId, false)).state = 'Enabled';
    },
  },
  ScheduleKeyDeletion: {
    constraints: { KeyId: KEY_ID, PendingWindowInDays: { min: 1, max: 365 } },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, keyOf(ctx, input.KeyId, false));
      const days = input.PendingWindowInDays ?? 30;
      if (days < 7 || days > 30) throw new LabError('ValidationException', 'PendingWindowInDays must be between 7 and 30.', { status: 400 });
      key.state = 'PendingDeletion';
      key.deletion = ctx.now() + days * DAY;
      return { KeyId: keyArn(ctx, key.id), DeletionDate: date(key.deletion), KeyState: key.state, PendingWindowInDays: days };
    },
  },
  CancelKeyDeletion: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      const key = keyOf(ctx, input.KeyId, false);
      if (key.state !== 'PendingDeletion') throw new LabError('KMSInvalidStateException', `${keyArn(ctx, key.id)} is not pending deletion.`);
      key.state = 'Disabled';
      delete key.deletion;
      return { KeyId: keyArn(ctx, key.id) };
    },
  },
  CreateGrant: {
    constraints: {
      KeyId: KEY_ID,
      GranteePrincipal: { length: [1, 256], pattern: '^[\\w+=,.@:/-]+$' },
      RetiringPrincipal: { length: [1, 256], pattern: '^[\\w+=,.@:/-]+$' },
      Name: { length: [1, 256], pattern: '^[a-zA-Z0-9:/_-]+$' },
    },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, keyOf(ctx, input.KeyId, false));
      if (key.state === 'Disabled') throw new LabError('DisabledException', `${keyArn(ctx, key.id)} is disabled.`);
      if (!/^arn:aws[a-z-]*:(iam|sts)::(\d{12}|):/.test(input.GranteePrincipal ?? ''))
        throw new LabError('InvalidArnException', 'ARN does not refer to a valid principal');
      const same = grants
        .all(ctx)
        .find((one) => input.Name !== undefined && one.key === key.id && one.name === input.Name && one.grantee === input.GranteePrincipal);
      const id = same?.id ?? `${ctx.uuid()}${ctx.uuid()}`.replaceAll('-', '');
      grants.put(ctx, id, {
        id,
        key: key.id,
        grantee: input.GranteePrincipal,
        operations: [...input.Operations],
        issuer: ctx.caller.arn,
        created: same?.created ?? ctx.now(),
        ...(input.RetiringPrincipal === undefined ? {} : { retiring: input.RetiringPrincipal }),
        ...(input.Constraints === undefined ? {} : { constraints: plain(input.Constraints) }),
        ...(input.Name === undefined ? {} : { name: input.Name }),
      });
      return { GrantId: id, GrantToken: Buffer.from(id, 'hex').toString('base64') };
    },
  },
  ListGrants: {
    constraints: { KeyId: KEY_ID, Limit: LIMIT },
    resources: byKey,
    run(input, ctx) {
      const key = keyOf(ctx, input.KeyId, false);
      const all = grants
        .all(ctx)
        .filter((one) => one.key === key.id && (input.GrantId ?? one.id) === one.id && (input.GranteePrincipal ?? one.grantee) === one.grantee);
      const { some, rest } = paged(ctx, all, input, 50);
      const view = (one: Grant) => ({
        KeyId: keyArn(ctx, one.key),
        GrantId: one.id,
        ...(one.name === undefined ? {} : { Name: one.name }),
        CreationDate: date(one.created),
        GranteePrincipal: one.grantee,
        ...(one.retiring === undefined ? {} : { RetiringPrincipal: one.retiring }),
        IssuingAccount: `arn:aws:iam::${ctx.account.id}:root`,
        Operations: one.operations,
        ...(one.constraints === undefined ? {} : { Constraints: one.constraints }),
      });
      return { Grants: some.map(view), ...rest };
    },
  },
  RevokeGrant: {
    constraints: { KeyId: KEY_ID, GrantId: { length: [1, 128] } },
    resources: byKey,
    run(input, ctx) {
      keyOf(ctx, input.KeyId, false);
      grants.get(ctx, input.GrantId);
      grants.drop(ctx, input.GrantId);
    },
  },
  CreateAlias: {
    constraints: { AliasName: { length: [1, 256], pattern: '^[a-zA-Z0-9:/_-]+$' }, TargetKeyId: KEY_ID },
    run(input, ctx) {
      if (!/^alias\/(?!aws\/)./.test(input.AliasName)) throw new LabError('InvalidAliasNameException', 'Alias must start with the prefix "alias/".');
      if (aliases.find(ctx, input.AliasName))
        throw new LabError('AlreadyExistsException', `An alias with the name ${arnOf(ctx, 'kms', input.AliasName)} already exists`);
      aliases.put(ctx, input.AliasName, { name: input.AliasName, key: usable(ctx, keyOf(ctx, input.TargetKeyId, false)).id, created: ctx.now() });
    },
  },
  ListAliases: {
    constraints: { KeyId: KEY_ID, Limit: LIMIT },
    run(input, ctx) {
      const key = input.KeyId === undefined ? undefined : keyOf(ctx, input.KeyId, false).id;
      const { some, rest } = paged(
        ctx,
        aliases.all(ctx).filter((one) => (key ?? one.key) === one.key),
        input,
        50,
      );
      const view = (one: Alias) => ({ AliasName: one.name, AliasArn: arnOf(ctx, 'kms', one.name), TargetKeyId: one.key, CreationDate: date(one.created) });
      return { Aliases: some.map(view), ...rest };
    },
  },
};
