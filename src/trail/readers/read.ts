import { RECORD_BITS } from '../event.ts';
import type { Packs } from '../ingest/packs.ts';
import { Enough, openProblems, type Problem } from './problems.ts';
import { type Kind, recognise } from './recognise.ts';
import { type Course, known, LONG, openRecords, type Sink } from './records.ts';
import { LIMITS, type Limits, unpack } from './unpack.ts';

export type { Problem } from './problems.ts';
export type { Sink } from './records.ts';

export interface Read {
  readonly kind: Kind | string;
  /** Numbers given out: the records are 0 to `records` - 1, some of them perhaps lost. */
  readonly records: number;
  /** Lines written. */
  readonly written: number;
  readonly problems: readonly Problem[];
  /** It is too long to be held at once, and nothing of it was read: `readLong` does. */
  readonly long?: true;
}
export interface ReadOptions {
  /** Every record is parsed here, so that the store certainly takes it: for files of which it refused a record. */
  readonly careful?: boolean;
  readonly limits?: Limits;
  /** Takes records as CloudTrail writes them, packed; without it all go to the sink. */
  readonly packing?: Pick<Packs, 'pack'>;
}
/**
 * Reads one file and writes each record as a line that begins with its number. Whatever the bytes are, it does not throw but tells.
 */
export function readSource(packed: Buffer, source: number, sink: Sink, options: ReadOptions = {}): Read {
  const told = openProblems();
  const count = { records: 0, written: 0 };
  let kind: Kind = 'unknown';
  try {
    const { bytes, troubles, long } = unpack(packed, options.limits ?? LIMITS);
    if (long) return { kind, ...count, problems: [], long };
    for (const { offset, why } of troubles) told.tell(offset, why, true);
    kind = recognise(bytes);
    const careful = options.careful === true || troubles.length > 0;
    const course = { first: source * 2 ** RECORD_BITS, sink, careful, tell: told.tell, count };
    readKind(kind, bytes, packed, course, careful ? undefined : options.packing);
  } catch (error) {
    if (error instanceof Enough) told.tell(null, error.message, true);
    else told.tell(null, `cannot be read to its end: ${(error as Error).message.slice(0, 200)}`, true);
  }
  return { kind, ...count, problems: told.all() };
}

function readKind(kind: Kind, bytes: Buffer, packed: Buffer, course: Course, packing: ReadOptions['packing']): void {
  const { first, tell, count } = course;
  if (kind === 'empty') {
    if (packed.length === 0) tell(null, 'the file is empty', false);
    return;
  }
  const counted = kind === 'records' ? packing?.pack(bytes, first, LONG) : undefined;
  if (counted) {
    if (isSample(bytes)) {
      const ends = bytes.indexOf(',{"eventVersion":', 12);
      known(bytes.subarray(12, ends < 0 ? bytes.length - 2 : ends), 12, tell);
    }
    count.records = count.written = counted.packed + counted.whole;
  } else if (kind !== 'digest') openRecords(kind, bytes, course)({ bytes, base: 0, last: true });
}

/** Files seen, by record version. */
const versions = new Map<string, number>();
/** Members come with versions: of thousands of small files of one version some are looked at. */
function isSample(bytes: Buffer): boolean {
  const version = bytes.toString('latin1', 12, 36);
  const seen = versions.get(version) ?? 0;
  versions.set(version, seen + 1);
  return seen < 100 || seen % 20 === 0;
}
