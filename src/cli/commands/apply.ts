import { readFileSync } from 'node:fs';
import { applyPlan, approve, checkAction, describeChanges, type Outcome, openApply, planAction, planHash, runAction } from '../../engine/index.ts';
import { AplombError, EXIT, type JsonObject, type Plan, text } from '../../kernel/index.ts';
import { closeSession, openSession } from '../session.ts';
import type { Command } from '../spec.ts';
import { exitOf, verdictRows } from '../verb.ts';

export const brief = text(
  'Carry out a plan from a file, if the account is still as it was planned for',
  'Ejecutar un plan de un fichero, si la cuenta sigue como cuando se planificó',
);
export const order = 71;

interface PlanFile {
  readonly case: string;
  readonly hash: string;
  readonly options: JsonObject;
  readonly plan: Plan;
}

/** What an action cannot tell by itself: a new group ends no connection that exists. */
const JUDGED_BY: Readonly<Record<string, string>> = {
  isolate: 'verify-isolation',
  'remove-public-addresses': 'verify-isolation',
  'cut-connections': 'verify-isolation',
};

export const command: Command = {
  positionals: [{ name: 'FILE', brief: text('Written by aplomb plan', 'Escrito por aplomb plan') }],
  common: ['case', 'profile', 'region', 'yes'],
  examples: [
    { line: 'aplomb apply isolate.plan.json', why: text('exit 6 when the account has changed since', 'sale con 6 si la cuenta ha cambiado desde entonces') },
  ],
  async run(io, values, [path]) {
    const file = readPlan(path!);
    const session = await openSession(io, values, { command: 'apply', by: 'file' });
    try {
      if (file.case !== session.case.info.id)
        throw new AplombError('OtherCase', `this plan belongs to the case ${file.case}, not ${session.case.info.id}`, {
          exit: EXIT.usage,
          fix: 'Name the right case with --case.',
        });
      const action = await session.registry.action(file.plan.action);
      const target = file.plan.target as JsonObject;
      const request = { target, options: file.options };
      const open = openApply(session.case.entries, action.id, target);
      let observedAt = 0;
      let apply = open?.begun && planHash(open.plan) === file.hash ? open.apply : null;
      if (!apply) {
        const now = await planAction(session, action, request);
        if (planHash(now.plan) !== file.hash) {
          throw new AplombError(
            'StalePlan',
            `the account is not as it was when this plan was made (${now.plan.steps.length === 0 ? 'nothing is left to do' : 'the plan would be another one now'})`,
            { exit: EXIT.stale, fix: `Nothing was changed. Plan again: aplomb plan ${action.id}` },
          );
        }
        observedAt = now.observedAt;
        apply = await approve(session, file.plan, action.title, action.step);
      }
      const results = await applyPlan(session, file.plan, apply, observedAt);
      const { verdict, checks } = await checkAction(session, action, request);
      const outcome: Outcome = {
        action: action.id,
        step: action.step,
        plan: file.hash,
        changes: describeChanges(file.plan.steps, results),
        verdict,
        checks,
        open: [...results].filter(([, result]) => result.state === 'waiting' || result.state === 'unknown').map(([id]) => id),
      };
      const judge = JUDGED_BY[action.id];
      const outcomes = judge === undefined ? [outcome] : [outcome, await runAction(session, await session.registry.action(judge), request)];
      return {
        exit: exitOf(outcomes),
        result: { case: session.case.dir, plan: file.hash, changes: outcome.changes.map((change) => ({ ...change })), verdicts: verdictRows(outcomes) },
      };
    } finally {
      await closeSession(session);
    }
  },
};

/** @throws AplombError BadPlan (exit 2): not a plan, or one that was edited after it was hashed */
function readPlan(path: string): PlanFile {
  const bad = (why: string, cause?: unknown): AplombError =>
    new AplombError('BadPlan', `${path}: ${why}`, { exit: EXIT.usage, cause, fix: 'Write a new one with: aplomb plan ACTION --out FILE' });
  let parsed: PlanFile & { format?: string };
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw bad((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'this is not a plan', error);
  }
  if (parsed?.format !== 'aplomb-plan-1' || !Array.isArray(parsed.plan?.steps)) throw bad('this is not a plan');
  if (planHash(parsed.plan) !== parsed.hash) throw bad('the plan was edited after it was written: its hash does not match');
  return parsed;
}
