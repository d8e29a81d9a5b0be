import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldFacts } from '../evidence/index.ts';
import { type ActionContext, type Call, type Facts, type Json, type JsonObject, ofKind, type Reading, type Target } from '../kernel/index.ts';
import type { Progress } from './progress.ts';
import { event, type Session } from './session.ts';
import { readStanding } from './standing.ts';

/**
 * The window through which an action sees the world: recorded reads, facts, trusted time. No printing, no prompts, no writes.
 * @param progress where `once` keeps its results; without it they last as long as the context
 */
export function contextFor(session: Session, phase: string, target: Target, options: JsonObject, progress?: Progress): ActionContext {
  const { aws } = session;
  const signal = progress && session.signal ? AbortSignal.any([progress.signal, session.signal]) : (progress?.signal ?? session.signal);
  // Every request waits on it; hundreds at once are no leak.
  if (signal) setMaxListeners(0, signal);
  const request = (call: Call) => ({ call, input: call.input, purpose: 'read' as const, keep: true, phase, signal });
  let facts: Facts | undefined;
  return {
    async read<T = Json>(call: Call): Promise<Reading<T>> {
      const answer = await aws.send(request(call));
      return { output: answer.output as T, evidence: answer.body ? [answer.body.sha256] : [] };
    },
    async readAll<T = Json>(call: Call): Promise<Reading<T>> {
      const answer = await aws.sendAll(request(call));
      return { output: answer.output as T, evidence: answer.bodies.map((body) => body.sha256) };
    },
    async *pages<T = Json>(call: Call): AsyncIterable<Reading<T>> {
      for await (const { answer } of aws.sendPages(request(call))) yield { output: answer.output as T, evidence: answer.body ? [answer.body.sha256] : [] };
    },
    once: progress ? progress.once : onceHere(),
    target,
    get facts(): Facts {
      facts ??= foldFacts(session.case.entries);
      return facts;
    },
    options,
    now: () => session.clock.now(),
    progress: (message, detail = {}) => {
      if (!progress?.signal.aborted) session.emit(event(session, 'progress', { phase, ...detail }, { text: message }));
    },
    async settle(seconds, ended) {
      const either = ended && signal ? AbortSignal.any([ended, signal]) : (ended ?? signal);
      // A deadline is no patience: it is not shortened with it.
      await session.clock.sleep((ended ? seconds : Math.min(seconds, session.timing.lag)) * 1000, either).catch((error) => {
        if (!ended?.aborted || signal?.aborted) throw error;
      });
    },
    standing: (step, of) => readStanding(session, phase, step, of),
    async kept(name) {
      const item = session.case.entries
        .filter(ofKind('evidence'))
        .flatMap((entry) => entry.body.items)
        .find((one) => one.name === name && one.source.unavailable === undefined);
      return item ? session.case.load(item.sha256) : null;
    },
    hunters: () => session.registry.hunters(),
    blocks: async (region, snapshotId, as) =>
      (await import('../aws/index.ts')).snapshotSource(aws, region, snapshotId, { ...(as === undefined ? {} : { as }), ...(signal ? { signal } : {}) }),
    async derived(name) {
      const folder = join(session.case.dir, 'derived');
      await mkdir(folder, { recursive: true });
      return join(folder, name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_'));
    },
  };
}

/** `once` for work too short to be kept. What failed is tried again. */
function onceHere(): ActionContext['once'] {
  const made = new Map<string, Promise<Json>>();
  return <T extends Json>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(name) as Promise<T> | undefined;
    if (known) return known;
    const result = make();
    made.set(name, result);
    result.catch(() => made.delete(name));
    return result;
  };
}
