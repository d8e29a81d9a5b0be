import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import type { SsoInstance } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

interface UserRow {
  id: string;
  userName: string;
  displayName: string;
  name: object;
  emails?: object[];
  created: number;
}
interface GroupRow {
  id: string;
  displayName: string;
  description?: string;
}
interface MembershipRow {
  id: string;
  group: string;
  user: string;
}
const missing = (kind: string) => (): LabError => new LabError('ResourceNotFoundException', `${kind} not found.`, { fields: { ResourceType: kind } });
const users = shelf<UserRow>('directoryUsers', missing('USER'));
const groups = shelf<GroupRow>('directoryGroups', missing('GROUP'));
const memberships = shelf<MembershipRow>('directoryMemberships', missing('GROUP_MEMBERSHIP'));
const validation = (message: string): LabError => new LabError('ValidationException', message);
const conflict = (message: string): LabError => new LabError('ConflictException', message, { fields: { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' } });

const display: Constraint = { length: [1, 1024] };
const paged: Record<string, Constraint> = { MaxResults: { min: 1, max: 100 }, NextToken: { length: [1, 65_535] } };

function inStore(ctx: LabContext, store: string): void {
  const known = Object.values(ctx.region.tables.ssoInstances ?? {}) as SsoInstance[];
  if (!known.some((instance) => instance.storeId === store || `arn:aws:identitystore::${ctx.account.id}:identitystore/${instance.storeId}` === store))
    throw new LabError('ResourceNotFoundException', `No identity store found for identity store id ${store}`, { fields: { ResourceType: 'IDENTITY_STORE' } });
}
const arnOf = (kind: 'user' | 'group' | 'membership', one: string): string => `arn:aws:identitystore:::${kind}/${one}`;
const common = (store: string): object => ({ IdentityStoreId: store });
const user = (store: string, row: UserRow): object => ({
  ...common(store),
  UserId: row.id,
  UserArn: arnOf('user', row.id),
  Revision: '1',
  UserName: row.userName,
  DisplayName: row.displayName,
  Name: row.name,
  ...(row.emails === undefined ? {} : { Emails: row.emails }),
  UserStatus: 'ENABLED',
  CreatedAt: new Date(row.created),
});
const group = (store: string, row: GroupRow): object => ({
  ...common(store),
  GroupId: row.id,
  GroupArn: arnOf('group', row.id),
  Revision: '1',
  DisplayName: row.displayName,
  ...(row.description === undefined ? {} : { Description: row.description }),
});
const membership = (store: string, row: MembershipRow): object => ({
  ...common(store),
  MembershipId: row.id,
  MembershipArn: arnOf('membership', row.id),
  GroupId: row.group,
  MemberId: { UserId: row.user },
});
function page<T>(ctx: LabContext, all: T[], input: { NextToken?: string; MaxResults?: number }): { items: T[]; rest: { NextToken?: string } } {
  const { items, next } = ctx.page(all, input.NextToken, input.MaxResults, { size: 100 });
  return { items, rest: next === undefined ? {} : { NextToken: next } };
}
/** AttributePath is one of the few that may be searched. */
function wanted(input: any, values: Record<string, string>): boolean {
  return (input.Filters ?? []).every((filter: { AttributePath: string; AttributeValue: string }) => {
    if (!(filter.AttributePath in values)) throw validation(`Unsupported filter path ${filter.AttributePath}`);
    return values[filter.AttributePath] === filter.AttributeValue;
  });
}
const newId = (ctx: LabContext): string => ctx.uuid();

/** The directory of IAM Identity Center. */
export const operations: LabOperations = {
  CreateUser: {
    constraints: { UserName: { length: [1, 128] }, DisplayName: display },
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      if (!input.UserName || !input.DisplayName || !input.Name?.FamilyName || !input.Name?.GivenName)
        throw validation('UserName, DisplayName, Name.FamilyName and Name.GivenName are required.');
      if (users.all(ctx).some((row) => row.userName.toLowerCase() === input.UserName.toLowerCase())) throw conflict('Duplicate UserName');
      const row = {
        id: newId(ctx),
        userName: input.UserName,
        displayName: input.DisplayName,
        name: input.Name,
        ...(input.Emails === undefined ? {} : { emails: input.Emails }),
        created: ctx.now(),
      };
      users.put(ctx, row.id, row);
      return { ...common(input.IdentityStoreId), UserId: row.id, UserArn: arnOf('user', row.id), Revision: '1' };
    },
  },
  DescribeUser: {
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      return user(input.IdentityStoreId, users.get(ctx, input.UserId));
    },
  },
  ListUsers: {
    constraints: paged,
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const { items, rest } = page(
        ctx,
        users.all(ctx).filter((row) => wanted(input, { UserName: row.userName })),
        input,
      );
      return { Users: items.map((row) => user(input.IdentityStoreId, row)), ...rest };
    },
  },
  DeleteUser: {
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const row = users.get(ctx, input.UserId);
      for (const one of memberships.all(ctx)) if (one.user === row.id) memberships.drop(ctx, one.id);
      users.drop(ctx, row.id);
      return {};
    },
  },
  CreateGroup: {
    constraints: { DisplayName: display, Description: display },
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      if (!input.DisplayName) throw validation('DisplayName is required.');
      if (groups.all(ctx).some((row) => row.displayName === input.DisplayName)) throw conflict('Duplicate GroupDisplayName');
      const row = { id: newId(ctx), displayName: input.DisplayName, ...(input.Description === undefined ? {} : { description: input.Description }) };
      groups.put(ctx, row.id, row);
      return { ...common(input.IdentityStoreId), GroupId: row.id, GroupArn: arnOf('group', row.id), Revision: '1' };
    },
  },
  ListGroups: {
    constraints: paged,
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const { items, rest } = page(
        ctx,
        groups.all(ctx).filter((row) => wanted(input, { DisplayName: row.displayName })),
        input,
      );
      return { Groups: items.map((row) => group(input.IdentityStoreId, row)), ...rest };
    },
  },
  CreateGroupMembership: {
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const of = { group: groups.get(ctx, input.GroupId).id, user: users.get(ctx, input.MemberId?.UserId).id };
      if (memberships.all(ctx).some((row) => row.group === of.group && row.user === of.user)) throw conflict('Member and Group relationship already exists.');
      const row = { id: newId(ctx), ...of };
      memberships.put(ctx, row.id, row);
      return { ...common(input.IdentityStoreId), MembershipId: row.id, MembershipArn: arnOf('membership', row.id) };
    },
  },
  ListGroupMemberships: {
    constraints: paged,
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const { id: of } = groups.get(ctx, input.GroupId);
      const { items, rest } = page(
        ctx,
        memberships.all(ctx).filter((row) => row.group === of),
        input,
      );
      return { GroupMemberships: items.map((row) => membership(input.IdentityStoreId, row)), ...rest };
    },
  },
  ListGroupMembershipsForMember: {
    constraints: paged,
    run(input, ctx) {
      inStore(ctx, input.IdentityStoreId);
      const { id: of } = users.get(ctx, input.MemberId?.UserId);
      const { items, rest } = page(
        ctx,
        memberships.all(ctx).filter((row) => row.user === of),
        input,
      );
      return { GroupMemberships: items.map((row) => membership(input.IdentityStoreId, row)), ...rest };
    },
  },
};
