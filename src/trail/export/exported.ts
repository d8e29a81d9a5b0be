import { placeOf, readRecord, type TrailRecord } from '../event.ts';
import { type Asked, type Condition, type Entry, EVERYTHING, entryOf, firstSeen, narrowed } from '../timeline/index.ts';
import { shallow } from './shallow.ts';

/** One event on its way out: as it was, as a line of the timeline, and where it stands. */
export interface Exported {
  readonly n: number;
  /** Without what is nested too deep for any reader (see `shallow`). */
  readonly record: TrailRecord;
  /** The record's own text, as the store holds it. */
  readonly raw: string;
  /** The same as the timeline has it, with its marks. */
  readonly entry: Entry;
  /** The file that held the record, its SHA-256, and the record's index in it, from 0. */
  readonly file: string;
  readonly sha256: string;
  readonly index: number;
}
/** What writes a kind of file: chunks of text, no more than a few events in memory. */
export type Writer = (events: AsyncIterable<Exported>) => AsyncGenerator<string>;

/** Events that one query brings. */
const PAGE = 2_000;
const SLICES = 4_000;

interface Slice {
  /** Microseconds, from (inclusive) and to (exclusive); undefined: events without a time. */
  readonly span: readonly [number, number] | undefined;
}
/** Spans of time with about a page of events each, so that a query need not sort, or hold, what comes later. */
async function slicesOf(store: Asked, { sql, values }: Condition): Promise<Slice[]> {
  const [all = {}] = await store.query(
    `SELECT count(time)::BIGINT AS dated, count(*)::BIGINT AS total, epoch_us(min(time))::BIGINT AS first, epoch_us(max(time))::BIGINT AS last FROM events WHERE ${sql}`,
    values,
  );
  const [dated, total, first, last] = [all.dated, all.total, all.first, all.last].map(Number) as [number, number, number, number];
  const undated: Slice[] = total > dated ? [{ span: undefined }] : [];
  if (dated === 0) return undated;
  if (dated <= PAGE) return [{ span: [first, last + 1] }, ...undated];
  const width = Math.max(1_000_000, Math.ceil((last - first + 1) / SLICES));
  const counts = await store.query(
    `SELECT ((epoch_us(time) - ?) // ?)::BIGINT AS slot, count(*)::BIGINT AS count FROM events WHERE time IS NOT NULL AND (${sql}) GROUP BY slot ORDER BY slot`,
    [first, width, ...values],
  );
  const slices: Slice[] = [];
  let [from, held] = [first, 0];
  for (const { slot, count } of counts) {
    if (held > 0 && held + Number(count) > PAGE) {
      slices.push({ span: [from, first + Number(slot) * width] });
      [from, held] = [first + Number(slot) * width, 0];
    }
    held += Number(count);
  }
  return [...slices, { span: [from, last + 1] }, ...undated];
}

async function* rowsOf(store: Asked, { sql, values }: Condition, { span }: Slice): AsyncGenerator<{ n: number; raw: string }> {
  const within = span === undefined ? 'time IS NULL' : 'time >= make_timestamp(?::BIGINT) AND time < make_timestamp(?::BIGINT)';
  let after: readonly [number, number] | undefined;
  for (;;) {
    // A burst may hold more than a page in its one second: go on behind the last one.
    const behind = after === undefined ? 'true' : span === undefined ? 'n > ?' : '(epoch_us(time) > ? OR (epoch_us(time) = ? AND n > ?))';
    const place = after === undefined ? [] : span === undefined ? [after[1]] : [after[0], after[0], after[1]];
    const rows = await store.query(
      `SELECT n, raw, epoch_us(time)::BIGINT AS at FROM events WHERE ${within} AND ${behind} AND (${sql}) ORDER BY time, n LIMIT ${PAGE}`,
      [...(span ?? []), ...place, ...values],
    );
    for (const { n, raw } of rows) yield { n: Number(n), raw: String(raw) };
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE) return;
    after = [Number(end.at), Number(end.n)];
  }
}

/** The events of a condition in order of time, each with its text, marks and place; memory holds one page. */
export async function* exported(store: Asked, chosen: Condition = EVERYTHING): AsyncGenerator<Exported> {
  const condition = await narrowed(store, chosen);
  const files = new Map(
    (await store.query('SELECT source, file, sha256 FROM sources')).map(({ source, file, sha256 }) => [
      Number(source),
      { file: String(file), sha256: String(sha256) },
    ]),
  );
  const firsts = await firstSeen(store, condition);
  for (const slice of await slicesOf(store, condition)) {
    for await (const { n, raw } of rowsOf(store, condition, slice)) {
      const record = shallow(readRecord(raw));
      const { source, record: index } = placeOf(n);
      const { file = '', sha256 = '' } = files.get(source) ?? {};
      yield { n, record, raw, entry: entryOf({ n, record }, firsts.get(n)), file, sha256, index };
    }
  }
}
