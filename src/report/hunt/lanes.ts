import type { Found } from '../../kernel/index.ts';
import { type Branch, isByKey } from './model.ts';

/** One credential's line in the picture. */
export interface Lane {
  readonly branch: Branch;
  readonly depth: number;
  /** Index of the lane of the credential that issued it; -1: none is drawn. */
  readonly parent: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly things: readonly { readonly found: Found; readonly time: number | null; readonly made: boolean }[];
}
const millis = (time: string | null | undefined): number | null => {
  const value = time ? Date.parse(time) : Number.NaN;
  return Number.isNaN(value) ? null : value;
};
const least = (...values: (number | null)[]): number | null => values.reduce<number | null>((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);
const most = (...values: (number | null)[]): number | null => values.reduce<number | null>((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null);

/** The tree from its roots down, children in the order they were issued. `limit` lanes at most. */
export function lanesOf(tree: readonly Branch[], found: readonly Found[], limit: number): Lane[] {
  const bySession = new Map<string, Found[]>();
  for (const one of found) if (isByKey(one) && one.session) bySession.set(one.session, [...(bySession.get(one.session) ?? []), one]);
  const known = new Set(tree.map((branch) => branch.credential));
  const children = new Map<string, Branch[]>();
  const roots: Branch[] = [];
  for (const branch of tree) {
    if (branch.issuedBy === null || !known.has(branch.issuedBy)) roots.push(branch);
    else children.set(branch.issuedBy, [...(children.get(branch.issuedBy) ?? []), branch]);
  }
  const lanes: Lane[] = [];
  const drawn = new Set<string>();
  const add = (branch: Branch, depth: number, parent: number): void => {
    if (lanes.length >= limit || drawn.has(branch.credential)) return;
    drawn.add(branch.credential);
    const things = (bySession.get(branch.credential) ?? []).map((one) => {
      const made = one.byKey === true;
      return { found: one, made, time: millis(made ? one.createdAt : typeof one.detail?.changedAt === 'string' ? one.detail.changedAt : null) };
    });
    const [issued, first, last] = [millis(branch.issued), millis(branch.first), millis(branch.last)];
    const index = lanes.length;
    lanes.push({ branch, depth, parent, things, from: least(issued, first), to: most(issued, first, last) });
    const mine = children.get(branch.credential) ?? [];
    mine.sort((a, b) => (a.issued ?? a.first ?? '').localeCompare(b.issued ?? b.first ?? ''));
    for (const child of mine) add(child, depth + 1, index);
  };
  for (const root of roots) add(root, 0, -1);
  // A ring of issuers cannot be, but a hostile or broken ledger must not lose lanes.
  for (const branch of tree) add(branch, 0, -1);
  return lanes;
}
