import { type Constraint, type LabContext, LabError } from '../../contract.ts';
import type { AssignmentRow, PermissionSetRow, SsoInstance } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

const missing = (message: string): LabError => new LabError('ResourceNotFoundException', message);
export const conflict = (message: string): LabError => new LabError('ConflictException', message);
export const validation = (message: string): LabError => new LabError('ValidationException', message);

const instances = shelf<SsoInstance>('ssoInstances', (arn) => missing(`The instance ${arn} was not found.`));
export const permissionSets = shelf<PermissionSetRow>('permissionSets', (arn) => missing(`Could not find PermissionSet with id ${arn.split('/').at(-1)}`));
export const assignments = shelf<AssignmentRow>('ssoAssignments', () => missing('Received a 404 status error: not found'));
/** Requests that take a while: provisioning, creating and deleting assignments. */
export interface RequestRow {
  id: string;
  created: number;
  done: number;
  about: Record<string, string>;
}
export const requests = shelf<RequestRow>('ssoRequests', (id) => missing(`Could not find the request ${id}.`));
export const allInstances = (ctx: LabContext): SsoInstance[] => instances.all(ctx);
export const theInstance = (ctx: LabContext, arn: string): SsoInstance => instances.get(ctx, arn);

export const instanceArn: Constraint = { length: [10, 1224], pattern: 'arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}' };
export const permissionSetArn: Constraint = {
  length: [10, 1224],
  pattern: 'arn:aws(-[a-z]{1,5}){0,3}:sso:::permissionSet/(sso)?ins-[a-zA-Z0-9-.]{16}/ps-[a-zA-Z0-9-./]{16}',
};
export const accountId: Constraint = { length: [12, 12], pattern: '\\d{12}' };
export const requestId: Constraint = { length: [36, 36] };
export const paged: Record<string, Constraint> = { MaxResults: { min: 1, max: 100 }, NextToken: { length: [0, 2048] } };
export const named: Record<string, Constraint> = { InstanceArn: instanceArn, PermissionSetArn: permissionSetArn };

export function theSet(ctx: LabContext, input: { InstanceArn: string; PermissionSetArn: string }): PermissionSetRow {
  theInstance(ctx, input.InstanceArn);
  return permissionSets.get(ctx, input.PermissionSetArn);
}
export const resources = (input: any): string[] => [input.PermissionSetArn ?? input.InstanceArn];

export function page<T>(ctx: LabContext, items: T[], input: { NextToken?: string; MaxResults?: number }): { items: T[]; rest: { NextToken?: string } } {
  const { items: cut, next } = ctx.page(items, input.NextToken, input.MaxResults, { size: 100 });
  return { items: cut, rest: next === undefined ? {} : { NextToken: next } };
}
/** The change is made at once; AWS only says so after a moment. */
export function begin(ctx: LabContext, about: Record<string, string>): RequestRow {
  const id = ctx.uuid();
  return requests.put(ctx, id, { id, created: ctx.now(), done: ctx.due(4), about });
}
export const status = (ctx: LabContext, row: RequestRow): Record<string, unknown> => ({
  Status: ctx.now() >= row.done ? 'SUCCEEDED' : 'IN_PROGRESS',
  RequestId: row.id,
  CreatedDate: new Date(row.created),
  ...row.about,
});
