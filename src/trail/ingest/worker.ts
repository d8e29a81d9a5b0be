import { parentPort, workerData } from 'node:worker_threads';
import { type Job, openWork } from './work.ts';

/** One thread of `openPool`: two files of lines, so that the next is written while the store takes the last. */
export interface Order {
  readonly jobs?: readonly Job[];
  /** Nothing more comes: hand over what there is. */
  readonly last?: boolean;
  /** The store has taken this file of lines. */
  readonly taken?: string;
}
const port = parentPort!;
const { places, known } = workerData as { places: readonly string[]; known: ReadonlySet<string> };
const free = places.map((place) => openWork(place, (sha256) => known.has(sha256)));
const all = [...free];
const busy = new Map<string, (typeof free)[number]>();
const waiting: Job[] = [];
let last = false;
let current = free.shift()!;
let filled = false;

function go(): void {
  while (current && waiting.length > 0) {
    const full = current.read(waiting.shift()!);
    filled = true;
    if (waiting.length === 0 && !last) port.postMessage({ hungry: true });
    if (full) hand();
  }
  if (current && last && waiting.length === 0) {
    if (filled) hand();
    else if (busy.size === 0) {
      for (const work of all) work.remove();
      port.postMessage({ ended: true });
      port.close();
    }
  }
}
function hand(): void {
  const batch = current.batch();
  busy.set(batch.path, current);
  port.postMessage({ batch });
  filled = false;
  current = free.shift()!;
}
port.on('message', (order: Order) => {
  if (order.jobs) waiting.push(...order.jobs);
  if (order.last) last = true;
  if (order.taken !== undefined) {
    const work = busy.get(order.taken)!;
    busy.delete(order.taken);
    work.again();
    if (current) free.push(work);
    else current = work;
  }
  go();
});
