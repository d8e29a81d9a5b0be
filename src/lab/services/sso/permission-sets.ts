import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { awsManaged, hex, type PermissionSetRow, policyFault, provision, reservedRole } from '../../world/index.ts';
import {
  accountId,
  allInstances,
  assignments,
  begin,
  conflict,
  instanceArn,
  named,
  page,
  paged,
  permissionSets,
  requestId,
  requests,
  resources,
  status,
  theInstance,
  theSet,
  validation,
} from './shared.ts';

const name = { length: [1, 32] as [number, number], pattern: '[\\w+=,.@-]+' };
const description = { length: [1, 700] as [number, number] };
const duration = { length: [1, 100] as [number, number] };
const document = { length: [1, 32_768] as [number, number] };
const managedArn = { length: [20, 2048] as [number, number] };
const LATEST = ['LATEST_PERMISSION_SET_PROVISIONED', 'LATEST_PERMISSION_SET_NOT_PROVISIONED'] as const;

const described = (row: PermissionSetRow): object => ({
  Name: row.name,
  PermissionSetArn: row.arn,
  ...(row.description === undefined ? {} : { Description: row.description }),
  CreatedDate: new Date(row.created),
  SessionDuration: row.sessionDuration,
});
/** What was changed since it was last provisioned does not count in the account yet. */
const isLatest = (row: PermissionSetRow, account: string): boolean => (row.provisioned[account] ?? -1) >= row.changed;
const touched = (row: PermissionSetRow, ctx: LabContext): void => {
  // Later than any provisioning, also within one millisecond.
  row.changed = Math.max(ctx.now(), ...Object.values(row.provisioned).map((time) => time + 1));
};
const wanted = (input: { ProvisioningStatus?: string }, latest: boolean): boolean =>
  input.ProvisioningStatus === undefined || (input.ProvisioningStatus === LATEST[0]) === latest;

