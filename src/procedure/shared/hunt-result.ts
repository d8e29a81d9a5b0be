import { NARROWED_HUNT } from '../../evidence/index.ts';
import type { Facts, Found, Json } from '../../kernel/index.ts';

/** One credential of the attacker's tree: the leaked one, or one that was issued with it, directly or not. */
export interface Credential {
  /** Access key id, or the id of a service-specific credential. */
  readonly credential: string;
  /** key: AKIA, until ended. session: ASIA, ends by itself. service: a service-specific credential (Bedrock, CodeCommit, ...), until ended. */
  readonly kind: 'key' | 'session' | 'service';
  /** The credential it was issued with; null for the leaked one. */
  readonly issuedBy: string | null;
  /**
   * The event that issued it (AssumeRole, CreateAccessKey, ...), or 'leaked', 'principal' (the hunt began with its user or role), 'issuer'
   * (it issued the leaked session), 'user' (of a user the attacker made), 'console', 'instance', 'function', 'task', 'build', 'automation'
   * (what he started, acting with a role), 'role' (a role he made), 'outsider' (let in by a trust policy he wrote).
   */
  readonly via: string;
  /** What ties it to the tree: named, issued, unique-id, session-name, console, trust, same-hands. */
  readonly tie: string;
  /** The account in whose trail it acts. */
  readonly account: string;
  /** The other account whose principal took it. */
  readonly outsider?: string;
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
  /** User agents, as they were sent. */
  readonly agents: readonly string[];
  readonly calls: number;
  /** The most frequent calls, as "service:event". */
  readonly called: readonly Tallied[];
  /** Calls refused for lack of permission; `refused` names the changes among them. */
  readonly denied: number;
  readonly refused: readonly string[];
  /** Calls with DryRun, and which: the attacker asked what would be possible. */
  readonly probed: number;
  readonly probes: readonly Tallied[];
  /** ARNs of what it made, and of what it changed. */
  readonly made: readonly string[];
  readonly changed: readonly string[];
}
export interface Tallied {
  readonly call: string;
  readonly count: number;
}
export interface HuntedRegion {
  readonly region: string;
  readonly status: 'inspected' | 'not-enabled' | 'denied' | 'failed';
  readonly found: number;
  /** How many of them are the attacker's work. */
  readonly byKey: number;
  readonly why?: string;
  /** Times at which the region was enabled or disabled within the window, UTC. */
  readonly switched?: readonly string[];
  /** Services that AWS does not offer there, by the second word of their types. */
  readonly notOffered?: readonly string[];
  /** Set where more than one account was looked into. */
  readonly account?: string;
  /** Global services (IAM, ...) were asked here. */
  readonly global?: boolean;
}
/** A workload that runs with a role of the attacker's, or with one whose sessions are to be revoked: it loses access with him. */
export interface Holder {
  readonly role: string;
  readonly type: string;
  readonly arn: string;
  readonly region: string;
  /** The attacker made it himself. */
  readonly byKey: boolean;
}
/** Estimates of what lives now and was made by the attacker. USD, decimal numbers as strings. */
export interface Costs {
  readonly perHour: string;
  readonly soFar: string;
  readonly regions: readonly { readonly region: string; readonly perHour: string; readonly soFar: string }[];
  /** How many things have a figure, and how many run without one that we know. */
  readonly priced: number;
  readonly unpriced: number;
}
/** Who issued the credential the hunt began with, upwards. */
export interface Issuer {
  readonly credential: string | null;
  readonly who: string;
  readonly via: string;
  readonly time: string;
  readonly region: string;
  readonly account: string;
  readonly address: string;
  /** In the same hands, so that its own acts are in the tree. */
  readonly followed: boolean;
}
/** What deserves a person's look: nothing proves whose it was. */
export interface Lead {
  readonly what: 'session' | 'role-passed' | 'account-event';
  readonly time: string;
  readonly region: string;
  /** The credential of the tree it has to do with, if any. */
  readonly by: string | null;
  readonly subject: string;
  readonly event: string;
}
/** What a hunt was asked to look at, where that was not everything; an empty list is no limit. */
export interface Narrowed {
  readonly regions: readonly string[];
  readonly types: readonly string[];
}
export interface HuntResult {
  /** Set when only some regions or types were asked for: its silence about the others means nothing. */
  readonly narrowed?: Narrowed;
  readonly accessKeyId: string | null;
  /** ARN of the user or role the hunt began with instead of a key. */
  readonly principal: string | null;
  readonly account: string | null;
  /** All accounts that were looked into. */
  readonly accounts: readonly string[];
  /** Resources and events since then (UTC); CloudTrail's event history itself reaches back 90 days. */
  readonly since: string;
  readonly trailSince: string;
  readonly until: string;
  readonly regions: readonly HuntedRegion[];
  readonly found: readonly Found[];
  readonly tree: readonly Credential[];
  readonly origin: readonly Issuer[];
  readonly leads: readonly Lead[];
  readonly holders: readonly Holder[];
  readonly costs: Costs;
  /** Every credential's events were read and issued nothing unread. */
  readonly closed: boolean;
  /** Event lookups that were refused or failed. */
  readonly unread: readonly { readonly of: string; readonly region: string; readonly why: string }[];
  /** SHA-256 of the event answers the tree rests on. */
  readonly evidence: readonly string[];
}

/** What the case knows by hunting: the latest whole hunt, with what narrow ones added since; a narrow one only where there was none. Null: no hunt. */
export const huntOf = (facts: Pick<Facts, 'observed'>): HuntResult | null => asHunt(facts.observed.hunt);
/** The hunt that was made last, narrowed or not. */
export const latestHuntOf = (facts: Pick<Facts, 'observed'>): HuntResult | null => asHunt(facts.observed[NARROWED_HUNT]) ?? huntOf(facts);

function asHunt(observed: Json | undefined): HuntResult | null {
  if (typeof observed !== 'object' || observed === null || Array.isArray(observed) || !Array.isArray(observed.tree)) return null;
  return observed as unknown as HuntResult;
}
/** The attacker's first act: what came before is not his. */
export const beginningOf = (hunt: HuntResult): string => hunt.tree.flatMap((node) => node.first ?? node.issued ?? []).sort()[0] ?? hunt.since;

/** Workloads that run with a role, beside the attacker's own. Hunts of earlier versions know none. */
export const holdersOf = (hunt: HuntResult, role: string): Holder[] => (hunt.holders ?? []).filter((one) => !one.byKey && sameRole(one.role, role));
/** Paths are left out: a name is unique in its account. */
const sameRole = (one: string, other: string): boolean => one.split('/').at(-1) === other.split('/').at(-1) && one.split(':')[4] === other.split(':')[4];

/** Made by the key or a credential issued from it, or changed by them (`detail.changedByKey`). */
export const isByKey = (one: Found): boolean => one.byKey === true || one.detail?.changedByKey === true;
/** Found things of a type that the key, or a credential issued from it, made. */
export const madeByKey = (hunt: HuntResult, type: string): Found[] => hunt.found.filter((one) => one.type === type && one.byKey === true);
