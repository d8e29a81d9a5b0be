import type { Found, Json, JsonObject } from '../../kernel/index.ts';

/** One credential of the attacker's tree, as the report shows it. */
export interface Branch {
  readonly credential: string;
  readonly kind: string;
  readonly issuedBy: string | null;
  readonly via: string;
  readonly issued: string | null;
  readonly first: string | null;
  readonly last: string | null;
  readonly role?: string;
  readonly userName?: string;
  readonly account?: string;
  readonly outsider?: string;
  readonly calls: number;
  readonly denied: number;
  readonly probed: number;
  readonly refused: readonly string[];
  readonly regions: readonly string[];
  readonly addresses: readonly string[];
  readonly agents?: readonly string[];
  readonly called?: readonly { readonly call: string; readonly count: number }[];
}
export interface HuntRegion {
  readonly region: string;
  readonly status: string;
  readonly found: number;
  readonly byKey?: number;
  readonly why?: string;
  readonly account?: string;
  readonly global?: boolean;
  readonly switched?: readonly string[];
}
/** The latest hunt. Ledgers of earlier versions lack some of it. */
export interface Hunt {
  readonly tree: readonly Branch[];
  readonly found: readonly Found[];
  readonly regions: readonly HuntRegion[];
  readonly costs: {
    readonly perHour: string;
    readonly soFar: string;
    readonly regions: readonly { region: string; perHour: string }[];
    unpriced: number;
  } | null;
  readonly holders: readonly { readonly role: string; readonly type: string; readonly arn: string; readonly byKey: boolean }[];
  readonly origin: readonly { readonly credential: string | null; readonly who: string; readonly via: string; readonly time: string; followed: boolean }[];
  readonly leads: readonly { readonly what: string; readonly time: string; readonly region: string; readonly subject: string; readonly event: string }[];
  readonly since: string | null;
  readonly until: string | null;
}

const objects = <T>(value: Json | undefined): readonly T[] =>
  Array.isArray(value) ? (value.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one)) as unknown as T[]) : [];
const textOr = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

/** What the hunt's observation holds, or null when there was no hunt. */
export function huntOf(observed: Json | undefined): Hunt | null {
  if (typeof observed !== 'object' || observed === null || Array.isArray(observed) || !Array.isArray(observed.regions)) return null;
  const costs = observed.costs as JsonObject | undefined;
  return {
    tree: objects<Branch>(observed.tree),
    found: objects<Found>(observed.found),
    regions: objects<HuntRegion>(observed.regions),
    costs: costs && Array.isArray(costs.regions) ? (costs as unknown as Hunt['costs']) : null,
    holders: objects(observed.holders),
    origin: objects(observed.origin),
    leads: objects(observed.leads),
    since: textOr(observed.since),
    until: textOr(observed.until),
  };
}

export const isByKey = (one: Found): boolean => one.byKey === true || one.detail?.changedByKey === true;
