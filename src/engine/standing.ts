import type { Change, Json, LedgerEntry, Result, Standing, StepNumber } from '../kernel/index.ts';
import { isAplombError, isChange, ofKind, tokenOf } from '../kernel/index.ts';
import { codeOf, credentialsGone, saysAbsent } from './outcome.ts';
import type { Session } from './session.ts';
import { hasCalls, lastOf, takenBack } from './undo.ts';
import { holds, picked, resolve, type Scope } from './values.ts';

/** A change that took effect (by our call, or was there already) and was not taken back; `scope` says what its values stand for. */
interface Made {
  readonly action: string;
  readonly change: Change;
  readonly input: Json;
  readonly since: string;
  readonly scope: Scope;
}

/** Of a change that was made several times (it had been reverted) the latest counts. */
export function madeChanges(entries: readonly LedgerEntry[], caseId: string): Made[] {
  const plans = new Map(entries.filter(ofKind('plan')).map((entry) => [entry.body.hash, entry.body.plan]));
  const made = new Map<string, Made>();
  for (const { body } of entries.filter(ofKind('approve'))) {
    const plan = plans.get(body.plan);
    if (!plan || body.action.startsWith('undo:')) continue;
    const mine = { receipts: new Map<string, { result: Result; time: string }>(), inputs: new Map<string, Json>() };
    for (const entry of entries) {
      if (ofKind('receipt')(entry) && entry.body.apply === body.apply) mine.receipts.set(entry.body.step, { result: entry.body.result, time: entry.time });
      if (ofKind('intent')(entry) && entry.body.apply === body.apply) mine.inputs.set(entry.body.step, entry.body.input);
    }
    const back = takenBack(entries, body.apply);
    for (const change of plan.steps.filter(isChange)) {
      const receipt = mine.receipts.get(change.id);
      if (receipt?.result.state !== 'done' && receipt?.result.state !== 'already') continue;
      const key = `${body.action} ${change.id}`;
      made.delete(key);
      if (hasCalls(change) && back.has(lastOf(change))) continue;
      const input = mine.inputs.get(change.id) ?? change.call.input;
      made.set(key, {
        action: body.action,
        change,
        input,
        since: receipt.time,
        scope: {
          output: (id) => (id === 'self' ? input : mine.receipts.get(id)?.result.output),
          now: () => Date.parse(receipt.time),
          token: tokenOf(caseId, body.apply, change.id),
        },
      });
    }
  }
  return [...made.values()];
}

/** Reads every change of a step (or of some of its actions) again through its own probe, side by side. What cannot be read is `unread`, never standing. */
export async function readStanding(session: Session, phase: string, step: StepNumber, of?: readonly string[]): Promise<Standing[]> {
  const steps = new Map<string, number>();
  for (const entry of session.case.entries.filter(ofKind('verdict'))) steps.set(entry.body.action, entry.body.step);
  const made = madeChanges(session.case.entries, session.case.info.id).filter(({ action }) => of?.includes(action) ?? true);
  for (const { action } of made) if (!steps.has(action)) steps.set(action, (await session.registry.action(action)).step);
  return Promise.all(made.filter((one) => steps.get(one.action) === step).map((one) => readOne(session, phase, one)));
}

async function readOne(session: Session, phase: string, { action, change, input, since, scope }: Made): Promise<Standing> {
  const { service, operation, region } = change.call;
  const common = { action, step: change.id, why: change.why, call: { service, operation, region }, input, since };
  const { probe } = change;
  let answer: Json;
  let evidence: readonly string[] = [];
  try {
    const read = await session.aws.sendAll({
      call: probe.call,
      input: resolve(probe.call.input, scope),
      purpose: 'read',
      keep: true,
      phase,
      signal: session.signal,
    });
    answer = read.output;
    evidence = read.bodies.map((body) => body.sha256);
  } catch (error) {
    if (session.signal?.aborted || credentialsGone(error) || isAplombError(error)) throw error;
    const code = codeOf(error);
    if (!probe.absent?.includes(code))
      return { ...common, state: saysAbsent(code) ? 'gone' : 'unread', seen: `${code}: ${(error as Error).message}`.slice(0, 300), evidence };
    answer = {};
  }
  const seen = (picked(probe, answer, scope) ?? {}) as Json;
  const state = holds(probe.done, seen, scope) ? 'stands' : !probe.ready || holds(probe.ready, seen, scope) ? 'reverted' : 'changed';
  return { ...common, state, seen, evidence };
}
