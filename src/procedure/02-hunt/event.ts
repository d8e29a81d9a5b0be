import { isAccessKeyId } from '../shared/key.ts';

/** The little of a CloudTrail record that the hunt needs. Everything in it is hostile text. */
export interface TrailEvent {
  readonly id: string;
  /** UTC. */
  readonly time: string;
  readonly name: string;
  /** e.g. iam.amazonaws.com */
  readonly source: string;
  readonly region: string;
  readonly error: string | null;
  readonly changes: boolean;
  readonly address: string;
  readonly identity: {
    readonly type: string;
    readonly arn: string;
    readonly accessKeyId: string | null;
    readonly userName: string | null;
    readonly roleArn: string | null;
  };
  /** The credential this event issued. */
  readonly issued: { readonly accessKeyId: string; readonly role?: string; readonly userName?: string } | null;
  /** Text values of request and answer of a change that was made, each with the name of its member. Tokens are left out. */
  readonly values: readonly (readonly [member: string, value: string, answered: boolean])[];
}

const MAX_TEXT = 1_048_576; // CloudTrail's own limit on a record is 256 KB
const MAX_VALUES = 5000;
const MAX_DEPTH = 20;
const SECRET = /token|secret|password|privatekey|credentials$/i;

type Loose = Record<string, unknown>;
const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const string = (value: unknown): string => (typeof value === 'string' ? value : '');
const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function walk(value: unknown, member: string, answered: boolean, into: [string, string, boolean][], depth = 0): void {
  if (into.length >= MAX_VALUES || depth > MAX_DEPTH) return;
  if (typeof value === 'string') {
    if (value.length <= 2048) into.push([member, value, answered]);
  } else if (Array.isArray(value)) for (const one of value) walk(one, member, answered, into, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && SECRET.test(name)) continue;
      // {iamInstanceProfile: {name}}: a bare "name" would say nothing.
      walk(inner, member === 'iamInstanceProfile' ? member : name, answered, into, depth + 1);
    }
  }
}

const ISSUES = /^(AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|AssumeRoot|GetSessionToken|GetFederationToken)$/;

function issuedBy(name: string, source: string, request: Loose, response: Loose): TrailEvent['issued'] {
  if (source === 'sts.amazonaws.com' && ISSUES.test(name)) {
    const { accessKeyId } = object(response.credentials);
    const role = orNull(request.roleArn);
    return isAccessKeyId(accessKeyId) ? { accessKeyId, ...(role ? { role } : {}) } : null;
  }
  if (source === 'iam.amazonaws.com' && name === 'CreateAccessKey') {
    const made = object(response.accessKey);
    const userName = orNull(made.userName) ?? orNull(request.userName);
    return isAccessKeyId(made.accessKeyId) ? { accessKeyId: made.accessKeyId, ...(userName ? { userName } : {}) } : null;
  }
  return null;
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
  const time = Date.parse(string(record.eventTime));
  if (id === '' || name === '' || Number.isNaN(time)) return null;
  const identity = object(record.userIdentity);
  const issuer = object(object(identity.sessionContext).sessionIssuer);
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
    time: new Date(time).toISOString(),
    name,
    source,
    region: string(record.awsRegion),
    error,
    changes,
    address: string(record.sourceIPAddress),
    identity: {
      type: string(identity.type),
      arn: string(identity.arn),
      accessKeyId: isAccessKeyId(identity.accessKeyId) ? identity.accessKeyId : null,
      userName: orNull(identity.userName) ?? (issuer.type === 'User' ? orNull(issuer.userName) : null),
      roleArn: issuer.type === 'Role' ? orNull(issuer.arn) : null,
    },
    issued: error === null ? issuedBy(name, source, request, response) : null,
    values,
  };
}

/** Refused for lack of permission. @example isDenied('Client.UnauthorizedOperation') // true */
export const isDenied = (error: string | null): boolean => error !== null && /AccessDenied|Unauthorized|NotAuthorized/.test(error);
/** Asked with DryRun: a lead, not noise. */
export const isProbe = (error: string | null): boolean => error !== null && /DryRunOperation/.test(error);
