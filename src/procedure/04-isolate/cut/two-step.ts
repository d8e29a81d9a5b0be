import { type Change, type Json, type Pause, type Read, type Step, text, type Value } from '../../../kernel/index.ts';
import { ec2, filter, tagText } from '../../shared/ec2.ts';
import type { Cutting } from './observation.ts';

type Interface = Cutting['interfaces'][number];
type Group = Cutting['openGroups'][number];

/**
 * How long an interface stands open. EC2 says neither how soon a change of groups is in force nor how a tracked flow is let go; published runbooks
 * wait not at all or a moment. Ten seconds are many times what a change takes to show, and let connections in use send a packet.
 */
export const OPEN_SECONDS = 10;
/** Name of the open group: unique in its VPC, told from the isolation group by its end. */
export const openName = (caseId: string, instanceId: string): string => `ir-${caseId.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 190)}-${instanceId}-open`;

/**
 * Every interface into a group that lets everything pass, a pause, back into the closed group: under the open group a flow needs no
 * tracking, and once it is not tracked it ends with the rule. Only what is in a closed group of the case is opened.
 * @param cover steps that must have succeeded before anything is opened (denials in ACLs)
 */
export function twoSteps(seen: Cutting, cover: readonly string[]): Step[] {
  return seen.openGroups.flatMap((group) => {
    const mine = seen.interfaces.filter((one) => one.vpcId === group.vpcId && one.closed.length > 0);
    const left = mine.filter((one) => one.open);
    const todo = mine.filter((one) => !one.open && !one.cut && !one.stranger);
    // An opening that was broken off is closed first; whether it has cut anything is judged afterwards.
    if (left.length > 0 || (group.groupId !== null && todo.length === 0))
      return [...left.map((one) => close(seen.region, one, group.groupId!, null)), remove(seen, group, group.groupId!, left)];
    if (todo.length === 0) return [];
    const id: Value = group.groupId ?? { $ref: `open-group.${group.vpcId}#GroupId`, like: todo[0]!.closed[0]! };
    const made = [...(group.groupId === null ? [create(seen, group)] : []), ...openRules(seen.region, group, id)];
    const prepared = [...made, wide(seen.region, group, id, made)];
    const held = `hold.${group.vpcId}`;
    return [
      ...prepared,
      ...todo.map((one) => open(seen, one, id, [...prepared.map((step) => step.id), ...cover])),
      hold(
        held,
        todo.map((one) => `open.${one.id}`),
      ),
      ...todo.flatMap((one) => [opened(seen.region, one.id, id, one.closed, [`open.${one.id}`, held]), close(seen.region, one, id, held)]),
      remove(seen, group, id, todo),
    ];
  });
}

function create(seen: Cutting, group: Group): Change {
  return {
    id: `open-group.${group.vpcId}`,
    why: text('A group that lets everything pass, for a few seconds', 'Un grupo que deja pasar todo, durante unos segundos'),
    call: ec2(seen.region, 'CreateSecurityGroup', {
      GroupName: group.name,
      Description: `Incident response: open for seconds to cut connections of ${seen.instanceId}`,
      VpcId: group.vpcId,
      TagSpecifications: [
        {
          ResourceType: 'security-group',
          Tags: [
            { Key: 'ir:case', Value: tagText(seen.caseId) },
            { Key: 'ir:change', Value: { $token: true } },
          ],
        },
      ],
    }),
    repeat: 'safe',
    already: ['InvalidGroup.Duplicate'],
    probe: {
      call: ec2(seen.region, 'DescribeSecurityGroups', { Filters: [filter('group-name', group.name), filter('vpc-id', group.vpcId)] }),
      done: [{ path: "SecurityGroups[0].Tags[?Key=='ir:change'].Value | [0]", is: { $token: true } }],
      ready: [{ path: 'length(SecurityGroups)', is: 0 }],
      output: 'SecurityGroups[0].{GroupId: GroupId}',
    },
    undo: {
      calls: [ec2(seen.region, 'DeleteSecurityGroup', { GroupId: { $ref: `open-group.${group.vpcId}#GroupId` } })],
      already: ['InvalidGroup.NotFound'],
      lag: ['DependencyViolation'],
    },
    danger: [],
  };
}

