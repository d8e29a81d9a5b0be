import { type Action, type ActionContext, AplombError, type Call, type Change, type Check, EXIT, type Read, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, filter, targetOf } from '../shared/ec2.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

export type RoleChoice = 'keep' | 'remove' | 'replace';
interface Profile {
  readonly arn: string;
  /** null when only the instance speaks of it. */
  readonly associationId: string | null;
}
export interface ProfileState {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  readonly choice: RoleChoice;
  /** ARN of the profile that shall be there; null for none. */
  readonly wanted: string | null;
  readonly profile: Profile | null;
  /** What the instance had before this case first changed it. */
  readonly former: string | null;
}

const usage = (code: string, message: string, fix: string) => new AplombError(code, message, { exit: EXIT.usage, fix });

/** What the options say: `instanceRole` (keep, remove, replace), `evidenceProfile`. @throws AplombError (exit 2) */
export function roleChoice(ctx: Pick<ActionContext, 'options'>): { choice: RoleChoice; evidenceProfile: string | null } {
  const evidenceProfile = textOption(ctx, 'evidenceProfile') ?? null;
  const choice = textOption(ctx, 'instanceRole') ?? (evidenceProfile === null ? 'keep' : 'replace');
  if (choice !== 'keep' && choice !== 'remove' && choice !== 'replace')
    throw usage('InvalidInstanceRole', `${JSON.stringify(choice)} is nothing that can be done with the role.`, 'One of: keep, remove, replace.');
  if (choice === 'replace' && evidenceProfile === null)
    throw usage('NoEvidenceProfile', 'The role is to be replaced, and nobody said by what.', 'Name an instance profile with --evidence-profile.');
  if (choice === 'replace' && !isIamName(evidenceProfile))
    throw usage('InvalidInstanceProfile', `${JSON.stringify(evidenceProfile)} is not the name of an instance profile.`, 'Give its name, not its ARN.');
  return { choice, evidenceProfile: choice === 'replace' ? evidenceProfile : null };
}

/** What this case last saw of the instance's profile. */
export function profileBefore(ctx: ActionContext, instanceId: string): string | null {
  const seen = ctx.facts.observed['replace-instance-profile'] as Partial<ProfileState> | undefined;
  return seen?.instanceId === instanceId ? (seen.former ?? null) : null;
}

interface Associations {
  IamInstanceProfileAssociations?: { AssociationId?: string; State?: string; IamInstanceProfile?: { Arn?: string } }[];
}
const associationsOf = (region: string, instanceId: string): Call =>
  ec2(region, 'DescribeIamInstanceProfileAssociations', { Filters: [filter('instance-id', instanceId)] });

async function wantedArn(ctx: ActionContext, name: string): Promise<string> {
  const found = await readOrAbsent<{ InstanceProfile?: { Arn?: string } }>(ctx, iam(ctx, 'GetInstanceProfile', { InstanceProfileName: name }));
  const arn = found?.output.InstanceProfile?.Arn;
  if (arn) return arn;
  throw usage(
    'UnknownInstanceProfile',
    `There is no instance profile ${name}.`,
    'Make one whose role may do nothing but what the responder needs, or use --instance-role remove.',
  );
}

async function look(ctx: ActionContext): Promise<ProfileState & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const { region, instanceId } = target;
  const { choice, evidenceProfile } = roleChoice(ctx);
  const [described, listed, wanted] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<Associations>(associationsOf(region, instanceId)),
    evidenceProfile === null ? null : wantedArn(ctx, evidenceProfile),
  ]);
  const arn = described.instance.IamInstanceProfile?.Arn ?? null;
  const association = (listed.output.IamInstanceProfileAssociations ?? []).find(
    (one) => /^associat/.test(one.State ?? '') && one.IamInstanceProfile?.Arn === arn,
  );
  return {
    instanceId,
    region,
    state: described.instance.State?.Name ?? 'unknown',
    choice,
    wanted,
    profile: arn === null ? null : { arn, associationId: association?.AssociationId ?? null },
    former: profileBefore(ctx, instanceId) ?? arn,
    evidence: [...described.evidence, ...listed.evidence],
  };
}

