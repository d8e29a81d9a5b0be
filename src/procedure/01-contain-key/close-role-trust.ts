import type { Action, ActionContext, Call, Change, Check, JsonObject, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { contextWithin, type Within, within } from '../shared/accounts.ts';
import { isCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { inAccount, revokeSessions } from './changes.ts';
import { type Revocation, readRevocation } from './revocation.ts';
import { decoded, strangersIn, trustBefore, withoutStrangers } from './trust.ts';

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly where: Within;
  /** Whom the attacker's change let in: account ids, identity providers, "*". Empty: the trust is closed, sessions taken through it live on. */
  readonly strangers: readonly string[];
  /** The trust policy as it stands, for undo; as it shall be. */
  readonly now: JsonObject;
  readonly wanted: JsonObject;
  /** Where `wanted` comes from: CloudTrail's record of how it was, or the present one without the strangers. */
  readonly from: 'history' | 'stripped';
  readonly revocation: Revocation;
  readonly evidence: readonly string[];
}
interface Observed {
  readonly roles: readonly Role[] | null;
  readonly skipped: readonly string[];
  readonly region: string;
}

const isProvider = (who: string): boolean => who !== '*' && !/^\d{12}$/.test(who);

async function look(ctx: ActionContext): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  const region = partition(ctx).globalRegion;
  if (!hunt) return { roles: null, skipped: [], region };
  const changed = hunt.found.filter(
    (one) => one.type === 'AWS::IAM::Role' && one.alive && one.byKey !== true && one.detail?.changedByKey === true && isIamName(one.id),
  );
  const attacker = new Set(hunt.tree.map((node) => node.credential));
  const made = new Set(hunt.found.filter((one) => one.byKey === true && /::(SAML|OIDC)Provider$/.test(one.type)).map((one) => one.arn));
  const read = await Promise.all(
    changed.map(async (one): Promise<Role | string | null> => {
      const where = await within(ctx, one.account);
      if (!where) return oneLine(one.arn);
      const inside = contextWithin(ctx, where);
      if (isCaller(inside, 'role', one.id)) return `${oneLine(one.arn)} (you work with it)`;
      const answer = await readOrAbsent<{ Role?: { Arn?: string; Path?: string; AssumeRolePolicyDocument?: string } }>(inside, {
        service: 'iam',
        operation: 'GetRole',
        region,
        input: { RoleName: one.id },
      });
      const now = decoded(answer?.output.Role?.AssumeRolePolicyDocument);
      if (!answer || !now || /^\/aws-(service-role|reserved)\//.test(answer.output.Role?.Path ?? '')) return null;
      const before = await trustBefore(ctx, where, { name: one.id, arn: one.arn }, attacker);
      const known = new Set(before ? strangersIn(before, one.account) : []);
      // Where nobody remembers, an identity provider is a stranger only if the attacker made it: people sign in through the others.
      const strangers = strangersIn(now, one.account).filter((who) => !known.has(who) && (before !== null || !isProvider(who) || made.has(who)));
      const closed = Object.keys(ctx.facts.outputs['close-role-trust'] ?? {}).some((id) => id.endsWith(`trust.${one.id}`));
      if (strangers.length === 0 && !closed) return null;
      const wanted = before ?? withoutStrangers(now, strangers);
      const revocation = await readRevocation(inside, 'Role', one.id, String(one.detail?.changedAt ?? hunt.until));
      // Shut by us, and whoever was in is out.
      if (strangers.length === 0 && revocation.before !== null) return null;
      return {
        name: one.id,
        arn: one.arn,
        where,
        strangers,
        now,
        wanted,
        from: before ? 'history' : 'stripped',
        revocation,
        evidence: [...answer.evidence, ...revocation.evidence],
      };
    }),
  );
  return {
    roles: read.filter((one): one is Role => typeof one === 'object' && one !== null),
    skipped: read.filter((one): one is string => typeof one === 'string'),
    region,
  };
}

/** Only names that can mean nothing else in a quoted JMESPath text; as IAM encodes them in a document. */
const encoded = (who: string): string | null => (/^[\w.:/@=+-]{1,300}$/.test(who) ? encodeURIComponent(who) : null);

function close(role: Role, region: string): Change {
  const call = (operation: string, input: JsonObject): Call => ({ service: 'iam', operation, region, input });
  const set = (policy: JsonObject) => call('UpdateAssumeRolePolicy', { RoleName: role.name, PolicyDocument: { $json: policy } });
  const names = role.strangers.flatMap((who) => (who === '*' ? ['%22%2A%22', '%22*%22'] : (encoded(who) ?? [])));
  const who = role.strangers.map((one) => oneLine(one, 100)).join(', ');
  return {
    id: `trust.${role.name}`,
    why: text(`${role.name} trusts ${who} since the attacker changed it: no longer`, `${role.name} confía en ${who} desde que el atacante lo cambió: ya no`),
    call: set(role.wanted),
    repeat: 'safe',
    probe: {
      call: call('GetRole', { RoleName: role.name }),
      done: [{ path: 'Role.RoleName', is: role.name }, ...names.map((name) => ({ path: `contains(Role.AssumeRolePolicyDocument, '${name}')`, is: false }))],
    },
    undo: {
      calls: [set(role.now)],
      done: [
        { path: 'Role.RoleName', is: role.name },
        ...names.slice(0, 1).map((name) => ({ path: `contains(Role.AssumeRolePolicyDocument, '${name}')`, is: true })),
      ],
      ask: text(`this lets ${who} assume ${role.name} again`, `esto permite que ${who} vuelva a asumir ${role.name}`),
    },
    danger: [
      role.from === 'history'
        ? text(
            `its trust policy becomes what CloudTrail says it was before the attacker's change`,
            `su política de confianza vuelve a ser la que CloudTrail dice que era antes del cambio del atacante`,
          )
        : text(
            `how it was before is not known: if ${who} is a partner of yours, it loses access until you put it back`,
            `no se sabe cómo era antes: si ${who} es un socio suyo, pierde el acceso hasta que usted lo restablezca`,
          ),
    ],
  };
}

/** A role of the company's that the attacker taught to let him in needs no key at all: it outlives every one of them. */
export const action: Action<Observed> = {
  id: 'close-role-trust',
  step: 1,
  title: text('Close the roles the attacker opened to outsiders', 'Cerrar los roles que el atacante abrió a extraños'),
  permissions: [
    'sts:GetCallerIdentity',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:PutRolePolicy',
    'iam:DeleteRolePolicy',
    'cloudtrail:LookupEvents',
  ],
  observe: look,
  plan: ({ roles, region }): Step[] =>
    (roles ?? []).flatMap((role): Step[] => {
      const shut = role.strangers.length > 0 ? [close(role, region)] : [];
      if (role.revocation.before !== null) return shut.map((change) => inAccount(change, role.where));
      const revoke = revokeSessions(region, 'Role', role.name, role.revocation.policy, [
        text(`every holder of ${role.name} loses the session of the moment`, `todo titular de ${role.name} pierde su sesión actual`),
      ]);
      // First nobody new, then nobody old: a session taken in between would outlive the cut-off.
      return [...shut, { ...revoke, needs: shut.map((change) => change.id) }].map((change) => inAccount(change, role.where));
    }),
  check: (ctx) =>
    readable(['trust-closed'], async (): Promise<Check[]> => {
      const seen = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => (one.roles ?? []).length === 0,
      );
      if (seen.roles === null)
        return [
          check(
            'trust-closed',
            'unknown',
            text('there was no hunt yet, so what the attacker changed is not known', 'aún no hubo búsqueda: no se sabe qué cambió el atacante'),
            [],
          ),
        ];
      const who = (role: Role) => role.strangers.map((one) => oneLine(one, 80)).join(', ') || 'sessions';
      const open = seen.roles.map((role) => `${role.name} (${who(role)})`);
      const evidence = seen.roles.flatMap((role) => role.evidence);
      if (open.length > 0)
        return [
          check('trust-closed', 'fails', text(`still open to outsiders: ${open.join('; ')}`, `siguen abiertos a extraños: ${open.join('; ')}`), evidence),
        ];
      return [
        seen.skipped.length > 0
          ? check('trust-closed', 'unknown', text(`not looked at: ${seen.skipped.join(', ')}`, `sin revisar: ${seen.skipped.join(', ')}`), evidence)
          : check(
              'trust-closed',
              'holds',
              text(
                'no role that the attacker changed lets anybody in from outside who was not there before',
                'ningún rol que el atacante cambió deja entrar a nadie de fuera que no estuviera antes',
              ),
              evidence,
            ),
      ];
    }),
};
