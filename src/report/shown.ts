import type { CaseFile, EvidenceItem, LedgerEntry } from '../kernel/index.ts';
import { ofKind } from '../kernel/index.ts';

/** Evidence whose content the report shows, by name: made to be shown, secrets taken out. */
export const SHOWN = ['console-screenshot.jpg', 'console-output-masked', 'console-output-latest-masked', 'user-data-masked', 'sibling-differences'] as const;
export type ShownName = (typeof SHOWN)[number];
export interface ShownItem {
  readonly item: EvidenceItem;
  /** Null when it cannot be read from the case any more: `verify` says why. */
  readonly data: Uint8Array | null;
}
export type Shown = Partial<Record<ShownName, ShownItem>>;

/** A picture or a buffer of a console is 64 KB; more is not shown. */
const LARGEST = 4 << 20;

/** The first of each name: what was there before anything was changed. */
export async function loadShown(entries: readonly LedgerEntry[], load: CaseFile['load']): Promise<Shown> {
  const items = entries.filter(ofKind('evidence')).flatMap((entry) => entry.body.items);
  const found = await Promise.all(
    SHOWN.map(async (name): Promise<[ShownName, ShownItem] | null> => {
      const item = items.find((one) => one.name === name && one.source.unavailable === undefined);
      if (!item) return null;
      const data = item.bytes > LARGEST ? null : await load(item.sha256).catch(() => null);
      return [name, { item, data }];
    }),
  );
  return Object.fromEntries(found.filter((one) => one !== null));
}