const gone = ({ state }: ProfileState): boolean => state === 'terminated' || state === 'shutting-down';
const asWanted = (seen: ProfileState): boolean => seen.choice === 'keep' || gone(seen) || (seen.profile?.arn ?? null) === seen.wanted;

const PROFILE = 'Reservations[0].Instances[0].IamInstanceProfile.Arn';
const loses = text('Whoever is on the instance can act as its former role again.', 'Quien esté en la instancia puede volver a actuar con su rol anterior.');
const danger = [
  text(
    'Access by SSM ends with the role (unless the account manages hosts by default, or the new profile allows SSM): take memory first if that goes through SSM.',
    'El acceso por SSM termina con el rol (salvo que la cuenta gestione los equipos por defecto o el perfil nuevo permita SSM): si la memoria se toma por SSM, hágalo antes.',
  ),
  text(
    'Credentials that the instance already has, and whoever copied them, work on until they expire (up to 6 hours) or the role’s sessions are revoked.',
    'Las credenciales que la instancia ya tiene, y quien las haya copiado, siguen funcionando hasta que caduquen (hasta 6 horas) o se revoquen las sesiones del rol.',
  ),
];

/** Absence is shown inside the instance itself: an empty list of associations proves nothing. */
const without = (seen: ProfileState) => [
  { path: 'Reservations[0].Instances[0].InstanceId', is: seen.instanceId },
  { path: PROFILE, is: null },
];
const instanceOf = (seen: ProfileState): Call => ec2(seen.region, 'DescribeInstances', { InstanceIds: [seen.instanceId] });

function takeOff(seen: ProfileState, { arn, associationId }: Profile, id: string): Change {
  return {
    id,
    why: text(`The instance loses its role (${oneLine(arn)})`, `La instancia pierde su rol (${oneLine(arn)})`),
    call: ec2(seen.region, 'DisassociateIamInstanceProfile', { AssociationId: associationId }),
    repeat: 'safe',
    already: ['InvalidAssociationID.NotFound'],
    probe: { call: instanceOf(seen), done: without(seen), ready: [{ path: PROFILE, is: arn }] },
    undo: {
      calls: [ec2(seen.region, 'AssociateIamInstanceProfile', { InstanceId: seen.instanceId, IamInstanceProfile: { Arn: arn } })],
      lag: ['IncorrectState'],
      loses,
    },
    danger,
  };
}
const current = "IamInstanceProfileAssociations[?State=='associated' || State=='associating'] | [0]";
/** The association that stands now has an id of its own, which undo needs. */
const probeOf = (seen: ProfileState, ready: string | null): Change['probe'] => ({
  call: associationsOf(seen.region, seen.instanceId),
  done: [{ path: `${current}.IamInstanceProfile.Arn`, is: seen.wanted }],
  ready: [{ path: `${current}.IamInstanceProfile.Arn`, is: ready }],
  output: `{IamInstanceProfileAssociation: ${current}}`,
});
const ownId = (id: string) => ({ $ref: `${id}#IamInstanceProfileAssociation.AssociationId` });

