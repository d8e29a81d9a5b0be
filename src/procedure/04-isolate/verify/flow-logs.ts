import { type ActionContext, type Check, type Reading, text } from '../../../kernel/index.ts';
import { check } from '../../shared/checks.ts';
import { ec2, failureCode } from '../../shared/ec2.ts';
import { oneLine } from '../../shared/names.ts';
import type { Admitted } from '../network/expected.ts';
import { common, rangeOf } from '../network/space.ts';
import type { NetworkState } from '../network/state.ts';

/** Traffic with one peer that was let through after the instance was cut off: its records together, the newest start. */
export interface Accepted {
  readonly interface: string;
  readonly peer: string;
  readonly direction: 'in' | 'out';
  readonly protocol: number;
  readonly port: number;
  readonly bytes: number;
  readonly start: string;
}
export interface FlowLogs {
  /** CloudWatch log groups that were searched. */
  readonly searched: readonly string[];
  /** Destinations that are not CloudWatch Logs: ARNs. */
  readonly elsewhere: readonly string[];
  readonly unread: readonly string[];
  readonly records: number;
  /** Start of the newest record, UTC. */
  readonly newest: string | null;
  readonly accepted: readonly Accepted[];
}
/** Fields of the default format (VPC user guide, flow log records). */
const DEFAULT = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(' ');
const MANY = 20;
/** Seconds a change of groups or ACLs may take to be in force. */
const MARGIN = 5;

interface Row {
  readonly ResourceId?: string;
  readonly LogDestinationType?: string;
  readonly LogGroupName?: string;
  readonly LogDestination?: string;
  readonly LogFormat?: string;
}
/** A line of a flow log by its fields, or null when it is not one. @param format as DescribeFlowLogs gives it */
export function recordOf(format: string | undefined, line: string): Record<string, string> | null {
  const fields = format ? [...format.matchAll(/\$\{([a-z0-9-]+)\}/g)].map((match) => match[1]!) : DEFAULT;
  const values = line.trim().split(/\s+/);
  return fields.length > 0 && fields.length === values.length ? Object.fromEntries(fields.map((field, index) => [field, values[index]!])) : null;
}

/** The flow logs of a Region, or why they could not be listed. */
export interface Listed {
  readonly rows: readonly Row[];
  readonly unread: readonly string[];
  readonly evidence: readonly string[];
}
/** Every flow log of the Region: few, and read while the network still is, whose ids would narrow them down. */
export async function listFlowLogs(ctx: ActionContext, region: string): Promise<Listed> {
  const answer = await refusable('DescribeFlowLogs', () => ctx.readAll<{ FlowLogs?: Row[] }>(ec2(region, 'DescribeFlowLogs', {})));
  return { rows: answer.output?.FlowLogs ?? [], unread: answer.unread, evidence: answer.evidence };
}
/** A reading, or why AWS would not give it. */
async function refusable<T>(
  what: string,
  take: () => Promise<Reading<T>>,
): Promise<{ output: T | null; unread: readonly string[]; evidence: readonly string[] }> {
  try {
    return { ...(await take()), unread: [] };
  } catch (error) {
    const code = failureCode(error);
    if (code === undefined) throw error;
    return { output: null, unread: [`${what} (${oneLine(code, 60)})`], evidence: [] };
  }
}

/**
 * What flow logs of the interfaces, subnets and VPCs say since a moment. They arrive minutes late: an empty answer proves nothing yet.
 * @param since ISO 8601; when the last change of the isolation was made
 */
export async function readFlowLogs(
  ctx: ActionContext,
  listed: Listed,
  state: NetworkState,
  allowed: readonly Admitted[],
  since: string,
): Promise<{ flowLogs: FlowLogs; evidence: readonly string[] }> {
  const places = new Set(state.interfaces.flatMap((one) => [one.id, one.subnetId, one.vpcId]));
  const rows = listed.rows.filter((row) => places.has(row.ResourceId ?? ''));
  const groups = [...new Map(rows.flatMap((row) => (row.LogGroupName && row.LogDestinationType !== 's3' ? [[row.LogGroupName, row] as const] : []))).values()];
  const from = Date.parse(since) + MARGIN * 1000;
  const found = await Promise.all(
    groups.flatMap((row) =>
      state.interfaces.map(async (one) => {
        const { output, ...answer } = await refusable(oneLine(row.LogGroupName, 120), () =>
          ctx.readAll<{ events?: { message?: string }[] }>({
            service: 'cloudwatch-logs',
            operation: 'FilterLogEvents',
            region: state.region,
            input: { logGroupName: row.LogGroupName!, logStreamNamePrefix: one.id, startTime: from },
          }),
        );
        const records = (output?.events ?? []).flatMap((event): Record<string, string>[] => [recordOf(row.LogFormat, event.message ?? '') ?? []].flat());
        return { ...answer, records };
      }),
    ),
  );
  const records = found.flatMap((one) => one.records).filter((record) => Number(record.start) * 1000 >= from);
  const starts = records.map((record) => Number(record.start)).filter(Number.isSafeInteger);
  return {
    flowLogs: {
      searched: groups.map((row) => oneLine(row.LogGroupName, 200)),
      elsewhere: [...new Set(rows.flatMap((row) => (row.LogGroupName && row.LogDestinationType !== 's3' ? [] : oneLine(row.LogDestination, 200))))],
      unread: [...new Set([listed, ...found].flatMap((one) => one.unread))].sort(),
      records: records.length,
      newest: starts.length > 0 ? new Date(starts.reduce((a, b) => Math.max(a, b)) * 1000).toISOString() : null,
      accepted: strangers(records, state, allowed),
    },
    evidence: [listed, ...found].flatMap((one) => one.evidence),
  };
}

