import { type Action, type ActionContext, type Check, type Step, type Text, text } from '../../kernel/index.ts';
import { isCaller } from '../shared/caller.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, type Instance, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { flagOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { type Revocation, readRevocation, revokeSessions } from '../shared/revocation.ts';
import { iam } from '../shared/user-state.ts';
import { profileBefore } from './replace-instance-profile.ts';
import { type Holders, holdersDanger, roleHolders } from './role-holders.ts';

interface Role {
  readonly name: string;
  readonly arn: string;
}
interface Observed {
  readonly instanceId: string;
  readonly globalRegion: string;
  readonly asked: boolean;
  /** ARN of the profile the instance had before this case changed it. */
  readonly profile: string | null;
  readonly role: Role | null;
  /** Why its sessions cannot be ended here. */
  readonly cannot: Text | null;
  /** Since when the instance gets no fresh credentials of the role, UTC; null while it does. */
  readonly closed: string | null;
  /** Seconds to wait, so that the cut-off lies behind that moment: tokens carry whole seconds. */
  readonly pause: number;
  readonly revocation: Pick<Revocation, 'policy' | 'before'> | null;
  readonly holders: Holders | null;
}
type Seen = Observed & { readonly evidence: readonly string[] };

/** The role inside a profile (a profile holds one at most), or null. */
async function roleOf(ctx: ActionContext, profileArn: string): Promise<{ role: Role | null; evidence: readonly string[] }> {
  const name = profileArn.split('/').at(-1);
  if (!isIamName(name)) return { role: null, evidence: [] };
  const found = await readOrAbsent<{ InstanceProfile?: { Roles?: { RoleName?: string; Arn?: string }[] } }>(
    ctx,
    iam(ctx, 'GetInstanceProfile', { InstanceProfileName: name }),
  );
  const { RoleName, Arn } = found?.output.InstanceProfile?.Roles?.[0] ?? {};
  return { role: isIamName(RoleName) && Arn ? { name: RoleName, arn: Arn } : null, evidence: found?.evidence ?? [] };
}

function refusal(ctx: ActionContext, role: Role): Text | null {
  if (role.arn.includes(':role/aws-service-role/'))
    return text('a service-linked role: AWS does not let anybody revoke it', 'un rol vinculado a un servicio: AWS no permite revocarlo');
  if (role.name.startsWith('AWSReservedSSO_'))
    return text(
      'a role of IAM Identity Center: revoke it there, in the permission set',
      'un rol de IAM Identity Center: revóquelo allí, en el conjunto de permisos',
    );
  return isCaller(ctx, 'role', role.name)
    ? text('you are working with this role yourself; use another identity', 'usted mismo trabaja con este rol; use otra identidad')
    : null;
}

/** EC2's reads lag behind its writes by seconds: so long may a change of this case look undone. Milliseconds. */
const LATE = 20_000;
/** When this case itself took the role's credentials from the instance, UTC; and whether so lately that a reading may not show it yet. */
async function takenBy(ctx: ActionContext, instanceId: string): Promise<{ since: string | null; lately: boolean }> {
  const steps = [`profile.${instanceId}`, `profile.${instanceId}.off`, `metadata.${instanceId}`];
  const made = (await ctx.standing(4, ['replace-instance-profile', 'disable-metadata'])).filter((one) => steps.includes(one.step));
  // Each the last time: before that it was taken back.
  const ours = steps.flatMap((step) => made.filter((one) => one.step === step).sort((a, b) => (a.since < b.since ? 1 : -1))[0] ?? []);
  const times = (some: typeof ours) => some.map((one) => one.since).sort();
  const late = ours.filter((one) => ctx.now() - Date.parse(one.since) < LATE);
  return { since: times(ours.filter((one) => one.state === 'stands'))[0] ?? times(late)[0] ?? null, lately: late.length > 0 };
}
const DOWN = ['stopped', 'shutting-down', 'terminated'];
type Closing = { closed: string | null; taken: string | null; evidence: readonly string[] };
/** `closed` as read; `taken` as this case did it, which a reading may not show yet. */
async function closing(ctx: ActionContext, target: InstanceTarget, described: Instance, profile: string, role: Role): Promise<Closing> {
  const read = async (instance: Instance) => {
    const now = instance.IamInstanceProfile?.Arn ?? null;
    const endpoint = (instance.MetadataOptions as { HttpEndpoint?: string } | undefined)?.HttpEndpoint;
    const other = now === null || now === profile ? null : await roleOf(ctx, now);
    const fresh = now !== null && (now === profile || other?.role?.arn === role.arn) && endpoint !== 'disabled' && !DOWN.includes(instance.State?.Name ?? '');
    return { fresh, evidence: other?.evidence ?? [] };
  };
  const [first, { since, lately }] = await Promise.all([read(described), takenBy(ctx, target.instanceId)]);
  const again = async () => {
    const { instance, evidence } = await describeInstance(ctx, target);
    const { fresh, evidence: more } = await read(instance);
    return { fresh, evidence: [...evidence, ...more] };
  };
  const { fresh, evidence } = first.fresh && lately ? await settled(ctx, again, (one) => !one.fresh) : first;
  if (fresh) return { closed: null, taken: since, evidence };
  const earlier = ctx.facts.observed['revoke-instance-role'] as Partial<Observed> | undefined;
  const found = earlier?.instanceId === target.instanceId ? earlier.closed : null;
  const closed = since ?? found ?? new Date(ctx.now()).toISOString();
  return { closed, taken: closed, evidence };
}

