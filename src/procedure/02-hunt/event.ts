import { isAccessKeyId } from '../shared/key.ts';
import { type Issued, issuedBy } from './issued.ts';

/** The little of a CloudTrail record that the hunt needs. Everything in it is hostile text. */
export interface TrailEvent {
  readonly id: string;
  /** UTC. */
  readonly time: string;
  readonly name: string;
  /** e.g. iam.amazonaws.com */
  readonly source: string;
  readonly region: string;
  /** The account in whose trail the record stands; empty when it does not say. */
  readonly account: string;
  readonly error: string | null;
  readonly changes: boolean;
  /** An IP address; for what a service did on somebody's behalf, the service's name. */
  readonly address: string;
  readonly agent: string;
  /** The same on both sides of a call from one account into another. */
  readonly sharedId: string | null;
  /** Signed with no key but a bearer token: a service-specific credential such as an Amazon Bedrock API key. */
  readonly bearer: boolean;
  readonly identity: {
    readonly type: string;
    readonly arn: string;
    /** The caller's own account. */
    readonly account: string;
    /** AIDA...; AROA...:session. Never given twice, unlike names. */
    readonly principalId: string;
    readonly accessKeyId: string | null;
    readonly userName: string | null;
    readonly roleArn: string | null;
    /** A console session. */
    readonly fromConsole: boolean;
    /** When the session began, UTC; null for long-term keys. */
    readonly begun: string | null;
  };
  /** The credential this event issued. */
  readonly issued: Issued | null;
  /** Text values of request and answer of a change that was made, each with the name of its member. Tokens are left out. */
  readonly values: readonly (readonly [member: string, value: string, answered: boolean])[];
}

const MAX_TEXT = 1_048_576; // CloudTrail's own limit on a record is 256 KB
const MAX_VALUES = 5000;
const MAX_DEPTH = 20;
const MAX_VALUE = 2048;
/** A managed policy's own limit is 6,144 characters without white space. */
const MAX_POLICY = 16_384;
const SECRET = /token|secret|password|privatekey|credentials$/i;

type Loose = Record<string, unknown>;
const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const string = (value: unknown): string => (typeof value === 'string' ? value : '');
const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const timeOrNull = (value: unknown): string | null => {
  const time = Date.parse(string(value));
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};

function walk(value: unknown, member: string, answered: boolean, into: [string, string, boolean][], depth = 0): void {
  if (into.length >= MAX_VALUES || depth > MAX_DEPTH) return;
  if (typeof value === 'string') {
    if (value.length <= (/policy(document)?$/i.test(member) ? MAX_POLICY : MAX_VALUE)) into.push([member, value, answered]);
  } else if (Array.isArray(value)) for (const one of value) walk(one, member, answered, into, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && SECRET.test(name)) continue;
      // {iamInstanceProfile: {name}}: a bare "name" would say nothing.
      walk(inner, member === 'iamInstanceProfile' ? member : name, answered, into, depth + 1);
    }
  }
}

function identityOf(identity: Loose, topLevel: Loose): TrailEvent['identity'] {
  const context = object(identity.sessionContext);
  const issuer = object(context.sessionIssuer);
  const byUser = issuer.type === 'IAMUser' || issuer.type === 'User';
  return {
    type: string(identity.type),
    arn: string(identity.arn),
    account: string(identity.accountId),
    principalId: string(identity.principalId),
    accessKeyId: isAccessKeyId(identity.accessKeyId) ? identity.accessKeyId : null,
    userName: orNull(identity.userName) ?? (byUser ? orNull(issuer.userName) : null),
    roleArn: issuer.type === 'Role' ? orNull(issuer.arn) : null,
    fromConsole: topLevel.sessionCredentialFromConsole === true || topLevel.sessionCredentialFromConsole === 'true',
    begun: timeOrNull(object(context.attributes).creationDate),
  };
}

/**
 * A record as LookupEvents gives it: JSON in a string. Null when it is no record; whoever asked says so, never
 * skips it silently.
 * Source: CloudTrail User Guide, "CloudTrail record contents".
 */
export function parseEvent(raw: unknown): TrailEvent | null {
  if (typeof raw !== 'string' || raw.length > MAX_TEXT) return null;
  let record: Loose;
  try {
    record = object(JSON.parse(raw));
  } catch {
    return null;
  }
  const [id, name, source] = [string(record.eventID), string(record.eventName), string(record.eventSource)];
  const time = timeOrNull(record.eventTime);
  if (id === '' || name === '' || time === null) return null;
  const identity = identityOf(object(record.userIdentity), record);
  const [request, response] = [object(record.requestParameters), object(record.responseElements)];
  const error = orNull(record.errorCode);
  // readOnly comes as a boolean or as text.
  const changes = !(record.readOnly === true || record.readOnly === 'true');
  const values: [string, string, boolean][] = [];
  if (changes && error === null) {
    walk(response, '', true, values);
    walk(request, '', false, values);
  }
  return {
    id,
    time,
    name,
    source,
    region: string(record.awsRegion),
    account: string(record.recipientAccountId) || identity.account,
    error,
    changes,
    address: string(record.sourceIPAddress),
    // The console's agents come in brackets.
    agent: string(record.userAgent).replace(/^\[(.*)\]$/s, '$1'),
    sharedId: orNull(record.sharedEventID),
    bearer: object(record.additionalEventData).callWithBearerToken === true,
    identity,
    issued: error === null ? issuedBy(name, source, request, response) : null,
    values,
  };
}

/** Values of a member, in any case, of the answer or of the request. */
export const named = (event: TrailEvent, member: string, answered: boolean): string[] =>
  event.values.filter(([name, , where]) => where === answered && name.toLowerCase() === member.toLowerCase()).map(([, value]) => value);

/** Refused for lack of permission. @example isDenied('Client.UnauthorizedOperation') // true */
export const isDenied = (error: string | null): boolean => error !== null && /AccessDenied|Unauthorized|NotAuthorized/.test(error);
/** Asked with DryRun: a lead, not noise. */
export const isProbe = (error: string | null): boolean => error !== null && /DryRunOperation/.test(error);
/** Lambda's events carry the version of the API: CreateFunction20150331, AddPermission20150331v2. */
export const plainName = (event: Pick<TrailEvent, 'name'>): string => event.name.replace(/\d{8}(v\d+)?$/, '');
