import { type Action, type Check, isChange, ofKind, text, worstVerdict } from '../kernel/index.ts';
import { conclude, type Outcome, planAction, type Request, takeChecks } from './judge.ts';
import { event, type Session } from './session.ts';
import { madeChanges } from './standing.ts';

/** What a whole watch takes against AWS; a custom endpoint may shorten it in proportion (APLOMB_WATCH_SECONDS). */
export const WHOLE_WATCH_SECONDS = 900;
/** Seconds between readings of a watch that goes on until told to stop. */
const THEREAFTER = 300;

/** Reading times: seconds after the last change of the step, those that have passed left out, one at least. Where nothing was changed one reading says it all. */
function due(session: Session, action: Action): number[] {
  const pace = session.timing.watch ?? 1;
  const now = session.clock.now();
  const steps = new Map(session.case.entries.filter(ofKind('verdict')).map((entry) => [entry.body.action, entry.body.step]));
  const changed = madeChanges(session.case.entries, session.case.info.id)
    .filter((one) => (steps.get(one.action) ?? action.step) === action.step && isChange(one.change))
    .map((one) => Date.parse(one.since));
  const from = changed.length > 0 ? Math.max(...changed) : null;
  const times = from === null ? [] : (action.watch ?? []).map((seconds) => from + seconds * 1000 * pace).filter((time) => time > now);
  return times.length > 0 ? times : [now];
}

/**
 * Takes an action's observation and check again and again. Each reading is on the ledger as an observation; the last one
 * becomes the verdict. A reading that fails ends the watch, since somebody must act, unless it goes on until told to stop.
 * @param endless ends at the first interruption, with the verdict of what was seen until then
 */
export async function watch(session: Session, action: Action, request: Request, endless = false): Promise<Outcome> {
  const times = due(session, action);
  let checks: readonly Check[] | null = null;
  for (let n = 0; ; n++) {
    const last = n >= times.length - 1 && !endless;
    const time = times[n] ?? session.clock.now() + THEREAFTER * 1000 * (session.timing.watch ?? 1);
    try {
      await wait(session, action, time);
      await planAction(session, action, request);
      checks = await takeChecks(session, action, request);
    } catch (error) {
      if (!endless || checks === null || !session.signal?.aborted) throw error;
      break;
    }
    const verdict = worstVerdict(checks);
    if (last || (verdict === 'fails' && !endless)) break;
    tell(session, action, checks);
  }
  const judged = conclude(session, action, checks);
  return { action: action.id, step: action.step, plan: null, changes: [], ...judged, open: [] };
}

async function wait(session: Session, action: Action, time: number): Promise<void> {
  const seconds = Math.max(0, Math.ceil((time - session.clock.now()) / 1000));
  if (seconds > 0)
    session.emit(
      event(
        session,
        'waiting',
        { action: action.id, id: 'watch', seconds },
        { text: text('the next reading of the watch', 'la próxima lectura de la vigilancia') },
      ),
    );
  await session.clock.sleep(Math.max(0, time - session.clock.now()), session.signal);
}

/** A reading in between: one line, loud when it is not good. */
function tell(session: Session, action: Action, checks: readonly Check[]): void {
  const verdict = worstVerdict(checks);
  const wrong = checks.filter((check) => check.verdict !== 'holds');
  session.emit(
    event(
      session,
      'progress',
      { phase: action.id, verdict, checks: checks.map((check) => ({ name: check.name, verdict: check.verdict, why: { ...check.why } })) },
      {
        level: verdict === 'holds' ? 'info' : 'warn',
        text:
          verdict === 'holds'
            ? text('everything contained so far stands', 'todo lo contenido hasta ahora sigue en pie')
            : text(wrong.map((check) => `${check.name}: ${check.why.en}`).join('; '), wrong.map((check) => `${check.name}: ${check.why.es}`).join('; ')),
      },
    ),
  );
}
