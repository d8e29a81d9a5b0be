import { applyPlan, approve, checkUndone, describeChanges, event, openApply, type Session, undoable, undoPlan } from '../engine/index.ts';
import { plainText } from '../i18n/index.ts';
import { AplombError, EXIT, type ExitCode, type JsonObject, type Plan, type StepNumber, text, worstExit } from '../kernel/index.ts';
import type { Io } from './io.ts';
import { nextData, nextSteps } from './next.ts';
import { fold } from './render/paint.ts';
import { closeSession, openSession } from './session.ts';
import { type Command, type CommonFlag, type Ending, type Flag, list, type Values } from './spec.ts';

export const ALSO: Readonly<Record<string, Flag>> = {
  also: {
    kind: 'list',
    placeholder: 'STEP',
    brief: text('A dangerous one to take back too, by its id (repeatable)', 'Uno peligroso que deshacer también, por su id (repetible)'),
  },
};
export const TAKES_BACK: readonly CommonFlag[] = ['case', 'profile', 'region', 'yes'];

interface Chosen {
  readonly apply: string;
  readonly plan: Plan;
  readonly step: StepNumber;
}
interface Done {
  readonly changes: JsonObject[];
  readonly verdicts: JsonObject[];
  readonly exits: ExitCode[];
}

/**
 * A command that takes changes back, newest first. What is dangerous and what cannot come back is listed before anything
 * starts. Where the world moved in between it stops, and both states are shown.
 * @param chooses which applies, of all that can be taken back
 */
export const takingBack =
  (name: string, chooses: (all: readonly Chosen[], positionals: readonly string[]) => readonly Chosen[]): Command['run'] =>
  async (io: Io, values: Values, positionals: readonly string[]): Promise<Ending> => {
    const session = await openSession(io, values, { command: name });
    try {
      const all: Chosen[] = await Promise.all(
        undoable(session.case.entries).map(async ({ apply, plan }) => ({ apply, plan, step: (await session.registry.action(plan.action)).step })),
      );
      const chosen = chooses(all, positionals);
      const named = new Set(list(values, 'also'));
      const done: Done = { changes: [], verdicts: [], exits: [EXIT.ok] };
      foretell(io, session, chosen, named, done);
      await words(session, chosen, named);
      const rest = [...chosen];
      while (rest.length > 0) {
        const one = rest.shift()!;
        if (await carryOut(session, one, named, done)) continue;
        // Older changes may lie beneath what somebody else changed: a person decides.
        for (const { plan } of rest)
          done.changes.push({ id: plan.action, call: '', state: 'blocked', why: `${one.plan.action} was changed by somebody else meanwhile` });
        if (rest.length > 0 && !io.json) stopped(io, one.plan.action, rest);
        break;
      }
      await session.aws.flush(name);
      if (chosen.length === 0 && !io.json) io.out(io.lang === 'es' ? 'No hay nada que deshacer.' : 'There is nothing to take back.');
      const exit = worstExit(done.exits);
      const next = nextSteps(session.case, exit);
      io.emit({ kind: 'event', code: 'next', level: 'info', time: new Date(session.clock.now()).toISOString(), data: nextData(next) });
      return { exit, result: { case: session.case.dir, plan: null, changes: done.changes, verdicts: done.verdicts } };
    } finally {
      await closeSession(session);
    }
  };

