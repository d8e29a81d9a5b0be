import type { EvidenceItem, LedgerBodies, LedgerEntry, LedgerKind, Stored } from '../kernel/evidence.ts';

/** An item and the entry that names it. */
export interface NamedItem extends Stored {
  readonly seq: number;
  /** Said to be unavailable and empty: the file may be absent. */
  readonly optional: boolean;
}

type Item = Stored & { readonly optional: boolean };
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [undefined]);
/** Of a case that others wrote nothing is certain: what is not an item becomes one that no check can accept. */
const itemOf = (value: unknown): Item => {
  const { sha256, bytes, source } = (value ?? {}) as Partial<EvidenceItem>;
  return {
    sha256: typeof sha256 === 'string' ? sha256 : '',
    bytes: typeof bytes === 'number' ? bytes : -1,
    optional: source?.unavailable !== undefined && bytes === 0,
  };
};

/** The stored items that one body names. */
export function itemsOf<K extends LedgerKind>(kind: K, body: LedgerBodies[K]): Item[] {
  const content = body as Readonly<Record<string, unknown>>;
  const required = (value: unknown) => ({ ...itemOf(value), optional: false });
  switch (kind) {
    case 'evidence':
      return listOf(content.items).map(itemOf);
    case 'reads':
      return [content.log, ...listOf(content.kept)].map(required);
    case 'torn':
      return [required(content.item)];
    default:
      return [];
  }
}

/** Every stored item the ledger names, in the order of the entries, repeats included. */
export const evidenceItems = (entries: readonly LedgerEntry[]): NamedItem[] =>
  entries.flatMap((entry) => itemsOf(entry.kind, entry.body).map((item) => ({ ...item, seq: entry.seq })));
