import { glob } from './glob.ts';
import type { Policy, Statement } from './read.ts';

/** A statement's word on one action, wherever it applies. */
export const names = (statement: Statement, action: string): boolean =>
  statement.actions
    ? statement.actions.some((pattern) => glob(pattern, action))
    : statement.notActions !== undefined && !statement.notActions.some((pattern) => glob(pattern, action));

const EVERYWHERE = new Set(['*', 'arn:aws:*', 'arn:*', 'arn:*:*', '*:*']);
/** The statement is for every resource there is. A policy on a resource has no need to say it. */
export const everywhere = (statement: Statement): boolean =>
  statement.resources
    ? statement.resources.some((resource) => EVERYWHERE.has(resource))
    : statement.notResources !== undefined || statement.principals !== undefined;

export interface Allowed {
  readonly action: string;
  /** Undefined: on everything. */
  readonly on: readonly string[] | undefined;
  readonly conditional: boolean;
}
/**
 * What a policy says of one action; undefined when nothing allows it. A Deny counts when it has no condition and is for all resources, or for the same
 * ones: what a narrower one leaves over is allowed.
 */
export function allowed(policy: Policy, action: string): Allowed | undefined {
  const asked = action.toLowerCase();
  const of = (effect: Statement['effect']) => policy.statements.filter((statement) => statement.effect === effect && names(statement, asked));
  const denies = of('Deny').filter(({ conditions }) => conditions.length === 0);
  if (denies.some(everywhere)) return undefined;
  const taken = denies.flatMap(({ resources }) => resources ?? []);
  const left = of('Allow').flatMap((statement): Omit<Allowed, 'action'>[] => {
    if (everywhere(statement)) return [{ on: undefined, conditional: statement.conditions.length > 0 }];
    const on = (statement.resources ?? []).filter((resource) => !taken.some((pattern) => pattern === resource || glob(pattern, resource)));
    return on.length === 0 ? [] : [{ on, conditional: statement.conditions.length > 0 }];
  });
  if (left.length === 0) return undefined;
  const free = left.filter(({ conditional }) => !conditional);
  const best = free.length > 0 ? free : left;
  return { action, on: best.some(({ on }) => on === undefined) ? undefined : best.flatMap(({ on }) => on ?? []), conditional: free.length === 0 };
}
