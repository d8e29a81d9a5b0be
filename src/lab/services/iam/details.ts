import type { LabContext, LabOperations } from '../../contract.ts';
import { awsManaged, type Principal } from '../../world/index.ts';
import { describedProfile } from './instance-profiles.ts';
import { describedPolicy, describedVersion, policyRow } from './policies.ts';
import { boundary, byName, date, encoded, exists, iam, info, managedPolicyName, noSuchEntity, page, paged, tagList } from './shared.ts';

const inline = (row: Principal): object[] => Object.entries(row.inline).map(([PolicyName, text]) => ({ PolicyName, PolicyDocument: encoded(text) }));
const attached = (ctx: LabContext, row: Principal): object[] => row.attached.map((PolicyArn) => ({ PolicyName: managedPolicyName(ctx, PolicyArn), PolicyArn }));
const tags = (row: Principal): object => (Object.keys(row.tags).length > 0 ? { Tags: tagList(row.tags) } : {});

type Detail = { list: 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies'; value: object };

function details(ctx: LabContext, filter: string[] | undefined): Detail[] {
  const wants = (kind: string): boolean => filter === undefined || filter.length === 0 || filter.includes(kind);
  const tables = iam(ctx);
  const common = (row: Principal): object => ({ Path: row.path, Arn: row.arn, CreateDate: date(row.created), AttachedManagedPolicies: attached(ctx, row) });
  const users = byName(tables.users, '/').map((row) => ({
    list: 'UserDetailList' as const,
    value: { ...common(row), UserName: row.name, UserId: row.id, UserPolicyList: inline(row), GroupList: row.groups, ...boundary(row), ...tags(row) },
  }));
  const groups = byName(tables.groups, '/').map((row) => ({
    list: 'GroupDetailList' as const,
    value: { ...common(row), GroupName: row.name, GroupId: row.id, GroupPolicyList: inline(row) },
  }));
  const roles = byName(tables.roles, '/').map((row) => ({
    list: 'RoleDetailList' as const,
    value: {
      ...common(row),
      RoleName: row.name,
      RoleId: row.id,
      AssumeRolePolicyDocument: encoded(row.trust),
      InstanceProfileList: byName(tables.instanceProfiles, '/')
        .filter((profile) => profile.roles.includes(row.name))
        .map((profile) => describedProfile(ctx, profile)),
      RolePolicyList: inline(row),
      RoleLastUsed: row.lastUsed ? { LastUsedDate: date(row.lastUsed.time), Region: row.lastUsed.region } : {},
      ...boundary(row),
      ...tags(row),
    },
  }));
  const policy = (arn: string): Detail => {
    const row = policyRow(ctx, arn);
    return {
      list: 'Policies',
      value: { ...describedPolicy(ctx, row), PolicyVersionList: Object.keys(row.versions).map((id) => describedVersion(row, id, true)) },
    };
  };
  // Without a filter AWS lists only those of its own policies that are attached somewhere.
  const used = new Set([...Object.values(tables.users), ...Object.values(tables.roles), ...Object.values(tables.groups)].flatMap((row) => row.attached));
  return [
    ...(wants('User') ? users : []),
    ...(wants('Group') ? groups : []),
    ...(wants('Role') ? roles : []),
    ...(wants('LocalManagedPolicy') ? Object.keys(tables.policies).sort().map(policy) : []),
    ...(wants('AWSManagedPolicy')
      ? Object.keys(awsManaged)
          .filter((arn) => used.has(arn))
          .sort()
          .map(policy)
      : []),
  ];
}

export const operations: LabOperations = {
  GetAccountAuthorizationDetails: {
    constraints: { 'Filter[]': { enum: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] }, ...paged },
    run(input, ctx) {
      const { items, ...rest } = page(ctx, details(ctx, input.Filter), input);
      const of = (list: Detail['list']): object[] => items.filter((item) => item.list === list).map((item) => item.value);
      return {
        UserDetailList: of('UserDetailList'),
        GroupDetailList: of('GroupDetailList'),
        RoleDetailList: of('RoleDetailList'),
        Policies: of('Policies'),
        ...rest,
      };
    },
  },
  GetAccountSummary: {
    run(_input, ctx) {
      const tables = iam(ctx);
      const count = (table: object): number => Object.keys(table).length;
      const mfa = Object.values(tables.credentials).filter((row) => row.kind === 'mfa');
      return {
        SummaryMap: {
          Users: count(tables.users),
          UsersQuota: 5000,
          Groups: count(tables.groups),
          GroupsQuota: 300,
          Roles: count(tables.roles),
          RolesQuota: 1000,
          Policies: count(tables.policies),
          PoliciesQuota: 1500,
          InstanceProfiles: count(tables.instanceProfiles),
          InstanceProfilesQuota: 1000,
          AccessKeysPerUserQuota: 2,
          AttachedPoliciesPerUserQuota: 10,
          AttachedPoliciesPerRoleQuota: 10,
          AttachedPoliciesPerGroupQuota: 10,
          GroupsPerUserQuota: 10,
          VersionsPerPolicyQuota: 5,
          PolicySizeQuota: 6144,
          MFADevices: mfa.length,
          MFADevicesInUse: mfa.length,
          AccountMFAEnabled: info(ctx).rootMfa ? 1 : 0,
          AccountAccessKeysPresent: Object.values(tables.accessKeys).some((key) => key.user === null) ? 1 : 0,
        },
      };
    },
  },
  ListAccountAliases: {
    constraints: paged,
    run(_input, ctx) {
      const { alias } = info(ctx);
      return { AccountAliases: alias === null ? [] : [alias], IsTruncated: false };
    },
  },
  CreateAccountAlias: {
    constraints: { AccountAlias: { length: [3, 63], pattern: '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$' } },
    run(input, ctx) {
      const taken = Object.values(ctx.world.accounts).some(
        (account) => account !== ctx.account && account.tables.settings?.account.alias === input.AccountAlias,
      );
      if (taken) throw exists(`The account alias ${input.AccountAlias} already exists.`);
      info(ctx).alias = input.AccountAlias;
    },
  },
  DeleteAccountAlias: {
    constraints: { AccountAlias: { length: [3, 63], pattern: '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$' } },
    run(input, ctx) {
      if (info(ctx).alias !== input.AccountAlias) throw noSuchEntity(`The account alias ${input.AccountAlias} cannot be found.`);
      info(ctx).alias = null;
    },
  },
};