/** A new group lets everything out already, IPv6 only where the VPC has it: each rule by itself, so that one that is there stops no other. */
const openRules = (region: string, group: Group, id: Value): Change[] =>
  [false, true].flatMap((egress) =>
    ([4, 6] as const).map((family): Change => {
      const cidr = family === 4 ? '0.0.0.0/0' : '::/0';
      const range: Json = family === 4 ? { IpRanges: [{ CidrIp: cidr }] } : { Ipv6Ranges: [{ CidrIpv6: cidr }] };
      return {
        id: `open-${egress ? 'out' : 'in'}${family}.${group.vpcId}`,
        why: egress
          ? text(`Everything may go out, IPv${family}`, `Puede salir todo, IPv${family}`)
          : text(`Everything may come in, IPv${family}`, `Puede entrar todo, IPv${family}`),
        call: ec2(region, egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress', {
          GroupId: id,
          IpPermissions: [{ IpProtocol: '-1', ...range }],
        }),
        repeat: 'safe',
        already: ['InvalidPermission.Duplicate'],
        lag: ['InvalidGroup.NotFound'],
        probe: {
          call: ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', id)] }),
          pick: {
            from: 'SecurityGroupRules',
            where: [
              { path: 'IsEgress', is: egress },
              { path: 'IpProtocol', is: '-1' },
              { path: family === 4 ? 'CidrIpv4' : 'CidrIpv6', is: cidr },
            ],
          },
          done: [{ path: 'length(@)', is: 1 }],
          ready: [{ path: 'length(@)', is: 0 }],
        },
        undo: group.groupId === null ? { with: `open-group.${group.vpcId}` } : { never: text('the group goes as a whole', 'el grupo se retira entero') },
        danger: [],
      };
    }),
  );

/** A group that is not open to everything, both ways and for both families, unties nothing: seen before anybody is put into it. */
const wide = (region: string, group: Group, id: Value, made: readonly Step[]): Read => ({
  id: `open-wide.${group.vpcId}`,
  why: text('Is the group open to everything?', '¿Está el grupo abierto a todo?'),
  needs: made.map((step) => step.id),
  read: ec2(region, 'DescribeSecurityGroups', { GroupIds: [id] }),
  until: (['IpPermissions', 'IpPermissionsEgress'] as const).flatMap((way) => [
    { path: `SecurityGroups[0].${way}[?IpProtocol=='-1'].IpRanges[].CidrIp`, is: ['0.0.0.0/0'] },
    { path: `SecurityGroups[0].${way}[?IpProtocol=='-1'].Ipv6Ranges[].CidrIpv6`, is: ['::/0'] },
  ]),
  lag: ['InvalidGroup.NotFound'],
  every: 1,
  limit: 60,
});

const GROUPS = 'NetworkInterfaces[0].Groups[].GroupId';
const groupsOf = (region: string, eni: string) => ec2(region, 'DescribeNetworkInterfaces', { NetworkInterfaceIds: [eni] });
const intoGroups = (region: string, eni: string, groups: Value[]) =>
  ec2(region, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: eni, Groups: groups });

