import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOf, type TrailRecord } from '../event.ts';
import { ingest } from '../ingest/ingest.ts';
import { compile, isStrictHit, type RuleSet, readRules, readRulesFrom } from '../sigma/index.ts';
import { openStore, type TrailStore } from '../store/open.ts';
import { attackRecords } from '../testing/shared.ts';
import { detectSigma } from './sigma.ts';
import { LIMITS, type Limits } from './sigma-groups.ts';

const folders: string[] = [];
const stores: TrailStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
async function storeOf(records: readonly TrailRecord[]): Promise<TrailStore> {
  const folder = mkdtempSync(join(tmpdir(), 'aplomb-sigma-'));
  folders.push(folder);
  const path = join(folder, 'made.json');
  writeFileSync(path, JSON.stringify({ Records: records }));
  await ingest(join(folder, 'store'), [{ path, file: 'made.json' }]);
  const store = await openStore(join(folder, 'store'));
  stores.push(store);
  return store;
}

/** Every rule on every record as it was written, without groups: `rule record` of each hit. */
const plainly = (set: RuleSet, records: readonly TrailRecord[], strict = false): string[] =>
  set.rules
    .map(compile)
    .flatMap(({ rule, match }) => records.flatMap((record, index) => (match(record) && (!strict || isStrictHit(rule, record)) ? [`${rule.id} ${index}`] : [])))
    .sort();
async function found(store: TrailStore, set: RuleSet, options: { readonly strict?: boolean; readonly limits?: Limits } = {}): Promise<string[]> {
  const { ids, hits, correlations } = await detectSigma(store, set, options);
  const rows = await store.query('SELECT h.rule, e.record FROM sigma_hits h JOIN events e USING (n)');
  expect(rows).toHaveLength(hits - correlations.length);
  return rows.map(({ rule, record }) => `${ids[rule as number]} ${record}`).sort();
}

const rule = (id: string, detection: string): string => `title: ${id}
logsource: {product: aws, service: cloudtrail}
author: nobody
level: low
detection:
${detection.replace(/^/gm, '  ')}
`;
const set = (rules: Readonly<Record<string, string>>): RuleSet =>
  readRules(Object.entries(rules).map(([id, detection]) => ({ path: `${id}.yml`, text: detection.startsWith('title') ? detection : rule(id, detection) })));

const RULES = set({
  by_name: 's: {eventName: [StopLogging, DeleteTrail]}\ncondition: s',
  role_calls: 's: {userIdentity.type: AssumedRole, userIdentity.sessionContext.sessionIssuer.type: Role}\ncondition: s',
  role_calls_not_ec2: 's: {userIdentity.sessionContext.sessionIssuer.type: Role}\nn: {eventSource: ec2.amazonaws.com}\ncondition: s and not n',
  by_agent: 's: {userAgent|contains: hog}\ncondition: s',
  by_agent_none: 's: {userAgent|contains: never}\ncondition: s',
  instance_outside:
    "s: {userIdentity.arn|contains: ':assumed-role/', userIdentity.arn|re: '.*/i-[0-9a-f]+$'}\nn: {sourceIPAddress|cidr: 10.0.0.0/8}\ncondition: s and not n",
  no_error: 's: {eventName: GetObject, errorCode: null}\ncondition: s',
  key_there: 's: {userIdentity.accessKeyId|exists: true, userAgent|contains: hog}\ncondition: s',
  key_not_there: 's: {userIdentity.accessKeyId|exists: false}\ncondition: s',
  error_there: 's: {errorCode|exists: true}\ncondition: s',
  address_null: 's: {sourceIPAddress: null}\ncondition: s',
  read_only: "s: {readOnly: 'true', userAgent|startswith: aws}\ncondition: s",
  parameters: 's: {requestParameters.bucketName|contains: secret}\ncondition: s',
  parameters_and_agent: 's: {requestParameters.bucketName|contains: secret, userAgent|contains: hog}\ncondition: s',
  same_user: 's: {eventSource: iam.amazonaws.com}\nf: {userIdentity.userName|fieldref: requestParameters.userName}\ncondition: s and not f',
  same_columns: 'f: {userIdentity.userName|fieldref: userIdentity.principalId}\ncondition: f',
  word: 's: [needle]\ncondition: s',
  early: "s: {eventTime|startswith: '2026-03-01T00:0'}\ncondition: s",
  nothing_like_it: 's: {status: done}\ncondition: s',
  not_that: 's: {status: done}\ncondition: not s',
  deeper: 's: {userIdentity.sessionContext.unheard: x}\ncondition: not s',
  one_of: 's1: {awsRegion: us-east-1, userAgent|contains: hog}\ns2: {recipientAccountId: "222222222222"}\ncondition: 1 of s*',
});

