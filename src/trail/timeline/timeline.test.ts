import { afterEach, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { ACCOUNT, OUTSIDER, ordinary } from '../testing/ordinary.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { type Collapsing, collapse } from './collapse.ts';
import { type Entry, entryOf } from './entry.ts';
import { lineOf } from './line.ts';
import type { Selection } from './select.ts';
import { timelineOf } from './timeline.ts';

const stores: MemoryStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});
const entries = async (records: readonly TrailRecord[], selection: Selection = {}, collapsing?: Collapsing) => {
  const store = await storeOf(records);
  stores.push(store);
  const found: Entry[] = [];
  for await (const entry of timelineOf(store, selection, collapsing)) found.push(entry);
  return found;
};
const lines = async (...given: Parameters<typeof entries>) => (await entries(...given)).map((entry) => lineOf(entry));
const at = (time: string, more: TrailRecord = {}): TrailRecord => ordinary({ eventTime: `2026-03-02T${time}Z`, ...more });

describe('timelineOf', () => {
  it('has one line a person can read per event', async () => {
    const denied = at('10:11:12', {
      eventName: 'CreateAccessKey',
      requestParameters: { userName: 'support-temp' },
      errorCode: 'AccessDenied',
      userIdentity: { type: 'AssumedRole' },
      sourceIPAddress: '198.51.100.66',
    });
    const early = at('09:00:00', { userIdentity: { type: 'AssumedRole' }, sourceIPAddress: '198.51.100.1' });
    expect(await lines([early, denied], { address: '198.51.100.66' })).toEqual([
      '2026-03-02 10:11:12Z  iam CreateAccessKey for support-temp  by role/worker (session session-1) from 198.51.100.66  [denied] [new address]',
    ]);
  });
  it('says it in Spanish too', async () => {
    const [entry] = await entries([at('10:00:00', { eventName: 'DeleteUser', requestParameters: { userName: 'x' }, errorCode: 'NoSuchEntity' })]);
    expect(lineOf(entry!, 'es')).toBe(
      '2026-03-02 10:00:00Z  iam DeleteUser para x  por user/alice desde 198.51.100.10  [falló: NoSuchEntity] [visto aquí por primera vez]',
    );
  });
  it('marks what is new against the whole store, not against the selection', async () => {
    const records = [
      at('08:00:00', { sourceIPAddress: '1.1.1.1', awsRegion: 'eu-west-1', userAgent: 'aws-cli/2.31.0' }),
      at('09:00:00', { sourceIPAddress: '2.2.2.2', awsRegion: 'eu-west-1', userAgent: 'aws-cli/2.31.1 md/command#iam.get-user' }),
      at('10:00:00', { sourceIPAddress: '2.2.2.2', awsRegion: 'sa-east-1', userAgent: '[aws-cli/2.31.0]' }),
      at('11:00:00', { sourceIPAddress: '1.1.1.1', awsRegion: 'sa-east-1', userAgent: 'Boto3/1.34' }),
      at('12:00:00', { sourceIPAddress: '2.2.2.2', awsRegion: 'eu-west-1', userAgent: 'Boto3/1.35', userIdentity: { type: 'Root' } }),
    ];
    const marks = (await entries(records)).map((entry) => entry.marks);
    expect(marks).toEqual([['new-principal'], ['new-address'], ['new-region'], ['new-agent'], ['new-principal', 'root']]);
    const later = (await entries(records, { since: '2026-03-02T10:30:00Z' })).map((entry) => entry.marks);
    expect(later).toEqual([['new-agent'], ['new-principal', 'root']]);
  });
  it('gives the mark to the first of several events of the same second', async () => {
    const records = [at('08:00:00'), at('09:00:00', { sourceIPAddress: '2.2.2.2' }), at('09:00:00', { sourceIPAddress: '2.2.2.2', eventName: 'ListUsers' })];
    expect((await entries(records)).map(({ marks }) => marks)).toEqual([['new-principal'], ['new-address'], []]);
  });
  it('marks denied, DryRun, console, root, no MFA, service and cross-account, and no service by its address', async () => {
    const records = [
      at('01:00:00', { eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances', errorCode: 'Client.DryRunOperation' }),
      at('02:00:00', {
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        eventType: 'AwsConsoleSignIn',
        userIdentity: { type: 'Root' },
        additionalEventData: { MFAUsed: 'No' },
      }),
      at('03:00:00', { userIdentity: { type: 'AWSService' } }),
      at('04:00:00', { userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, sourceIPAddress: 'autoscaling.amazonaws.com' }),
      at('05:00:00', { userIdentity: { type: 'AWSAccount' }, eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole' }),
    ];
    expect((await entries(records)).map(({ marks }) => marks)).toEqual([
      ['dry-run', 'new-principal'],
      ['new-principal', 'console', 'root', 'no-mfa'],
      ['service'],
      ['service'],
      ['new-principal', 'cross-account'],
    ]);
    expect((await lines(records)).at(-1)).toContain(`[cross-account: ${OUTSIDER} -> ${ACCOUNT}]`);
  });
  it('leaves nobody in doubt where the record ends and our words begin', async () => {
    const [line] = await lines([
      at('10:00:00', {
        eventName: 'CreateUser',
        requestParameters: { userName: 'x  [denied]\n2026-03-02 11:00:00Z  iam DeleteUser \x1b[2J' },
        sourceIPAddress: '1.1.1.1] [root',
      }),
    ]);
    expect(line).toBe(
      '2026-03-02 10:00:00Z  iam CreateUser for "x  [denied]\\x0a2026-03-02 11:00:00Z  iam DeleteUser \\x1b[2J"  by user/alice from "1.1.1.1] [root"  [first seen in this trail]',
    );
  });
  it('has of a key the call that gave it out, in its place, and what was done with it', async () => {
    const made = at('09:00:00', {
      eventName: 'CreateAccessKey',
      requestParameters: { userName: 'eve' },
      responseElements: { accessKey: { accessKeyId: 'AKIANEW' } },
    });
    const eve = { userIdentity: { type: 'IAMUser', accessKeyId: 'AKIANEW', userName: 'eve', arn: `arn:aws:iam::${ACCOUNT}:user/eve` } };
    const again = at('09:40:00', { ...eve, eventName: 'CreateAccessKey', responseElements: { accessKey: { accessKeyId: 'AKIATHIRD' } } });
    const taken = at('09:30:00', {
      ...eve,
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetSessionToken',
      responseElements: { credentials: { accessKeyId: 'ASIAEVE' } },
    });
    const used = at('09:35:00', { eventName: 'ListUsers', userIdentity: { ...eve.userIdentity, accessKeyId: 'ASIAEVE' } });
    const records = [again, at('08:00:00'), used, taken, made, ordinary({ ...eve, eventTime: 'never' })];
    const names = async (selection: Selection) => (await entries(records, selection)).map(({ name, marks }) => `${name} ${marks}`.trim());
    expect(await names({ key: 'AKIANEW' })).toEqual(['CreateAccessKey', 'GetSessionToken new-principal', 'CreateAccessKey', 'GetUser']);
    expect(await names({ key: 'ASIAEVE' })).toEqual(['GetSessionToken new-principal', 'ListUsers']);
    expect(await names({ key: ['ASIAEVE', 'AKIATHIRD'] })).toEqual(['GetSessionToken new-principal', 'ListUsers', 'CreateAccessKey']);
    expect(await names({ key: 'AKIANEW', since: '2026-03-02T09:35:00Z' })).toEqual(['CreateAccessKey']);
    expect(await names({ key: 'AKIANE*' })).toEqual(await names({ key: 'AKIANEW' }));
  });
  it('is the same when there are too many events to hold', async () => {
    const many = 10_050;
    const second = (i: number) => new Date(Date.UTC(2026, 2, 2) + i * 1_000).toISOString();
    const made = at('00:00:00', { eventTime: second(7_000), eventName: 'CreateAccessKey', responseElements: { accessKey: { accessKeyId: 'AKIAMANY' } } });
    const uses = Array.from({ length: many }, (_, i) =>
      ordinary({ eventID: `e${i}`, eventTime: second(many - i), eventName: `Get${i % 3}`, userIdentity: { type: 'IAMUser', accessKeyId: 'AKIAMANY' } }),
    );
    const all = await entries([...uses, made], { key: 'AKIAMANY' }, { minutes: 0 });
    expect(all.length).toBe(many + 1);
    expect(all.every(({ time }, i) => i === 0 || time! >= all[i - 1]!.time!)).toBe(true);
    expect(all.findIndex(({ name }) => name === 'CreateAccessKey')).toBe(7_000);
    const part = { key: 'AKIAMANY', since: second(6_990), until: second(7_010) };
    const some = await entries([...uses, made], part, { minutes: 0 });
    expect(some).toEqual(all.slice(6_989, 7_010));
  });
  it('puts what has no date at the end and says so', async () => {
    const found = await lines([ordinary({ eventTime: 'yesterday' }), at('10:00:00')]);
    expect(found.at(-1)).toBe('(no date)             iam GetUser  by user/alice from 198.51.100.10');
  });
});

describe('collapse', () => {
  const read = (time: string, more: TrailRecord = {}) => at(time, { eventName: 'ListUsers', readOnly: true, ...more });
  it('makes one line of repeats minutes apart, at the place of the first', async () => {
    expect(
      await lines([
        read('10:00:00'),
        at('10:00:30', { eventName: 'CreateUser', requestParameters: { userName: 'x' } }),
        read('10:01:00'),
        read('10:05:00'),
        read('10:20:00'),
      ]),
    ).toEqual([
      '2026-03-02 10:00:00Z  iam ListUsers  by user/alice from 198.51.100.10  ×3 until 10:05:00Z  [first seen in this trail]',
      '2026-03-02 10:00:30Z  iam CreateUser for x  by user/alice from 198.51.100.10',
      '2026-03-02 10:20:00Z  iam ListUsers  by user/alice from 198.51.100.10',
    ]);
  });
  it('keeps other outcomes, actors, addresses and what is new apart', async () => {
    const records = [
      read('10:00:00'),
      read('10:00:01', { errorCode: 'AccessDenied' }),
      read('10:00:02', { userIdentity: { type: 'Root' } }),
      read('10:00:03', { sourceIPAddress: '2.2.2.2' }),
      read('10:00:04', { userAgent: 'nmap' }),
      read('10:00:05'),
    ];
    expect((await entries(records)).map(({ count, marks }) => [count, marks.filter((mark) => mark.startsWith('new'))])).toEqual([
      [1, ['new-principal']],
      [1, []],
      [1, ['new-principal']],
      [1, ['new-address']],
      [2, ['new-agent']],
    ]);
  });
  it('names the first targets of what was read, and says when there are more', async () => {
    const secret = (i: number) =>
      at(`10:00:0${i}`, { eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue', readOnly: true, requestParameters: { secretId: `s${i}` } });
    expect(await lines(Array.from({ length: 6 }, (_, i) => secret(i)))).toEqual([
      '2026-03-02 10:00:00Z  secretsmanager GetSecretValue s0 (also s1, s2, s3 and others)  by user/alice from 198.51.100.10  ×6 until 10:00:05Z  [first seen in this trail]',
    ]);
  });
  it('never hides a key that was made, and can be switched off', async () => {
    const made = (i: number) =>
      at(`10:00:0${i}`, { eventName: 'CreateAccessKey', requestParameters: { userName: 'x' }, responseElements: { accessKey: { accessKeyId: `AKIA${i}` } } });
    expect((await entries([made(1), made(2)])).map(({ count }) => count)).toEqual([1, 1]);
    expect((await entries([read('10:00:00'), read('10:00:01')], {}, { minutes: 0 })).length).toBe(2);
  });
  it('loses no event, keeps the order, and holds back little, whatever the stream', async () => {
    let held = 0;
    let most = 0;
    async function* many(): AsyncGenerator<Entry> {
      for (let n = 0; n < 60_000; n++) {
        const name = n % 3 === 0 ? 'ListUsers' : `Describe${(n * 7919) % 40_000}`;
        held += 1;
        most = Math.max(most, held);
        yield entryOf({ n, record: ordinary({ eventName: name, eventTime: new Date(Date.UTC(2026, 2, 2) + n * 5).toISOString() }) });
      }
    }
    let [events, last] = [0, 0];
    for await (const entry of collapse(many())) {
      events += entry.count;
      held -= entry.count;
      expect(entry.time).toBeGreaterThanOrEqual(last);
      last = entry.time!;
    }
    expect(events).toBe(60_000);
    expect(most).toBeLessThan(50_000);
  });
});
