import { join } from 'node:path';
import { openDatabase } from '../store/duckdb.ts';
import { loadBatch } from '../store/load.ts';
import { type Done, type Job, openWork } from './work.ts';

export interface LoaderOptions {
  /** The store's folder. */
  readonly dir: string;
  /** Folder of its own for lines. */
  readonly scratch: string;
  readonly known: ReadonlySet<string>;
  /** Number of the next batch. */
  next(): number;
  /** A batch is in the store. */
  loaded(done: readonly Done[]): void;
}

/** Reads files and takes their lines into the store, batch by batch, on one thread: two of these at once cost less than one with two threads. */
export async function openLoader({ dir, scratch, known, next, loaded }: LoaderOptions) {
  const database = await openDatabase({ temp: join(scratch, 'temp'), threads: 1, memory: '400MB' });
  const connection = await database.connect();
  const work = openWork(join(scratch, 'batch'), (sha256) => known.has(sha256));
  let filled = false;
  const take = async (): Promise<void> => {
    const batch = work.batch();
    loaded((await loadBatch(connection, dir, String(next()).padStart(8, '0'), batch, scratch)).done);
    work.again();
    filled = false;
  };
  return {
    async read(jobs: Iterable<Job>): Promise<void> {
      for (const job of jobs) {
        filled = true;
        if (work.read(job)) await take();
      }
    },
    async finish(): Promise<void> {
      if (filled) await take();
      work.remove();
      connection.closeSync();
      database.closeSync();
    },
  };
}
export type Loader = Awaited<ReturnType<typeof openLoader>>;
