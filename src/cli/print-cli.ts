import { planAction, planHash, type Session } from '../engine/index.ts';
import { EXIT, type JsonObject, type Plan, type Target } from '../kernel/index.ts';
import type { Io } from './io.ts';
import type { Ending } from './spec.ts';

/**
 * The plans of some actions as one script for the aws CLI; nothing is changed. What an action can only plan once the
 * earlier ones have run is not in it: it is named.
 */
export async function printCli(io: Io, session: Session, ids: readonly string[], target: Target, options: JsonObject): Promise<Ending> {
  const { renderCli } = await import('../aws/index.ts');
  const plans: Plan[] = [];
  const idle: string[] = [];
  for (const id of ids) {
    const { plan } = await planAction(session, await session.registry.action(id), { target, options });
    if (plan.steps.length > 0) plans.push(plan);
    else idle.push(id);
  }
  const again = plans.length > 0 ? '; print again when these lines have run' : '';
  const notes = idle.map((id) => `# ${id}: nothing to do as the account is now${again}\n`).join('');
  const lines = plans.length > 0 ? renderCli(plans, { caseId: session.case.info.id, apply: 'printed', lang: io.lang }) : '';
  const cli = `${notes}${lines}`;
  if (!io.json) io.out(cli.trimEnd());
  return { exit: EXIT.ok, result: { case: session.case.dir, cli, plans: plans.map((plan) => ({ action: plan.action, hash: planHash(plan) })), idle } };
}
