import type { ActionContext } from '../../kernel/index.ts';
import type { Counts } from './compare-blocks.ts';

/** What the comparison of one pair found. */
export interface Compared {
  readonly original: string;
  readonly copy: string;
  readonly counts: Counts | null;
  /** Sizes in bytes, as the EBS direct API tells them. */
  readonly sizes: readonly [number, number];
  /** Blocks to compare, and compared. */
  readonly due: number;
  readonly equal: number;
  readonly different: number;
  /** Of the first that differs: index, SHA-256 of the original's block, of the copy's. */
  readonly first: readonly [number, string, string] | null;
  /** Indexes that were drawn; null: every block. */
  readonly sample: readonly number[] | null;
  readonly seed: string | null;
  /** Binds the kept lists of blocks together, in order. */
  readonly chain: string;
  /** Why not all of it could be read. */
  readonly problem: string | null;
}
export interface Verification {
  readonly instanceId: string;
  readonly account: string;
  readonly region: string;
  readonly pairs: readonly Compared[];
}
/** The comparison that was made last, of whatever instance and place. */
export const lastVerification = ({ facts }: Pick<ActionContext, 'facts'>): Verification | undefined =>
  facts.observed['verify-copies'] as unknown as Verification | undefined;
/** Both sides were read, and everything that was to be compared is the same. */
export const isEqual = ({ counts, sizes, equal, due, first, problem }: Compared): boolean =>
  counts !== null && sizes[0] === sizes[1] && first === null && problem === null && equal === due;
