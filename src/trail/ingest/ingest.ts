import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LIMITS, type Limits } from '../readers/unpack.ts';
import { openDatabase, rowsOf } from '../store/duckdb.ts';
import { findDuplicates } from '../store/load.ts';
import { BATCHES, batchesOf, filesIn } from '../store/open.ts';
import { filesOf, PROBLEM_COLUMNS, SOURCE_COLUMNS } from '../store/views.ts';
import { readAll } from './pool.ts';
import type { Done, Job } from './work.ts';

/** A log file to read: its bytes lie at `path`; `file` is its name in the case. */
export interface Source {
  readonly path: string;
  readonly file: string;
  readonly etag?: string;
  readonly version?: string;
}
export interface IngestOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  /** After each batch. */
  progress?(so: { readonly files: number; readonly of: number; readonly records: number }): void;
}
export interface Ingested {
  /** Files that were given. */
  readonly files: number;
  /** Of these, read before or given twice (by their hash). */
  readonly known: number;
  /** Records in the files that were read now. */
  readonly records: number;
  /** In the whole store, each event once. */
  readonly unique: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** What was read now, in the order in which it came into the store. */
  readonly sources: readonly {
    readonly source: number;
    readonly file: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly records: number;
    readonly kind: string;
  }[];
  readonly problems: readonly { readonly file: string; readonly offset: number | null; readonly why: string; readonly lost: boolean }[];
}

/** Free bytes that a folder in memory must have: some batches and the files that make them full. Containers have 64 MiB there. */
const ROOM = 3 * 2 ** 30;
/** A folder in memory where there is one with room: lines live there for a second or two. */
export function scratchFolder(): string {
  const shm = '/dev/shm';
  try {
    const { bavail, bsize } = process.platform === 'linux' && existsSync(shm) ? statfsSync(shm) : { bavail: 0, bsize: 0 };
    return mkdtempSync(join(bavail * bsize >= ROOM ? shm : tmpdir(), 'aplomb-lines-'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'aplomb-lines-'));
  }
}

/**
 * Loads files into the store of a folder. What is already there by its hash is not read again; a batch is in the store whole or not at all, so that a load that was broken off
 * goes on where it was.
 */
export async function ingest(dir: string, sources: readonly Source[], options: IngestOptions = {}): Promise<Ingested> {
  const threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism()));
  mkdirSync(join(dir, BATCHES), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(join(dir, BATCHES))) if (name.startsWith('.')) rmSync(join(dir, BATCHES, name), { recursive: true, force: true });
  const scratch = scratchFolder();
  const database = await openDatabase({ temp: join(scratch, 'temp'), threads });
  try {
    const connection = await database.connect();
    const before = await rowsOf(connection, `SELECT source, sha256 FROM ${filesOf(filesIn(dir).sources, SOURCE_COLUMNS)}`);
    const known = new Set(before.map((row) => row.sha256 as string));
    let next = before.reduce((most, row) => Math.max(most, (row.source as number) + 1), 1);
    const batch = Math.max(0, ...batchesOf(dir).map(Number));
    const done: Done[] = [];
    let records = 0;
    function* jobs(): Generator<Job> {
      for (const one of sources) yield { ...one, source: next++ };
    }
    await readAll(jobs(), sources.length, {
      threads,
      dir,
      scratch,
      known,
      limits: options.limits ?? LIMITS,
      batch,
      ...(options.signal ? { signal: options.signal } : {}),
      loaded(some) {
        for (const one of some) {
          done.push(one);
          records += one.records;
        }
        options.progress?.({ files: done.length, of: sources.length, records });
      },
    });
    const { duplicates, conflicts } = await findDuplicates(connection, dir);
    const events = filesIn(dir).events;
    const [all] = events.length > 0 ? await rowsOf(connection, `SELECT count(*) AS rows FROM ${filesOf(events, '')}`) : [{ rows: 0 }];
    const kinds: Record<string, number> = {};
    for (const { kind } of done) kinds[kind] = (kinds[kind] ?? 0) + 1;
    return {
      files: sources.length,
      known: done.filter((one) => one.known).length,
      records,
      unique: (all!.rows as number) - duplicates,
      duplicates,
      conflicts,
      kinds,
      sources: done
        .filter((one) => !one.known)
        .map(({ source, file, sha256, bytes, records: count, kind }) => ({ source, file, sha256, bytes, records: count, kind })),
      problems: [...done.flatMap(({ file, problems }) => problems.map((problem) => ({ file, ...problem }))), ...(await toldBefore(connection, dir, done))],
    };
  } finally {
    database.closeSync();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What was lost of files that are known by their hash is still lost: it is told again. */
async function toldBefore(connection: DuckDBConnection, dir: string, done: readonly Done[]): Promise<Ingested['problems']> {
  const known = new Map(done.filter((one) => one.known).map(({ sha256, file }) => [sha256, file]));
  const files = filesIn(dir);
  if (known.size === 0 || files.problems.length === 0) return [];
  const rows = await rowsOf(
    connection,
    `SELECT sha256, "offset", why FROM ${filesOf(files.problems, PROBLEM_COLUMNS)} AS problems JOIN ${filesOf(files.sources, SOURCE_COLUMNS)} AS sources USING (source) WHERE lost ORDER BY source, "offset"`,
  );
  return rows
    .filter(({ sha256 }) => known.has(sha256 as string))
    .map(({ sha256, offset, why }) => ({ file: known.get(sha256 as string)!, offset: offset as number | null, why: why as string, lost: true }));
}
