import type { Facts, Found, Json } from '../../kernel/index.ts';

/** One credential of the attacker's tree: the leaked one, or one that was issued with it, directly or not. */
export interface Credential {
  readonly credential: string;
  /** key: AKIA, until ended. session: ASIA, ends by itself. */
  readonly kind: 'key' | 'session';
  /** The credential it was issued with; null for the leaked one. */
  readonly issuedBy: string | null;
  /** The event that issued it (AssumeRole, CreateAccessKey, ...), or 'leaked', 'user' (a user the attacker made), 'instance' (its role). */
  readonly via: string;
  /** UTC; null when the issuing event was not seen. */
  readonly issued: string | null;
  /** ARN of the role whose permissions it carries. */
  readonly role?: string;
  /** The IAM user it acts as. */
  readonly userName?: string;
  /** First and last use, UTC. */
  readonly first: string | null;
  readonly last: string | null;
  readonly regions: readonly string[];
  readonly addresses: readonly string[];
  readonly calls: number;
  /** Calls refused for lack of permission; `refused` names the changes among them. */
  readonly denied: number;
  readonly refused: readonly string[];
  /** Calls with DryRun: the attacker asked what would be possible. */
  readonly probed: number;
  /** ARNs of what it made, and of what it changed. */
  readonly made: readonly string[];
  readonly changed: readonly string[];
}
export interface HuntedRegion {
  readonly region: string;
  readonly status: 'inspected' | 'not-enabled' | 'denied' | 'failed';
  readonly found: number;
  readonly why?: string;
  /** Times at which the region was enabled or disabled within the window, UTC. */
  readonly switched?: readonly string[];
}
export interface HuntResult {
  readonly accessKeyId: string | null;
  readonly account: string | null;
  /** Resources and events since then (UTC); CloudTrail's event history itself reaches back 90 days. */
  readonly since: string;
  readonly trailSince: string;
  readonly until: string;
  readonly regions: readonly HuntedRegion[];
  readonly found: readonly Found[];
  readonly tree: readonly Credential[];
  /** Every credential's events were read and issued nothing unread. */
  readonly closed: boolean;
  /** Event lookups that were refused or failed. */
  readonly unread: readonly { readonly of: string; readonly region: string; readonly why: string }[];
  /** SHA-256 of the event answers the tree rests on. */
  readonly evidence: readonly string[];
}

/** The latest hunt of the case, or null when there was none. */
export function huntOf(facts: Pick<Facts, 'observed'>): HuntResult | null {
  const observed = facts.observed.hunt as Json | undefined;
  if (typeof observed !== 'object' || observed === null || Array.isArray(observed) || !Array.isArray(observed.tree)) return null;
  return observed as unknown as HuntResult;
}

/** Made by the key or a credential issued from it, or changed by them (`detail.changedByKey`). */
export const isByKey = (one: Found): boolean => one.byKey === true || one.detail?.changedByKey === true;
/** Found things of a type that the key, or a credential issued from it, made. */
export const madeByKey = (hunt: HuntResult, type: string): Found[] => hunt.found.filter((one) => one.type === type && one.byKey === true);