function open(seen: Cutting, one: Interface, id: Value, needs: readonly string[]): Change {
  const reach = one.publicAddresses.length > 0 ? one.publicAddresses.join(', ') : null;
  return {
    id: `open.${one.id}`,
    why: text(`Interface ${one.id}: into the open group`, `Interfaz ${one.id}: al grupo abierto`),
    needs,
    call: intoGroups(seen.region, one.id, [id]),
    repeat: 'safe',
    probe: { call: groupsOf(seen.region, one.id), done: [{ path: GROUPS, is: [id] }], ready: [{ path: GROUPS, is: [...one.closed] }] },
    undo: {
      calls: [intoGroups(seen.region, one.id, [...one.closed])],
      // Closed again, or given back to the groups it had before the case: either way it does not stand open.
      done: [{ path: GROUPS, in: [[...one.closed], ...(one.formerly.length > 0 ? [[...one.formerly]] : [])] }],
    },
    danger: [
      reach === null
        ? text(
            `For about ${OPEN_SECONDS} seconds everybody who has a way to ${one.id} can use it, in the VPC and beyond${one.hasIpv6 ? ', by IPv6 from the internet where a route leads there' : ''}.`,
            `Durante unos ${OPEN_SECONDS} segundos quien tenga un camino a ${one.id} puede usarlo, en la VPC y fuera${one.hasIpv6 ? ', por IPv6 desde Internet donde haya ruta' : ''}.`,
          )
        : text(
            `For about ${OPEN_SECONDS} seconds ${one.id} stands open to the whole internet at ${reach}: take public addresses away first, or deny by ACL.`,
            `Durante unos ${OPEN_SECONDS} segundos ${one.id} queda abierta a todo Internet en ${reach}: quite antes las direcciones públicas, o deniegue por ACL.`,
          ),
    ],
  };
}

export const hold = (id: string, after: readonly string[]): Pause => ({
  id,
  why: text(
    `Open for ${OPEN_SECONDS} seconds, so that no connection is tracked any more`,
    `Abierto ${OPEN_SECONDS} segundos, para que ninguna conexión siga registrada`,
  ),
  after,
  pause: OPEN_SECONDS,
});

/** Seen open with our own eyes: a call that was answered and did nothing has cut nothing. */
export const opened = (region: string, eni: string, id: Value, closed: readonly Value[], after: readonly string[]): Read => ({
  id: `opened.${eni}`,
  why: text(`Was ${eni} really open?`, `¿Estuvo ${eni} realmente abierta?`),
  after,
  read: groupsOf(region, eni),
  until: [{ path: GROUPS, is: [id] }],
  fail: [{ path: GROUPS, is: [...closed] }],
  every: 1,
  limit: 5,
});

/** Back out of the open group `id`. It runs however the opening ended. */
export const closeAgain = (region: string, eni: string, id: Value, closed: readonly Value[], order: Pick<Change, 'needs' | 'after'>): Change => ({
  id: `close.${eni}`,
  why: text(`Interface ${eni}: back into the isolation group`, `Interfaz ${eni}: de vuelta al grupo de aislamiento`),
  ...order,
  call: intoGroups(region, eni, [...closed]),
  repeat: 'safe',
  probe: { call: groupsOf(region, eni), done: [{ path: GROUPS, is: [...closed] }], ready: [{ path: GROUPS, is: [id] }] },
  undo: { never: text('it is isolated again, as before', 'vuelve a estar aislada, como antes') },
  danger: [],
});
const close = (region: string, one: Interface, id: Value, held: string | null): Change => ({
  ...closeAgain(region, one.id, id, one.closed, held === null ? {} : { after: [`open.${one.id}`, held, `opened.${one.id}`] }),
  ...(held === null ? {} : { undo: { with: `open.${one.id}` } }),
});

/** Every VPC has its default group: that it alone is left shows that ours is gone. */
function remove(seen: Cutting, group: Group, id: Value, members: readonly Interface[]): Change {
  return {
    id: `remove-open-group.${group.vpcId}`,
    why: text('The open group goes: nobody shall be put into it', 'El grupo abierto se borra: que nadie acabe en él'),
    needs: members.map((one) => `close.${one.id}`),
    call: ec2(seen.region, 'DeleteSecurityGroup', { GroupId: id }),
    repeat: 'safe',
    already: ['InvalidGroup.NotFound'],
    lag: ['DependencyViolation'],
    probe: {
      call: ec2(seen.region, 'DescribeSecurityGroups', { Filters: [filter('group-name', group.name, 'default'), filter('vpc-id', group.vpcId)] }),
      done: [{ path: 'SecurityGroups[].GroupName', is: ['default'] }],
      ready: [{ path: 'SecurityGroups[].GroupName', is: ['default', group.name] }],
    },
    undo: group.groupId === null ? { with: `open-group.${group.vpcId}` } : { never: text('it was the case’s own', 'era del propio caso') },
    danger: [],
  };
}
