import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { accountEmail, addOrganization, attachFullAccess, enableScp, leaveOrganization, letters, type OrganizationRow, SCP } from '../../world/index.ts';
import { accountId, arnOf, constraint, describedAccount, invalid, managed, membership, notFound, POLICY_TYPES, page, paged, readable } from './shared.ts';

const rootId = { length: [0, 34] as [number, number], pattern: '^r-[0-9a-z]{4,32}$' };
const policyType = { enum: POLICY_TYPES };
const servicePrincipal = { length: [1, 128] as [number, number], pattern: '[\\w+=,.@-]*' };

const described = (ctx: LabContext, row: OrganizationRow): object => ({
  Id: row.id,
  Arn: `arn:aws:organizations::${row.management}:organization/${row.id}`,
  FeatureSet: 'ALL',
  MasterAccountArn: arnOf(row, 'account', row.management),
  MasterAccountId: row.management,
  MasterAccountEmail: accountEmail(ctx.world.accounts[row.management]!),
  AvailablePolicyTypes: [{ Type: SCP, Status: 'ENABLED' }],
});
const rootOf = (row: OrganizationRow): object => ({
  Id: row.root,
  Arn: arnOf(row, 'root', row.root),
  Name: 'Root',
  PolicyTypes: row.policyTypes.map((Type) => ({ Type, Status: 'ENABLED' })),
});
function theRoot(ctx: LabContext, id: string): OrganizationRow {
  const row = managed(ctx);
  if (row.root !== id) throw notFound('Root', "We can't find a root with the RootId that you specified.");
  return row;
}
function leave(ctx: LabContext, row: OrganizationRow, id: string): void {
  if (id === row.management) throw new LabError('MasterCannotLeaveOrganizationException', "You can't remove the management account from the organization.");
  if (!row.members[id]) throw notFound('Account', "You specified an account that doesn't exist.");
  leaveOrganization(ctx.world, row, id);
}

