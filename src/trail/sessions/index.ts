import { forwardsOf } from './forwards.ts';
import { issuesOf } from './issues.ts';
import { anywhereOf, peopleOf } from './people.ts';
import { signInsOf } from './sign-ins.ts';
import { stolenOf } from './stolen.ts';
import type { Edge, Queryable, Stolen } from './words.ts';

export { type Branch, type Closure, closure, type Start } from './closure.ts';
export type { Edge, Queryable, Sign, Stolen } from './words.ts';

export interface Sessions {
  /** One for each credential that was issued, oldest first. */
  readonly edges: readonly Edge[];
  /** Sessions used where they do not belong, the most convincing first. */
  readonly stolen: readonly Stolen[];
  /** Credentials that were issued and never used, and are not among the edges because there are too many. */
  readonly unusedLeftOut: number;
}

/**
 * Who got which credential from whom, across accounts, and which sessions were used where they do not belong.
 * @param unused how many credentials that were never used are listed one by one (default 2,000)
 */
export async function sessionsOf(store: Queryable, { unused = 2_000 }: { readonly unused?: number } = {}): Promise<Sessions> {
  const { edges, left } = await issuesOf(store, unused);
  const issued = new Set(edges.map(({ issued }) => issued));
  const inferred = [...(await signInsOf(store, issued)), ...(await forwardsOf(store)), ...(await anywhereOf(store))];
  const time = (edge: Edge): string => edge.time ?? '9';
  return {
    edges: [...(await peopleOf(store, edges)), ...inferred].sort((a, b) =>
      time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : a.n - b.n || (a.issued < b.issued ? -1 : 1),
    ),
    stolen: await stolenOf(store),
    unusedLeftOut: left,
  };
}
