import type { LabOperations } from '../../contract.ts';
import { addGroup, type GroupRow, type UserRow } from '../../world/index.ts';
import { byName, conflict, date, find, groupArn, iam, limit, name128, page, paged, path, pathPrefix, refuseTaken, userArn } from './shared.ts';

const described = (group: GroupRow): object => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: group.arn,
  CreateDate: date(group.created),
});
const member = (user: UserRow): object => ({ Path: user.path, UserName: user.name, UserId: user.id, Arn: user.arn, CreateDate: date(user.created) });

export const operations: LabOperations = {
  CreateGroup: {
    constraints: { GroupName: name128, Path: path },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:group${input.Path ?? '/'}${input.GroupName}`],
    run(input, ctx) {
      refuseTaken(iam(ctx).groups, input.GroupName, 'Group');
      return { Group: described(addGroup(ctx.world, ctx.account, { name: input.GroupName, path: input.Path })) };
    },
  },
  GetGroup: {
    constraints: { GroupName: name128, ...paged },
    resources: (input, ctx) => groupArn(input.GroupName, ctx),
    run(input, ctx) {
      const group = find(iam(ctx).groups, input.GroupName, 'group');
      const members = byName(iam(ctx).users, '/').filter((user) => user.groups.includes(group.name));
      const { items, ...rest } = page(ctx, members, input);
      return { Group: described(group), Users: items.map(member), ...rest };
    },
  },
  ListGroups: {
    constraints: { PathPrefix: pathPrefix, ...paged },
    resources: (_input, ctx) => [`arn:aws:iam::${ctx.account.id}:group/`],
    run(input, ctx) {
      const { items, ...rest } = page(ctx, byName(iam(ctx).groups, input.PathPrefix), input);
      return { Groups: items.map(described), ...rest };
    },
  },
  ListGroupsForUser: {
    constraints: { UserName: name128, ...paged },
    resources: (input, ctx) => userArn(input.UserName, ctx),
    run(input, ctx) {
      const user = find(iam(ctx).users, input.UserName, 'user');
      const groups = byName(iam(ctx).groups, '/').filter((group) => user.groups.includes(group.name));
      const { items, ...rest } = page(ctx, groups, input);
      return { Groups: items.map(described), ...rest };
    },
  },
  AddUserToGroup: {
    constraints: { GroupName: name128, UserName: name128 },
    resources: (input, ctx) => groupArn(input.GroupName, ctx),
    run(input, ctx) {
      const group = find(iam(ctx).groups, input.GroupName, 'group');
      const user = find(iam(ctx).users, input.UserName, 'user');
      if (user.groups.includes(group.name)) return;
      if (user.groups.length >= 10) throw limit('Cannot exceed quota for GroupsPerUser: 10');
      user.groups.push(group.name);
    },
  },
  RemoveUserFromGroup: {
    constraints: { GroupName: name128, UserName: name128 },
    resources: (input, ctx) => groupArn(input.GroupName, ctx),
    run(input, ctx) {
      const group = find(iam(ctx).groups, input.GroupName, 'group');
      const user = find(iam(ctx).users, input.UserName, 'user');
      user.groups = user.groups.filter((name) => name !== group.name);
    },
  },
  DeleteGroup: {
    constraints: { GroupName: name128 },
    resources: (input, ctx) => groupArn(input.GroupName, ctx),
    run(input, ctx) {
      const group = find(iam(ctx).groups, input.GroupName, 'group');
      if (Object.values(iam(ctx).users).some((user) => user.groups.includes(group.name)))
        throw conflict('Cannot delete entity, must remove users from group first.');
      if (group.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(group.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
      delete iam(ctx).groups[group.name];
    },
  },
};
