import type { LabContext, LabOperations } from '../../contract.ts';
import { addAccessKey, type KeyRow } from '../../world/index.ts';
import { date, find, iam, invalid, keyId, limit, name128, noSuchEntity, ownUser, page, paged, status, userArn } from './shared.ts';

/** Whose key is meant: a named user, or for credentials of the root user (or its sessions) the root user itself. */
const ownerOf = (input: { UserName?: string }, ctx: LabContext): string | null => {
  if (input.UserName === undefined && ctx.caller.type === 'Root') return null;
  const user = ownUser(input, ctx);
  find(iam(ctx).users, user, 'user');
  return user;
};
const keysOf = (ctx: LabContext, user: string | null): KeyRow[] =>
  Object.values(iam(ctx).accessKeys)
    .filter((key) => key.user === user)
    .sort((a, b) => a.created - b.created);

function theKey(input: { UserName?: string; AccessKeyId: string }, ctx: LabContext): KeyRow {
  const owner = ownerOf(input, ctx);
  const key = iam(ctx).accessKeys[input.AccessKeyId];
  if (!key || key.user !== owner) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
  return key;
}
const described = (key: KeyRow, ctx: LabContext): object => ({
  UserName: key.user ?? ctx.account.id,
  AccessKeyId: key.id,
  Status: key.status,
  CreateDate: date(key.created),
});

export const operations: LabOperations = {
  CreateAccessKey: {
    constraints: { UserName: name128 },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const user = ownerOf(input, ctx);
      if (keysOf(ctx, user).length >= 2) throw limit('Cannot exceed quota for AccessKeysPerUser: 2');
      const key = addAccessKey(ctx.world, ctx.account, user);
      return { AccessKey: { ...described(key, ctx), SecretAccessKey: key.secret } };
    },
  },
  ListAccessKeys: {
    constraints: { UserName: name128, ...paged },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const { items, ...rest } = page(ctx, keysOf(ctx, ownerOf(input, ctx)), input);
      return { AccessKeyMetadata: items.map((key) => described(key, ctx)), ...rest };
    },
  },
  UpdateAccessKey: {
    constraints: { UserName: name128, AccessKeyId: keyId, Status: status },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const key = theKey(input, ctx);
      if (input.Status === 'Expired') throw invalid('Status Expired cannot be set on an access key.');
      key.status = input.Status;
    },
  },
  DeleteAccessKey: {
    constraints: { UserName: name128, AccessKeyId: keyId },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      delete iam(ctx).accessKeys[theKey(input, ctx).id];
    },
  },
  GetAccessKeyLastUsed: {
    constraints: { AccessKeyId: keyId },
    resources: (input, ctx) => userArn(iam(ctx).accessKeys[input.AccessKeyId]?.user ?? undefined, ctx),
    run(input, ctx) {
      const key = iam(ctx).accessKeys[input.AccessKeyId];
      // AWS refuses to speak about keys of other accounts in the same words as about keys that never were.
      if (!key) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
      const used = key.lastUsed;
      return {
        ...(key.user === null ? {} : { UserName: key.user }),
        AccessKeyLastUsed: used ? { LastUsedDate: date(used.time), ServiceName: used.service, Region: used.region } : { ServiceName: 'N/A', Region: 'N/A' },
      };
    },
  },
};
