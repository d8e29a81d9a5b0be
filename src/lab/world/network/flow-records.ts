import { createHash } from 'node:crypto';
import type { Account, World } from '../../contract.ts';
import type { FlowLog } from '../../services/ec2/network-rows.ts';
import type { Interface } from '../../services/ec2/rows.ts';
import { worldNow } from '../state.ts';
import type { Flow } from './flow.ts';
import { type Scene, sceneOf } from './scene.ts';

/** One line of a VPC flow log. Times are epoch milliseconds. */
export interface FlowRecord {
  /** @example 'eni-0123...-all' */
  stream: string;
  timestamp: number;
  ingested: number;
  message: string;
}
/** From the end of its window until CloudWatch Logs has a record, seconds (Amazon VPC User Guide, "Flow logs basics": about five minutes). */
const DELIVERY = 300;
/** So long whoever was cut off goes on sending, seconds. */
const RETRIES = 600;
const NUMBERS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 } as const;

const covers = (log: FlowLog, item: Interface): boolean => [item.id, item.subnetId, item.vpcId].includes(log.resourceId);
/** Packets of a window and way: the same each time it is read. */
const packets = (flow: Flow, start: number, way: string): number => 4 + (createHash('sha256').update(`${flow.id} ${start} ${way}`).digest()[0]! >> 2);

/** The windows of a flow log that lie in a span of time: aligned, as long as the log's interval at its speed. */
function* windows(log: FlowLog, speed: number, from: number, to: number): Generator<{ start: number; end: number }> {
  const natural = log.interval * 1000;
  const hurried = Math.max(1000, Math.round(natural / speed));
  const border = log.hurriedFrom ?? Number.POSITIVE_INFINITY;
  let at = from;
  while (at < to) {
    const length = at >= border ? hurried : natural;
    const next = Math.min((Math.floor(at / length) + 1) * length, at < border ? border : Number.POSITIVE_INFINITY);
    yield { start: at, end: Math.min(next, to) };
    at = next;
  }
}

/**
 * What a flow log that delivers to CloudWatch Logs has delivered until `now`: default format, version 2 (Amazon VPC User Guide,
 * "Flow log records"). It tells of the world's connections and of those that are refused after they were cut.
 */
export function flowRecords(world: World, account: Account, region: string, log: FlowLog, now = worldNow(world)): FlowRecord[] {
  const scene = sceneOf(world, account, region, now);
  const flows = Object.values(account.regions[region]?.tables.flows ?? {}) as Flow[];
  const records = flows.flatMap((flow) => {
    const item = account.regions[region]!.tables.interfaces?.[flow.interfaceId] as Interface | undefined;
    return item && covers(log, item) ? recordsOf(scene, account.id, log, flow) : [];
  });
  return records.filter((record) => record.ingested <= now).sort((a, b) => a.timestamp - b.timestamp);
}
function recordsOf(scene: Scene, account: string, log: FlowLog, flow: Flow): FlowRecord[] {
  const until = flow.endedAt ?? scene.now;
  const refused = flow.why === 'security-group' || flow.why === 'network-acl';
  const spans = [
    { from: flow.opened, to: until, action: 'ACCEPT', ways: ['in', 'out'] as const },
    ...(refused ? [{ from: until, to: Math.min(scene.now, until + RETRIES * 1000), action: 'REJECT', ways: [flow.direction] as const }] : []),
  ];
  const delivery = (at: number): number => at + Math.round((DELIVERY * 1000) / (at >= (log.hurriedFrom ?? 0) ? scene.speed : 1));
  return spans
    .filter(({ action }) => log.trafficType === 'ALL' || log.trafficType === action)
    .flatMap(({ from, to, action, ways }) =>
      [...windows(log, scene.speed, Math.max(from, log.created), to)].flatMap(({ start, end }) =>
        ways.map((way): FlowRecord => {
          const count = action === 'ACCEPT' ? packets(flow, start, way) : 1 + (packets(flow, start, way) >> 4);
          const [from_, to_] = [
            [flow.local, flow.localPort],
            [flow.remote, flow.remotePort],
          ] as const;
          const [source, target] = way === 'out' ? [from_, to_] : [to_, from_];
          const seconds = (time: number): number => Math.floor(time / 1000);
          const fields = [source[0], target[0], source[1], target[1], NUMBERS[flow.protocol], count, count * (action === 'ACCEPT' ? 412 : 60)];
          return {
            stream: `${flow.interfaceId}-${log.trafficType.toLowerCase()}`,
            timestamp: seconds(start) * 1000,
            ingested: delivery(end),
            message: ['2', account, flow.interfaceId, ...fields, seconds(start), seconds(end), action, 'OK'].join(' '),
          };
        }),
      ),
    );
}
