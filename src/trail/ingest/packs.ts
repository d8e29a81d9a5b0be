import type { Packing } from '../readers/pack.ts';
import { type Interned, interned } from './interned.ts';
import { type Lines, openLines } from './lines.ts';

export interface Packs extends Packing {
  readonly lines: Lines;
  /** How many identities and ends there are: the store must have as many. */
  count(): { readonly identities: number; readonly ends: number };
  finish(): void;
  again(): void;
  remove(): void;
}

/** Three files of lines: records without what many of them have alike, and what that is. */
export function openPacks(place: string): Packs {
  const [lines, identities, ends] = [openLines(`${place}.lines`), openLines(`${place}.identities`), openLines(`${place}.ends`)];
  const known = { identities: interned(), ends: interned() };
  const all = [lines, identities, ends];
  const once =
    (to: Lines, names: Interned, head: string, tail: string) =>
    (bytes: Buffer, from: number, upTo: number, number: number): number => {
      const before = names.find(bytes, from, upTo, number);
      if (before >= 0) return before;
      to.write(Buffer.from(`{"id":${number},${head}`));
      to.write(bytes.subarray(from, upTo));
      to.write(Buffer.from(tail));
      return number;
    };
  return {
    lines,
    identity: once(identities, known.identities, '"userIdentity":', '}\n'),
    end: once(ends, known.ends, '', '}\n'),
    count: () => ({ identities: known.identities.count(), ends: known.ends.count() }),
    finish: () => {
      for (const one of all) one.finish();
    },
    again() {
      for (const one of all) one.again();
      known.identities.clear();
      known.ends.clear();
    },
    remove: () => {
      for (const one of all) one.remove();
    },
  };
}
