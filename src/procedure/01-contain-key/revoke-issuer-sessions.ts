import type { Action, ActionContext, Step, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { holdersOf, huntOf } from '../shared/hunt-result.ts';
import { resolveKey } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { enabledRegions } from '../shared/trail.ts';
import { iam } from '../shared/user-state.ts';
import { revokeSessions } from './changes.ts';
import type { Identified } from './identify-key.ts';
import { impactOf } from './impact.ts';
import { type Issuer, traceSession } from './issuer.ts';
import { type Revocation, readRevocation } from './revocation.ts';

interface Observed {
  readonly accessKeyId: string;
  readonly kind: 'long-term' | 'temporary';
  readonly region: string;
  readonly issuer: Issuer | null;
  /** Why nothing can be revoked here; null when it can. */
  readonly hindrance: Text | null;
  readonly exists: boolean;
  readonly revocation: Revocation | null;
  readonly impact: readonly Text[];
}

const DAYS_90 = 90 * 86_400_000 - 60_000;

/** What identify-key found out a moment ago is not asked again; CloudTrail allows two requests a second. */
async function issuerOf(ctx: ActionContext, accessKeyId: string, home: string): Promise<Issuer | null> {
  const known = ctx.facts.observed['identify-key'] as unknown as Identified | undefined;
  if (known?.accessKeyId === accessKeyId && known.issuer) return known.issuer;
  const { regions } = await enabledRegions(ctx, home);
  return (await traceSession(ctx, regions, accessKeyId, new Date(ctx.now() - DAYS_90).toISOString())).issuer;
}

function hindrance(ctx: ActionContext, issuer: Issuer | null): Text | null {
  if (issuer === null)
    return text(
      'CloudTrail shows neither a use of this session nor who issued it (it takes about 5 minutes, and 90 days are kept): run the same command again, or revoke the sessions of the role you suspect',
      'CloudTrail no muestra ni un uso de esta sesión ni quién la emitió (tarda unos 5 minutos y guarda 90 días): repita la orden o revoque las sesiones del rol que sospeche',
    );
  if (issuer.type === 'root')
    return text(
      'a session of the account root: no policy ends it. It lives an hour at most; sign in as root and deactivate the key it came from',
      'una sesión del usuario raíz: ninguna política la termina. Vive una hora como máximo; inicie sesión como raíz y desactive la clave de la que salió',
    );
  if (issuer.account && ctx.facts.account && issuer.account !== ctx.facts.account)
    return text(
      `a session of the ${issuer.type} ${issuer.name} in account ${issuer.account}: only that account can revoke it; tell its owners`,
      `una sesión de ${issuer.type} ${issuer.name} en la cuenta ${issuer.account}: solo esa cuenta puede revocarla; avise a sus dueños`,
    );
  if (issuer.type === 'role' && (issuer.arn.includes(':role/aws-service-role/') || issuer.name.startsWith('AWSServiceRoleFor')))
    return text('a service-linked role: AWS does not let anybody revoke it', 'un rol vinculado a un servicio: AWS no permite revocarlo');
  if (issuer.type === 'role' && issuer.name.startsWith('AWSReservedSSO_'))
    return text(
      'a role of IAM Identity Center: disable the user and end its sessions there, and deny in the permission set',
      'un rol de IAM Identity Center: desactive allí al usuario, termine sus sesiones y deniegue en el conjunto de permisos',
    );
  if (isCaller(ctx, issuer.type, issuer.name))
    return text('you are working with this identity yourself; use another one', 'usted mismo trabaja con esta identidad; use otra');
  return null;
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { accessKeyId, kind } = await resolveKey(ctx);
  const region = partition(ctx).globalRegion;
  const issuer = kind === 'temporary' ? await issuerOf(ctx, accessKeyId, region) : null;
  const why = kind === 'temporary' ? hindrance(ctx, issuer) : null;
  const common = { accessKeyId, kind, region, issuer, hindrance: why, impact: impactOf(ctx, accessKeyId) };
  if (issuer === null || why !== null) return { ...common, exists: false, revocation: null };
  const of = issuer.type === 'role' ? 'Role' : 'User';
  const [there, revocation] = await Promise.all([
    readOrAbsent(ctx, iam(ctx, `Get${of}`, { [`${of}Name`]: issuer.name })),
    // The time of issue as its first use tells it, or now: a cut-off before it would not reach the session.
    readRevocation(ctx, of, issuer.name, issuer.issued ?? ctx.facts.opened),
  ]);
  return { ...common, exists: there !== null, revocation };
}

/** Ends a leaked temporary credential: it cannot be switched off, but all sessions of its role or user issued until now can be denied. */
export const action: Action<Observed> = {
  id: 'revoke-issuer-sessions',
  step: 1,
  title: text('End the sessions of the role or user behind a temporary key', 'Terminar las sesiones del rol o usuario de una clave temporal'),
  permissions: [
    'sts:GetAccessKeyInfo',
    'iam:GetAccessKeyLastUsed',
    'ec2:DescribeRegions',
    'cloudtrail:LookupEvents',
    'iam:GetRole',
    'iam:GetUser',
    'iam:GetRolePolicy',
    'iam:GetUserPolicy',
    'iam:PutRolePolicy',
    'iam:PutUserPolicy',
    'iam:DeleteRolePolicy',
    'iam:DeleteUserPolicy',
  ],
  observe: async (ctx) => {
    const observed = await look(ctx);
    const hunt = huntOf(ctx.facts);
    if (!hunt || observed.issuer?.type !== 'role') return observed;
    const holders = holdersOf(hunt, observed.issuer.name).map((one) => `${oneLine(one.type, 60)} ${oneLine(one.arn, 150)}`);
    if (holders.length === 0) return observed;
    const hurt = text(
      `workloads that hold the role and lose their session: ${holders.join(', ')}`,
      `cargas que tienen el rol y pierden su sesión: ${holders.join(', ')}`,
    );
    return { ...observed, impact: [...observed.impact, hurt] };
  },
  plan({ issuer, exists, revocation, region, impact }): Step[] {
    if (!issuer || !exists || !revocation || revocation.before !== null || issuer.type === 'root') return [];
    const danger = text(
      `every session of the ${issuer.type} ${issuer.name} issued until now ends; who may get a new one simply does so`,
      `toda sesión de ${issuer.type} ${issuer.name} emitida hasta ahora termina; quien pueda obtener otra lo hará sin más`,
    );
    return [revokeSessions(region, issuer.type === 'role' ? 'Role' : 'User', issuer.name, revocation.policy, [danger, ...impact])];
  },
  check: (ctx) =>
    readable(['session-revoked'], async () => {
      if ((await resolveKey(ctx)).kind === 'long-term')
        return [
          check(
            'session-revoked',
            'holds',
            text('a long-term key, no session: nothing to revoke here', 'una clave de larga duración, no una sesión: nada que revocar aquí'),
            [],
          ),
        ];
      const observed = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => !one.exists || one.revocation?.before !== null,
      );
      const { issuer, exists, revocation } = observed;
      if (issuer === null || observed.hindrance) return [check('session-revoked', 'unknown', observed.hindrance!, [])];
      const evidence = revocation?.evidence ?? [];
      if (!exists)
        return [
          check(
            'session-revoked',
            'holds',
            text(`the ${issuer.type} ${issuer.name} does not exist any more`, `${issuer.type} ${issuer.name} ya no existe`),
            evidence,
          ),
        ];
      if (!revocation?.before)
        return [check('session-revoked', 'fails', text(`sessions of ${issuer.name} still live`, `siguen vivas sesiones de ${issuer.name}`), evidence)];
      const by = issuer.issuedBy
        ? [`; it was asked for with ${issuer.issuedBy}: contain that key too`, `; se pidió con ${issuer.issuedBy}: contenga también esa clave`]
        : ['', ''];
      return [
        check(
          'session-revoked',
          'holds',
          text(
            `IAM denies every session of the ${issuer.type} ${issuer.name} issued before ${revocation.before}${by[0]}`,
            `IAM deniega toda sesión de ${issuer.type} ${issuer.name} emitida antes de ${revocation.before}${by[1]}`,
          ),
          evidence,
        ),
      ];
    }),
};
