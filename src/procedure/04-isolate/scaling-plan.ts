import { type Call, type Change, type Step, type Test, type Text, text, type UndoWait } from '../../kernel/index.ts';
import { ec2 } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { plainId } from './plain-id.ts';
import { ENDING, type Membership, type Scaling, type ScalingGroup, scalingCall } from './scaling-reading.ts';

type Held = Scaling & { readonly member: Membership & { readonly group: ScalingGroup } };

/** A member that is out of service is neither counted nor checked. */
const LEFT = ['EnteringStandby', 'Standby'];
export const isOut = ({ lifecycle }: Membership): boolean => LEFT.includes(lifecycle);
/** The group is about to end it: nothing but a suspension comes in time. */
const endangered = ({ state, member }: Held): boolean => !member.healthy || !['running', 'pending'].includes(state);
/** Without the decrement the group starts another instance at once. */
export const decrements = ({ desired, min }: ScalingGroup): boolean => desired - 1 >= min;

/** What the group is left with, and what it does about it. */
export function capacity({ member: { group } }: Held): Text {
  const left = `${group.others} of ${group.inService}`;
  const rest = `${group.others} de ${group.inService}`;
  const name = oneLine(group.name, 80);
  if (decrements(group))
    return text(
      `Auto Scaling group ${name}: ${left} remain in service. Its desired capacity goes from ${group.desired} to ${group.desired - 1}, so it starts no other instance.`,
      `Grupo de Auto Scaling ${name}: quedan ${rest} en servicio. Su capacidad deseada pasa de ${group.desired} a ${group.desired - 1}, así que no arranca otra instancia.`,
    );
  return group.suspended.includes('Launch')
    ? text(
        `Auto Scaling group ${name}: ${left} remain in service. It may not shrink below ${group.min} and would start another instance, but its Launch process is suspended: nothing takes the place.`,
        `Grupo de Auto Scaling ${name}: quedan ${rest} en servicio. No puede bajar de ${group.min} y arrancaría otra instancia, pero su proceso Launch está suspendido: nada ocupa el lugar.`,
      )
    : text(
        `Auto Scaling group ${name}: ${left} remain in service. It may not shrink below ${group.min}, so it starts a new instance now, from the same template and image as this one: if those are how the attacker came in, so does he again.`,
        `Grupo de Auto Scaling ${name}: quedan ${rest} en servicio. No puede bajar de ${group.min}, así que arranca ya una instancia nueva, de la misma plantilla e imagen: si el atacante entró por ellas, volverá a entrar.`,
      );
}
const last = ({ member: { group } }: Held): Text[] =>
  group.others === 0 && group.inService > 0
    ? [
        text(
          'It is the LAST instance in service of its group: what the group serves stops here until another is ready.',
          'Es la ÚLTIMA instancia en servicio de su grupo: lo que el grupo sirve se detiene hasta que otra esté lista.',
        ),
      ]
    : [];

const member = ({ region, instanceId }: Scaling): Call => scalingCall(region, 'DescribeAutoScalingInstances', { InstanceIds: [instanceId] });
const group = ({ region, member: { group: one } }: Held): Call => scalingCall(region, 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [one.name] });
const inGroup = ({ member: { group: one } }: Held): Test => ({ path: 'AutoScalingInstances[0].AutoScalingGroupName', is: one.name });
const LIFECYCLE = 'AutoScalingInstances[0].LifecycleState';

/** A group ends a member that does not run, or that it was told is sick: taking anything back waits until it is neither. */
const untilWell = (seen: Scaling): UndoWait[] => [
  {
    read: ec2(seen.region, 'DescribeInstances', { InstanceIds: [seen.instanceId] }),
    until: [{ path: 'Reservations[0].Instances[0].State.Name', in: ['running', 'shutting-down', 'terminated'] }],
    every: 2,
    limit: 60,
  },
  { read: member(seen), until: [{ path: 'AutoScalingInstances[0].HealthStatus', in: ['HEALTHY', 'Healthy', null] }], every: 2, limit: 60 },
];

