import type { LabContext, LabOperations } from '../../contract.ts';
import { addUser, type UserRow } from '../../world/index.ts';
import {
  arn,
  boundary,
  byName,
  conflict,
  date,
  find,
  iam,
  info,
  managedPolicyExists,
  name64,
  name128,
  noSuchEntity,
  ownUser,
  page,
  paged,
  path,
  pathPrefix,
  refuseTaken,
  tagConstraints,
  tagList,
  tagMap,
  userArn,
} from './shared.ts';

const described = (user: UserRow): Record<string, unknown> => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: date(user.created),
  ...(user.passwordLastUsed === undefined ? {} : { PasswordLastUsed: date(user.passwordLastUsed) }),
});
const detailed = (user: UserRow): object => ({
  ...described(user),
  ...boundary(user),
  ...(Object.keys(user.tags).length > 0 && { Tags: tagList(user.tags) }),
});

function refuseUse(ctx: LabContext, user: UserRow): void {
  const tables = iam(ctx);
  if (Object.values(tables.accessKeys).some((key) => key.user === user.name)) throw conflict('Cannot delete entity, must delete access keys first.');
  if (user.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(user.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
  if (user.groups.length > 0) throw conflict('Cannot delete entity, must remove users from group first.');
  if (user.login) throw conflict('Cannot delete entity, must delete login profile first.');
  const left = Object.values(tables.credentials).find((row) => row.user === user.name);
  const what = { mfa: 'MFA device', service: 'referenced service specific credentials', ssh: 'SSH public keys', certificate: 'signing certificates' } as const;
  if (left) throw conflict(`Cannot delete entity, must delete ${what[left.kind]} first.`);
}

function rename(ctx: LabContext, user: UserRow, name: string): void {
  const tables = iam(ctx);
  for (const key of Object.values(tables.accessKeys)) if (key.user === user.name) key.user = name;
  for (const row of Object.values(tables.credentials)) if (row.user === user.name) row.user = name;
  delete tables.users[user.name];
  user.name = name;
  tables.users[name] = user;
}

export const operations: LabOperations = {
  CreateUser: {
    constraints: { UserName: name64, Path: path, PermissionsBoundary: arn, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:user${input.Path ?? '/'}${input.UserName}`],
    conditions: (input): Record<string, string> =>
      input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': String(input.PermissionsBoundary) },
    run(input, ctx) {
      refuseTaken(iam(ctx).users, input.UserName, 'User');
      const limits = input.PermissionsBoundary;
      if (limits !== undefined && !managedPolicyExists(ctx, limits)) throw noSuchEntity(`Scope ARN: ${limits} does not exist or is not attachable.`);
      const user = addUser(ctx.world, ctx.account, { name: input.UserName, path: input.Path, tags: tagMap(input.Tags), boundary: limits });
      return { User: detailed(user) };
    },
  },
  GetUser: {
    constraints: { UserName: name128 },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      if (input.UserName === undefined && ctx.caller.type === 'Root')
        return { User: { UserId: ctx.account.id, Arn: ctx.caller.arn, UserName: info(ctx).name, Path: '/', CreateDate: date(info(ctx).created) } };
      return { User: detailed(find(iam(ctx).users, ownUser(input, ctx), 'user')) };
    },
  },
  ListUsers: {
    constraints: { PathPrefix: pathPrefix, ...paged },
    resources: (_input, ctx) => [`arn:aws:iam::${ctx.account.id}:user/`],
    run(input, ctx) {
      const { items, ...rest } = page(ctx, byName(iam(ctx).users, input.PathPrefix), input);
      return { Users: items.map(described), ...rest };
    },
  },
  UpdateUser: {
    constraints: { UserName: name128, NewPath: path, NewUserName: name64 },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const user = find(iam(ctx).users, input.UserName, 'user');
      if (input.NewUserName !== undefined && input.NewUserName !== user.name) {
        if (input.NewUserName.toLowerCase() !== user.name.toLowerCase()) refuseTaken(iam(ctx).users, input.NewUserName, 'User');
        rename(ctx, user, input.NewUserName);
      }
      user.path = input.NewPath ?? user.path;
      user.arn = `arn:aws:iam::${ctx.account.id}:user${user.path}${user.name}`;
    },
  },
  DeleteUser: {
    constraints: { UserName: name128 },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const user = find(iam(ctx).users, input.UserName, 'user');
      refuseUse(ctx, user);
      delete iam(ctx).users[user.name];
    },
  },
  TagUser: {
    constraints: { UserName: name128, ...tagConstraints },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      Object.assign(find(iam(ctx).users, input.UserName, 'user').tags, tagMap(input.Tags));
    },
  },
  UntagUser: {
    constraints: { UserName: name128, TagKeys: { length: [0, 50] }, 'TagKeys[]': { length: [1, 128] } },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const { tags } = find(iam(ctx).users, input.UserName, 'user');
      for (const key of input.TagKeys) delete tags[key];
    },
  },
  ListUserTags: {
    constraints: { UserName: name128, ...paged },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const { items, ...rest } = page(ctx, tagList(find(iam(ctx).users, input.UserName, 'user').tags), input);
      return { Tags: items, ...rest };
    },
  },
};