function strangers(records: readonly Record<string, string>[], state: NetworkState, allowed: readonly Admitted[]): Accepted[] {
  const own = new Map(state.interfaces.flatMap((one) => one.addresses.map((address) => [address, one.id] as const)));
  const welcome = allowed.flatMap((one) => rangeOf(one.cidr) ?? []);
  const all = records.flatMap((record): Accepted[] => {
    const { srcaddr = '', dstaddr = '', action } = record;
    const direction = own.has(dstaddr) ? 'in' : 'out';
    const peer = direction === 'in' ? srcaddr : dstaddr;
    const range = rangeOf(peer);
    if (action !== 'ACCEPT' || !range || (!own.has(srcaddr) && !own.has(dstaddr)) || welcome.some((one) => common(one, range))) return [];
    const number = (field: string): number => (Number.isSafeInteger(Number(record[field])) ? Number(record[field]) : 0);
    return [
      {
        interface: own.get(direction === 'in' ? dstaddr : srcaddr)!,
        peer,
        direction,
        protocol: number('protocol'),
        port: number('dstport'),
        bytes: number('bytes'),
        start: new Date(number('start') * 1000).toISOString(),
      },
    ];
  });
  const together = new Map<string, Accepted>();
  for (const one of all) {
    const key = [one.interface, one.direction, one.peer, one.protocol].join('|');
    const before = together.get(key);
    together.set(key, before ? { ...(before.start > one.start ? before : one), bytes: before.bytes + one.bytes } : one);
  }
  return [...together.values()].sort((a, b) => (a.start < b.start ? 1 : a.start > b.start ? -1 : 0)).slice(0, MANY);
}

/** Late by their nature, so that nothing seen is said and not held against the verdict. */
export function flowLogsCheck(seen: FlowLogs, evidence: readonly string[]): Check {
  const say = (verdict: Check['verdict'], en: string, es: string): Check => check('flow-logs', verdict, text(en, es), evidence);
  if (seen.accepted.length > 0) {
    const list = (last: string): string =>
      seen.accepted
        .map((one) => `${one.interface} ${one.direction} ${one.peer} protocol ${one.protocol} port ${one.port}, ${one.bytes} bytes, ${last} ${one.start}`)
        .join('; ');
    return say(
      'fails',
      `Traffic was let through after it was cut off: ${list('last at')}.`,
      `Pasó tráfico después de aislarla: ${list('por última vez a las')}.`,
    );
  }
  if (seen.unread.length > 0)
    return say('unknown', `Flow logs could not be read: ${seen.unread.join(', ')}.`, `No se pudieron leer los registros de flujo: ${seen.unread.join(', ')}.`);
  if (seen.searched.length === 0 && seen.elsewhere.length === 0)
    return say(
      'holds',
      'No flow log covers the instance: nobody can say afterwards whether packets still passed.',
      'Ningún registro de flujo cubre la instancia: nadie podrá decir después si aún pasaron paquetes.',
    );
  const other = seen.elsewhere.length > 0 ? seen.elsewhere.join(', ') : null;
  const enOther = other ? ` Look also in ${other}, which is not read here.` : '';
  const esOther = other ? ` Mire también en ${other}, que aquí no se lee.` : '';
  return seen.newest === null
    ? say(
        'holds',
        `No record since the isolation has arrived yet; they come minutes late: run this again in a quarter of an hour.${enOther}`,
        `Aún no ha llegado ningún registro posterior al aislamiento; llegan con minutos de retraso: repítalo en un cuarto de hora.${esOther}`,
      )
    : say(
        'holds',
        `${seen.records} records since the isolation, the newest from ${seen.newest}: none of a stranger was let through.${enOther}`,
        `${seen.records} registros desde el aislamiento, el último de ${seen.newest}: ninguno de un extraño pasó.${esOther}`,
      );
}
