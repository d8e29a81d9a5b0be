import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Limits } from '../readers/unpack.ts';
import { openLoader } from './loader.ts';
import type { Done, Job } from './work.ts';

export interface PoolOptions {
  readonly threads: number;
  /** The store's folder. */
  readonly dir: string;
  /** Folder for the files of lines. */
  readonly scratch: string;
  readonly known: ReadonlySet<string>;
  readonly limits: Limits;
  /** The last number that a batch has. */
  readonly batch: number;
  readonly signal?: AbortSignal;
  /** A batch is in the store. */
  loaded(done: readonly Done[]): void;
}
const SCRIPT = fileURLToPath(new URL('./worker.js', import.meta.url));
/** So many files are handed to a thread at once. */
const HANDFUL = 64;

/** Reads all jobs into the store, side by side. */
export async function readAll(jobs: Iterator<Job>, total: number, options: PoolOptions): Promise<void> {
  const threads = Math.min(options.threads, total);
  if (threads > 1 && existsSync(SCRIPT)) await inThreads(jobs, total, threads, options);
  else await alone(jobs, options);
}

async function alone(jobs: Iterator<Job>, { dir, scratch, known, limits, batch, signal, loaded }: PoolOptions): Promise<void> {
  let last = batch;
  const loader = await openLoader({ dir, scratch, known, limits, ...(signal ? { signal } : {}), next: () => ++last, loaded });
  try {
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      signal?.throwIfAborted();
      await loader.read([next.value]);
    }
  } catch (error) {
    loader.close();
    throw error;
  }
  await loader.finish();
}

async function inThreads(
  jobs: Iterator<Job>,
  total: number,
  threads: number,
  { dir, scratch, known, limits, batch, signal, loaded }: PoolOptions,
): Promise<void> {
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
  const counter = new SharedArrayBuffer(4);
  new Int32Array(counter)[0] = batch;
  const one = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const own = join(scratch, String(index));
      mkdirSync(own);
      const worker = new Worker(SCRIPT, { workerData: { dir, scratch: own, known, limits, counter } });
      const stop = (error: unknown): void => {
        // First: the thread's end would count as its success.
        reject(error);
        void worker.terminate();
      };
      const abort = (): void => stop(signal!.reason);
      signal?.addEventListener('abort', abort, { once: true });
      worker.on('error', stop);
      worker.on('exit', () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      worker.on('message', (message: { done?: readonly Done[]; hungry?: true; failed?: Error }) => {
        if (message.failed) stop(Object.assign(new Error(message.failed.message), message.failed));
        if (message.done) loaded(message.done);
        if (message.hungry) worker.postMessage({ jobs: handful() });
      });
    });
  const all = Array.from({ length: threads }, (_, index) => one(index));
  try {
    await Promise.all(all);
  } catch (error) {
    // Nothing writes any more once all have ended.
    await Promise.allSettled(all);
    throw error;
  }
}