/** Only what is not suspended already: whoever suspended the others had his reasons, and undo leaves them so. */
function suspend(seen: Held): Change | null {
  const { name, suspended } = seen.member.group;
  const missing = ENDING.filter((process) => !suspended.includes(process));
  if (missing.length === 0) return null;
  const path = `length(AutoScalingGroups[0].SuspendedProcesses[?contains(\`${JSON.stringify(missing)}\`, ProcessName)])`;
  const input = { AutoScalingGroupName: name, ScalingProcesses: missing };
  return {
    id: 'suspend',
    why: text(
      `The group ends no member by itself: ${missing.join(', ')} suspended. Unhealthy members stay, too, and are not replaced until this is taken back`,
      `El grupo no termina ningún miembro por sí mismo: ${missing.join(', ')} suspendidos. También quedan los enfermos, sin reemplazo, hasta deshacer esto`,
    ),
    call: scalingCall(seen.region, 'SuspendProcesses', input),
    repeat: 'safe',
    probe: { call: group(seen), done: [{ path, is: missing.length }], ready: [{ path, in: missing.map((_, index) => index) }] },
    undo: { calls: [...untilWell(seen), scalingCall(seen.region, 'ResumeProcesses', input)], done: [{ path, is: 0 }] },
    danger: [
      text(
        'This is for the whole group: while it lasts nobody replaces its sick instances, and no refresh runs.',
        'Vale para todo el grupo: mientras dure, nadie reemplaza sus instancias enfermas ni se renueva ninguna.',
      ),
    ],
  };
}
function protect(seen: Held): Change {
  const set = (on: boolean): Call =>
    scalingCall(seen.region, 'SetInstanceProtection', {
      InstanceIds: [seen.instanceId],
      AutoScalingGroupName: seen.member.group.name,
      ProtectedFromScaleIn: on,
    });
  const is = (on: boolean): Test[] => [inGroup(seen), { path: 'AutoScalingInstances[0].ProtectedFromScaleIn', is: on }];
  return {
    id: 'scale-in-protection',
    why: text('Scale-in does not choose this instance', 'La reducción de capacidad no elige esta instancia'),
    call: set(true),
    repeat: 'safe',
    probe: { call: member(seen), done: is(true), ready: is(false) },
    undo: { calls: [set(false)] },
    danger: [],
  };
}
/** The one thing that reaches a member on standby. */
export const REFRESH = text(
  'An instance refresh of the group is on, and was told to end instances on standby: it may end this one. Take it out altogether (--scaling detach).',
  'Hay una renovación de instancias del grupo en curso, con orden de terminar las que están en espera: puede terminar esta. Sáquela del todo (--scaling detach).',
);
function standby(seen: Held): Change {
  const { name } = seen.member.group;
  const decrement = decrements(seen.member.group);
  const input = { InstanceIds: [seen.instanceId], AutoScalingGroupName: name };
  return {
    id: 'standby',
    why: text(
      'Out of service, still a member: on standby no health check, scale-in or rebalancing touches it, and its load balancers let go of it',
      'Fuera de servicio, aún miembro: en espera no la toca ningún control de salud, reducción ni reequilibrio, y sus balanceadores la sueltan',
    ),
    call: scalingCall(seen.region, 'EnterStandby', { ...input, ShouldDecrementDesiredCapacity: decrement }),
    repeat: 'safe',
    already: ['ValidationError'],
    probe: {
      call: member(seen),
      done: [inGroup(seen), { path: LIFECYCLE, in: LEFT }],
      ready: [inGroup(seen), { path: LIFECYCLE, is: 'InService' }],
    },
    undo: {
      calls: [
        ...untilWell(seen),
        // Connections are drained first: only then is it on standby. Whoever took it back meanwhile, or out of the group, is seen next.
        { read: member(seen), until: [{ path: LIFECYCLE, in: ['Standby', 'InService', 'Pending', null] }], every: 2, limit: 3700 },
        scalingCall(seen.region, 'ExitStandby', input),
      ],
      done: [inGroup(seen), { path: LIFECYCLE, in: ['Pending', 'InService'] }],
      ...(decrement ? {} : { loses: grows(seen) }),
    },
    danger: [capacity(seen), ...last(seen), ...(seen.member.group.endsStandby ? [REFRESH] : [])],
  };
}
/** What came in its place stays: which instance should go is for the group's owner to say. */
const grows = ({ member: { group: one } }: Held): Text =>
  text(
    `The instance started in its place stays, so the group has one more than before (desired capacity ${one.desired + 1}, at most ${one.max}). Lower it when you are ready; Auto Scaling then chooses which one ends.`,
    `La instancia arrancada en su lugar se queda, así que el grupo tiene una más que antes (capacidad deseada ${one.desired + 1}, máximo ${one.max}). Redúzcala cuando quiera; Auto Scaling elige entonces cuál termina.`,
  );

