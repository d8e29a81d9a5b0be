import type { Action, ActionContext, Check, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { refuseCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { resolveKey } from '../shared/key.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading } from '../shared/reading.ts';
import { revokeSessions } from './changes.ts';
import { type Revocation, readRevocation } from './revocation.ts';

interface Observed {
  readonly userName: string | null;
  readonly region: string;
  /** Sessions issued up to then must end, UTC. */
  readonly latest: string;
  readonly revocation: Revocation | null;
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { accessKeyId, owner } = await resolveKey(ctx);
  const hunt = huntOf(ctx.facts);
  const issued = hunt?.accessKeyId === accessKeyId ? hunt.tree.flatMap((node) => (node.issuedBy === accessKeyId ? (node.issued ?? []) : [])) : [];
  // Without a hunt: whatever was issued until the second in which the case was opened.
  const latest = [...issued].sort().at(-1) ?? new Date(Date.parse(ctx.facts.opened) - 1000).toISOString();
  const common = { region: partition(ctx).globalRegion, latest };
  if (owner.type !== 'user') return { ...common, userName: null, revocation: null };
  refuseCaller(ctx, 'user', owner.userName);
  return { ...common, userName: owner.userName, revocation: await readRevocation(ctx, 'User', owner.userName, latest) };
}

/**
 * Ends the sessions that were issued to the key's user, and spares its long-term keys: for a user that a program must go on
 * using under a new key. Denying the user everything (deny-user) does more; this does no more than is needed.
 */
export const action: Action<Observed> = {
  id: 'revoke-user-sessions',
  step: 1,
  title: text("End the sessions issued to the key's user", 'Terminar las sesiones emitidas al usuario de la clave'),
  permissions: ['sts:GetAccessKeyInfo', 'iam:GetAccessKeyLastUsed', 'iam:GetUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
  observe: look,
  plan: ({ userName, revocation, region }): Step[] =>
    userName === null || revocation === null || revocation.before !== null
      ? []
      : [
          revokeSessions(region, 'User', userName, revocation.policy, [
            text(
              `programs that work with sessions of ${userName} must ask for new ones; an active key of the user still gets them`,
              `los programas que usan sesiones de ${userName} deberán pedir otras; una clave activa del usuario aún las obtiene`,
            ),
          ]),
        ],
  check: (ctx) =>
    readable(['user-sessions-ended'], async (): Promise<Check[]> => {
      const seen = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => one.userName === null || one.revocation?.before != null,
      );
      if (seen.userName === null)
        return [check('user-sessions-ended', 'unknown', text('the key belongs to no IAM user', 'la clave no pertenece a ningún usuario de IAM'), [])];
      const { before, evidence } = seen.revocation!;
      return [
        check(
          'user-sessions-ended',
          before === null ? 'fails' : 'holds',
          before === null
            ? text(`sessions of ${seen.userName} are not ended`, `las sesiones de ${seen.userName} no están terminadas`)
            : text(
                `every session of ${seen.userName} issued before ${before} is denied`,
                `toda sesión de ${seen.userName} emitida antes de ${before} está denegada`,
              ),
          evidence,
        ),
      ];
    }),
};
