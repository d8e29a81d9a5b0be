import { isIP } from 'node:net';
import { AplombError, EXIT, type JsonObject, utc } from '../kernel/index.ts';

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

/** What a person has in hand when the alarm comes, recognised by its form. @throws AplombError UnknownAlarm (exit 2) */
export function alarmFrom(given: string): JsonObject {
  const value = given.trim();
  if (/^A[KS]IA[A-Z2-7]{16}$/.test(value)) return { accessKeyId: value };
  if (/^i-[0-9a-f]{8,17}$/.test(value)) return { instanceId: value };
  if (isIP(value)) return { address: value };
  const instance = /^arn:aws[a-z-]*:ec2:([a-z0-9-]+):(\d{12}):instance\/(i-[0-9a-f]{8,17})$/.exec(value);
  if (instance) return { instanceId: instance[3]!, region: instance[1]! };
  const user = /^arn:aws[a-z-]*:iam::\d{12}:user\/(?:[^/]+\/)*([A-Za-z0-9_+=,.@-]+)$/.exec(value);
  if (user) return { userName: user[1]! };
  throw new AplombError('UnknownAlarm', 'this alarm is not recognised', {
    exit: EXIT.usage,
    fix: 'Give an access key id (AKIA...), an instance id (i-...), an IP address, or the ARN of an instance or a user.',
  });
}
