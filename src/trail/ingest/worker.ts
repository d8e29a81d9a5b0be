import { parentPort, workerData } from 'node:worker_threads';
import type { Limits } from '../readers/unpack.ts';
import { openLoader } from './loader.ts';
import type { Job } from './work.ts';

/** One thread of `readAll`: reads a handful of files, and takes each full batch into the store itself. */
const port = parentPort!;
const { dir, scratch, known, limits, counter } = workerData as {
  dir: string;
  scratch: string;
  known: ReadonlySet<string>;
  limits: Limits;
  counter: SharedArrayBuffer;
};
const loader = await openLoader({
  dir,
  scratch,
  known,
  limits,
  next: () => Atomics.add(new Int32Array(counter), 0, 1) + 1,
  loaded: (done) => port.postMessage({ done }),
});
port.on('message', ({ jobs }: { jobs: readonly Job[] }) => {
  const work = jobs.length > 0 ? loader.read(jobs).then(() => port.postMessage({ hungry: true })) : loader.finish().then(() => port.close());
  work.catch((error: Error) => port.postMessage({ failed: { name: error.name, message: error.message, code: (error as { code?: unknown }).code } }));
});
port.postMessage({ hungry: true });
