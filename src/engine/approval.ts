import { randomBytes } from 'node:crypto';
import type { Json, LedgerEntry, Plan, Step, StepNumber, Target, Text } from '../kernel/index.ts';
import { AplombError, EXIT, isChange, ofKind } from '../kernel/index.ts';
import { bareStep, planHash } from './hash.ts';
import { entriesOf } from './run.ts';
import { event, type Session } from './session.ts';
import { sameValue } from './values.ts';

/** An approval that was given and whose apply has not finished: a resumed command goes on with it, never plans anew. */
export interface OpenApply {
  readonly apply: string;
  readonly plan: Plan;
  readonly begun: boolean;
}
export const sameTarget = (a: Json | undefined, b: Target): boolean => a !== undefined && sameValue(a, b);

export function openApply(entries: readonly LedgerEntry[], action: string, target: Target, since = 0): OpenApply | null {
  const plans = new Map(entries.filter(ofKind('plan')).map((entry) => [entry.body.hash, entry.body.plan]));
  const mine = entries
    .filter(ofKind('approve'))
    .filter((entry) => entry.seq >= since && entry.body.action === action && sameTarget(plans.get(entry.body.plan)?.target, target));
  const last = mine.at(-1);
  if (!last) return null;
  const over = entries.some((entry) => ofKind('finish')(entry) && entry.body.apply === last.body.apply) || refuted(entries, action, last.body.apply);
  const begun = entries.some((entry) => ofKind('intent')(entry) && entry.body.apply === last.body.apply);
  return over ? null : { apply: last.body.apply, plan: plans.get(last.body.plan)!, begun };
}

/**
 * Every call of the apply was answered, and the verdict taken afterwards fails: what it still waits for will not come (an
 * answer may lie), so a new plan is due. A slow wait has the verdict unknown and goes on.
 */
function refuted(entries: readonly LedgerEntry[], action: string, apply: string): boolean {
  const mine = entriesOf(entries, apply);
  const receipts = mine.filter(ofKind('receipt'));
  const answered = mine.filter(ofKind('intent')).every((intent) => receipts.some((one) => one.seq > intent.seq && one.body.step === intent.body.step));
  const verdict = entries.filter(ofKind('verdict')).findLast((entry) => entry.body.action === action);
  return mine.length > 0 && answered && verdict?.body.verdict === 'fails' && verdict.seq > mine.at(-1)!.seq;
}

/** A follow-up plan whose every change equals one approved earlier in this case asks nothing new; irreversible ones always ask. */
function approvedBefore(entries: readonly LedgerEntry[], plan: Plan): boolean {
  const approved = new Set(entries.filter(ofKind('approve')).map((entry) => entry.body.plan));
  const known: Step[] = entries
    .filter(ofKind('plan'))
    .filter((e) => e.body.action === plan.action && approved.has(e.body.hash))
    .flatMap((e) => [...e.body.plan.steps]);
  const changes = plan.steps.filter(isChange);
  return (
    changes.length > 0 &&
    changes.every((change) => !('never' in change.undo) && !change.typed && known.some((step) => sameValue(bareStep(step), bareStep(change))))
  );
}

const asking = new WeakMap<Session, Promise<string>>();

/**
 * Shows the plan, asks, and binds the plan's hash to one apply id. Of actions that run side by side one is shown and asked
 * about at a time; if it is declined, those that were waiting are not asked about any more.
 * @throws AplombError Declined (exit 5)
 */
export async function approve(session: Session, plan: Plan, title: Text, step: StepNumber | null): Promise<string> {
  const before = asking.get(session);
  const turn = before ? before.then(() => askFor(session, plan, title, step)) : askFor(session, plan, title, step);
  asking.set(session, turn);
  try {
    return await turn;
  } finally {
    if (asking.get(session) === turn) asking.delete(session);
  }
}

/** Shows a plan for the eye: why each change, through which call, and what it may break. */
export function showPlan(session: Pick<Session, 'emit' | 'clock'>, plan: Plan, title: Text): void {
  const changes = plan.steps.filter(isChange).map((change) => ({
    id: change.id,
    why: { ...change.why },
    call: `${change.call.service}:${change.call.operation}`,
    region: change.call.region,
    danger: change.danger.map((danger) => ({ ...danger })),
  }));
  session.emit(event(session, 'plan', { action: plan.action, hash: planHash(plan), changes }, { text: title }));
}

async function askFor(session: Session, plan: Plan, title: Text, step: StepNumber | null): Promise<string> {
  const hash = planHash(plan);
  session.case.append('plan', { action: plan.action, hash, plan });
  showPlan(session, plan, title);
  const changes = plan.steps.some(isChange);
  // A plan that only waits changes nothing: there is nothing to approve.
  const by = !changes || approvedBefore(session.case.entries, plan) ? 'flag' : await session.approver.approve({ action: plan.action, step, title, plan, hash });
  const typed: string[] = [];
  for (const change of plan.steps.filter(isChange)) {
    if (by === null || !change.typed) continue;
    if (!(await session.approver.typed(change.typed, change.danger[0] ?? change.why))) return decline(session, plan, hash);
    typed.push(change.id);
  }
  if (by === null) return decline(session, plan, hash);
  const apply = `a${randomBytes(6).toString('hex')}`;
  session.case.append('approve', { action: plan.action, plan: hash, apply, by, ...(typed.length > 0 ? { typed } : {}) });
  session.emit(event(session, 'approval', { action: plan.action, hash, by }));
  return apply;
}

function decline(session: Session, plan: Plan, hash: string): never {
  session.case.append('decline', { action: plan.action, plan: hash });
  throw new AplombError('Declined', `the plan of "${plan.action}" was not approved, so nothing was changed`, {
    exit: EXIT.declined,
    fix: 'Run the same command again when you are ready, or add --yes to approve without being asked.',
  });
}
