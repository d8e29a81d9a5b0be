import type { Json, JsonObject } from '../../../kernel/index.ts';
import type { Example } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';

/** The account of the examples, and one that they know nothing of. */
export const ACCOUNT = '111122223333';
export const OUTSIDER = '999988887777';

export const example = (what: string, ...records: readonly (TrailRecord | readonly TrailRecord[])[]): Example => ({
  what,
  records: records.flat() as TrailRecord[],
});
/** A call of `ec2:RunInstances` with this request. */
export const call = (name: string, request: JsonObject | null = null, more: TrailRecord = {}): TrailRecord => ({
  eventSource: `${name.slice(0, name.indexOf(':'))}.amazonaws.com`,
  eventName: name.slice(name.indexOf(':') + 1),
  requestParameters: request,
  ...more,
});
/** The same, refused. */
export const denied = (name: string, request: JsonObject | null = null, more: TrailRecord = {}): TrailRecord =>
  call(name, request, { errorCode: name.startsWith('ec2:') ? 'Client.UnauthorizedOperation' : 'AccessDenied', ...more });
/** The same, by a service at its own work. */
export const byService = (service: string, name: string, request: JsonObject | null = null): TrailRecord =>
  call(name, request, {
    userIdentity: { type: 'AWSService', invokedBy: `${service}.amazonaws.com` },
    sourceIPAddress: `${service}.amazonaws.com`,
    userAgent: `${service}.amazonaws.com`,
  });
/** So many records, `step` seconds apart. */
export const many = (count: number, record: (i: number) => TrailRecord, step = 2): readonly TrailRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    ...record(i),
    eventTime: `${new Date(Date.UTC(2026, 2, 4, 10) + i * step * 1000).toISOString().slice(0, 19)}Z`,
  }));
/** A resource policy with one statement. */
export const allow = (principal: Json, more: JsonObject = {}): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: '*', Resource: '*', ...more }],
});
