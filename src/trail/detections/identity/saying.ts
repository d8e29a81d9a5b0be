import type { Json } from '../../../kernel/index.ts';
import type { Background } from '../../detection.ts';
import { at, principalOf, type TrailRecord, text } from '../../event.ts';
import { type Grant, grantOf } from '../../policy/index.ts';
import { PATHS_UP } from '../../policy/paths-up.ts';

/** An example's record: `call('iam:CreateUser', { userName: 'bob' })`. */
export const call = (api: string, requestParameters: Json = null, more: TrailRecord = {}): TrailRecord => ({
  eventSource: `${api.split(':')[0]}.amazonaws.com`,
  eventName: api.split(':')[1],
  requestParameters,
  ...more,
});
/** A session of the role `worker`. */
export const WORKER: TrailRecord = { userIdentity: { type: 'AssumedRole' } };
/** As IAM and STS write it: without the request. */
export const REFUSED: TrailRecord = { errorCode: 'AccessDenied', errorMessage: 'User is not authorized to perform this action', requestParameters: null };
/** The same call many times, one every so many seconds, each with its own request. */
export const each = (requests: readonly Json[], api: string, more: TrailRecord = {}, seconds = 1): TrailRecord[] =>
  requests.map((request, i) => call(api, request, { eventTime: new Date(Date.UTC(2026, 2, 4, 10) + i * seconds * 1000).toISOString(), ...more }));
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const short = (value: string): string => (value.length > 160 ? `${value.slice(0, 159)}…` : value);
/** A value of the record for a sentence, of bounded length; whoever renders it quotes it. */
export const shown = (record: TrailRecord, path: string, otherwise = '?'): string => short(text(record, path) || otherwise);
export const who = (record: TrailRecord): string => short(principalOf(record));
/** The user or role that an IAM call is about. */
export const target = (record: TrailRecord): string =>
  shown(record, 'requestParameters.userName', shown(record, 'requestParameters.roleName', shown(record, 'requestParameters.groupName', '?')));

/** AWS itself acts: a service, or a service's own role. What AWS does because somebody told it to (CloudFormation) is not that. */
export const isAws = (record: TrailRecord): boolean =>
  text(record, 'userIdentity.type') === 'AWSService' || /:role\/aws-service-role\//.test(text(record, 'userIdentity.sessionContext.sessionIssuer.arn') ?? '');
/** The session of a machine: EC2 names it after the instance. */
export const isInstance = (record: TrailRecord): boolean =>
  text(record, 'userIdentity.type') === 'AssumedRole' && /:i-[0-9a-f]{8,17}$/.test(text(record, 'userIdentity.principalId') ?? '');
/** Texts of a list in the record; one text alone is a list of one. */
export const textsAt = (record: TrailRecord, path: string): string[] => {
  const value = at(record, path);
  return (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');
};
/** The policy's text names a service from which a way leads to more power, or a pattern for any, or is written so that this cannot be told. */
const EMPOWERS = `"(${[...new Set(PATHS_UP.flatMap(({ needs }) => needs[0]!.map((action) => action.split(':')[0]!)))].join('|')}):|"[a-z0-9-]*[*?]|NotAction|%|\\\\u`;
const EMPOWERING = new RegExp(EMPOWERS, 'i');
/** For `Detection.sql`: a policy that is attached, or one written that may empower. */
export const MAY_EMPOWER = `(NOT starts_with(eventName, 'Put') OR regexp_matches(requestParameters::VARCHAR, '${EMPOWERS}', 'i'))`;
let last: { readonly record: TrailRecord; readonly background: Background; readonly grant: Grant | undefined } | undefined;
/** What the event grants, or would have granted had it not been refused; undefined also for what cannot lead to more power. Several detections ask about the same event. */
export function grantIn(record: TrailRecord, background: Background): Grant | undefined {
  const document = at(record, 'requestParameters.policyDocument');
  if (typeof document === 'string' && !EMPOWERING.test(document.slice(0, 300_000))) return undefined;
  if (last?.record !== record || last.background !== background) last = { record, background, grant: grantOf(record, background, { refused: true }) };
  return last.grant;
}
/** A grave power among those granted. */
export const ADMIN_KINDS: ReadonlySet<string> = new Set(['admin', 'iam']);
