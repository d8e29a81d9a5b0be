import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { managedEbsKey } from '../../world/index.ts';
import { plain } from '../paging.ts';
import { byKey, checkedPolicy, described, homeOf, isManaged, KEY_ID, type Key, keyArn, keyOf, keys, LIMIT, livingKeys, paged, usable } from './key-model.ts';

const DAY = 86_400_000;
const POLICY = { length: [1, 131072] as [number, number] };
const POLICY_NAME = { length: [1, 128] as [number, number], pattern: '[\\w]+' };

const standardPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
  });
/** AWS KMS Developer Guide, "AWS managed keys": for the account's own principals, through EBS. */
const managedPolicy = ({ account, region }: LabContext): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-ebs-2',
    Statement: [
      {
        Sid: 'Allow access through EBS for all principals in the account that are authorized to use EBS',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': account.id, 'kms:ViaService': `ec2.${region.name}.amazonaws.com` } },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account.id}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  });
function managed(ctx: LabContext): object {
  const Arn = managedEbsKey(ctx.world, ctx.account.id, ctx.region.name);
  return {
    AWSAccountId: ctx.account.id,
    KeyId: Arn.split('/')[1],
    Arn,
    Enabled: true,
    Description: 'Default key that protects my EBS volumes when no other key is defined',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'AWS',
    KeySpec: 'SYMMETRIC_DEFAULT',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    MultiRegion: false,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  };
}
/** A key of the caller's own account; an alias does not name it. */
const own = (ctx: LabContext, given: string): Key => {
  if (isManaged(ctx, given)) throw new LabError('AccessDeniedException', 'An AWS managed key cannot be changed by its account.', { status: 400 });
  return keyOf(ctx, given, false);
};
const tagsPast = (key: Key, TagKeys: readonly string[]) => key.tags.filter((tag) => !TagKeys.includes(tag.TagKey));

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
        policy: input.Policy === undefined ? standardPolicy(ctx.account.id) : checkedPolicy(ctx, input.Policy, input.BypassPolicyLockoutSafetyCheck),
        tags: plain(input.Tags ?? []),
      };
      keys.put(ctx, id, key);
      return { KeyMetadata: described(ctx, key) };
    },
  },
  /** Also of another account's key, by its ARN. */
  DescribeKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      if (isManaged(ctx, input.KeyId)) return { KeyMetadata: managed(ctx) };
      const home = homeOf(ctx, input.KeyId);
      return { KeyMetadata: described(home, keyOf(home, input.KeyId)) };
    },
  },
  ListKeys: {
    constraints: { Limit: LIMIT },
    run(input, ctx) {
      const { some, rest } = paged(ctx, livingKeys(ctx), input, 100);
      return { Keys: some.map((key) => ({ KeyId: key.id, KeyArn: keyArn(ctx, key.id) })), ...rest };
    },
  },
  GetKeyPolicy: {
    constraints: { KeyId: KEY_ID, PolicyName: POLICY_NAME },
    resources: byKey,
    run: (input, ctx) => ({ Policy: isManaged(ctx, input.KeyId) ? managedPolicy(ctx) : keyOf(ctx, input.KeyId, false).policy, PolicyName: 'default' }),
  },
  PutKeyPolicy: {
    constraints: { KeyId: KEY_ID, PolicyName: POLICY_NAME, Policy: POLICY },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, own(ctx, input.KeyId));
      key.policy = checkedPolicy(ctx, input.Policy, input.BypassPolicyLockoutSafetyCheck);
    },
  },
  DisableKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      usable(ctx, own(ctx, input.KeyId)).state = 'Disabled';
    },
  },
  EnableKey: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      usable(ctx, own(ctx, input.KeyId)).state = 'Enabled';
    },
  },
  ScheduleKeyDeletion: {
    constraints: { KeyId: KEY_ID, PendingWindowInDays: { min: 1, max: 365 } },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, own(ctx, input.KeyId));
      const days = input.PendingWindowInDays ?? 30;
      if (days < 7 || days > 30) throw new LabError('ValidationException', 'PendingWindowInDays must be between 7 and 30.', { status: 400 });
      key.state = 'PendingDeletion';
      key.deletion = ctx.now() + days * DAY;
      return { KeyId: keyArn(ctx, key.id), DeletionDate: new Date(key.deletion), KeyState: key.state, PendingWindowInDays: days };
    },
  },
  CancelKeyDeletion: {
    constraints: { KeyId: KEY_ID },
    resources: byKey,
    run(input, ctx) {
      const key = own(ctx, input.KeyId);
      if (key.state !== 'PendingDeletion') throw new LabError('KMSInvalidStateException', `${keyArn(ctx, key.id)} is not pending deletion.`);
      key.state = 'Disabled';
      delete key.deletion;
      return { KeyId: keyArn(ctx, key.id) };
    },
  },
  TagResource: {
    constraints: { KeyId: KEY_ID, 'Tags[].TagKey': { length: [1, 128] }, 'Tags[].TagValue': { length: [0, 256] } },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, own(ctx, input.KeyId));
      const given: Key['tags'] = plain(input.Tags);
      key.tags = [
        ...tagsPast(
          key,
          given.map((tag) => tag.TagKey),
        ),
        ...given,
      ];
    },
  },
  UntagResource: {
    constraints: { KeyId: KEY_ID, 'TagKeys[]': { length: [1, 128] } },
    resources: byKey,
    run(input, ctx) {
      const key = usable(ctx, own(ctx, input.KeyId));
      key.tags = tagsPast(key, input.TagKeys);
    },
  },
  ListResourceTags: {
    constraints: { KeyId: KEY_ID, Limit: LIMIT },
    resources: byKey,
    run(input, ctx) {
      const { some, rest } = paged(ctx, isManaged(ctx, input.KeyId) ? [] : keyOf(ctx, input.KeyId, false).tags, input, 50);
      return { Tags: some, ...rest };
    },
  },
};
