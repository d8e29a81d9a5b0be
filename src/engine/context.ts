import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldFacts } from '../evidence/index.ts';
import type { ActionContext, Call, Facts, Json, JsonObject, Reading, Target } from '../kernel/index.ts';
import { event, type Session } from './session.ts';

/** The window through which an action sees the world: recorded reads, facts, trusted time. No printing, no prompts, no writes. */
export function contextFor(session: Session, phase: string, target: Target, options: JsonObject): ActionContext {
  const { aws, signal } = session;
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
    once: (_name, make) => make(),
    target,
    get facts(): Facts {
      facts ??= foldFacts(session.case.entries);
      return facts;
    },
    options,
    now: () => session.clock.now(),
    progress: (message, detail = {}) => session.emit(event(session, 'progress', { phase, ...detail }, { text: message })),
    settle: (seconds) => session.clock.sleep(Math.min(seconds, session.timing.lag) * 1000, signal),
    hunters: () => session.registry.hunters(),
    blocks: async (region, snapshotId) => (await import('../aws/index.ts')).snapshotSource(aws, region, snapshotId),
    async derived(name) {
      const folder = join(session.case.dir, 'derived');
      await mkdir(folder, { recursive: true });
      return join(folder, name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_'));
    },
  };
}