function replace(seen: ProfileState, { arn, associationId }: Profile, wanted: string, id: string): Change {
  return {
    id,
    why: text(`Its role (${oneLine(arn)}) gives way to the evidence profile`, `Su rol (${oneLine(arn)}) deja paso al perfil de evidencias`),
    call: ec2(seen.region, 'ReplaceIamInstanceProfileAssociation', { AssociationId: associationId, IamInstanceProfile: { Arn: wanted } }),
    repeat: 'safe',
    already: ['InvalidAssociationID.NotFound'],
    probe: probeOf(seen, arn),
    undo: {
      calls: [ec2(seen.region, 'ReplaceIamInstanceProfileAssociation', { AssociationId: ownId(id), IamInstanceProfile: { Arn: arn } })],
      lag: ['IncorrectState'],
      loses,
    },
    danger,
  };
}
function put(seen: ProfileState, wanted: string, id: string, needs: readonly string[]): Change {
  return {
    id,
    why: text('The instance gets the evidence profile', 'La instancia recibe el perfil de evidencias'),
    needs,
    call: ec2(seen.region, 'AssociateIamInstanceProfile', { InstanceId: seen.instanceId, IamInstanceProfile: { Arn: wanted } }),
    repeat: 'safe',
    lag: ['IncorrectState'],
    probe: probeOf(seen, null),
    undo: { calls: [ec2(seen.region, 'DisassociateIamInstanceProfile', { AssociationId: ownId(id) })], lag: ['IncorrectState'] },
    danger: [],
  };
}

/** ReplaceIamInstanceProfileAssociation is for running instances; a stopped one loses its profile first and then gets the other. */
function steps(seen: ProfileState): Step[] {
  const id = `profile.${seen.instanceId}`;
  const { profile, wanted } = seen;
  const off = profile === null ? [] : [takeOff(seen, profile, wanted === null ? id : `${id}.off`)];
  if (wanted === null) return [...off, gives(seen, id, without(seen))];
  const there = [{ path: PROFILE, is: wanted }];
  if (profile !== null && seen.state === 'running') return [replace(seen, profile, wanted, id), gives(seen, id, there)];
  return [
    ...off,
    put(
      seen,
      wanted,
      id,
      off.map((one) => one.id),
    ),
    gives(seen, id, there),
  ];
}
const gives = (seen: ProfileState, id: string, until: Read['until']): Read => ({
  id: `${id}.settled`,
  why: text('EC2 carries it out within seconds', 'EC2 lo aplica en segundos'),
  needs: [id],
  read: instanceOf(seen),
  ...(until ? { until } : {}),
  every: 2,
  limit: 120,
});

function verdict(seen: ProfileState & { readonly evidence: readonly string[] }): Check {
  const name = 'instance-role';
  const { evidence, profile } = seen;
  const has = profile === null ? ['no instance profile', 'ningún perfil de instancia'] : [oneLine(profile.arn), oneLine(profile.arn)];
  if (gone(seen)) return check(name, 'holds', text(`The instance is ${seen.state}.`, `La instancia está en estado ${seen.state}.`), evidence);
  if (seen.choice === 'keep')
    return check(
      name,
      'holds',
      text(`Left as it is, since nobody asked otherwise: ${has[0]}.`, `Se deja como está, pues nadie pidió otra cosa: ${has[1]}.`),
      evidence,
    );
  return asWanted(seen)
    ? check(name, 'holds', text(`The instance has ${has[0]}.`, `La instancia tiene ${has[1]}.`), evidence)
    : check(name, 'fails', text(`The instance still has ${has[0]}.`, `La instancia aún tiene ${has[1]}.`), evidence);
}

/** Options `instanceRole` (keep, remove, replace; default keep) and `evidenceProfile` (a name; it alone means replace). */
export const action: Action<ProfileState> = {
  id: 'replace-instance-profile',
  step: 4,
  title: text('Take the instance’s role away, or give it one for evidence', 'Quitar el rol a la instancia, o darle uno para evidencias'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeIamInstanceProfileAssociations',
    'ec2:DisassociateIamInstanceProfile',
    'ec2:AssociateIamInstanceProfile',
    'ec2:ReplaceIamInstanceProfileAssociation',
    'iam:GetInstanceProfile',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await look(ctx);
    return observed;
  },
  plan(seen) {
    if (asWanted(seen)) return [];
    // A profile without an association is on its way; the next look knows more.
    return seen.profile !== null && seen.profile.associationId === null ? [] : steps(seen);
  },
  check: (ctx) => readable(['instance-role'], async () => [verdict(await settled(ctx, () => look(ctx), asWanted))]),
};
