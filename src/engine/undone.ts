import type { Check, Json, JsonObject, Plan, Result, StepNumber, Test } from '../kernel/index.ts';
import { isAplombError, text, worstVerdict } from '../kernel/index.ts';
import type { Judged } from './judge.ts';
import { codeOf, credentialsGone, saysAbsent } from './outcome.ts';
import { event, type Session } from './session.ts';
import type { UndoLook } from './undo.ts';
import { holds, picked, search } from './values.ts';

const SCOPE = { output: () => undefined, now: () => 0, token: '' };
const brief = (value: unknown): string => JSON.stringify(value).slice(0, 300);
/** Tests as a person reads them: what stands where. */
const asked = (tests: readonly Test[]): string => tests.map((test) => `${test.path}: ${brief('in' in test ? test.in : test.is)}`).join('; ');

/**
 * Reads again what an undo took back: is it as it was before? With the patience that lagging reads need.
 * @param results of the undo's own steps, by their ids
 */
export async function checkUndone(
  session: Session,
  plan: Plan,
  step: StepNumber,
  looks: readonly UndoLook[],
  results: ReadonlyMap<string, Result>,
): Promise<Judged> {
  const checks = await Promise.all(looks.map((look) => checkOne(session, plan.action, look, endOf(look.id, results))));
  const verdict = worstVerdict(checks);
  await session.aws.flush(`${plan.action}:check`);
  if (checks.length === 0) return { verdict, checks };
  session.case.append('verdict', { action: plan.action, step, verdict, checks });
  const data: JsonObject = {
    action: plan.action,
    step,
    verdict,
    checks: checks.map((check) => ({ name: check.name, verdict: check.verdict, why: { ...check.why } })),
  };
  session.emit(event(session, 'verdict', data, { level: verdict === 'holds' ? 'info' : 'warn', text: text('Taken back', 'Deshecho') }));
  return { verdict, checks };
}

/** How the last step of one change's undo ended; the first that did not succeed says why. */
function endOf(id: string, results: ReadonlyMap<string, Result>): Result | undefined {
  const mine = [...results].filter(([step]) => step.startsWith(`undo.${id}.`) && /^\d+$/.test(step.slice(`undo.${id}.`.length))).map(([, result]) => result);
  return mine.find(({ state }) => state !== 'done' && state !== 'already') ?? mine.at(-1);
}

async function checkOne(session: Session, action: string, look: UndoLook, end: Result | undefined): Promise<Check> {
  const name = look.id;
  const open = end?.state === 'waiting' || end?.state === 'unknown';
  const until = session.clock.now() + Math.min(session.timing.lag, 20) * 1000;
  for (;;) {
    let seen: Json;
    let evidence: readonly string[] = [];
    let gone: string | null = null;
    try {
      const read = await session.aws.sendAll({
        call: look.call,
        input: look.call.input as Json,
        purpose: 'read',
        keep: true,
        phase: `${action}:check`,
        signal: session.signal,
      });
      evidence = read.bodies.map((body) => body.sha256);
      seen = (picked(look, read.output, SCOPE) ?? {}) as Json;
    } catch (error) {
      if (session.signal?.aborted || credentialsGone(error) || isAplombError(error)) throw error;
      const code = codeOf(error);
      if (!look.absent?.includes(code) && !saysAbsent(code)) {
        const why = `${code}: ${(error as Error).message}`.slice(0, 300);
        return { name, verdict: 'unknown', why: text(`it cannot be read: ${why}`, `no se puede leer: ${why}`), evidence };
      }
      seen = {};
      gone = code;
    }
    const back = look.before ? holds(look.before, seen, SCOPE) : !holds(look.left, seen, SCOPE);
    if (back) return { name, verdict: 'holds', why: text('it is as it was before', 'está como estaba antes'), evidence };
    if (gone !== null && !look.absent?.includes(gone))
      return {
        name,
        verdict: 'holds',
        why: text(
          `what it was done to is no more (${gone}): nothing is left to take back`,
          `aquello a lo que se hizo ya no existe (${gone}): no queda nada que deshacer`,
        ),
        evidence,
      };
    const wait = end?.state === 'done' || end?.state === 'already';
    if (!wait || session.clock.now() > until) {
      const wanted = look.before ? asked(look.before) : '';
      // What the tests look at, not the whole answer: the state that matters may stand at its end.
      const now = [...new Set([...look.left, ...(look.before ?? [])].map((test) => test.path))].map((at) => `${at}: ${brief(search(seen, at))}`).join('; ');
      const stands = (end?.state === 'refused' || end?.state === 'failed') && end.why ? `${end.code ?? 'Error'}: ${end.why}`.slice(0, 300) : null;
      return {
        name,
        verdict: open ? 'unknown' : 'fails',
        why: text(
          `not as it was before: ${look.why.en}.${stands ? ` AWS: ${stands}.` : ''} Now: ${now}. As this case left it: ${asked(look.left)}.${wanted ? ` Before: ${wanted}.` : ''}`,
          `no está como estaba antes: ${look.why.es}.${stands ? ` AWS: ${stands}.` : ''} Ahora: ${now}. Como lo dejó este caso: ${asked(look.left)}.${wanted ? ` Antes: ${wanted}.` : ''}`,
        ),
        evidence,
      };
    }
    await session.clock.sleep(session.timing.pace * 1000, session.signal);
  }
}
