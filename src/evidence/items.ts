import type { LedgerBodies, LedgerEntry, LedgerKind, Stored } from '../kernel/evidence.ts';

/** An item and the entry that names it. */
export interface NamedItem extends Stored {
  readonly seq: number;
  /** Said to be unavailable and empty: the file may be absent. */
  readonly optional: boolean;
}

/** The stored items that one body names. */
export function itemsOf<K extends LedgerKind>(kind: K, body: LedgerBodies[K]): (Stored & { optional: boolean })[] {
  const item = ({ sha256, bytes }: Stored, optional = false) => ({ sha256, bytes, optional });
  switch (kind) {
    case 'evidence':
      return ((body as LedgerBodies['evidence']).items ?? []).map((one) => item(one, one.source?.unavailable !== undefined && one.bytes === 0));
    case 'reads': {
      const { log, kept } = body as LedgerBodies['reads'];
      return [log, ...(kept ?? [])].map((one) => item(one));
    }
    case 'torn':
      return [item((body as LedgerBodies['torn']).item)];
    case 'report':
      return [item(body as LedgerBodies['report'])];
    default:
      return [];
  }
}

/** Every stored item the ledger names, in the order of the entries, repeats included. */
export const evidenceItems = (entries: readonly LedgerEntry[]): NamedItem[] =>
  entries.flatMap((entry) => itemsOf(entry.kind, entry.body).map((item) => ({ ...item, seq: entry.seq })));