function detach(seen: Held): Change {
  const { name, newProtected } = seen.member.group;
  const decrement = decrements(seen.member.group);
  const id = plainId(seen.instanceId);
  const input = { InstanceIds: [id], AutoScalingGroupName: name };
  const mine = `AutoScalingGroups[0].Instances[?InstanceId=='${id}']`;
  const there: Test = { path: 'AutoScalingGroups[0].AutoScalingGroupName', is: name };
  const protectedBefore = seen.member.protected;
  return {
    id: 'detach',
    why: text(
      'Out of the group altogether: it can no longer end the instance, and its load balancers let go of it',
      'Fuera del grupo del todo: ya no puede terminarla, y sus balanceadores la sueltan',
    ),
    call: scalingCall(seen.region, 'DetachInstances', { ...input, ShouldDecrementDesiredCapacity: decrement }),
    repeat: 'safe',
    already: ['ValidationError'],
    probe: {
      call: group(seen),
      done: [there, { path: `length(${mine})`, is: 0 }],
      ready: [there, { path: `length(${mine})`, is: 1 }],
    },
    undo: {
      calls: [
        ...untilWell(seen),
        scalingCall(seen.region, 'AttachInstances', input),
        // A new member is protected as the group says; this one is to be as it was, which can be set once it is in service.
        ...(protectedBefore === newProtected
          ? []
          : [
              { read: member(seen), until: [{ path: LIFECYCLE, is: 'InService' }], every: 2, limit: 900 },
              scalingCall(seen.region, 'SetInstanceProtection', { ...input, ProtectedFromScaleIn: protectedBefore }),
            ]),
      ],
      done: [
        there,
        { path: `${mine}.LifecycleState | [0]`, in: ['Pending', 'InService'] },
        { path: `${mine}.ProtectedFromScaleIn | [0]`, is: protectedBefore },
      ],
      ...(decrement ? {} : { loses: grows(seen) }),
    },
    danger: [capacity(seen), ...last(seen)],
  };
}

/** In service first: only from there can it be taken out. */
const waitForService = (seen: Held): Step => ({
  id: 'in-service',
  why: text('The group is still taking it into service', 'El grupo aún la está poniendo en servicio'),
  read: member(seen),
  until: [{ path: LIFECYCLE, is: 'InService' }],
  every: 5,
  limit: 600,
});

export function scalingPlan(seen: Scaling): Step[] {
  if (seen.way === 'stay' || !seen.member?.group || /^(Terminat|Detach)/.test(seen.member.lifecycle)) return [];
  const held = seen as Held;
  if (seen.way === 'protect') {
    if (isOut(held.member)) return [];
    const steps = [suspend(held), held.member.protected ? null : protect(held)];
    return steps.filter((step) => step !== null);
  }
  if (seen.way === 'standby' && isOut(held.member)) return [];
  const guard = endangered(held) ? suspend(held) : null;
  const wait = held.member.lifecycle.startsWith('Pending') ? waitForService(held) : null;
  const out = seen.way === 'standby' ? standby(held) : detach(held);
  return [...(guard ? [guard] : []), ...(wait ? [wait] : []), { ...out, ...(guard ? { after: [guard.id] } : {}), ...(wait ? { needs: [wait.id] } : {}) }];
}
