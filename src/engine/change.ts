import type { Change, Json, Result } from '../kernel/index.ts';
import { isAplombError, ofKind } from '../kernel/index.ts';
import { codeOf, outcomeOf, saysAbsent } from './outcome.ts';
import { patientRead, type Run, scopeOf, settled } from './run.ts';
import { holds, picked, refsOf, resolve, search } from './values.ts';

interface Look {
  readonly done: boolean;
  readonly ready: boolean;
  readonly output: Json;
  readonly seen: Json;
}
const brief = (seen: Json): string => JSON.stringify(seen).slice(0, 300);

/** One reading through the change's probe: is the effect there, or may it still be made? */
async function look(run: Run, change: Change): Promise<Look> {
  const { probe } = change;
  const scope = scopeOf(run, change.id);
  const answer = picked(
    probe,
    await patientRead(run, probe.call, scope, { absent: probe.absent, lateIds: refsOf(probe.call.input).some((ref) => ref.id !== 'self') }),
    scope,
  );
  return {
    done: holds(probe.done, answer, scope),
    ready: !probe.ready || holds(probe.ready, answer, scope),
    output: probe.output ? ((search(answer, probe.output) ?? {}) as Json) : {},
    seen: (answer ?? {}) as Json,
  };
}

/**
 * What became of a call whose answer we do not have? Looks until it knows.
 * @returns a result when the effect is found, cannot be there any more or stays in doubt; null when it may be sent again.
 */
async function reconcile(run: Run, change: Change, since: number): Promise<Result | null> {
  const settleUntil = since + run.timing.settle * 1000;
  for (;;) {
    const seen = await look(run, change);
    if (seen.done) return settled(run, change, { state: 'done', ours: true, output: seen.output, why: 'found after the answer was lost' });
    if (seen.ready && change.repeat === 'safe') return null;
    if (run.clock.now() > settleUntil) {
      if (!seen.ready) return settled(run, change, { state: 'drifted', why: brief(seen.seen) });
      return change.repeat === 'look' ? null : { state: 'unknown', why: 'not found, and never repeated by itself' };
    }
    await run.clock.sleep(run.timing.pace * 1000, run.signal);
  }
}

/** Reads may lag behind writes: neither "done" nor "ready" counts as drift only when it stays so for a while. */
async function lookUntilClear(run: Run, change: Change): Promise<Look> {
  const until = run.clock.now() + Math.min(run.timing.lag, 10) * 1000;
  for (;;) {
    const seen = await look(run, change);
    if (seen.done || seen.ready || run.clock.now() > until) return seen;
    await run.clock.sleep(run.timing.pace * 1000, run.signal);
  }
}

/** AWS says it is there already: believed only if the probe agrees within the time reads may lag. */
async function agree(run: Run, change: Change, code: string, ours: boolean): Promise<Result> {
  const until = run.clock.now() + Math.min(run.timing.lag, 20) * 1000;
  for (;;) {
    const seen = await look(run, change);
    if (seen.done) return settled(run, change, { state: ours ? 'done' : 'already', ours, code, output: seen.output });
    if (run.clock.now() > until)
      return settled(run, change, { state: 'failed', code, why: `AWS says it is there already, a look says it is not: ${brief(seen.seen)}` });
    await run.clock.sleep(run.timing.pace * 1000, run.signal);
  }
}

/**
 * Carries out one change: intent on disk, one request, receipt on disk. Only here is a mutation ever sent, and only
 * knowingly sent again. The input is frozen by the first intent: a resend is the same bytes.
 */
export async function runChange(run: Run, change: Change): Promise<Result> {
  const scope = scopeOf(run, change.id);
  const intents = run.before.filter(ofKind('intent')).filter((entry) => entry.body.step === change.id);
  const last = intents.at(-1);
  const input = last ? last.body.input : resolve(change.call.input, scope);
  run.inputs.set(change.id, input);
  let sentBefore = last !== undefined;
  if (last) {
    const found = await reconcile(run, change, Date.parse(last.time));
    if (found) return found;
  } else if (run.clock.now() - run.observedAt > run.timing.fresh * 1000) {
    let seen: Look;
    try {
      seen = await lookUntilClear(run, change);
    } catch (error) {
      // What is no more has nothing to be taken back, and holds up nothing that stood beneath it.
      if (!run.plan.action.startsWith('undo:') || !saysAbsent(codeOf(error))) throw error;
      return settled(run, change, { state: 'already', ours: false, code: codeOf(error), why: (error as Error).message });
    }
    if (seen.done) return settled(run, change, { state: 'already', ours: false, output: seen.output });
    if (!seen.ready) return settled(run, change, { state: 'drifted', why: brief(seen.seen) });
  }
  const { service, operation, region, as } = change.call;
  const retryUntil = run.clock.now() + run.timing.lag * 1000;
  for (let attempt = 1; ; attempt++) {
    run.signal?.throwIfAborted();
    run.case.append('intent', {
      action: run.plan.action,
      apply: run.apply,
      step: change.id,
      call: { service, operation, region, ...(as ? { as } : {}) },
      input,
    });
    try {
      const sent = await run.door.send({ call: change.call, input, purpose: 'mutation', keep: true, phase: run.plan.action });
      if (change.accept && !holds(change.accept, sent.output, scope))
        return settled(run, change, { state: 'failed', code: 'NotAccepted', output: sent.output }, sent.requestId);
      return settled(run, change, { state: 'done', ours: true, output: sent.output }, sent.requestId);
    } catch (error) {
      // Expired credentials, a guard, a full disk: no repetition helps. The intent stands; the next run looks before it acts.
      if (isAplombError(error)) throw error;
      const code = codeOf(error);
      const outcome = outcomeOf(error);
      // One answer may take longer to be given up than all patience: it is no reason never to try again.
      const again = run.clock.now() < retryUntil || attempt === 1;
      const jitter = run.timing.pace * 1000 * (0.5 + Math.random());
      if (outcome === 'unknown') {
        const lost = run.clock.now();
        // The effect may be there and reads still lag behind it: a moment's patience spares a second call.
        await run.clock.sleep(jitter, run.signal);
        const found = await reconcile(run, change, lost);
        if (found) return found;
        if (!again) return { state: 'unknown', code, why: (error as Error).message };
        sentBefore = true;
        continue;
      }
      if (outcome === 'no-effect' && again) {
        await run.clock.sleep(jitter, run.signal);
        continue;
      }
      if (change.already?.includes(code)) return agree(run, change, code, sentBefore);
      const late = change.lag?.includes(code) || (saysAbsent(code) && refsOf(change.call.input).length > 0);
      if (late && again) {
        await run.clock.sleep(jitter, run.signal);
        continue;
      }
      return settled(run, change, { state: 'refused', code, why: (error as Error).message });
    }
  }
}
