import type { Action, ActionContext, Check, Step, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { inAccounts, type Within } from '../shared/accounts.ts';
import { isCaller, principalOf } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { type HuntResult, holdersOf, huntOf, madeByKey } from '../shared/hunt-result.ts';
import { isIamName, oneLine, policyName } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';
import { denyRole, inAccount, revokeSessions } from './changes.ts';
import type { Skipped } from './found-users.ts';
import { type Revocation, readRevocation, readRoleDenial } from './revocation.ts';

interface Wanted {
  readonly account: string;
  readonly roleName: string;
  /** The attacker made the role: deny it everything, for he may assume it from outside again. */
  readonly made: boolean;
  /** Issue time of the attacker's last session of this role, UTC. */
  readonly latest: string;
  /** Workloads of the account that run with it, as the hunt saw them: "AWS::Lambda::Function arn:...". */
  readonly holders: readonly string[];
}
interface Role extends Wanted {
  readonly where: Within;
  readonly exists: boolean;
  readonly denied: boolean;
  readonly revocation: Revocation;
  readonly evidence: readonly string[];
}
interface Observed {
  readonly roles: readonly Role[] | null;
  readonly skipped: readonly Skipped[];
  readonly region: string;
  readonly inlineName: string;
}

/** Roles whose sessions the attacker held, and roles he made, in every account. What nobody can revoke is named. */
function wanted(hunt: HuntResult, home: string): { roles: Wanted[]; skipped: Skipped[] } {
  const roles = new Map<string, Wanted>();
  const skipped = new Map<string, Skipped>();
  const add = (arn: string, made: boolean, latest: string) => {
    const principal = principalOf(arn);
    const name = principal?.type === 'role' && isIamName(principal.name) ? principal.name : null;
    const account = arn.split(':')[4]!;
    const skip = (why: Skipped['why']) => void skipped.set(arn, { what: oneLine(arn), why });
    if (name === null) return skip(text('not the ARN of a role', 'no es el ARN de un rol'));
    if (arn.includes(':role/aws-service-role/') || name.startsWith('AWSServiceRoleFor'))
      return skip(text('a service-linked role: AWS does not let anybody revoke it', 'un rol vinculado a un servicio: AWS no permite revocarlo'));
    if (name.startsWith('AWSReservedSSO_'))
      return skip(
        text(
          'a role of IAM Identity Center: revoke it there, in the permission set',
          'un rol de IAM Identity Center: revóquelo allí, en el conjunto de permisos',
        ),
      );
    const known = roles.get(`${account} ${name}`);
    roles.set(`${account} ${name}`, {
      account: account || home,
      roleName: name,
      made: made || known?.made === true,
      latest: known && known.latest > latest ? known.latest : latest,
      holders: known?.holders ?? holdersOf(hunt, arn).map((one) => `${one.type.replace(/^AWS::/, '')} ${oneLine(one.arn, 200)}`),
    });
  };
  for (const node of hunt.tree) if (node.role !== undefined && node.kind === 'session') add(node.role, false, node.issued ?? node.last ?? hunt.until);
  // A service-linked role that came into being on the way can be assumed by its service only.
  for (const role of madeByKey(hunt, 'AWS::IAM::Role'))
    if (role.alive && !role.arn.includes(':role/aws-service-role/')) add(role.arn, true, role.createdAt ?? hunt.until);
  return { roles: [...roles.values()], skipped: [...skipped.values()] };
}

/** Roles whose sessions were taken with a session of this one: whoever still holds this one takes them again. */
function openedBy(hunt: HuntResult, account: string, roleName: string): string[] {
  const isIt = (arn: string | undefined): boolean => arn?.split(':')[4] === account && arn.split('/').at(-1) === roleName;
  const held = new Set(hunt.tree.filter((node) => isIt(node.role)).map((node) => node.credential));
  const taken = hunt.tree.flatMap((node) =>
    node.issuedBy !== null && held.has(node.issuedBy) && node.role !== undefined && !isIt(node.role) ? [node.role] : [],
  );
  return [...new Set(taken)].map((arn) => oneLine(arn));
}
function closedTo(hunt: HuntResult, { account, roleName }: Wanted, why: Text): Skipped {
  const again = openedBy(hunt, account, roleName);
  const others =
    again.length === 0 ? ['', ''] : [`; whoever holds it can assume ${again.join(', ')} again`, `; quien lo tenga puede volver a asumir ${again.join(', ')}`];
  return { what: `${roleName} (${account})`, why: text(`${why.en}${others[0]}`, `${why.es}${others[1]}`) };
}

async function look(ctx: ActionContext): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  const common = { region: partition(ctx).globalRegion, inlineName: policyName(ctx, 'DenyAll') };
  if (!hunt) return { ...common, roles: null, skipped: [] };
  const { roles, skipped } = wanted(hunt, ctx.facts.account ?? '');
  const reached = await inAccounts(
    ctx,
    roles.map((role) => role.account),
    async (inside, where) => {
      const mine = roles.filter((role) => role.account === where.account);
      const own = mine.filter((role) => isCaller(inside, 'role', role.roleName));
      const read = mine
        .filter((role) => !own.includes(role))
        .map(async (role): Promise<Role> => {
          const [there, revocation, denial] = await Promise.all([
            readOrAbsent(inside, iam(inside, 'GetRole', { RoleName: role.roleName })),
            readRevocation(inside, 'Role', role.roleName, role.latest),
            readRoleDenial(inside, role.roleName),
          ]);
          return {
            ...role,
            where,
            exists: there !== null,
            denied: denial.denied,
            revocation,
            evidence: [...(there?.evidence ?? []), ...revocation.evidence, ...denial.evidence],
          };
        });
      return { roles: await Promise.all(read), own };
    },
  );
  const mine = text('you are working with this role yourself; use another identity', 'usted mismo trabaja con este rol; use otra identidad');
  return {
    ...common,
    roles: reached.done.flatMap((one) => one.roles),
    skipped: [
      ...skipped,
      ...reached.done.flatMap(({ own }) => own.map((role) => closedTo(hunt, role, mine))),
      ...roles.flatMap((role) => {
        const why = reached.closed.get(role.account);
        return why ? [closedTo(hunt, role, why)] : [];
      }),
    ],
  };
}
const MOST_NAMED = 8;
/** The first of them by name, the others by number. */
const some = (names: readonly string[], and: string): string =>
  `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ` ${and} ${names.length - MOST_NAMED}` : ''}`;

