import type { Caller, World } from '../../contract.ts';
import type { Instance, Snapshot, Volume } from '../../services/ec2/rows.ts';
import { gone, phase } from '../../services/ec2/tables.ts';
import { authorize, iamTables, worldNow } from '../../world/index.ts';
import { type Connections, connectionsOf } from '../../world/network/index.ts';
import { openCredentials } from '../contained.ts';
import type { Briefing, Containment, NetworkTruth, Truth } from '../scenario.ts';

/**
 * The lab's own truth: is he still connected, could he connect again, do the role's stolen credentials work, who else was
 * cut off, and what is gone that would have told of him. None of it is read from what a tool says.
 */
export function verdict(world: World): Containment {
  const truth = world.truth as Truth;
  const [entered] = truth.instances;
  if (!truth.network || !entered) throw new Error('this world was not told by the scenario web-shell');
  const seen = connectionsOf(world);
  const credentials = openCredentials(world);
  const open = stillOpen(seen, truth.network, entered.id);
  return {
    key: credentials.length === 0,
    instances: { [entered.id]: open.length === 0 },
    reasons: [...credentials, ...open],
    hurt: [...hurt(world, seen, truth, entered), ...unserved(world, truth, entered)],
    lost: lost(world, truth.network, entered),
  };
}
/** One line for each of his connections that lives, and for each way in or out that is open to him or to anybody. */
function stillOpen(seen: Connections, network: NetworkTruth, instanceId: string): string[] {
  const alive = seen.connections.filter((one) => network.connections.includes(one.id) && one.endedAt === undefined);
  const possible = seen.instances.find((one) => one.instanceId === instanceId)?.possible ?? [];
  const ways = possible.filter(
    ({ who, remote }) => who === 'attacker' || (who === 'anybody' && !possible.some((other) => other.who === 'attacker' && other.remote === remote)),
  );
  return [
    ...alive.map(
      (one) =>
        `${one.remote} is still connected to ${instanceId}: ${one.label}, ${one.protocol} ${one.remotePort}, ${one.via}, ${one.tracked ? 'tracked' : 'untracked'}`,
    ),
    ...ways.map(
      (one) =>
        `${one.direction === 'in' ? `${one.remote} could connect to` : `${one.remote} could be reached from`} ${instanceId}: ${one.interfaceId}, ${one.protocol} ${one.port}, ${one.via}`,
    ),
  ];
}
/** Innocent connections that ended during the response for any reason but silence. */
function hurt(world: World, seen: Connections, truth: Truth, entered: Truth['instances'][number]): string[] {
  const alarm = Date.parse((world.briefing as Briefing).alarm.received);
  return seen.connections
    .filter((one) => one.who !== 'attacker' && !truth.network!.interfaces.includes(one.interfaceId))
    .filter((one) => one.account === entered.account && one.endedAt !== undefined && one.endedAt >= alarm && one.why !== 'idle')
    .map((one) => `${one.instanceId ?? one.interfaceId} lost ${one.label} (${one.remote}): ${one.why}`);
}
/** Neighbours that the role no longer serves: not even with credentials that their metadata gives them now. */
function unserved(world: World, truth: Truth, entered: Truth['instances'][number]): string[] {
  const account = world.accounts[entered.account]!;
  const { roles, instanceProfiles } = iamTables(account);
  const { instances } = account.regions[entered.region]!.tables as { instances: Record<string, Instance> };
  const now = worldNow(world);
  return truth.network!.neighbours.flatMap((id) => {
    const profile = Object.values(instanceProfiles).find(({ arn }) => arn === instances[id]?.profile?.arn);
    const role = roles[profile?.roles[0] ?? ''];
    const arn = `arn:aws:sts::${account.id}:assumed-role/${role?.name}/${id}`;
    const caller: Caller = {
      account: account.id,
      type: 'AssumedRole',
      arn,
      userId: `${role?.id}:${id}`,
      roleName: role?.name ?? '',
      accessKeyId: '',
      issuedAt: now,
    };
    const works = role && authorize(world, caller, { action: 's3:GetObject', resources: ['*'], now }).allowed;
    return works ? [] : [`${id} can no longer work with its role`];
  });
}
function lost(world: World, network: NetworkTruth, entered: Truth['instances'][number]): string[] {
  const now = worldNow(world);
  const tables = world.accounts[entered.account]!.regions[entered.region]!.tables as {
    instances: Record<string, Instance>;
    volumes: Record<string, Volume>;
    snapshots?: Record<string, Snapshot>;
    flowLogs?: Record<string, unknown>;
  };
  const kept = (id: string): boolean => {
    const volume = tables.volumes[id];
    const copies = Object.values(tables.snapshots ?? {}).filter((one) => one.volumeId === id && !gone(one, now) && phase(one.timeline, now) !== 'error');
    return (volume !== undefined && !gone(volume, now)) || copies.length > 0;
  };
  const instance = tables.instances[entered.id];
  const state = instance && !gone(instance, now) ? phase(instance.timeline, now) : 'terminated';
  return [
    ...Object.entries(network.volumes).flatMap(([device, id]) => (kept(id) ? [] : [`volume ${id} (${device}) is gone, and no snapshot of it is left`])),
    ...(network.instanceStore && /^(stopped|terminated|shutting-down)$/.test(state) ? [`the instance store of ${entered.id} was erased: it is ${state}`] : []),
    ...(/^(terminated|shutting-down)$/.test(state) ? [`instance ${entered.id} is ${state}`] : []),
    ...(tables.flowLogs?.[network.flowLog] ? [] : [`the flow log ${network.flowLog} was deleted`]),
  ];
}
