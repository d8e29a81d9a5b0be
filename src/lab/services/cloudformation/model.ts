import type { Caller, LabContext, LabError } from '../../contract.ts';
import { iamTables, issueRoleSession } from '../../world/index.ts';
import { shelf } from '../shelf.ts';
import { invalid, type Made } from './template.ts';

/** Rows of AWS CloudFormation. Times are epoch milliseconds. Source of the words: AWS CloudFormation API Reference. */
export interface StackResource extends Made {
  name: string;
  type: string;
  failed?: string;
  /** DeletionPolicy: it stays when the stack goes. */
  retain?: true;
}
export interface StackRow {
  name: string;
  id: string;
  description?: string;
  body: string;
  parameters: { ParameterKey: string; ParameterValue: string }[];
  capabilities: string[];
  role?: string;
  tags: { Key: string; Value: string }[];
  created: number;
  doneAt: number;
  /** Why its creation was rolled back. */
  failure?: string;
  /** It failed, and what was made was to stay. */
  kept?: boolean;
  deleted?: number;
  goneAt?: number;
  protected: boolean;
  resources: StackResource[];
  outputs?: { OutputKey: string; OutputValue: string; Description?: string }[];
  /** The token of the call that made it: the same call again gives the same stack. */
  token?: string;
}
export const noStack = (name: string): LabError => invalid(`Stack with id ${name} does not exist`);
export const stacks = shelf<StackRow>('cfnStacks', noStack);
/** Deleted stacks are listed for 90 days; only by their id can they be described. */
export const isGone = (ctx: LabContext, row: StackRow): boolean => row.goneAt !== undefined && row.goneAt <= ctx.now();
export function theStack(ctx: LabContext, given: string): StackRow {
  const row = given.startsWith('arn:') ? stacks.find(ctx, given) : stacks.all(ctx).find((one) => one.name === given && !isGone(ctx, one));
  if (!row) throw noStack(given);
  return row;
}
export function status(ctx: LabContext, row: StackRow): string {
  if (row.deleted !== undefined) return isGone(ctx, row) ? 'DELETE_COMPLETE' : 'DELETE_IN_PROGRESS';
  const done = row.doneAt <= ctx.now();
  if (row.failure !== undefined && row.kept) return done ? 'CREATE_FAILED' : 'CREATE_IN_PROGRESS';
  if (row.failure !== undefined) return done ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_IN_PROGRESS';
  return done ? 'CREATE_COMPLETE' : 'CREATE_IN_PROGRESS';
}

/** Who makes a stack's resources: the caller, or the role given for it. */
export function actor(ctx: LabContext, role: string | undefined): Caller {
  if (role === undefined) return ctx.caller;
  const row = Object.values(iamTables(ctx.account).roles).find((one) => one.arn === role);
  if (!row?.trust.includes('cloudformation.amazonaws.com')) throw invalid(`Role ${role} is invalid or cannot be assumed`);
  const session = issueRoleSession(ctx.world, ctx.account, row, { seconds: 3600, sessionName: 'AWSCloudFormation' });
  return {
    account: ctx.account.id,
    type: 'AssumedRole',
    arn: session.arn,
    userId: session.userId,
    accessKeyId: session.id,
    roleName: row.name,
    sessionName: 'AWSCloudFormation',
    issuedAt: session.issuedAt,
  };
}
