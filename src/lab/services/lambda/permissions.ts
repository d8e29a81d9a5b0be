import { LabError, type LabOperations } from '../../contract.ts';
import { conflict, functionResource, notFound, type Statement, theFunction } from './model.ts';

const MAX_POLICY = 20_480; // bytes: Lambda quotas, "Function resource-based policy"
const sid = { length: [1, 100] as [number, number], pattern: '([a-zA-Z0-9-_]+)' };

/** Who a statement names, as Lambda writes it into the policy. */
export function principal(given: string): Statement['Principal'] {
  if (given === '*') return '*';
  if (/^\d{12}$/.test(given)) return { AWS: `arn:aws:iam::${given}:root` };
  return given.startsWith('arn:') ? { AWS: given } : { Service: given };
}
function condition(input: any): Statement['Condition'] {
  const equals = {
    ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
    ...(input.EventSourceToken !== undefined && { 'lambda:EventSourceToken': input.EventSourceToken }),
  };
  const all = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl !== undefined && { Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) } }),
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

export const operations: LabOperations = {
  AddPermission: {
    mutates: true,
    constraints: {
      FunctionName: { length: [1, 256] },
      StatementId: sid,
      Action: { pattern: '(lambda:[*]|lambda:[a-zA-Z]+|[*])' },
      Principal: { pattern: '[^\\s]+' },
      SourceAccount: { pattern: '\\d{12}' },
      PrincipalOrgID: { length: [12, 34], pattern: 'o-[a-z0-9]{10,32}' },
      FunctionUrlAuthType: { enum: ['NONE', 'AWS_IAM'] },
    },
    resources: functionResource,
    conditions: (input) => ({ 'lambda:Principal': input.Principal }),
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      if (row.policy.some((one) => one.Sid === input.StatementId))
        throw conflict(`The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`);
      const statement: Statement = {
        Sid: input.StatementId,
        Effect: 'Allow',
        Principal: principal(input.Principal),
        Action: input.Action,
        Resource: input.Qualifier === undefined ? row.arn : `${row.arn}:${input.Qualifier}`,
        Condition: condition(input),
      };
      if (JSON.stringify([...row.policy, statement]).length > MAX_POLICY)
        throw new LabError('PolicyLengthExceededException', `The final policy size is bigger than the limit (${MAX_POLICY}).`);
      row.policy.push(statement);
      return { Statement: JSON.stringify(statement) };
    },
  },
  RemovePermission: {
    mutates: true,
    constraints: { FunctionName: { length: [1, 256] }, StatementId: { length: [1, 100], pattern: '([a-zA-Z0-9-_.]+)' } },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      if (!row.policy.some((one) => one.Sid === input.StatementId)) throw notFound('The resource you requested does not exist.');
      row.policy = row.policy.filter((one) => one.Sid !== input.StatementId);
      return {};
    },
  },
  GetPolicy: {
    constraints: { FunctionName: { length: [1, 256] } },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      const resource = input.Qualifier === undefined ? row.arn : `${row.arn}:${input.Qualifier}`;
      const Statement = row.policy.filter((one) => one.Resource === resource);
      if (Statement.length === 0) throw notFound('The resource you requested does not exist.');
      return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }), RevisionId: row.revision };
    },
  },
};
