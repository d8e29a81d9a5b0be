import { join } from 'node:path';
import type { Limits } from '../readers/unpack.ts';
import { openDatabase } from '../store/duckdb.ts';
import { loadBatch } from '../store/load.ts';
import { loadLong } from './long.ts';
import { type Done, type Job, openWork } from './work.ts';

export interface LoaderOptions {
  /** The store's folder. */
  readonly dir: string;
  /** Folder of its own for lines. */
  readonly scratch: string;
  readonly known: ReadonlySet<string>;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
  /** Number of the next batch. */
  next(): number;
  /** A batch is in the store. */
  loaded(done: readonly Done[]): void;
}

/** Reads files and takes their lines into the store, batch by batch, on one thread: two of these at once cost less than one with two threads. */
export async function openLoader({ dir, scratch, known, limits, signal, next, loaded }: LoaderOptions) {
  const database = await openDatabase({ temp: join(scratch, 'temp'), threads: 1, memory: '400MB' });
  const connection = await database.connect();
  const isKnown = (sha256: string): boolean => known.has(sha256);
  const work = openWork(join(scratch, 'batch'), isKnown, limits);
  const name = (): string => String(next()).padStart(8, '0');
  let filled = false;
  const take = async (): Promise<void> => {
    const batch = work.batch();
    loaded((await loadBatch(connection, dir, name(), batch, scratch)).done);
    work.again();
    filled = false;
  };
  const close = (): void => {
    work.remove();
    connection.closeSync();
    database.closeSync();
  };
  return {
    async read(jobs: Iterable<Job>): Promise<void> {
      for (const job of jobs) {
        const read = work.read(job);
        if (read === 'long') {
          loaded([await loadLong(job, { connection, dir, name, scratch, known: isKnown, limits, ...(signal ? { signal } : {}) })]);
          continue;
        }
        filled = true;
        if (read === 'full') await take();
      }
    },
    async finish(): Promise<void> {
      if (filled) await take();
      close();
    },
    /** Without what is not in the store yet. */
    close,
  };
}
export type Loader = Awaited<ReturnType<typeof openLoader>>;
