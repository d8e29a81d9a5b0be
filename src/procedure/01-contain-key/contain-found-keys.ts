import { many } from '../../i18n/index.ts';
import type { Action, ActionContext, Check, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { inAccounts, type Within } from '../shared/accounts.ts';
import { isCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { policyName } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading } from '../shared/reading.ts';
import { denyAllArn, readUser, type UserState } from '../shared/user-state.ts';
import { deactivateKey, denyUser, inAccount, revokeSessions } from './changes.ts';
import { type Skipped, type Suspect, suspects } from './found-users.ts';
import { type Revocation, readRevocation } from './revocation.ts';

interface FoundUser extends Suspect {
  readonly where: Within;
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
  const all = suspects(ctx, hunt);
  const reached = await inAccounts(
    ctx,
    all.map((user) => user.account),
    async (inside, where) => {
      const mine = all.filter((user) => user.account === where.account);
      const own = mine.filter((user) => isCaller(inside, 'user', user.userName));
      const read = mine
        .filter((user) => !own.includes(user))
        .map(async (user): Promise<FoundUser> => {
          const [state, revocation] = await Promise.all([
            readUser(inside, user.userName),
            user.made || user.latestSession === null ? null : readRevocation(inside, 'User', user.userName, user.latestSession),
          ]);
          return { ...user, where, state, revocation };
        });
      return { users: await Promise.all(read), own };
    },
  );
  const skipped = [
    ...reached.done.flatMap(({ own }) =>
      own.map(
        (user): Skipped => ({
          what: nameOf(user, ctx.facts.account),
          why: text('you are working as this user; use another identity', 'usted trabaja como este usuario; use otra identidad'),
        }),
      ),
    ),
    ...all.flatMap((user): Skipped[] => {
      const why = reached.closed.get(user.account);
      return why ? [{ what: nameOf(user, ctx.facts.account), why }] : [];
    }),
  ];
  return { ...common, users: reached.done.flatMap(({ users }) => users), skipped };
}

/** Names are unique in an account only. */
const nameOf = ({ userName, account }: Suspect, home: string | undefined): string => (account === home ? userName : `${userName} (${account})`);
const activeKeys = (user: FoundUser): string[] =>
  user.state.keys.filter((key) => key.status === 'Active' && (user.made || user.keys.includes(key.id) || isNew(user, key.created))).map((key) => key.id);
/** CreateDate and CloudTrail's times are whole seconds. */
const isNew = ({ since }: Suspect, created: string | null): boolean =>
  since !== null && created !== null && Date.parse(created) >= Math.floor(Date.parse(since) / 1000) * 1000;
const stillSpeaks = (user: FoundUser): boolean =>
  user.state.exists && user.state.denied === null && (user.made || (user.revocation !== null && user.revocation.before === null));
/** Of a user that is denied everything too: when it gets its rights back one day, the attacker's sessions must not. */
const toRevoke = (user: FoundUser): boolean => user.state.exists && !user.made && user.revocation !== null && user.revocation.before === null;
const evidenceOf = (users: readonly FoundUser[]): string[] => users.flatMap((user) => [...user.state.evidence, ...(user.revocation?.evidence ?? [])]);

/** What the attacker left behind in IAM to come back with: keys on any user, and users of his own. */
export const action: Action<Observed> = {
  id: 'contain-found-keys',
  step: 1,
  title: text('Contain the keys and users the attacker made', 'Contener las claves y usuarios creados por el atacante'),
  permissions: [
    'sts:GetCallerIdentity',
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
      const rest = user.made
        ? stillSpeaks(user)
          ? denyUser(region, user.userName, policyArn, inlineName, danger)
          : []
        : toRevoke(user)
          ? [revokeSessions(region, 'User', user.userName, user.revocation!.policy, danger)]
          : [];
      return [...keys, ...rest].map((change) => inAccount(change, user.where));
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
      const active = users.flatMap((user) => activeKeys(user).map((key) => `${key} (${nameOf(user, ctx.facts.account)})`));
      const speaking = users.filter(stillSpeaks).map((user) => nameOf(user, ctx.facts.account));
      const skipped = (lang: 'en' | 'es') => observed.skipped.map((one) => `${one.what}: ${one.why[lang]}`).join('; ');
      const some = observed.skipped.length > 0;
      return [
        check(
          'found-keys-inactive',
          active.length > 0 ? 'fails' : some ? 'unknown' : 'holds',
          active.length > 0
            ? text(`still active: ${active.join(', ')}`, `siguen activas: ${active.join(', ')}`)
            : some
              ? text(`not touched: ${skipped('en')}`, `sin tocar: ${skipped('es')}`)
              : text(
                  `no key the attacker made is active (${many(users.length, 'user', 'users', 'en')} looked at)`,
                  `ninguna clave creada por el atacante está activa (${many(users.length, 'usuario revisado', 'usuarios revisados', 'es')})`,
                ),
          evidence,
        ),
        check(
          'found-users-denied',
          speaking.length > 0 ? 'fails' : some ? 'unknown' : 'holds',
          speaking.length > 0
            ? text(`not denied, or sessions not ended: ${speaking.join(', ')}`, `sin denegar, o con sesiones vivas: ${speaking.join(', ')}`)
            : some
              ? text(`not touched: ${skipped('en')}`, `sin tocar: ${skipped('es')}`)
              : text(
                  'every user the attacker made is denied everything, and his sessions as other users are ended',
                  'todo usuario creado por el atacante tiene todo denegado, y sus sesiones como otros usuarios están terminadas',
                ),
          evidence,
        ),
      ];
    }),
};
