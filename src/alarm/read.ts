import { isIP } from 'node:net';
import { AplombError, EXIT } from '../kernel/index.ts';
import { type Alarm, type AlarmPart, type AlarmReader, alarmOf, namesSomething } from './alarm.ts';
import { lettersOf } from './letter.ts';
import { at, principal } from './pick.ts';
import { reader as guardduty } from './readers/guardduty.ts';
import { reader as health } from './readers/health.ts';
import { reader as ocsf } from './readers/ocsf.ts';
import { reader as securityHub } from './readers/security-hub.ts';
import { partsOfText } from './readers/text.ts';
import { reader as trustedAdvisor } from './readers/trusted-advisor.ts';

const READERS: readonly AlarmReader[] = [guardduty, securityHub, ocsf, trustedAdvisor, health];
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_DOCUMENTS = 10_000;
const FIX =
  'Give an access key id (AKIA... or ASIA...), an instance id (i-...), an IP address, an ARN, or a file with a GuardDuty or Security Hub finding, an AWS Health event or the text of the e-mail.';

/** What stands alone: an id, an address, an ARN. Null when it is none of them. */
export function bareAlarm(given: string): Alarm | null {
  const value = given.trim();
  const parts = ((): AlarmPart | null => {
    if (/^A[KS]IA[A-Z2-7]{16}$/.test(value)) return { accessKeyIds: [value] };
    if (/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) return { instances: [{ id: value }] };
    if (isIP(value)) return { addresses: [value] };
    const instance = /^arn:aws[a-z-]*:ec2:([a-z0-9-]+):(\d{12}):instance\/(i-[0-9a-f]{8,17})$/.exec(value);
    if (instance) return { instances: [{ id: instance[3]!, region: instance[1]! }], accounts: [instance[2]!], regions: [instance[1]!] };
    if (principal(value).length === 0) return null;
    const user = /:user\/(?:[^/]+\/)*([\w+=,.@-]+)$/.exec(value);
    return { principals: [value], accounts: [value.split(':')[4]!], ...(user ? { userNames: [user[1]!] } : {}) };
  })();
  return parts && alarmOf('bare', [parts]);
}

/**
 * An alarm file: a finding or event (one, a list, an EventBridge envelope, JSON lines), an e-mail or its text, or a bare id.
 * @throws AplombError UnknownAlarm, AlarmTooLarge (exit 2)
 */
export async function readAlarm(bytes: Uint8Array): Promise<Alarm> {
  if (bytes.length > MAX_BYTES)
    throw new AplombError('AlarmTooLarge', `the alarm file has ${bytes.length} bytes; more than ${MAX_BYTES} is no single alarm`, {
      exit: EXIT.usage,
      fix: 'Give the finding or event itself, not a whole export. CloudTrail logs are read by other commands.',
    });
  const text = decode(bytes);
  const documents = documentsOf(text);
  if (documents === null) {
    const alone = bareAlarm(text);
    if (alone) return alone;
    const told = alarmOf('e-mail', (await lettersOf(text)).map(partsOfText));
    if (namesSomething(told)) return told;
    throw new AplombError('UnknownAlarm', 'the alarm names no access key, user, role, instance or address of yours', { exit: EXIT.usage, fix: FIX });
  }
  const read = documents.flatMap((document) => {
    for (const reader of READERS) {
      const part = reader.read(document);
      if (part) return [{ source: reader.source, part }];
    }
    return [];
  });
  if (read.length === 0) throw new AplombError('UnknownAlarm', 'this JSON is no finding or event that is known here', { exit: EXIT.usage, fix: FIX });
  const alarm = alarmOf(
    read[0]!.source,
    read.map(({ part }) => part),
  );
  if (namesSomething(alarm)) return alarm;
  throw new AplombError(
    'UnknownAlarm',
    `the alarm (${alarm.findings
      .map((one) => one.type ?? '?')
      .join(', ')
      .slice(0, 200)}) names no access key, user, role or instance`,
    {
      exit: EXIT.usage,
      fix: `Open the case without it and name what you know. ${FIX}`,
    },
  );
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The JSON documents of a file, envelopes and lists opened; null when it is not JSON. @throws AplombError BrokenAlarm */
function documentsOf(text: string): unknown[] | null {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return null;
  let parsed: unknown[];
  try {
    parsed = [JSON.parse(trimmed)];
  } catch (error) {
    const lines = trimmed.split('\n').filter((line) => line.trim() !== '');
    try {
      parsed = lines.map((line) => JSON.parse(line));
    } catch {
      throw new AplombError('BrokenAlarm', `the alarm looks like JSON but is not whole: ${(error as Error).message.slice(0, 200)}`, {
        exit: EXIT.usage,
        fix: 'Save it again, whole; or give just the access key id or instance id that it names.',
      });
    }
  }
  return parsed.flatMap((each) => open(each)).slice(0, MAX_DOCUMENTS);
}
/** Lists, GetFindings and DescribeEventDetails answers, EventBridge and SNS envelopes, one inside the other. */
function open(document: unknown, depth = 0): unknown[] {
  if (depth > 6) return [];
  if (Array.isArray(document)) return document.slice(0, MAX_DOCUMENTS).flatMap((each) => open(each, depth + 1));
  for (const name of ['findings', 'successfulSet', 'Records']) {
    const inner = at(document, name);
    if (Array.isArray(inner)) return open(inner, depth + 1);
  }
  const detail = at(document, 'detail');
  if (typeof detail === 'object' && detail !== null && at(document, 'detail-type') !== undefined)
    return open(Array.isArray(at(detail, 'findings')) ? detail : { affectedAccount: at(document, 'account'), ...detail }, depth + 1);
  // SNS and SQS carry the event as a text.
  for (const name of ['Message', 'body']) {
    const inner = at(document, name) ?? at(document, 'Sns', name);
    if (typeof inner !== 'string' || !/^\s*[[{]/.test(inner)) continue;
    try {
      return open(JSON.parse(inner), depth + 1);
    } catch {
      // Not an envelope after all.
    }
  }
  return [document];
}
