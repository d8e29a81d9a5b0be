import { dryRun, identityGuard } from '../aws/index.ts';
import { foldFacts } from '../evidence/index.ts';
import { AplombError, type JsonObject, type Plan, text } from '../kernel/index.ts';
import { event, type Session } from './session.ts';

/** Codes that say the call itself is wrong; a busy or silent AWS says nothing about it. */
const INVALID = /^(Validation\w*|Invalid\w*|Missing\w*|SubscriptionRequired\w*|CaseCreationLimitExceeded)$/;

/**
 * Asks AWS by its own DryRun whether it would accept the changes of a plan.
 * @throws AplombError DryRunRefused when one of them would be refused; nothing was sent then.
 */
export async function preflight(session: Session, plan: Plan): Promise<void> {
  const answers = await dryRun(session.aws, plan);
  const refused = answers.filter((answer) => answer.result === 'denied' || (answer.standIn !== true && INVALID.test(answer.code ?? '')));
  session.emit(
    event(
      session,
      'progress',
      { phase: plan.action, dryRun: answers.map(({ id, result }) => ({ id, result })) },
      { text: text('AWS was asked by dry run first', 'Primero se preguntó a AWS en seco') },
    ),
  );
  if (refused.length === 0) return;
  throw new AplombError(
    'DryRunRefused',
    `AWS would refuse ${refused.map(({ id, code, result }) => `${id} (${code ?? result})`).join(', ')} of "${plan.action}"`,
    {
      fix: 'Nothing was sent. Use credentials that may do this, or do the step by hand.',
    },
  );
}

/** After a hunt: whoever works with a credential the attacker issued must stop. @throws AplombError CompromisedIdentity (exit 2) */
export async function notTheAttacker(session: Session): Promise<void> {
  const { tree } = (foldFacts(session.case.entries).observed.hunt ?? {}) as JsonObject;
  if (!Array.isArray(tree)) return;
  for (const node of tree) {
    const credential = (node as JsonObject | null)?.credential;
    if (typeof credential === 'string') await identityGuard(session.aws, { accessKeyId: credential });
  }
}
