import type { Action, ActionContext, Check, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check, readable } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { policyName } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading } from '../shared/reading.ts';
import { denyAllArn, readUser, type UserState } from '../shared/user-state.ts';
import { deactivateKey, denyUser, revokeSessions } from './changes.ts';
import { type Skipped, type Suspect, suspects } from './found-users.ts';
import { type Revocation, readRevocation } from './revocation.ts';

interface FoundUser extends Suspect {
  readonly state: UserState;
  /** Needed for a colleague with sessions of the attacker; null otherwise. */
  readonly revocation: Revocation | null;
}
interface Observed {
  /** Null: there was no hunt yet. */
  readonly users: readonly FoundUser[] | null;
  readonly skipped: readonly Skipped[];
  readonly region: string;
  readonly policyArn: string;
  readonly inlineName: string;
}

async function look(ctx: ActionContext): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  const { name, globalRegion } = partition(ctx);
  const common = { region: globalRegion, policyArn: denyAllArn(name), inlineName: policyName(ctx, 'DenyAll') };
  if (!hunt) return { ...common, users: null, skipped: [] };
  const { users, skipped } = suspects(ctx, hunt);
  const found = users.map(async (user): Promise<FoundUser> => {
    const [state, revocation] = await Promise.all([
      readUser(ctx, user.userName),
      user.made || user.latestSession === null ? null : readRevocation(ctx, 'User', user.userName, user.latestSession),
    ]);
    return { ...user, state, revocation };
  });
  return { ...common, users: await Promise.all(found), skipped };
}

const activeKeys = (user: FoundUser): string[] =>
  user.state.keys.filter((key) => key.status === 'Active' && (user.made || user.keys.includes(key.id))).map((key) => key.id);
const stillSpeaks = (user: FoundUser): boolean =>
  user.state.exists && user.state.denied === null && (user.made || (user.revocation !== null && user.revocation.before === null));
const evidenceOf = (users: readonly FoundUser[]): string[] => users.flatMap((user) => [...user.state.evidence, ...(user.revocation?.evidence ?? [])]);

/** What the attacker left behind in IAM to come back with: keys on any user, and users of his own. */
export const action: Action<Observed> = {
  id: 'contain-found-keys',
  step: 1,
  title: text('Contain the keys and users the attacker made', 'Contener las claves y usuarios creados por el atacante'),
  permissions: [
    'iam:ListAccessKeys',
    'iam:ListAttachedUserPolicies',
    'iam:GetUserPolicy',
    'iam:UpdateAccessKey',
    'iam:AttachUserPolicy',
    'iam:PutUserPolicy',
    'iam:DetachUserPolicy',
    'iam:DeleteUserPolicy',
  ],
  observe: look,
  plan({ users, region, policyArn, inlineName }): Step[] {
    return (users ?? []).flatMap((user): Step[] => {
      const danger = user.made
        ? []
        : [
            text(
              `${user.userName} existed before: a colleague or a program may notice`,
              `${user.userName} existía antes: un compañero o un programa puede notarlo`,
            ),
          ];
      const keys = activeKeys(user).map((key) => deactivateKey(region, user.userName, key, danger));
      if (!stillSpeaks(user)) return keys;
      return user.made
        ? [...keys, ...denyUser(region, user.userName, policyArn, inlineName, danger)]
        : [...keys, revokeSessions(region, 'User', user.userName, user.revocation!.policy, danger)];
    });
  },
  check: (ctx) =>
    readable(['found-keys-inactive', 'found-users-denied'], async (): Promise<Check[]> => {
      if (!huntOf(ctx.facts)) {
        const why = text('there was no hunt yet, so what the attacker made is not known', 'aún no hubo búsqueda: no se sabe qué creó el atacante');
        return [check('found-keys-inactive', 'unknown', why, []), check('found-users-denied', 'unknown', why, [])];
      }
      const observed = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => (one.users ?? []).every((user) => activeKeys(user).length === 0 && !stillSpeaks(user)),
      );
      const users = observed.users ?? [];
      const evidence = evidenceOf(users);
      const active = users.flatMap((user) => activeKeys(user).map((key) => `${key} (${user.userName})`));
      const speaking = users.filter(stillSpeaks).map((user) => user.userName);
      const skipped = observed.skipped.map((one) => one.what).join(', ');
      return [
        check(
          'found-keys-inactive',
          active.length > 0 ? 'fails' : skipped ? 'unknown' : 'holds',
          active.length > 0
            ? text(`still active: ${active.join(', ')}`, `siguen activas: ${active.join(', ')}`)
            : skipped
              ? text(`not touched, because you are working as it: ${skipped}`, `sin tocar, porque usted trabaja como tal: ${skipped}`)
              : text(
                  `no key the attacker made is active (${users.length} users looked at)`,
                  `ninguna clave creada por el atacante está activa (${users.length} usuarios revisados)`,
                ),
          evidence,
        ),
        check(
          'found-users-denied',
          speaking.length > 0 ? 'fails' : skipped ? 'unknown' : 'holds',
          speaking.length > 0
            ? text(`not denied, or sessions not ended: ${speaking.join(', ')}`, `sin denegar, o con sesiones vivas: ${speaking.join(', ')}`)
            : skipped
              ? text(`not touched, because you are working as it: ${skipped}`, `sin tocar, porque usted trabaja como tal: ${skipped}`)
              : text(
                  'every user the attacker made is denied everything, and his sessions as other users are ended',
                  'todo usuario creado por el atacante tiene todo denegado, y sus sesiones como otros usuarios están terminadas',
                ),
          evidence,
        ),
      ];
    }),
};
