import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Alarm, bareAlarm, readAlarm } from '../alarm/index.ts';
import { AplombError, EXIT, type JsonObject, utc } from '../kernel/index.ts';
import type { Io } from './io.ts';

/** A time given by a person; without a zone it is taken as UTC. @throws AplombError BadTime (exit 2) */
export function utcTime(given: string): string {
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(given) || /^\d{4}-\d\d-\d\d$/.test(given) ? given : `${given}Z`);
  if (Number.isNaN(time))
    throw new AplombError('BadTime', `"${given.slice(0, 60)}" is not a time`, {
      exit: EXIT.usage,
      fix: 'Write it like 2026-11-20T08:30:00Z; all times are UTC.',
    });
  return utc(time);
}

/** What a person has in hand when the alarm comes, and the bytes it stood in, if it was a file. */
export interface Given {
  readonly alarm: Alarm;
  /** The original, to be kept as evidence. */
  readonly original?: { readonly bytes: Uint8Array; readonly name: string };
}

/** An id, address or ARN; a file; or `-` for what is pasted or piped in. @throws AplombError UnknownAlarm, NoAlarmFile (exit 2) */
export async function alarmFrom(io: Pick<Io, 'cwd'>, given: string): Promise<Given> {
  const alone = bareAlarm(given);
  if (alone) return { alarm: alone };
  if (given === '-') {
    const bytes = await buffer(process.stdin);
    return { alarm: await readAlarm(bytes), original: { bytes, name: 'standard input' } };
  }
  const path = resolve(io.cwd, given);
  const file = await stat(path).catch(() => null);
  if (!file?.isFile())
    throw new AplombError('NoAlarmFile', `"${given.slice(0, 100)}" is no id, address or ARN that is known here, and there is no such file`, {
      exit: EXIT.usage,
      fix: 'Give an access key id (AKIA...), an instance id (i-...), an IP address, an ARN, or the path of a file with the finding, event or e-mail.',
    });
  const bytes = await readFile(path);
  return { alarm: await readAlarm(bytes), original: { bytes, name: given } };
}

/** The alarm as the ledger keeps it: what the response begins with, and beside it everything else that was named. */
export function alarmFacts(alarm: Alarm): JsonObject {
  const [accessKeyId, ...otherKeys] = alarm.accessKeyIds;
  const [instance, ...otherInstances] = alarm.instances;
  // An address finds the instance only where no instance is named.
  const address = instance ? undefined : alarm.addresses[0];
  const also = [...otherKeys, ...otherInstances.map((one) => one.id), ...alarm.addresses.filter((one) => one !== address)];
  const one: Record<string, string | null | undefined> = {
    accessKeyId,
    instanceId: instance?.id,
    region: instance?.region,
    address,
    userName: alarm.userNames[0],
    principal: alarm.principals[0],
    account: alarm.accounts[0],
    firstSeen: alarm.firstSeen,
    lastSeen: alarm.lastSeen,
  };
  return {
    source: alarm.source,
    ...Object.fromEntries(Object.entries(one).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    ...(also.length > 0 ? { also: also.slice(0, 100) } : {}),
    ...(alarm.remote.length > 0 ? { remote: alarm.remote.slice(0, 100) } : {}),
    ...(alarm.findings.length > 0 ? { findings: alarm.findings.slice(0, 100).map((finding) => ({ ...finding })) } : {}),
  };
}