export const operations: LabOperations = {
  CreateOrganization: {
    constraints: { FeatureSet: { enum: ['ALL', 'CONSOLIDATED_BILLING'] } },
    run(input, ctx) {
      if (ctx.account.tables.organization) throw new LabError('AlreadyInOrganizationException', 'The account is already a member of an organization.');
      if (input.FeatureSet === 'CONSOLIDATED_BILLING') throw invalid('UNSUPPORTED_FEATURE', 'The lab makes organizations with all features only.');
      return { Organization: described(ctx, addOrganization(ctx.world, ctx.account)) };
    },
  },
  DescribeOrganization: { run: (_input, ctx) => ({ Organization: described(ctx, membership(ctx)) }) },
  DescribeAccount: {
    constraints: { AccountId: accountId },
    run: (input, ctx) => ({ Account: describedAccount(ctx, readable(ctx), input.AccountId) }),
  },
  ListAccounts: {
    constraints: paged,
    run(input, ctx) {
      const row = readable(ctx);
      const ids = Object.keys(row.members).sort();
      const { items, rest } = page(ctx, ids, input);
      return { Accounts: items.map((id) => describedAccount(ctx, row, id)), ...rest };
    },
  },
  ListRoots: { constraints: paged, run: (_input, ctx) => ({ Roots: [rootOf(readable(ctx))] }) },
  ListParents: {
    constraints: { ChildId: { length: [0, 100] }, ...paged },
    run(input, ctx) {
      const row = readable(ctx);
      const parent = row.members[input.ChildId]?.parent ?? row.units[input.ChildId]?.parent;
      if (parent === undefined) throw notFound('Child', "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.");
      return { Parents: [{ Id: parent, Type: parent === row.root ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] };
    },
  },
  CreateOrganizationalUnit: {
    constraints: { ParentId: { length: [0, 100] }, Name: { length: [1, 128] } },
    run(input, ctx) {
      const row = managed(ctx);
      if (input.ParentId !== row.root && !row.units[input.ParentId])
        throw notFound('Parent', "We can't find a root or OU with the ParentId that you specified.");
      if (Object.values(row.units).some((unit) => unit.parent === input.ParentId && unit.name === input.Name))
        throw new LabError('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.');
      const id = `ou-${row.root.slice(2)}-${letters(ctx.world, 8).toLowerCase()}`;
      row.units[id] = { id, name: input.Name, parent: input.ParentId };
      attachFullAccess(row, id);
      return { OrganizationalUnit: { Id: id, Arn: arnOf(row, 'ou', id), Name: input.Name } };
    },
  },
  MoveAccount: {
    constraints: { AccountId: accountId, SourceParentId: { length: [0, 100] }, DestinationParentId: { length: [0, 100] } },
    run(input, ctx) {
      const row = managed(ctx);
      const member = row.members[input.AccountId];
      if (!member) throw notFound('Account', "You specified an account that doesn't exist.");
      if (member.parent !== input.SourceParentId) throw notFound('SourceParent', 'The account is not under the source parent.');
      if (input.DestinationParentId !== row.root && !row.units[input.DestinationParentId]) throw notFound('DestinationParent', 'There is no such parent.');
      member.parent = input.DestinationParentId;
    },
  },
  EnablePolicyType: {
    constraints: { RootId: rootId, PolicyType: policyType },
    run(input, ctx) {
      const row = theRoot(ctx, input.RootId);
      if (row.policyTypes.includes(input.PolicyType))
        throw new LabError('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled in the specified root.');
      if (input.PolicyType === SCP) enableScp(row);
      else row.policyTypes.push(input.PolicyType);
      return { Root: rootOf(row) };
    },
  },
  DisablePolicyType: {
    constraints: { RootId: rootId, PolicyType: policyType },
    run(input, ctx) {
      const row = theRoot(ctx, input.RootId);
      if (!row.policyTypes.includes(input.PolicyType))
        throw new LabError('PolicyTypeNotEnabledException', "The specified policy type isn't currently enabled in this root.");
      row.policyTypes = row.policyTypes.filter((type) => type !== input.PolicyType);
      // Policies of a type that is switched off are attached nowhere any more.
      for (const [id, attached] of Object.entries(row.attached))
        row.attached[id] = attached.filter((policy) => row.policies[policy]?.type !== input.PolicyType);
      return { Root: rootOf(row) };
    },
  },
  LeaveOrganization: {
    run(_input, ctx) {
      leave(ctx, membership(ctx), ctx.account.id);
    },
  },
  RemoveAccountFromOrganization: {
    constraints: { AccountId: accountId },
    run(input, ctx) {
      leave(ctx, managed(ctx), input.AccountId);
    },
  },
  EnableAWSServiceAccess: {
    constraints: { ServicePrincipal: servicePrincipal },
    run(input, ctx) {
      managed(ctx).services[input.ServicePrincipal] ??= ctx.now();
    },
  },
  DisableAWSServiceAccess: {
    constraints: { ServicePrincipal: servicePrincipal },
    run(input, ctx) {
      const row = managed(ctx);
      if (row.services[input.ServicePrincipal] === undefined) throw invalid('INVALID_PRINCIPAL', 'The service principal is not enabled.');
      delete row.services[input.ServicePrincipal];
    },
  },
  ListAWSServiceAccessForOrganization: {
    constraints: paged,
    run(input, ctx) {
      const { items, rest } = page(ctx, Object.entries(readable(ctx).services), input);
      return { EnabledServicePrincipals: items.map(([ServicePrincipal, since]) => ({ ServicePrincipal, DateEnabled: new Date(since) })), ...rest };
    },
  },
  RegisterDelegatedAdministrator: {
    constraints: { AccountId: accountId, ServicePrincipal: servicePrincipal },
    run(input, ctx) {
      const row = managed(ctx);
      if (!row.members[input.AccountId]) throw notFound('Account', "You specified an account that doesn't exist.");
      if (input.AccountId === row.management)
        throw constraint(
          'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
          'You cannot register master account as delegated administrator for your organization.',
        );
      const own = (row.delegated[input.AccountId] ??= {});
      if (own[input.ServicePrincipal] !== undefined)
        throw new LabError('AccountAlreadyRegisteredException', 'The specified account is already a delegated administrator for this AWS service.');
      own[input.ServicePrincipal] = ctx.now();
    },
  },
  ListDelegatedAdministrators: {
    constraints: { ServicePrincipal: servicePrincipal, ...paged },
    run(input, ctx) {
      const row = readable(ctx);
      const all = Object.entries(row.delegated).filter(([, services]) => (input.ServicePrincipal ?? Object.keys(services)[0]!) in services);
      const { items, rest } = page(ctx, all, input);
      const since = (services: Record<string, number>): Date => new Date(Math.min(...Object.values(services)));
      return {
        DelegatedAdministrators: items.map(([id, services]) => ({ ...describedAccount(ctx, row, id), DelegationEnabledDate: since(services) })),
        ...rest,
      };
    },
  },
};
