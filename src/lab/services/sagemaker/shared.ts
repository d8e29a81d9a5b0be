import { type Constraint, type LabContext, LabError } from '../../contract.ts';
import { arnOf, pageOf } from '../paging.ts';

export const NAME: Constraint = { length: [0, 63], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' };
export const MAX_RESULTS: Constraint = { min: 1, max: 100 };
export const arn = (ctx: LabContext, kind: string, name: string): string => arnOf(ctx, 'sagemaker', `${kind}/${name.toLowerCase()}`);
/** SageMaker has no code of its own for an unknown name. */
export const unknown = (what: string): LabError => new LabError('ValidationException', what, { status: 400 });
export const taken = (arnOfIt: string): LabError => new LabError('ResourceInUse', `Cannot create already existing resource "${arnOfIt}".`);
export function paged<T>(ctx: LabContext, items: T[], input: any): { items: T[]; rest: { NextToken?: string } } {
  const { items: some, next } = pageOf(ctx, items, { token: input.NextToken, max: input.MaxResults, size: 10 }, [
    'ValidationException',
    'Invalid pagination token',
  ]);
  return { items: some, rest: next === undefined ? {} : { NextToken: next } };
}
