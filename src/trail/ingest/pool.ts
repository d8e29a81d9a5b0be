import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Batch, type Job, openWork } from './work.ts';

export interface PoolOptions {
  readonly threads: number;
  /** Folder for the files of lines. */
  readonly scratch: string;
  readonly known: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  /** Takes a batch; its file is written over afterwards. */
  take(batch: Batch): Promise<void>;
}
const SCRIPT = fileURLToPath(new URL('./worker.js', import.meta.url));
/** So many files are handed to a thread at once. */
const HANDFUL = 64;

/** Reads all jobs, side by side, and gives their lines to `take`, batch by batch. */
export async function readAll(jobs: Iterator<Job>, total: number, options: PoolOptions): Promise<void> {
  if (options.threads > 1 && existsSync(SCRIPT)) await inThreads(jobs, total, options);
  else await alone(jobs, options);
}

async function alone(jobs: Iterator<Job>, { scratch, known, signal, take }: PoolOptions): Promise<void> {
  const work = openWork(`${scratch}/alone.ndjson`, (sha256) => known.has(sha256));
  try {
    let filled = false;
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      signal?.throwIfAborted();
      filled = true;
      if (!work.read(next.value)) continue;
      await take(work.batch());
      work.again();
      filled = false;
    }
    if (filled) await take(work.batch());
  } finally {
    work.remove();
  }
}

async function inThreads(jobs: Iterator<Job>, total: number, { threads, scratch, known, signal, take }: PoolOptions): Promise<void> {
  let left = total;
  const handful = (): Job[] => {
    const most = Math.max(1, Math.min(HANDFUL, Math.floor(left / (threads * 4))));
    const some: Job[] = [];
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      some.push(next.value);
      if (some.length >= most) break;
    }
    left -= some.length;
    return some;
  };
  const one = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(SCRIPT, { workerData: { places: [`${scratch}/${index}a.ndjson`, `${scratch}/${index}b.ndjson`], known } });
      const stop = (error: unknown): void => {
        // First: the thread's end would count as its success.
        reject(error);
        void worker.terminate();
      };
      const abort = (): void => stop(signal!.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const feed = (): void => {
        const some = handful();
        worker.postMessage(some.length > 0 ? { jobs: some } : { last: true });
      };
      worker.on('error', stop);
      worker.on('exit', () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      worker.on('message', (message: { batch?: Batch; hungry?: boolean }) => {
        if (message.hungry) feed();
        if (message.batch) take(message.batch).then(() => worker.postMessage({ taken: message.batch!.path }), stop);
      });
      feed();
    });
  await Promise.all(Array.from({ length: Math.min(threads, total) }, (_, index) => one(index)));
}