/** The same little random numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
function madeRecords(count: number): TrailRecord[] {
  const next = random(7);
  const one = <T>(...of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const maybe = <T extends object>(value: T, chance = 0.5): Partial<T> => (next() < chance ? value : {});
  const role = () => ({
    type: 'AssumedRole',
    arn: `arn:aws:sts::111111111111:assumed-role/web/${one('i-0123456789abcdef0', 'i-0a', 'deploy', "o'neil")}`,
    accessKeyId: one('ASIAONE', 'ASIATWO'),
    ...maybe({
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111111111111:role/web' }, ...maybe({ attributes: { mfaAuthenticated: 'false' } }) },
    }),
  });
  const user = () => ({
    type: 'IAMUser',
    userName: one('ana', 'bob', 'principal'),
    principalId: one('ana', 'principal'),
    ...maybe({ accessKeyId: 'AKIAONE' }),
  });
  return Array.from({ length: count }, (_, index) => ({
    eventVersion: '1.08',
    eventID: `event-${index}`,
    eventTime: `2026-03-01T00:${String(Math.floor(index / 60) % 60).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}Z`,
    eventSource: one('ec2.amazonaws.com', 's3.amazonaws.com', 'iam.amazonaws.com', 'cloudtrail.amazonaws.com'),
    eventName: one('StopLogging', 'stoplogging', 'GetObject', 'CreateUser', 'DescribeInstances', "o'neil"),
    awsRegion: one('us-east-1', 'eu-west-1'),
    ...maybe({ sourceIPAddress: one('10.1.2.3', '198.51.100.7', 'ec2.amazonaws.com', '2001:db8::1') }, 0.9),
    ...maybe({ userAgent: one('aws-cli/2', 'TruffleHog', 'aws-hog', 'Boto3') }, 0.9),
    ...maybe({ errorCode: one('AccessDenied', 'Client.DryRunOperation') }, 0.3),
    userIdentity: one<() => object | null>(
      role,
      role,
      user,
      () => ({ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }),
      () => null,
    )(),
    requestParameters: one<object | null>(
      { bucketName: one('secrets', 'plain'), big: 12345678901234567890n.toString() },
      { userName: one('ana', 'bob') },
      { text: one('needle', 'hay') },
      null,
    ),
    responseElements: null,
    readOnly: next() < 0.5,
    eventType: one('AwsApiCall', 'AwsServiceEvent'),
    recipientAccountId: one('111111111111', '222222222222'),
    eventCategory: 'Management',
  })) as TrailRecord[];
}

describe('Sigma rules over a store', () => {
  it.each<[string, Limits]>([
    ['by groups wherever it can be', { few: 0, many: LIMITS.many }],
    ['with too many values to group by', { few: 0, many: 3 }],
    ['with too many combinations', { few: 0, many: 9 }],
    ['by reading what few rules leave open', LIMITS],
  ])('find what each rule finds in each record, %s', async (_, limits) => {
    const records = madeRecords(1_500);
    const expected = plainly(RULES, records);
    const rules = new Set(expected.map((hit) => hit.split(' ')[0]));
    expect(RULES.unsupported).toEqual([]);
    // Rules that hit nothing here would prove little.
    expect([...RULES.rules.map(({ id }) => id)].filter((id) => !rules.has(id)).sort()).toEqual(['by_agent_none', 'nothing_like_it']);
    const store = await storeOf(records);
    expect(await found(store, RULES, { limits })).toEqual(expected);
  });
  it('tell of each rule how often, how often in vain, when first and last, and the first few', async () => {
    const records = madeRecords(300);
    const { byRule } = await detectSigma(await storeOf(records), RULES, { limits: { few: 0, many: 1_000 }, examples: 2 });
    const hits = records.filter((record) => /^stoplogging$/i.test(String(record.eventName)));
    const told = byRule.find(({ rule: id }) => id === 'by_name')!;
    expect(told).toMatchObject({
      count: hits.length,
      attempts: hits.filter(({ errorCode }) => errorCode !== undefined).length,
      first: hits[0]!.eventTime,
      last: hits.at(-1)!.eventTime,
    });
    expect(told.examples.map(({ events }) => events[0]! % 2 ** 26)).toEqual(hits.slice(0, 2).map((record) => records.indexOf(record)));
    expect(told.examples[0]!.why.en).toContain(`eventName=${hits[0]!.eventName}`);
  });
  it('count each event once, and tell of each rule what its events tell', async () => {
    const made = madeRecords(600).map((record, index) => (index % 9 === 0 ? { ...record, eventTime: 'no date' } : record));
    const more = made.flatMap((record, index): TrailRecord[] => [
      ...(index % 5 === 0 ? [record] : []),
      ...(index % 7 === 0 ? [{ ...record, eventID: `apart-${index}`, eventCategory: index % 2 ? 'Insight' : 'NetworkActivity' }] : []),
    ]);
    const store = await storeOf([...made, ...more]);
    const known = made.map((record) => ({ ...record }));
    expect(await found(store, RULES, { limits: { few: 0, many: 1_000 } })).toEqual(plainly(RULES, known));
    for (const limits of [LIMITS, { few: 0, many: 3 }]) {
      const { byRule, ids } = await detectSigma(store, RULES, { limits, examples: 4 });
      const rows = await store.query('SELECT h.rule, n, h.attempt, eventTime, h.time FROM sigma_hits h JOIN events USING (n) ORDER BY h.time, n');
      for (const { rule: id, count, attempts, first, last, examples } of byRule) {
        const own = rows.filter(({ rule: index }) => ids[index as number] === id);
        expect([id, count, attempts, first]).toEqual([id, own.length, own.filter(({ attempt }) => attempt).length, own[0]!.eventTime]);
        const dated = own.filter(({ time }) => time !== null);
        expect([id, last]).toEqual([id, (dated.length > 0 ? dated : own).at(-1)!.eventTime]);
        expect([id, ...examples.flatMap(({ events }) => events)]).toEqual([id, ...own.slice(0, 4).map(({ n }) => n)]);
      }
      expect(byRule.length).toBeGreaterThan(15);
    }
  });
  it.each<Limits>([{ few: 0, many: LIMITS.many }, { few: 0, many: 3 }, LIMITS])(
    'strictly (%o), leave out what rules known to be wrong do not mean',
    async (limits) => {
      const faulty = set({
        aws_iam_backdoor_users_keys: 'a: {eventName: CreateUser}\nb: {userIdentity.arn|contains: responseElements.accessKey.userName}\ncondition: a and not b',
        aws_sts_assumerole_misuse: 's: {userIdentity.type: AssumedRole}\ncondition: s',
      });
      const made = madeRecords(800).map((record, index) =>
        index % 5 > 0 ? record : { ...record, eventSource: 'sts.amazonaws.com', eventName: index % 2 ? 'AssumeRole' : 'GetCallerIdentity' },
      );
      const store = await storeOf(made);
      const strict = plainly(faulty, made, true);
      expect(new Set(strict.map((hit) => hit.split(' ')[0])).size).toBe(2);
      expect(strict.length).toBeLessThan(plainly(faulty, made).length / 3);
      expect(await found(store, faulty, { limits, strict: true })).toEqual(strict);
      expect(await found(store, faulty, { limits })).toEqual(plainly(faulty, made));
    },
  );
  it('take a sign-in that failed for an attempt, whatever it says', async () => {
    const signIns = [{ ConsoleLogin: 'Failure' }, { ConsoleLogin: 'Success' }, null, 'Failure', { ConsoleLogin: null }].flatMap((responseElements) =>
      [{}, { errorMessage: 'Failed authentication' }, { errorMessage: 'No username found in supplied account' }].map((more) => ({
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        responseElements,
        ...more,
      })),
    ) as TrailRecord[];
    const records = [...signIns, ...signIns.map((record) => ({ ...record, eventName: 'CheckMfa' }))].map((record, index) => ({
      eventID: `event-${index}`,
      eventTime: '2026-03-01T00:00:00Z',
      ...record,
    }));
    const blind = set({ sign_in: 's: {eventSource: signin.amazonaws.com}\ncondition: s' });
    const store = await storeOf(records);
    const attempts = records.filter((record) => outcomeOf(record) !== 'done').length;
    expect(attempts).toBe(3 + 4 + 5);
    const { byRule } = await detectSigma(store, blind, { examples: records.length });
    expect(byRule).toMatchObject([{ count: records.length, attempts }]);
    expect(byRule[0]!.examples.filter(({ caveat }) => caveat?.en.includes('was denied'))).toHaveLength(attempts);
    expect(await found(store, blind, { strict: true })).toEqual(plainly(blind, records, true));
  });
  it('leave nothing of an empty store, and nothing of a run before', async () => {
    const store = await storeOf([]);
    expect(await detectSigma(store, RULES)).toMatchObject({ byRule: [], hits: 0 });
    const other = await storeOf(madeRecords(50));
    const before = await found(other, RULES);
    expect(await found(other, RULES)).toEqual(before);
  });
  it('feed correlations with the hits of the rules that they count, and withhold those', async () => {
    const correlated = set({
      probe:
        'title: probe\nname: probe\nlogsource: {product: aws, service: cloudtrail}\nauthor: nobody\ndetection:\n  s: {userAgent|contains: hog}\n  condition: s\n',
      many: 'title: many\nauthor: nobody\ncorrelation:\n  type: event_count\n  rules: [probe]\n  group-by: [sourceIPAddress]\n  timespan: 10m\n  condition: {gte: 20}\n',
      stop: 's: {eventName: StopLogging}\ncondition: s',
    });
    expect(correlated.unsupported).toEqual([]);
    const records = madeRecords(500);
    const store = await storeOf(records);
    const { byRule, correlations } = await detectSigma(store, correlated, { limits: { few: 0, many: 1_000 } });
    expect(byRule.map(({ rule: id }) => id)).toEqual(['stop']);
    const addresses = new Set(records.filter(({ userAgent }) => /hog/i.test(String(userAgent))).flatMap(({ sourceIPAddress }) => sourceIPAddress ?? []));
    expect(correlations).toHaveLength(addresses.size);
    const hit = correlations[0]!.events.map((n) => records[n % 2 ** 26]!);
    expect(hit.length).toBeGreaterThanOrEqual(20);
    expect(hit.every(({ userAgent }) => /hog/i.test(String(userAgent)))).toBe(true);
    expect(new Set(hit.map(({ sourceIPAddress }) => sourceIPAddress)).size).toBe(1);
  });
});

const REAL = join(process.env.APLOMB_SHARED_DATA ?? new URL('../../../../shared/data', import.meta.url).pathname, 'sigma-aws');
const records = attackRecords();
describe.skipIf(!records)('the AWS rules of SigmaHQ on a real attack', () => {
  it.each([{ few: 0, many: LIMITS.many }, { few: 0, many: 20 }, LIMITS])('find the same by groups (%o), also strictly', async (limits) => {
    const all = await readRulesFrom(REAL);
    const store = await storeOf(records!);
    const expected = plainly(all, records!);
    expect(expected).toHaveLength(109);
    expect(new Set(expected.map((hit) => hit.split(' ')[0])).size).toBe(11);
    expect(await found(store, all, { limits })).toEqual(expected);
    const strict = await found(store, all, { limits, strict: true });
    expect(strict).toEqual(plainly(all, records!, true));
    expect(strict.length).toBeLessThan(expected.length);
  });
});
