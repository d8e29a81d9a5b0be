import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCase, readCase } from '../../evidence/index.ts';
import { type CaseFile, canonical } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import { storeOf } from '../testing/store.ts';
import { type CaseCalls, callsOf, type SentCall, sessionArn } from './case-calls.ts';
import type { Coverage } from './logs.ts';
import { type ReconcileInput, type Reconciliation, reconcile } from './reconcile.ts';

const ACCOUNT = '111122223333';
const ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/Responder/ana`;
const KEY = 'ASIARESPONDER0000001';
const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`);
let id = 0;
const event = (time: string, eventName: string, requestID: string, more: TrailRecord = {}): TrailRecord => ({
  eventID: `e${id++}`,
  eventTime: `2026-03-02T${time}Z`,
  eventSource: 'ec2.amazonaws.com',
  eventName,
  requestID,
  awsRegion: 'eu-west-1',
  recipientAccountId: ACCOUNT,
  readOnly: false,
  sourceIPAddress: '203.0.113.7',
  userIdentity: { type: 'AssumedRole', arn: ARN, accountId: ACCOUNT, accessKeyId: KEY },
  ...more,
});
const other = (time: string, more: TrailRecord = {}) =>
  event(time, 'DescribeInstances', `x${id}`, { userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/bob', accessKeyId: 'AKIABOB' }, ...more });
const call = (time: string, operation: string, requestId: string | undefined, more: Partial<SentCall> = {}): SentCall => ({
  requestId,
  service: 'ec2',
  operation,
  region: 'eu-west-1',
  account: ACCOUNT,
  time: at(time),
  state: requestId ? 'done' : 'unanswered',
  action: 'isolate',
  ...more,
});
async function compared(records: readonly TrailRecord[], calls: readonly SentCall[], more: Partial<ReconcileInput> = {}): Promise<Reconciliation> {
  const store = await storeOf(records);
  try {
    return await reconcile(store, { calls, known: new Set(), responder: { arns: [ARN], keys: [KEY] }, ...more });
  } finally {
    store.close();
  }
}
const covered = (from: string, until: string, complete = true): Coverage => ({
  ...{ account: ACCOUNT, region: 'eu-west-1', trail: 'management (eu-west-1)', proven: true, files: 1, complete },
  from: at(from),
  until: at(until),
});
const statuses = ({ calls }: Reconciliation) => calls.map(({ call: { requestId, operation }, status }) => `${requestId ?? operation} ${status}`);

describe('calls of the ledger', () => {
  it('are found by their request id, under whatever credentials, and differences are told', async () => {
    const result = await compared(
      [
        event('10:00:00', 'StopInstances', 'r1'),
        event('10:01:00', 'CreateTags', 'r2', { errorCode: 'Client.UnauthorizedOperation' }),
        other('10:02:00', { requestID: 'r3', eventName: 'TerminateInstances' }),
        event('10:02:30', 'UpdateFunctionCode20150331v2', 'r4'),
      ],
      [
        call('10:00:00', 'StopInstances', 'r1'),
        call('10:01:00', 'CreateTags', 'r2'),
        call('10:02:00', 'StopInstances', 'r3'),
        call('10:02:30', 'UpdateFunctionCode', 'r4'),
      ],
    );
    expect(statuses(result)).toEqual(['r1 found', 'r2 found', 'r3 found', 'r4 found']);
    expect(result.calls.map(({ differs }) => differs.map(({ en }) => en))).toEqual([
      [],
      ['outcome: the ledger says done, the event Client.UnauthorizedOperation'],
      ['call: the ledger says StopInstances, the event TerminateInstances'],
      [],
    ]);
    expect(result.unknownInAll).toBe(0);
    expect(result.knownEvents).toBe(3);
    expect(result.sentences[0]!.en).toBe('4 mutating calls are in the ledger: 4 are in the trail by their request id, 0 are not.');
  });

  it('that the trail at hand does not reach are not there yet', async () => {
    const result = await compared([other('10:00:00')], [call('10:05:00', 'StopInstances', 'r1')]);
    expect(result.calls[0]).toMatchObject({ status: 'not-yet' });
    expect(result.calls[0]!.why.en).toContain('ends there at 2026-03-02 10:00:00Z');
  });

  it('of an hour that others saw are gone', async () => {
    const result = await compared([other('10:00:00'), other('10:40:00')], [call('10:05:00', 'StopInstances', 'r1')]);
    expect(statuses(result)).toEqual(['r1 gone']);
    expect(result.sentences.some(({ en }) => en.startsWith('ec2:StopInstances (eu-west-1, 2026-03-02 10:05:00Z, r1, done): GONE'))).toBe(true);
  });

  it('of a region or an hour of which nothing is at hand are not covered', async () => {
    const records = [other('10:00:00'), other('15:00:00')];
    const result = await compared(records, [
      call('10:05:00', 'StopInstances', 'r1', { region: 'ap-south-1' }),
      call('12:05:00', 'StopInstances', 'r2'),
      call('09:05:00', 'StopInstances', 'r3'),
      call('10:05:00', 'StopInstances', 'r4', { account: '999999999999' }),
    ]);
    expect(statuses(result)).toEqual(['r1 not-covered', 'r2 not-covered', 'r3 not-covered', 'r4 not-covered']);
  });

  it('of a time when the trail was blind say so', async () => {
    const stop = other('10:00:00', { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging', requestParameters: { name: 't' } });
    const result = await compared([stop, other('10:30:00')], [call('10:05:00', 'StopInstances', 'r1')]);
    expect(result.calls[0]).toMatchObject({ status: 'not-covered' });
    expect(result.calls[0]!.why.en).toContain('was blind then: nothing is recorded');
  });

  it('are judged by the digests where there are some', async () => {
    const one = [call('12:05:00', 'StopInstances', 'r1')];
    const records = [other('10:00:00'), other('15:00:00')];
    const lost = await compared(records, one, { coverage: [covered('12:00:00', '13:00:00', false)] });
    expect(lost.calls[0]).toMatchObject({ status: 'gone' });
    expect(lost.calls[0]!.why.en).toContain('missing or altered');
    const whole = await compared(records, one, { coverage: [covered('12:00:00', '13:00:00')] });
    expect(whole.calls[0]!.why.en).toContain('Every log file that was delivered around its time is at hand and proved');
    const late = await compared([other('10:00:00')], [call('12:45:00', 'StopInstances', 'r1')], { coverage: [covered('12:00:00', '13:00:00')] });
    expect(late.calls[0]).toMatchObject({ status: 'not-yet' });
  });

  it('to global services are looked for where these are recorded', async () => {
    const iam = call('10:05:00', 'PutUserPolicy', 'r1', { service: 'iam' });
    expect(statuses(await compared([other('10:00:00'), other('10:30:00')], [iam]))).toEqual(['r1 gone']);
    expect(statuses(await compared([other('10:00:00', { awsRegion: 'us-east-1' })], [{ ...iam, region: 'us-east-1' }]))).toEqual(['r1 not-yet']);
    expect(statuses(await compared([other('10:00:00', { awsRegion: 'us-east-1' }), other('10:30:00', { awsRegion: 'us-east-1' })], [iam]))).toEqual([
      'r1 gone',
    ]);
  });

  it('that are data events are recorded only where a trail was told to', async () => {
    const calls = [call('10:05:00', 'PutObject', 'r1', { service: 's3' }), call('10:06:00', 'GetSnapshotBlock', 'r2', { service: 'ebs' })];
    expect(statuses(await compared([other('10:00:00'), other('10:30:00')], calls))).toEqual(['r1 not-recorded', 'r2 not-recorded']);
  });

  it('without an answer are found by their likeness, once', async () => {
    const result = await compared(
      [event('10:00:20', 'StopInstances', 'r9')],
      [call('10:00:00', 'StopInstances', undefined), call('10:00:30', 'StopInstances', undefined)],
    );
    expect(statuses(result)).toEqual(['StopInstances likely', 'StopInstances not-recorded']);
    expect(result.unknownInAll).toBe(0);
  });
});

describe("events under the responder's credentials", () => {
  it('that the ledger does not know are shown', async () => {
    const result = await compared(
      [
        event('09:00:00', 'DescribeVpcs', 'a', { readOnly: true }),
        event('10:00:00', 'StopInstances', 'r1'),
        event('10:01:00', 'DescribeInstances', 'read1', { readOnly: true }),
        event('10:02:00', 'DeleteTrail', 'evil', { eventSource: 'cloudtrail.amazonaws.com', sourceIPAddress: '198.51.100.9' }),
        event('10:03:00', 'CreateNetworkInterface', 'fas', { sourceIPAddress: 'elasticfilesystem.amazonaws.com' }),
        event('10:04:00', 'GetUser', 'other-key', { userIdentity: { type: 'AssumedRole', arn: ARN, accessKeyId: 'ASIAANOTHER' } }),
        event('10:05:00', 'GetUser', 'other-arn', {
          userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/Responder/eve', accessKeyId: KEY },
        }),
        event('12:00:00', 'GetUser', 'late', { errorCode: 'AccessDenied' }),
        other('10:06:00'),
      ],
      [call('10:00:00', 'StopInstances', 'r1')],
      { known: new Set(['read1']), from: at('09:30:00'), until: at('11:00:00') },
    );
    expect(result.unknown.map(({ requestId, when, byService, outcome }) => [requestId, when, byService, outcome])).toEqual([
      ['a', 'before', false, 'done'],
      ['evil', 'during', false, 'done'],
      ['fas', 'during', true, 'done'],
      ['other-key', 'during', false, 'done'],
      ['other-arn', 'during', false, 'done'],
      ['late', 'after', false, 'denied'],
    ]);
    expect(result.knownEvents).toBe(2);
    expect(
      result.sentences.some(({ en }) => en === 'Not in the ledger: 2026-03-02 10:02:00Z cloudtrail:DeleteTrail (eu-west-1) ASIARESPONDER0000001 198.51.100.9'),
    ).toBe(true);
    expect(result.sentences.some(({ en }) => en.includes('6 events under the responder'))).toBe(true);
  });

  it('are not those of others when nothing is known of the responder', async () => {
    const result = await compared([event('10:00:00', 'StopInstances', 'r1')], [], { responder: { arns: [], keys: [] } });
    expect(result).toMatchObject({ unknownInAll: 0, knownEvents: 0 });
  });
});

describe('a case', () => {
  let folder: string;
  let file: CaseFile;
  let now = at('10:00:00');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aplomb-calls-'));
    process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
    now = at('10:00:00');
    file = createCase(join(folder, 'case'), { id: 'IR-7', title: 'x', responder: 'ana', clock: { now: () => now, sleep: async () => undefined } });
    file.setCaller(ARN);
  });
  afterEach(() => {
    file.close();
    delete process.env.APLOMB_CONFIG_DIR;
    rmSync(folder, { recursive: true, force: true });
  });
  const intent = (step: string, operation: string) =>
    file.append('intent', { action: 'isolate', apply: 'a1', step, call: { service: 'ec2', operation, region: 'eu-west-1' }, input: {} });
  const attempt = (time: string, purpose: string, operation: string, requestId: string | null, more: object = {}) =>
    canonical({
      time: `2026-03-02T${time}.000Z`,
      phase: 'isolate',
      purpose,
      service: 'ec2',
      operation,
      region: 'eu-west-1',
      account: ACCOUNT,
      status: requestId ? 200 : null,
      requestId,
      ...more,
    });
  const reads = async (...lines: string[]) => {
    const log = await file.store(Buffer.from(lines.map((line) => `${line}\n`).join('')));
    file.append('reads', { phase: 'isolate', calls: lines.length, log, kept: [] });
  };
  const taken = async (): Promise<CaseCalls> => callsOf(readCase(join(folder, 'case')));

  it('gives intents with their receipts, attempts without one, known ids, and who the responder was', async () => {
    intent('1', 'StopInstances');
    file.append('receipt', { action: 'isolate', apply: 'a1', step: '1', result: { state: 'done', ours: true }, requestId: 'r1' });
    now = at('10:02:00');
    intent('2', 'CreateTags');
    now = at('10:03:00');
    intent('2', 'CreateTags');
    file.append('receipt', { action: 'isolate', apply: 'a1', step: '2', result: { state: 'refused', code: 'Denied' }, requestId: 'r3' });
    now = at('10:04:00');
    intent('3', 'TerminateInstances');
    await reads(
      attempt('10:00:00', 'mutation', 'StopInstances', 'r1'),
      attempt('10:01:00', 'read', 'DescribeInstances', 'read1'),
      attempt('10:01:00', 'dry-run', 'StopInstances', 'dry1'),
      attempt('10:02:01', 'mutation', 'CreateTags', 'r2', { status: 503, code: 'RequestLimitExceeded' }),
      attempt('10:03:00', 'mutation', 'CreateTags', 'r3', { status: 403 }),
      attempt('10:01:30', 'read', 'AssumeRole', 'sts1', {
        service: 'sts',
        issued: { accessKeyId: 'ASIAMEMBER', of: 'arn:aws:iam::222233334444:role/path/Member', session: 'aplomb-IR-7', expires: '' },
      }),
      '{broken',
    );
    const result = await taken();
    expect(result.calls.map(({ requestId, operation, state }) => [requestId, operation, state])).toEqual([
      ['r1', 'StopInstances', 'done'],
      ['r2', 'CreateTags', 'HTTP 503 RequestLimitExceeded'],
      ['r3', 'CreateTags', 'refused'],
      [undefined, 'TerminateInstances', 'unanswered'],
    ]);
    expect([...result.known].sort()).toEqual(['dry1', 'r1', 'r2', 'r3', 'read1', 'sts1']);
    expect(result.responder).toEqual({ arns: [ARN, 'arn:aws:sts::222233334444:assumed-role/Member/aplomb-IR-7'], keys: ['ASIAMEMBER'] });
    expect(result.problems).toHaveLength(1);
    expect([result.from, result.until]).toEqual([at('10:00:00'), at('10:04:00')]);
  });

  it('whose trail has everything is reconciled, and a call taken out of the trail is seen', async () => {
    intent('1', 'StopInstances');
    file.append('receipt', { action: 'isolate', apply: 'a1', step: '1', result: { state: 'done', ours: true }, requestId: 'r1' });
    now = at('10:03:00');
    intent('2', 'CreateTags');
    file.append('receipt', { action: 'isolate', apply: 'a1', step: '2', result: { state: 'done', ours: true }, requestId: 'r2' });
    await reads(attempt('10:01:00', 'read', 'DescribeInstances', 'read1'));
    const calls = await taken();
    const trail = [
      event('10:00:00', 'StopInstances', 'r1'),
      event('10:01:00', 'DescribeInstances', 'read1'),
      event('10:03:00', 'CreateTags', 'r2'),
      other('10:50:00'),
    ];
    const whole = await compared(trail, calls.calls, calls);
    expect(statuses(whole)).toEqual(['r1 found', 'r2 found']);
    expect(whole.unknownInAll).toBe(0);
    const cut = await compared(trail.slice(1), calls.calls, calls);
    expect(statuses(cut)).toEqual(['r1 not-covered', 'r2 found']);
    const first = await compared([other('09:59:00'), ...trail.slice(1)], calls.calls, calls);
    expect(statuses(first)).toEqual(['r1 gone', 'r2 found']);
  });

  it('session ARNs are made of roles as events show them', () => {
    expect(sessionArn('arn:aws-cn:iam::111122223333:role/a/b/Name', 's')).toBe('arn:aws-cn:sts::111122223333:assumed-role/Name/s');
    expect(sessionArn('arn:aws:iam::111122223333:user/Name', 's')).toBeUndefined();
  });
});
