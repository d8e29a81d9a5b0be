import type { Json, JsonObject, Pause, Read, Result } from '../kernel/index.ts';
import { ofKind, utc } from '../kernel/index.ts';
import { patientRead, type Run, scopeOf, settled } from './run.ts';
import { holds, search } from './values.ts';

/** A pause is measured from its first entry, so a crash in the middle does not start it anew. */
export async function runPause(run: Run, pause: Pause): Promise<Result> {
  const begun =
    run.before.filter(ofKind('pause')).find((entry) => entry.body.step === pause.id) ??
    run.case.append('pause', { action: run.plan.action, apply: run.apply, step: pause.id });
  await run.clock.sleep(Math.max(0, Date.parse(begun.time) + pause.pause * 1000 - run.clock.now()), run.signal);
  return settled(run, pause, { state: 'done' });
}

/** Reads until the tests hold. Without `until` it is one read. Running out of time is `waiting`: resume goes on. */
export async function runRead(run: Run, read: Read): Promise<Result> {
  const scope = scopeOf(run, read.id);
  const begun = run.clock.now();
  const until = begun + Math.min(read.limit, run.timing.patience) * 1000;
  for (;;) {
    const output = await patientRead(run, read.read, scope, { lag: read.lag, lateIds: true });
    if (read.fail && holds(read.fail, output, scope)) return settled(run, read, { state: 'failed', code: 'WaitFailed', output });
    if (!read.until || holds(read.until, output, scope)) return settled(run, read, { state: 'done', output });
    if (run.clock.now() >= until) return { state: 'waiting', why: `still not so after ${Math.round((run.clock.now() - begun) / 1000)} s` };
    run.emit({
      kind: 'event',
      code: 'waiting',
      level: 'info',
      time: utc(run.clock.now()),
      text: read.why,
      data: { action: run.plan.action, id: read.id, seconds: Math.round((run.clock.now() - begun) / 1000), ...farOf(read, output) },
    });
    await run.clock.sleep(read.every * 1000, run.signal);
  }
}

/** How far AWS says it is; one line of text, whatever it answers. */
function farOf(read: Read, output: Json): JsonObject {
  if (read.progress === undefined) return {};
  const far = search(output, read.progress);
  const told = [far].flat(2).filter((one) => typeof one === 'string' || typeof one === 'number');
  return told.length === 0 ? {} : { far: told.join(', ').slice(0, 200) };
}
