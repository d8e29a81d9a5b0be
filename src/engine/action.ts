import { lockoutGuard } from '../aws/index.ts';
import type { Action, CaseFile, Plan, Result, Step } from '../kernel/index.ts';
import { AplombError, EXIT, isChange, ofKind, utc } from '../kernel/index.ts';
import { approve, openApply } from './approval.ts';
import { execute } from './executor.ts';
import { planHash } from './hash.ts';
import { checkAction, conclude, type Outcome, planAction, type Request, takeChecks } from './judge.ts';
import { notTheAttacker, preflight } from './preflight.ts';
import { entriesOf, type Run } from './run.ts';
import { event, type Session } from './session.ts';
import { watch } from './watch.ts';

const held = new WeakMap<CaseFile, { release: () => void; by: number }>();
/** One apply lease for a whole process: actions of one playbook may change the account side by side, other commands may not. */
function hold(session: Session): () => void {
  const lease = held.get(session.case) ?? { release: session.case.lease?.('apply') ?? (() => undefined), by: 0 };
  lease.by += 1;
  held.set(session.case, lease);
  return () => {
    lease.by -= 1;
    if (lease.by > 0) return;
    held.delete(session.case);
    lease.release();
  };
}

/** Runs an approved plan, new or resumed. */
export async function applyPlan(session: Session, plan: Plan, apply: string, observedAt: number): Promise<ReadonlyMap<string, Result>> {
  await lockoutGuard(plan, session.aws);
  await notTheAttacker(session);
  const run: Run = {
    case: session.case,
    door: session.aws,
    clock: session.clock,
    emit: session.emit,
    timing: session.timing,
    plan,
    apply,
    observedAt,
    signal: session.signal,
    before: entriesOf(session.case.entries, apply),
    results: new Map(),
    inputs: new Map(),
  };
  const leave = hold(session);
  try {
    return await execute(run);
  } finally {
    await session.aws.flush(plan.action);
    leave();
  }
}

/**
 * One action from observation to verdict. A command started again goes on with the approved plan that is on the
 * ledger; a finished apply is only checked.
 */
export const runAction = async (session: Session, action: Action, request: Request): Promise<Outcome> => (await carryOut(session, action, request))();

/** The same until nothing is left to be done; what it answers takes the verdict. */
export async function carryOut(session: Session, action: Action, request: Request): Promise<() => Promise<Outcome>> {
  session.emit(event(session, 'action', { action: action.id, step: action.step, title: { ...action.title }, target: request.target }, { text: action.title }));
  if (action.watch) return () => watch(session, action, request);
  if (action.looks) return () => look(session, action, request);
  const resumed = openApply(session.case.entries, action.id, request.target, request.since);
  let plan: Plan | null = null;
  let results: ReadonlyMap<string, Result> = new Map();
  if (resumed?.begun) {
    plan = resumed.plan;
    results = await applyPlan(session, plan, resumed.apply, 0);
  } else if (request.since === undefined || resumed !== null || !appliedSince(session, action.id, request.since)) {
    const fresh = await planAction(session, action, request);
    if (fresh.plan.steps.length > 0) {
      plan = fresh.plan;
      const apply = resumed && planHash(resumed.plan) === planHash(plan) ? resumed.apply : await approve(session, plan, action.title, action.step);
      if (action.dryRunFirst) await preflight(session, plan);
      results = await applyPlan(session, plan, apply, await stillTrue(session, action, request, fresh));
    }
  }
  return async () => ({
    action: action.id,
    step: action.step,
    plan: plan && planHash(plan),
    changes: plan ? describeChanges(plan.steps, results) : [],
    ...(await checkAction(session, action, request)),
    open: [...results].filter(([, result]) => result.state === 'waiting' || result.state === 'unknown').map(([id]) => id),
  });
}

async function look(session: Session, action: Action, request: Request): Promise<Outcome> {
  const [, checks] = await Promise.all([planAction(session, action, request), takeChecks(session, action, request)]);
  return { action: action.id, step: action.step, plan: null, changes: [], ...conclude(session, action, checks), open: [] };
}

/** Applied since then and not judged yet: only the verdict is missing. After a failing verdict a new plan is due. */
const appliedSince = (session: Session, action: string, since: number): boolean => {
  const last = session.case.entries.findLast(
    (entry) => entry.seq >= since && (ofKind('finish')(entry) || ofKind('verdict')(entry)) && entry.body.action === action,
  );
  return last?.kind === 'finish';
};

/** Approval may have taken a while: an observation older than `fresh` is made again, and must give the same plan. */
async function stillTrue(session: Session, action: Action, request: Request, was: { plan: Plan; observedAt: number }): Promise<number> {
  if (session.clock.now() - was.observedAt <= session.timing.fresh * 1000 || !was.plan.steps.some(isChange)) return was.observedAt;
  const now = await planAction(session, action, request);
  if (planHash(now.plan) === planHash(was.plan)) return now.observedAt;
  throw new AplombError('StalePlan', `the account changed while the plan of "${action.id}" waited for approval, at ${utc(session.clock.now())}`, {
    exit: EXIT.stale,
    fix: 'Nothing was changed. Run the same command again: it plans from what is there now.',
  });
}

export const describeChanges = (steps: readonly Step[], results: ReadonlyMap<string, Result>): Outcome['changes'] =>
  steps.filter(isChange).map((change) => {
    const result = results.get(change.id) ?? { state: 'blocked' as const };
    return {
      id: change.id,
      call: `${change.call.service}:${change.call.operation}`,
      state: result.state,
      ...(result.code ? { code: result.code } : {}),
      ...(result.why ? { why: result.why } : {}),
    };
  });
