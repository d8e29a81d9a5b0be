import type { LabContext, LabOperations } from '../../contract.ts';
import { provision } from '../../world/index.ts';
import {
  accountId,
  assignments,
  begin,
  instanceArn,
  named,
  page,
  paged,
  requestId,
  requests,
  resources,
  status,
  theInstance,
  theSet,
  validation,
} from './shared.ts';

const principalType = { enum: ['USER', 'GROUP'] };
const principalId = {
  length: [1, 47] as [number, number],
  pattern: '([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}',
};
const asked = { ...named, TargetId: accountId, TargetType: { enum: ['AWS_ACCOUNT'] }, PrincipalType: principalType, PrincipalId: principalId };
const keyOf = (input: any): string => [input.TargetId, input.PermissionSetArn, input.PrincipalType, input.PrincipalId].join('|');
const about = (input: any): Record<string, string> => ({
  TargetId: input.TargetId,
  TargetType: 'AWS_ACCOUNT',
  PermissionSetArn: input.PermissionSetArn,
  PrincipalType: input.PrincipalType,
  PrincipalId: input.PrincipalId,
});
const exists = (ctx: LabContext, input: any): boolean =>
  input.PrincipalId in (ctx.region.tables[input.PrincipalType === 'USER' ? 'directoryUsers' : 'directoryGroups'] ?? {});

/** Who may use which permission set in which account. */
export const operations: LabOperations = {
  CreateAccountAssignment: {
    constraints: asked,
    resources,
    run(input, ctx) {
      const set = theSet(ctx, input);
      const account = ctx.world.accounts[input.TargetId];
      if (!account) throw validation(`The account ${input.TargetId} is not valid.`);
      if (!exists(ctx, input)) throw validation(`The principal ${input.PrincipalId} was not found.`);
      assignments.put(ctx, keyOf(input), {
        account: account.id,
        permissionSet: set.arn,
        principalType: input.PrincipalType,
        principalId: input.PrincipalId,
        created: ctx.now(),
      });
      provision(ctx.world, account, ctx.region.name, set);
      return { AccountAssignmentCreationStatus: status(ctx, begin(ctx, about(input))) };
    },
  },
  DescribeAccountAssignmentCreationStatus: {
    constraints: { InstanceArn: instanceArn, AccountAssignmentCreationRequestId: requestId },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      return { AccountAssignmentCreationStatus: status(ctx, requests.get(ctx, input.AccountAssignmentCreationRequestId)) };
    },
  },
  DeleteAccountAssignment: {
    constraints: asked,
    resources,
    run(input, ctx) {
      theSet(ctx, input);
      assignments.get(ctx, keyOf(input));
      assignments.drop(ctx, keyOf(input));
      return { AccountAssignmentDeletionStatus: status(ctx, begin(ctx, about(input))) };
    },
  },
  DescribeAccountAssignmentDeletionStatus: {
    constraints: { InstanceArn: instanceArn, AccountAssignmentDeletionRequestId: requestId },
    resources,
    run(input, ctx) {
      theInstance(ctx, input.InstanceArn);
      return { AccountAssignmentDeletionStatus: status(ctx, requests.get(ctx, input.AccountAssignmentDeletionRequestId)) };
    },
  },
  ListAccountAssignments: {
    constraints: { ...named, AccountId: accountId, ...paged },
    resources,
    run(input, ctx) {
      const set = theSet(ctx, input);
      const all = assignments.all(ctx).filter((row) => row.permissionSet === set.arn && row.account === input.AccountId);
      const { items, rest } = page(ctx, all, input);
      const told = items.map((row) => ({
        AccountId: row.account,
        PermissionSetArn: row.permissionSet,
        PrincipalType: row.principalType,
        PrincipalId: row.principalId,
      }));
      return { AccountAssignments: told, ...rest };
    },
  },
};
