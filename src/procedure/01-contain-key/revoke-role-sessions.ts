import type { Action, ActionContext, Check, Step, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isCaller, principalOf } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { type HuntResult, holdersOf, huntOf, madeByKey } from '../shared/hunt-result.ts';
import { isIamName, oneLine, policyName } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';
import { denyRole, revokeSessions } from './changes.ts';
import type { Skipped } from './found-users.ts';
import { type Revocation, readRevocation, readRoleDenial } from './revocation.ts';

interface Wanted {
  readonly roleName: string;
  /** The attacker made the role: deny it everything, for he may assume it from outside again. */
  readonly made: boolean;
  /** Issue time of the attacker's last session of this role, UTC. */
  readonly latest: string;
  /** Workloads of the account that run with it, as the hunt saw them: "AWS::Lambda::Function arn:...". */
  readonly holders: readonly string[];
}
interface Role extends Wanted {
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

/** Roles of this account whose sessions the attacker held, and roles he made. What cannot be revoked is named. */
function wanted(ctx: ActionContext, hunt: HuntResult): { roles: Wanted[]; skipped: Skipped[] } {
  const roles = new Map<string, Wanted>();
  const skipped = new Map<string, Skipped>();
  const add = (arn: string, made: boolean, latest: string) => {
    const principal = principalOf(arn);
    const name = principal?.type === 'role' && isIamName(principal.name) ? principal.name : null;
    const account = arn.split(':')[4];
    const skip = (why: Skipped['why']) => void skipped.set(arn, { what: oneLine(arn), why });
    if (name === null) return skip(text('not the ARN of a role', 'no es el ARN de un rol'));
    if (hunt.account && account !== hunt.account)
      return skip(text(`a role of account ${account}: its owners must revoke it`, `un rol de la cuenta ${account}: deben revocarlo sus dueños`));
    if (arn.includes(':role/aws-service-role/') || name.startsWith('AWSServiceRoleFor'))
      return skip(text('a service-linked role: AWS does not let anybody revoke it', 'un rol vinculado a un servicio: AWS no permite revocarlo'));
    if (name.startsWith('AWSReservedSSO_'))
      return skip(
        text(
          'a role of IAM Identity Center: revoke it there, in the permission set',
          'un rol de IAM Identity Center: revóquelo allí, en el conjunto de permisos',
        ),
      );
    if (isCaller(ctx, 'role', name))
      return skip(text('you are working with this role yourself; use another identity', 'usted mismo trabaja con este rol; use otra identidad'));
    const known = roles.get(name);
    roles.set(name, {
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

async function look(ctx: ActionContext): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  const common = { region: partition(ctx).globalRegion, inlineName: policyName(ctx, 'DenyAll') };
  if (!hunt) return { ...common, roles: null, skipped: [] };
  const { roles, skipped } = wanted(ctx, hunt);
  const read = roles.map(async (role): Promise<Role> => {
    const [there, revocation, denial] = await Promise.all([
      readOrAbsent(ctx, iam(ctx, 'GetRole', { RoleName: role.roleName })),
      readRevocation(ctx, 'Role', role.roleName, role.latest),
      readRoleDenial(ctx, role.roleName),
    ]);
    return {
      ...role,
      exists: there !== null,
      denied: denial.denied,
      revocation,
      evidence: [...(there?.evidence ?? []), ...revocation.evidence, ...denial.evidence],
    };
  });
  return { ...common, roles: await Promise.all(read), skipped };
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
  permissions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
  observe: look,
  plan({ roles, region, inlineName }): Step[] {
    return (roles ?? [])
      .filter(alive)
      .map((role) =>
        role.made ? denyRole(region, role.roleName, inlineName, []) : revokeSessions(region, 'Role', role.roleName, role.revocation.policy, danger(role)),
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
      const open = (roles ?? []).filter(alive).map((role) => role.roleName);
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