async function look(ctx: ActionContext, target: InstanceTarget, withHolders: boolean): Promise<Seen> {
  const { instance, evidence: described } = await describeInstance(ctx, target);
  const profile = profileBefore(ctx, target.instanceId) ?? instance.IamInstanceProfile?.Arn ?? null;
  const asked = flagOption(ctx, 'revokeRole');
  const nothing = { role: null, cannot: null, closed: null, pause: 0, revocation: null, holders: null };
  const common = { instanceId: target.instanceId, globalRegion: partition(ctx).globalRegion, asked, profile };
  if (!asked || profile === null) return { ...common, ...nothing, evidence: described };
  const inside = await roleOf(ctx, profile);
  const evidence = [...described, ...inside.evidence];
  const { role } = inside;
  if (role === null) return { ...common, ...nothing, evidence };
  const cannot = refusal(ctx, role);
  const { closed, taken, evidence: more } = await closing(ctx, target, instance, profile, role);
  if (cannot !== null) return { ...common, ...nothing, role, cannot, closed, evidence: [...evidence, ...more] };
  const [revocation, holders] = await Promise.all([
    readRevocation(ctx, 'Role', role.name, taken ?? ctx.facts.opened),
    withHolders ? roleHolders(ctx, target, role) : null,
  ]);
  const { policy, before } = revocation;
  return {
    ...common,
    role,
    cannot,
    closed,
    pause: taken !== null && ctx.now() - Date.parse(taken) < 2000 ? 2 : 0,
    revocation: { policy, before },
    holders,
    evidence: [...evidence, ...more, ...revocation.evidence],
  };
}

function checks(seen: Seen): Check[] {
  const { evidence, profile, role, cannot, closed, revocation } = seen;
  const one = (verdict: Check['verdict'], why: Text) => check('role-sessions-revoked', verdict, why, evidence);
  if (!seen.asked) return [one('holds', text('Left as they are, since nobody asked to end them.', 'Se dejan como están, pues nadie pidió terminarlas.'))];
  if (profile === null)
    return [one('holds', text('The instance has no profile, and this case took none from it.', 'La instancia no tiene perfil, ni este caso le quitó uno.'))];
  if (role === null)
    return [
      one(
        'unknown',
        text(
          `Which role is in ${oneLine(profile)} cannot be read: it is gone or empty.`,
          `No se puede leer qué rol hay en ${oneLine(profile)}: no existe o está vacío.`,
        ),
      ),
    ];
  if (cannot !== null) return [one('unknown', text(`${role.name}: ${cannot.en}.`, `${role.name}: ${cannot.es}.`))];
  const before = revocation?.before ?? null;
  const revoked =
    before === null
      ? one('fails', text(`Sessions of ${role.name} still live.`, `Siguen vivas las sesiones de ${role.name}.`))
      : one(
          'holds',
          text(
            `Every session of ${role.name} from before ${before} is denied everything. It says nothing of later ones.`,
            `Toda sesión de ${role.name} anterior a ${before} tiene todo denegado. No dice nada de las posteriores.`,
          ),
        );
  const fresh =
    closed === null
      ? check(
          'no-fresh-credentials',
          'fails',
          text(
            `The metadata service hands the instance fresh credentials of ${role.name} after every revocation. Only with the profile removed or replaced, or the metadata service off, does it hold: --instance-role remove or --disable-metadata, then this again.`,
            `El servicio de metadatos entrega a la instancia credenciales nuevas de ${role.name} tras cada revocación. Solo se sostiene con el perfil quitado o reemplazado, o con el servicio de metadatos apagado: --instance-role remove o --disable-metadata, y después esto otra vez.`,
          ),
          evidence,
        )
      : check(
          'no-fresh-credentials',
          'holds',
          text(`The instance gets no credentials of ${role.name} any more.`, `La instancia ya no recibe credenciales de ${role.name}.`),
          evidence,
        );
  return [revoked, fresh];
}

/** Option `revokeRole`: without it nothing is revoked, for roles are shared. `roleRegion` names more regions in which to look for those who share it. */
export const action: Action<Observed> = {
  id: 'revoke-instance-role',
  step: 4,
  title: text('End the sessions of the instance’s role', 'Terminar las sesiones del rol de la instancia'),
  permissions: [
    'ec2:DescribeInstances',
    'iam:GetInstanceProfile',
    'iam:ListInstanceProfilesForRole',
    'iam:GetRolePolicy',
    'iam:PutRolePolicy',
    'iam:DeleteRolePolicy',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await look(ctx, targetOf(ctx), true);
    return observed;
  },
  plan({ globalRegion, role, cannot, revocation, holders, pause }): Step[] {
    if (role === null || cannot !== null || revocation === null || revocation.before !== null) return [];
    const change = revokeSessions(globalRegion, 'Role', role.name, revocation.policy, [
      text(
        'Access to the instance by SSM ends with it: its agent works with this role.',
        'El acceso a la instancia por SSM termina con ello: su agente trabaja con este rol.',
      ),
      ...(holders === null ? [] : holdersDanger(role.name, holders)),
    ]);
    if (pause === 0) return [change];
    const why = text('The cut-off must lie behind the last credentials handed out', 'El corte debe quedar tras las últimas credenciales entregadas');
    return [
      { id: 'behind', why, pause },
      { ...change, needs: ['behind'] },
    ];
  },
  check: (ctx) =>
    readable(['role-sessions-revoked'], async () => {
      if (!flagOption(ctx, 'revokeRole')) return checks(await look(ctx, targetOf(ctx), false));
      return checks(
        await consistentReading(
          ctx,
          () => look(ctx, targetOf(ctx), false),
          (seen) => seen.revocation === null || seen.revocation.before !== null,
        ),
      );
    }),
};