/** Ending sessions hits every holder: who they are is said before it is done. */
function danger({ roleName, holders }: Wanted): Text[] {
  const everybody = text(
    `every holder of ${roleName} loses the session of the moment; those who may assume it simply do so again`,
    `todo titular de ${roleName} pierde su sesión actual; quien pueda asumirlo lo hará de nuevo sin más`,
  );
  return holders.length === 0
    ? [everybody]
    : [
        everybody,
        text(
          `${holders.length} of your workloads run with ${roleName} and are refused until they get new credentials (minutes to hours; restart those that do not recover): ${some(holders, 'and')}`,
          `${holders.length} de sus cargas usan ${roleName} y serán rechazadas hasta que obtengan credenciales nuevas (minutos u horas; reinicie las que no se recuperen): ${some(holders, 'y')}`,
        ),
      ];
}
const alive = (role: Role): boolean => role.exists && !role.denied && (role.made || role.revocation.before === null);

export const action: Action<Observed> = {
  id: 'revoke-role-sessions',
  step: 1,
  title: text('End the role sessions the attacker holds', 'Terminar las sesiones de rol del atacante'),
  permissions: ['sts:GetCallerIdentity', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
  observe: look,
  plan({ roles, region, inlineName }): Step[] {
    return (roles ?? [])
      .filter(alive)
      .map((role) =>
        inAccount(
          role.made ? denyRole(region, role.roleName, inlineName, []) : revokeSessions(region, 'Role', role.roleName, role.revocation.policy, danger(role)),
          role.where,
        ),
      );
  },
  check: (ctx) =>
    readable(['sessions-revoked'], async (): Promise<Check[]> => {
      if (!huntOf(ctx.facts))
        return [
          check(
            'sessions-revoked',
            'unknown',
            text('there was no hunt yet, so which roles were assumed is not known', 'aún no hubo búsqueda: no se sabe qué roles se asumieron'),
            [],
          ),
        ];
      const { roles, skipped } = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => !(one.roles ?? []).some(alive),
      );
      const open = (roles ?? []).filter(alive).map((role) => (role.account === ctx.facts.account ? role.roleName : `${role.roleName} (${role.account})`));
      const evidence = (roles ?? []).flatMap((role) => role.evidence);
      if (open.length > 0)
        return [check('sessions-revoked', 'fails', text(`sessions still live: ${open.join(', ')}`, `sesiones aún vivas: ${open.join(', ')}`), evidence)];
      if (skipped.length > 0) {
        const named = (lang: 'en' | 'es') => skipped.map((one) => `${one.what} (${one.why[lang]})`).join('; ');
        return [check('sessions-revoked', 'unknown', text(`not revoked: ${named('en')}`, `sin revocar: ${named('es')}`), evidence)];
      }
      const hit = (roles ?? []).filter((role) => !role.made).flatMap((role) => role.holders);
      const watch = (lang: 'en' | 'es'): string =>
        hit.length === 0 ? '' : lang === 'es' ? `; compruebe que se recuperan: ${some(hit, 'y')}` : `; see that these recover: ${some(hit, 'and')}`;
      return [
        check(
          'sessions-revoked',
          'holds',
          text(
            `IAM shows the attacker's sessions ended on every role he held (${roles?.length ?? 0})${watch('en')}`,
            `IAM muestra terminadas las sesiones del atacante en todos los roles que tuvo (${roles?.length ?? 0})${watch('es')}`,
          ),
          evidence,
        ),
      ];
    }),
};
