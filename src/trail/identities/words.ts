import type { Text } from '../../kernel/index.ts';

/** One thing that speaks against an identity. */
export interface Reason {
  readonly kind: ReasonKind;
  readonly what: Text;
  /** What it adds to the score. */
  readonly weight: number;
  /** A few events that show it, oldest first. */
  readonly events: readonly number[];
  /** Events (or calls) it rests on. */
  readonly count: number;
}
export type ReasonKind =
  | 'escalation'
  | 'credentials'
  | 'blinding'
  | 'exfiltration'
  | 'impact'
  | 'secrets'
  | 'enumeration'
  | 'denials'
  | 'denied-then-allowed'
  | 'new-address'
  | 'new-agent'
  | 'new-region'
  | 'new-api'
  | 'stolen';

export type IdentityKind = 'user' | 'root' | 'role' | 'federated' | 'outside' | 'other';
/** A principal and why to look at it. Times ISO 8601 UTC. */
export interface Identity {
  readonly arn: string;
  readonly kind: IdentityKind;
  readonly account?: string;
  /** Access key ids it was used with: long-lived ones first, at most 50; `keyCount` of them in all. */
  readonly keys: readonly string[];
  readonly keyCount: number;
  /** Sum of the reasons' weights. */
  readonly score: number;
  /** Heaviest first. */
  readonly reasons: readonly Reason[];
  readonly first?: string;
  readonly last?: string;
  readonly events: number;
  readonly denied: number;
  /** The most used ones, at most 20, and how many there are. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
  readonly regions: readonly string[];
  readonly apis: readonly string[];
  readonly apiCount: number;
  readonly agents: readonly string[];
}
/** ISO 8601 times; reasons are what happened in between, habits are learnt from the whole trail. */
export interface Window {
  readonly since?: string;
  readonly until?: string;
}
