import { isIP } from 'node:net';
import { at, isObject, principalOf, type TrailRecord, text } from '../event.ts';

type Part = Readonly<Record<string, unknown>>;
const LONGEST = 200;

/** Without members that are undefined; undefined when none is left. */
export function filled(part: Part): Part | undefined {
  const kept = Object.entries(part).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
const isTrue = (value: string | undefined): boolean | undefined => (value === undefined ? undefined : value === 'true');
const account = (uid: string | undefined): Part | undefined => (uid === undefined ? undefined : { uid, type: 'AWS Account', type_id: 10 });

/** A `user` object: at least one of account, name and uid is there. */
export function userOf(record: TrailRecord): Part {
  const type = text(record, 'userIdentity.type');
  const uid = text(record, 'userIdentity.arn');
  const name =
    text(record, 'userIdentity.userName') ?? text(record, 'additionalEventData.UserName') ?? text(record, 'userIdentity.sessionContext.sessionIssuer.userName');
  return filled({
    name,
    uid: uid ?? (name === undefined ? principalOf(record) : undefined),
    uid_alt: text(record, 'userIdentity.principalId') ?? text(record, 'userIdentity.onBehalfOf.userId'),
    credential_uid: text(record, 'userIdentity.accessKeyId') ?? text(record, 'userIdentity.credentialId'),
    account: account(text(record, 'userIdentity.accountId')),
    type: type ?? 'Unknown',
    type_id: type === undefined ? 0 : type === 'IAMUser' || type === 'IdentityCenterUser' ? 1 : type === 'Root' ? 2 : type === 'AWSService' ? 4 : 99,
  })!;
}

/** UTC milliseconds of a text, or undefined. */
const msOf = (value: string | undefined): number | undefined => {
  const ms = Date.parse(value ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};
export function actorOf(record: TrailRecord): Part {
  const created = msOf(text(record, 'userIdentity.sessionContext.attributes.creationDate'));
  const session = filled({
    created_time: created,
    created_time_dt: created === undefined ? undefined : new Date(created).toISOString(),
    is_mfa: isTrue(text(record, 'userIdentity.sessionContext.attributes.mfaAuthenticated')),
    issuer: text(record, 'userIdentity.sessionContext.sessionIssuer.arn'),
  });
  const idp = filled({
    name: text(record, 'userIdentity.identityProvider') ?? text(record, 'userIdentity.sessionContext.webIdFederationData.federatedProvider'),
    uid: text(record, 'userIdentity.onBehalfOf.identityStoreArn'),
  });
  return filled({ user: userOf(record), session, idp, app_name: text(record, 'userIdentity.invokedBy') })!;
}

/** An `api` object; `request.uid` must be there: of a record without a request id it is the event's id, or its number. */
export function apiPartOf(record: TrailRecord, n: number): Part {
  const service = text(record, 'eventSource');
  return filled({
    operation: text(record, 'eventName') ?? 'Unknown',
    service: service === undefined ? undefined : { name: service },
    version: text(record, 'apiVersion'),
    request: filled({ uid: text(record, 'requestID') ?? text(record, 'eventID') ?? String(n), data: record.requestParameters ?? undefined }),
    response: filled({ error: text(record, 'errorCode'), message: text(record, 'errorMessage'), data: record.responseElements ?? undefined }),
  })!;
}

/** A `network_endpoint`: an address only where it is one; services have their names, and what is neither has its text as name. */
export function sourceOf(record: TrailRecord): Part {
  const address = text(record, 'sourceIPAddress');
  const uid = text(record, 'vpcEndpointId');
  if (address !== undefined && isIP(address) > 0) return filled({ ip: address, uid })!;
  if (address !== undefined && /\.amazonaws\.com(\.cn)?$|^AWS Internal$/.test(address)) return filled({ svc_name: address, uid })!;
  return filled({ name: address || (uid === undefined ? 'unknown' : undefined), uid })!;
}

export function resourcesOf(record: TrailRecord): Part[] | undefined {
  const resources = at(record, 'resources');
  if (!Array.isArray(resources)) return undefined;
  const told = resources.slice(0, LONGEST).flatMap((resource) => {
    const uid = text(resource, 'ARN') ?? text(resource, 'ARNPrefix');
    return uid === undefined ? [] : [filled({ uid, type: text(resource, 'type'), owner: filled({ account: account(text(resource, 'accountId')) }) })!];
  });
  return told.length > 0 ? told : undefined;
}
export const cloudOf = (record: TrailRecord): Part =>
  filled({ provider: 'AWS', region: text(record, 'awsRegion'), account: account(text(record, 'recipientAccountId')) })!;

const OBSERVED = [
  ['actor.user.name', 'User Name', 4],
  ['actor.user.uid', 'Resource UID', 10],
  ['actor.user.credential_uid', 'User Credential ID', 19],
  ['src_endpoint.ip', 'IP Address', 2],
  ['src_endpoint.svc_name', 'Hostname', 1],
  ['http_request.user_agent', 'HTTP User-Agent', 16],
] as const;
/** What an analyst pivots on, by the path of the attribute that has it. */
export const observablesOf = (event: Part): Part[] =>
  OBSERVED.flatMap(([name, type, type_id]) => {
    const value = text(event as TrailRecord, name);
    return value === undefined ? [] : [{ name, type, type_id, value }];
  });

/** The record's members that stand nowhere else, as they were; `mapped` are dotted paths. Undefined when nothing is left. */
export function unmappedOf(record: TrailRecord, mapped: readonly string[]): Part | undefined {
  const rest = new Map(Object.entries(record).filter(([name, value]) => value !== null && !mapped.includes(name)));
  for (const path of mapped) {
    const [head = '', ...members] = path.split('.');
    const value = rest.get(head);
    if (members.length > 0 && isObject(value)) rest.set(head, without(value, members));
  }
  const left = [...rest].filter(([, value]) => !isObject(value) || Object.keys(value).length > 0);
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
function without(value: Record<string, unknown>, [member = '', ...more]: readonly string[]): never {
  const inner = Object.hasOwn(value, member) ? value[member] : undefined;
  const kept = Object.entries(value).filter(([name, own]) => own !== null && (name !== member || more.length > 0));
  const entries = kept
    .map(([name, own]) => [name, name === member && isObject(inner) ? without(inner, more) : own])
    .filter(([, own]) => !isObject(own) || Object.keys(own).length > 0);
  return Object.fromEntries(entries) as never;
}