export const operations: LabOperations = {
  ListInstances: {
    constraints: paged,
    run(input, ctx) {
      const { items, rest } = page(ctx, allInstances(ctx), input);
      return {
        Instances: items.map((row) => ({
          InstanceArn: row.arn,
          IdentityStoreId: row.storeId,
          OwnerAccountId: ctx.account.id,
          Name: row.name,
          CreatedDate: new Date(row.created),
          Status: 'ACTIVE',
        })),
        ...rest,
      };
    },
  },
  CreatePermissionSet: {
    constraints: { Name: name, Description: description, InstanceArn: instanceArn, SessionDuration: duration },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      if (permissionSets.all(ctx).some((row) => row.name === input.Name)) throw conflict(`PermissionSet with name ${input.Name} already exists.`);
      if (permissionSets.all(ctx).length >= 2000) throw new LabError('ServiceQuotaExceededException', 'You have exceeded the number of permission sets.');
      const arn = `${String(input.InstanceArn).replace(':instance/', ':permissionSet/')}/ps-${hex(ctx.world, 16)}`;
      const row: PermissionSetRow = {
        arn,
        name: input.Name,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        created: ctx.now(),
        sessionDuration: input.SessionDuration ?? 'PT1H',
        managed: [],
        provisioned: {},
        changed: ctx.now(),
      };
      permissionSets.put(ctx, arn, row);
      return { PermissionSet: described(row) };
    },
  },
  DescribePermissionSet: { constraints: named, resources, run: (input, ctx) => ({ PermissionSet: described(theSet(ctx, input)) }) },
  UpdatePermissionSet: {
    constraints: { ...named, Description: description, SessionDuration: duration },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      row.description = input.Description ?? row.description;
      row.sessionDuration = input.SessionDuration ?? row.sessionDuration;
      touched(row, ctx);
      return {};
    },
  },
  DeletePermissionSet: {
    constraints: named,
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      if (assignments.all(ctx).some((one) => one.permissionSet === row.arn)) throw conflict('PermissionSet has ApplicationProfile associated with it.');
      for (const id of Object.keys(row.provisioned)) {
        const account = ctx.world.accounts[id];
        const role = account && reservedRole(account, row);
        if (role) delete account.tables.roles![role.name];
      }
      permissionSets.drop(ctx, row.arn);
      return {};
    },
  },
  ListPermissionSets: {
    constraints: { InstanceArn: instanceArn, ...paged },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      const { items, rest } = page(ctx, permissionSets.all(ctx), input);
      return { PermissionSets: items.map((row) => row.arn), ...rest };
    },
  },
  ListPermissionSetsProvisionedToAccount: {
    constraints: { InstanceArn: instanceArn, AccountId: accountId, ProvisioningStatus: { enum: LATEST }, ...paged },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      const there = permissionSets.all(ctx).filter((row) => input.AccountId in row.provisioned && wanted(input, isLatest(row, input.AccountId)));
      const { items, rest } = page(ctx, there, input);
      return { PermissionSets: items.map((row) => row.arn), ...rest };
    },
  },
  ListAccountsForProvisionedPermissionSet: {
    constraints: { ...named, ProvisioningStatus: { enum: LATEST }, ...paged },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      const accounts = Object.keys(row.provisioned).filter((id) => wanted(input, isLatest(row, id)));
      const { items, rest } = page(ctx, accounts, input);
      return { AccountIds: items, ...rest };
    },
  },
  GetInlinePolicyForPermissionSet: { constraints: named, resources, run: (input, ctx) => ({ InlinePolicy: theSet(ctx, input).inline ?? '' }) },
  PutInlinePolicyToPermissionSet: {
    constraints: { ...named, InlinePolicy: document },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      const fault = policyFault(input.InlinePolicy);
      if (fault) throw validation(`Policy document is malformed: ${fault}`);
      row.inline = input.InlinePolicy;
      touched(row, ctx);
      return {};
    },
  },
  DeleteInlinePolicyFromPermissionSet: {
    constraints: named,
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      delete row.inline;
      touched(row, ctx);
      return {};
    },
  },
  AttachManagedPolicyToPermissionSet: {
    constraints: { ...named, ManagedPolicyArn: managedArn },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      if (!awsManaged[input.ManagedPolicyArn]) throw validation(`${input.ManagedPolicyArn} is not an AWS managed policy.`);
      if (row.managed.includes(input.ManagedPolicyArn)) throw conflict('Permission set already has a policy with this ARN attached.');
      row.managed.push(input.ManagedPolicyArn);
      touched(row, ctx);
      return {};
    },
  },
  DetachManagedPolicyFromPermissionSet: {
    constraints: { ...named, ManagedPolicyArn: managedArn },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      if (!row.managed.includes(input.ManagedPolicyArn)) throw new LabError('ResourceNotFoundException', 'The policy is not attached to the permission set.');
      row.managed = row.managed.filter((arn) => arn !== input.ManagedPolicyArn);
      touched(row, ctx);
      return {};
    },
  },
  ListManagedPoliciesInPermissionSet: {
    constraints: { ...named, ...paged },
    resources,
    run(input, ctx) {
      const { items, rest } = page(ctx, theSet(ctx, input).managed, input);
      return { AttachedManagedPolicies: items.map((Arn) => ({ Name: Arn.split('/').at(-1), Arn })), ...rest };
    },
  },
  /** Only now do changes reach the roles AWSReservedSSO_* of the accounts. */
  ProvisionPermissionSet: {
    constraints: { ...named, TargetId: accountId, TargetType: { enum: ['AWS_ACCOUNT', 'ALL_PROVISIONED_ACCOUNTS'] } },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input);
      if (input.TargetType === 'AWS_ACCOUNT' && input.TargetId === undefined) throw validation('TargetId is required when TargetType is AWS_ACCOUNT.');
      const targets = input.TargetType === 'AWS_ACCOUNT' ? [input.TargetId] : Object.keys(row.provisioned);
      for (const id of targets) {
        const account = ctx.world.accounts[id];
        if (!account || row.provisioned[id] === undefined) throw validation(`The permission set is not provisioned to the account ${id}.`);
        provision(ctx.world, account, ctx.region.name, row);
      }
      const request = begin(ctx, { PermissionSetArn: row.arn, ...(input.TargetId === undefined ? {} : { AccountId: input.TargetId }) });
      return { PermissionSetProvisioningStatus: status(ctx, request) };
    },
  },
  DescribePermissionSetProvisioningStatus: {
    constraints: { InstanceArn: instanceArn, ProvisionPermissionSetRequestId: requestId },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      return { PermissionSetProvisioningStatus: status(ctx, requests.get(ctx, input.ProvisionPermissionSetRequestId)) };
    },
  },
};
