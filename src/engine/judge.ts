import { lockoutGuard } from '../aws/index.ts';
import type { Action, Check, Json, JsonObject, Plan, Result, Target, Verdict } from '../kernel/index.ts';
import { AplombError, canonical, text, worstVerdict } from '../kernel/index.ts';
import { contextFor } from './context.ts';
import { brokenLaws } from './laws.ts';
import { codeOf, credentialsGone } from './outcome.ts';
import { openProgress } from './progress.ts';
import { event, type Session } from './session.ts';
import { wellFormed } from './values.ts';

export interface Outcome {
  readonly action: string;
  readonly step: number;
  /** Hash of the applied plan; null when there was nothing to do. */
  readonly plan: string | null;
  readonly changes: readonly { readonly id: string; readonly call: string; readonly state: Result['state']; readonly code?: string; readonly why?: string }[];
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Steps still running or in doubt. */
  readonly open: readonly string[];
}
export interface Request {
  readonly target: Target;
  readonly options: JsonObject;
  /** Ledger position from which earlier work counts (the start of the playbook). */
  readonly since?: number;
}

/** Observe and plan, written to the ledger; nothing is asked or changed. */
export async function planAction(session: Session, action: Action, request: Request): Promise<{ plan: Plan; observedAt: number }> {
  const progress = openProgress(session, action.id, request.target, request.options);
  const ctx = contextFor(session, action.id, request.target, request.options, progress);
  const observedAt = session.clock.now();
  let observed: Json;
  try {
    observed = wellFormed((await action.observe(ctx)) as Json);
  } finally {
    // Interrupted or refused in the middle: what was read and done so far is kept, and the same command goes on from it.
    progress.end();
    await progress.flush();
    await session.aws.flush(action.id);
  }
  session.case.append('observe', { action: action.id, target: request.target, observed });
  // As the ledger gives it back, member for member: a resumed plan must send the same bytes (documents inside `$json`).
  const plan = JSON.parse(canonical({ action: action.id, target: request.target, steps: action.plan(observed) })) as Plan;
  const broken = brokenLaws(plan);
  if (broken.length > 0)
    throw new AplombError('UnlawfulPlan', `the plan of "${action.id}" breaks its own rules: ${broken.join('; ')}`, {
      fix: 'This is a fault in Aplomb; please report it. Nothing was changed.',
    });
  // Before anybody is asked: a plan that would lock its own responder out is never offered.
  await lockoutGuard(plan, session.aws);
  return { plan, observedAt };
}

/** The checks of an action, taken now. One that cannot be taken is unknown, never success. */
export async function takeChecks(session: Session, action: Action, request: Request): Promise<readonly Check[]> {
  try {
    return await action.check(contextFor(session, `${action.id}:check`, request.target, request.options));
  } catch (error) {
    if (session.signal?.aborted || credentialsGone(error)) throw error;
    const why = `${codeOf(error)}: ${(error as Error).message}`;
    return [{ name: 'checked', verdict: 'unknown', why: text(`the check could not be taken: ${why}`, `no se pudo comprobar: ${why}`), evidence: [] }];
  } finally {
    await session.aws.flush(`${action.id}:check`);
  }
}

/** Takes the verdict by reading AWS again, writes it down and tells it. */
export const checkAction = async (session: Session, action: Action, request: Request, final = false): Promise<Judged> =>
  conclude(session, action, await takeChecks(session, action, request), final);

export interface Judged {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}
/** Checks become the verdict that counts. */
export function conclude(session: Session, action: Action, checks: readonly Check[], final = false): Judged {
  const verdict = worstVerdict(checks);
  session.case.append('verdict', { action: action.id, step: action.step, verdict, checks, ...(final ? { final } : {}) });
  session.emit(
    event(
      session,
      'verdict',
      {
        action: action.id,
        step: action.step,
        verdict,
        checks: checks.map((check) => ({ name: check.name, verdict: check.verdict, why: { ...check.why } })),
        ...(final ? { final } : {}),
      },
      {
        text: action.title,
        level: verdict === 'holds' ? 'info' : 'warn',
      },
    ),
  );
  return { verdict, checks };
}
