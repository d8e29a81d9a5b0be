import type { Json, JsonObject } from '../kernel/index.ts';
import { parseNumbers } from './exact.ts';

/**
 * One CloudTrail record, parsed. Members as CloudTrail writes them; none is certain to be there. Numbers that a JavaScript number
 * cannot hold digit for digit are strings (see `readRecord`).
 * Source: CloudTrail record contents, AWS CloudTrail User Guide.
 */
export type TrailRecord = { readonly [member: string]: Json | undefined };

/** A record and where it stands. */
export interface TrailEvent {
  /** Number of the event in its store: `source * 2^26 + record`. */
  readonly n: number;
  readonly record: TrailRecord;
}
/** Records of one file are counted with so many bits of `n`. */
export const RECORD_BITS = 26;
export const numberOf = (source: number, record: number): number => source * 2 ** RECORD_BITS + record;
export const placeOf = (n: number): { readonly source: number; readonly record: number } => ({
  source: Math.floor(n / 2 ** RECORD_BITS),
  record: n % 2 ** RECORD_BITS,
});

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lies at a dotted path, through objects only. A member whose own name holds dots is found too. */
export function at(record: TrailRecord | Json | undefined, path: string): Json | undefined {
  let value: unknown = record;
  let rest = path;
  for (;;) {
    if (!isObject(value)) return undefined;
    if (Object.hasOwn(value, rest)) return value[rest];
    const dot = rest.indexOf('.');
    if (dot < 0) return undefined;
    value = Object.hasOwn(value, rest.slice(0, dot)) ? value[rest.slice(0, dot)] : undefined;
    rest = rest.slice(dot + 1);
  }
}
/** Text at a dotted path; numbers and booleans as text; undefined for what is absent, null, an object or a list. */
export function text(record: TrailRecord | Json | undefined, path: string): string | undefined {
  const value = at(record, path);
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** `iam:CreateUser`: the service's endpoint prefix and the API without the date that older services append. */
export function apiOf(record: TrailRecord): string {
  const source = (text(record, 'eventSource') ?? '').replace(/\.amazonaws\.com(\.cn)?$/, '');
  return `${source}:${(text(record, 'eventName') ?? '').replace(/(?<=[a-z])20\d{6}(v\d+)?$/, '')}`;
}

/** How a call ended. `dry-run` would have been allowed; `failed` was allowed but did not work. */
export type Outcome = 'done' | 'denied' | 'dry-run' | 'failed';
const DENIED =
  /AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthFailure|Forbidden|^AuthorizationError|InvalidClientTokenId|ExplicitDeny/i;
export function outcomeOf(record: TrailRecord): Outcome {
  if (text(record, 'eventName') === 'ConsoleLogin' && at(record, 'responseElements.ConsoleLogin') === 'Failure') return 'denied';
  const code = text(record, 'errorCode');
  if (code === undefined || code === '') return text(record, 'errorMessage') === 'Failed authentication' ? 'denied' : 'done';
  if (/DryRunOperation/.test(code)) return 'dry-run';
  return DENIED.test(code) ? 'denied' : 'failed';
}

/**
 * Who acted, the same name for every session: the ARN of the role behind a session, of the user, of the account's root; for what AWS's services
 * do on their own, their host name. Never a session's name, which is new every time.
 */
export function principalOf(record: TrailRecord): string {
  const issuer = text(record, 'userIdentity.sessionContext.sessionIssuer.arn');
  if (issuer) return issuer;
  const type = text(record, 'userIdentity.type');
  const arn = text(record, 'userIdentity.arn');
  if (type === 'AssumedRole' && arn) return arn.replace(/^arn:([^:]*):sts::(\d*):assumed-role\/(.+)\/[^/]*$/, 'arn:$1:iam::$2:role/$3');
  if (arn) return arn;
  return (
    text(record, 'userIdentity.invokedBy') ??
    text(record, 'userIdentity.principalId') ??
    text(record, 'userIdentity.userName') ??
    text(record, 'userIdentity.accountId') ??
    type ??
    'unknown'
  );
}

/** The access key id the call was signed with, or undefined (console sign-in, services). */
export const keyOf = (record: TrailRecord): string | undefined => text(record, 'userIdentity.accessKeyId') || undefined;

/** The access key id that the call gave out (STS and CreateAccessKey), or undefined. */
export const issuedKeyOf = (record: TrailRecord): string | undefined =>
  text(record, 'responseElements.credentials.accessKeyId') ?? text(record, 'responseElements.accessKey.accessKeyId');

/** AWS's own services act under a host name where others have an address. */
export const isService = (record: TrailRecord): boolean =>
  text(record, 'userIdentity.type') === 'AWSService' || /\.amazonaws\.com(\.cn)?$|^AWS Internal$/.test(text(record, 'sourceIPAddress') ?? '');

/** UTC milliseconds of `eventTime`, or NaN. */
export const timeOf = (record: TrailRecord): number => Date.parse(text(record, 'eventTime') ?? '');

/**
 * Parses a record of the store without passing its text through JavaScript numbers: integers beyond 2^53, fractions, NaN and Infinity become strings of the very
 * text.
 * @throws SyntaxError
 */
export function readRecord(raw: string): TrailRecord {
  const value = parseNumbers(raw);
  if (!isObject(value)) throw new SyntaxError('not a JSON object');
  return value;
}