/** Before anything starts, the gravest first: what is skipped unless named, what stays, and what does not come back as it was. */
function foretell(io: Io, session: Session, chosen: readonly Chosen[], named: ReadonlySet<string>, done: Done): void {
  const es = io.lang === 'es';
  const skipped: string[] = [];
  const staying: string[] = [];
  const losing: string[] = [];
  for (const { apply, plan } of chosen) {
    const { asks, stays, looks } = undoPlan(session.case.entries, session.case.info.id, apply, plan, named);
    for (const { id, change } of asks) {
      const why = 'ask' in change.undo && change.undo.ask ? io.say(change.undo.ask) : '';
      skipped.push(
        `■ ${plan.action}: ${es ? `no se deshace si no lo pide con --also ${id}` : `not taken back unless you ask for it with --also ${id}`}. ${why}`,
      );
      done.changes.push({ id, call: `${change.call.service}:${change.call.operation}`, state: 'skipped', why: plainText(why, 400) });
    }
    for (const change of stays) {
      const why = 'kept' in change.undo ? change.undo.kept : 'never' in change.undo ? change.undo.never : undefined;
      staying.push(`· ${plan.action}: ${es ? 'se queda' : 'stays'}${why ? `: ${io.say(why)}` : ''}`);
    }
    for (const { loses } of looks) if (loses) losing.push(`! ${plan.action}: ${io.say(loses)}`);
  }
  const lines = [...skipped, ...staying, ...losing];
  if (lines.length === 0) return;
  io.err(`       ${es ? 'Antes de deshacer nada, sepa esto:' : 'Before anything is taken back, know this:'}`);
  for (const line of new Set(lines)) {
    const times = lines.filter((one) => one === line).length;
    io.err(fold(`${plainText(line, 700)}${times > 1 ? ` (${times})` : ''}`, 100, '         ').replace(/^ {2}/, ''));
  }
}

/** The dangerous ones that were named are asked for by a typed word, all of them before the first change. */
async function words(session: Session, chosen: readonly Chosen[], named: ReadonlySet<string>): Promise<void> {
  for (const { plan } of chosen)
    for (const step of plan.steps) {
      if (!named.has(step.id) || !('undo' in step) || !('calls' in step.undo) || !step.undo.ask) continue;
      if (!(await session.approver.typed('undo', step.undo.ask))) throw new AplombError('Declined', 'nothing was taken back', { exit: EXIT.declined });
    }
}

/** @returns false when the world moved in between */
async function carryOut(session: Session, { apply, plan, step }: Chosen, named: ReadonlySet<string>, done: Done): Promise<boolean> {
  const outlook = undoPlan(session.case.entries, session.case.info.id, apply, plan, named);
  // Stopped in the middle of taking it back: goes on with what was approved then.
  const begun = openApply(session.case.entries, `undo:${plan.action}`, { apply, of: plan.target });
  const back = begun?.begun ? begun.plan : outlook.plan;
  if (back.steps.length === 0) return true;
  const action = await session.registry.action(plan.action);
  const title = text(`Take back: ${action.title.en}`, `Deshacer: ${action.title.es}`);
  session.emit(event(session, 'action', { action: back.action, step, title: { ...title }, target: plan.target }, { text: title }));
  const id = begun?.begun ? begun.apply : await approve(session, back, title, step);
  const results = await applyPlan(session, back, id, 0);
  const rows = describeChanges(back.steps, results);
  done.changes.push(...rows.map((row) => ({ ...row })));
  for (const { state } of rows) {
    // What is blocked ends as what it waits for does: still going on, or failed by itself.
    if (state === 'waiting' || state === 'unknown' || state === 'blocked') done.exits.push(EXIT.partial);
    else if (state !== 'done' && state !== 'already' && state !== 'unneeded') done.exits.push(EXIT.failed);
  }
  const { verdict, checks } = await checkUndone(session, back, step, outlook.looks, results);
  if (checks.length > 0) {
    done.exits.push(verdict === 'fails' ? EXIT.failed : verdict === 'unknown' ? EXIT.partial : EXIT.ok);
    done.verdicts.push({ action: back.action, verdict, checks: checks.map((check) => ({ name: check.name, verdict: check.verdict, why: check.why.en })) });
  }
  return !rows.some(({ state }) => state === 'drifted');
}

function stopped(io: Io, action: string, rest: readonly Chosen[]): void {
  const others = [...new Set(rest.map(({ plan }) => plan.action))].join(' ');
  io.err(
    io.lang === 'es'
      ? `       ■ Parado: ${action} lo cambió otro entretanto. Lo demás sigue sin deshacer; por nombre: aplomb undo ${others}`
      : `       ■ Stopped: somebody else changed ${action} meanwhile. The rest is not taken back; by name: aplomb undo ${others}`,
  );
}
