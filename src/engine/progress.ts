import { open } from 'node:fs/promises';
import type { Json, JsonObject, Kept, Target } from '../kernel/index.ts';
import { canonical, ofKind, sha256, TOOL, text } from '../kernel/index.ts';
import { event, type Session } from './session.ts';

/** Results older than this are made again: an account under attack changes. Twelve hours. */
export const FRESH_ENOUGH = 12 * 3_600_000;
/** Results wait at most this long, or until they are this large, before they are written down together. */
const BATCH_MILLISECONDS = 5_000;
const BATCH_BYTES = 4 << 20;

export interface Progress {
  /** See ActionContext.once. Also within one run: the second caller of a name gets what the first one made. */
  once<T extends Json>(name: string, make: () => Promise<T>): Promise<T>;
  /** Writes down what waits, with the reads that it rests on. */
  flush(): Promise<void>;
  /** Given when the observation is over, however it ended: what still runs beside what broke is called off. */
  readonly signal: AbortSignal;
  end(): void;
}
interface Place {
  readonly item: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Progress of one observation, kept with the case in batches: JSON lines `{"name":...,"result":...}` in items that a `reads`
 * entry names after the answers they rest on. An interrupted observation goes on from there when the same command runs
 * again: same action, target, options, alarm and program; nothing of it is used once an `observe` entry about the target
 * has ended it, or after `FRESH_ENOUGH`. Memory holds names and places; results are read back when they are asked for.
 * @param pace batches, for tests
 */
export function openProgress(
  session: Session,
  action: string,
  target: Target,
  options: JsonObject,
  pace: { readonly milliseconds: number; readonly bytes: number } = { milliseconds: BATCH_MILLISECONDS, bytes: BATCH_BYTES },
): Progress {
  const { case: file } = session;
  const work = workOf(session, action, target, options);
  const places = new Map<string, Place>();
  const running = new Map<string, Promise<Json>>();
  /** Made and not yet written; and what is being written just now. */
  let pending = new Map<string, Buffer>();
  let writing = new Map<string, Buffer>();
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let broken: { readonly error: unknown } | undefined;
  let last: Promise<void> = Promise.resolve();
  let found: Promise<void> | undefined;
  const over = new AbortController();

  const find = async (): Promise<void> => {
    const packs = unfinished(session, action, target, work);
    for (const { pack } of packs) index(pack.sha256, await file.load(pack.sha256), places);
    const from = packs[0]?.time;
    if (from === undefined || places.size === 0) return;
    session.emit(
      event(
        session,
        'progress',
        { phase: action, resumed: places.size, from },
        {
          text: text(
            `Goes on where it was interrupted: ${places.size} pieces of work since ${from} are kept`,
            `Continúa donde se interrumpió: se conservan ${places.size} partes del trabajo hechas desde ${from}`,
          ),
        },
      ),
    );
  };
  const recall = async (name: string): Promise<{ readonly result: Json } | undefined> => {
    const line = pending.get(name) ?? writing.get(name);
    if (line) return JSON.parse(line.toString('utf8')) as { result: Json };
    const place = places.get(name);
    if (!place) return undefined;
    const handle = await open(file.pathOf(place.item));
    try {
      const { buffer } = await handle.read(Buffer.alloc(place.length), 0, place.length, place.offset);
      return JSON.parse(buffer.toString('utf8')) as { result: Json };
    } finally {
      await handle.close();
    }
  };
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.size === 0) return;
    writing = pending;
    pending = new Map();
    bytes = 0;
    const stored = await file.store(Buffer.concat([...writing.values()]));
    await session.aws.flush(action, [{ ...stored, results: writing.size, work }]);
    let offset = 0;
    for (const [name, line] of writing) {
      places.set(name, { item: stored.sha256, offset, length: line.length });
      offset += line.length;
    }
    writing = new Map();
  };
  const flush = (): Promise<void> => {
    const next = last.then(write);
    last = next.catch((error: unknown) => {
      broken ??= { error };
    });
    return next;
  };
  const remember = async (name: string, result: Json): Promise<void> => {
    const line = Buffer.from(`${JSON.stringify({ name, result })}\n`, 'utf8');
    pending.set(name, line);
    bytes += line.length;
    if (bytes >= pace.bytes) return flush();
    timer ??= setTimeout(() => void flush().catch(() => undefined), pace.milliseconds).unref();
  };

  return {
    once<T extends Json>(name: string, make: () => Promise<T>): Promise<T> {
      const known = running.get(name);
      if (known) return known as Promise<T>;
      const made = (async () => {
        // A full disk must end the work, not silently its record.
        if (broken) throw broken.error;
        found ??= find();
        await found;
        const kept = await recall(name);
        if (kept) return kept.result as T;
        over.signal.throwIfAborted();
        const result = await make();
        await remember(name, result);
        return result;
      })();
      running.set(name, made);
      const done = () => void running.delete(name);
      made.then(done, done);
      return made;
    },
    flush,
    signal: over.signal,
    end: () => over.abort(new Error(`the observation of "${action}" is over`)),
  };
}

/** What was asked: the same command of the same program goes on with it, no other one. */
const workOf = (session: Session, action: string, target: Target, options: JsonObject): string => {
  const alarm = session.case.entries.filter(ofKind('facts')).map((entry) => entry.body.alarm ?? {});
  return sha256(canonical({ action, target, options, alarm: Object.assign({}, ...alarm) as JsonObject, tool: TOOL }));
};

/** Results of this work that no finished observation has used, oldest first. */
function unfinished(session: Session, action: string, target: Target, work: string): { readonly pack: Kept; readonly time: string }[] {
  const { entries } = session.case;
  const about = canonical(target);
  const ended = entries.findLastIndex((entry) => ofKind('observe')(entry) && entry.body.action === action && canonical(entry.body.target) === about);
  return entries
    .slice(ended + 1)
    .filter(ofKind('reads'))
    .filter((entry) => session.clock.now() - Date.parse(entry.time) <= FRESH_ENOUGH)
    .flatMap((entry) => entry.body.kept.filter((pack) => pack.results !== undefined && pack.work === work).map((pack) => ({ pack, time: entry.time })));
}

/** Where each result stands. Every line is whole: an entry names an item only once it is on disk. */
function index(item: string, data: Buffer, places: Map<string, Place>): void {
  for (let offset = 0; offset < data.length; ) {
    const end = data.indexOf(0x0a, offset) + 1 || data.length;
    const line = data.subarray(offset, end);
    // The name comes first: a long result need not be parsed to know it.
    const name = /^\{"name":("(?:[^"\\]|\\.)*"),"result":/.exec(line.subarray(0, 4096).toString('utf8'))?.[1];
    if (name !== undefined) places.set(JSON.parse(name) as string, { item, offset, length: line.length });
    offset = end;
  }
}
