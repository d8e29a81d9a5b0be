import { describe, expect, it } from 'vitest';
import type { Call, Found, Hunter, JsonObject } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import type { HuntResult } from '../shared/hunt-result.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './hunt.ts';

const ACCOUNT = '111122223333';
const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const SECOND = 'AKIAQ2SECQNDKEY23456';
const BACKDOOR = 'AKIAQ2BACKDQQR234567';
const SESSION = 'ASIAQ2SESSIQN2345672';
const CHAINED = 'ASIAQ2CHAINED2345672';
const CONSOLE = 'ASIAQ2CQNSQLE2345672';
const COLLEAGUE = 'AKIAQ2CQLLEAGUE23456';
const deploy = { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/deploy`, userName: 'deploy' };
const roleArn = `arn:aws:iam::${ACCOUNT}:role/Admin`;
const admin = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/x`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn, userName: 'Admin' } },
};

let n = 0;
const event = (region: string, service: string, eventName: string, accessKeyId: string, userIdentity: object, rest: object = {}) => ({
  eventID: `e-${n++}`,
  eventTime: `2026-11-22T10:00:${String(n % 60).padStart(2, '0')}Z`,
  eventName,
  eventSource: `${service}.amazonaws.com`,
  awsRegion: region,
  sourceIPAddress: '198.51.100.66',
  readOnly: false,
  userIdentity: { ...userIdentity, accessKeyId },
  ...rest,
});
const issue = (key: string) => ({ credentials: { accessKeyId: key, sessionToken: 'SECRET-TOKEN' } });
const TRAIL = [
  event('us-east-1', 'sts', 'GetCallerIdentity', LEAKED, deploy, { readOnly: 'true' }),
  event('us-east-1', 'cloudtrail', 'StopLogging', LEAKED, deploy, { errorCode: 'AccessDenied' }),
  event('us-east-1', 'iam', 'CreateAccessKey', LEAKED, deploy, {
    requestParameters: null,
    responseElements: { accessKey: { accessKeyId: SECOND, userName: 'deploy' } },
  }),
  event('us-east-1', 'iam', 'CreateUser', LEAKED, deploy, {
    requestParameters: { userName: 'svc' },
    responseElements: { user: { userName: 'svc', arn: `arn:aws:iam::${ACCOUNT}:user/svc` } },
  }),
  event('us-east-1', 'iam', 'CreateAccessKey', LEAKED, deploy, {
    requestParameters: { userName: 'svc' },
    responseElements: { accessKey: { accessKeyId: BACKDOOR, userName: 'svc' } },
  }),
  event('eu-west-1', 'sts', 'AssumeRole', SECOND, deploy, { readOnly: true, requestParameters: { roleArn }, responseElements: issue(SESSION) }),
  event('eu-west-1', 'sts', 'AssumeRole', SESSION, admin, { readOnly: true, requestParameters: { roleArn }, responseElements: issue(CHAINED) }),
  event('eu-west-1', 'ec2', 'RunInstances', CHAINED, admin, {
    requestParameters: { groupSet: { items: [{ groupId: 'sg-0123456789abcdef0' }] } },
    responseElements: { instancesSet: { items: [{ instanceId: 'i-0aaaaaaaaaaaaaaa1' }, { instanceId: 'i-0aaaaaaaaaaaaaaa2' }] } },
  }),
  event('eu-west-1', 'ec2', 'RunInstances', LEAKED, deploy, { errorCode: 'Client.DryRunOperation' }),
  event('us-east-1', 'ec2', 'AuthorizeSecurityGroupIngress', SESSION, admin, {
    requestParameters: { groupId: 'sg-0fffffffffffffff0' },
    responseElements: { _return: true },
  }),
  event('us-east-1', 'iam', 'ListUsers', CONSOLE, { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/svc`, userName: 'svc' }, { readOnly: true }),
  event(
    'eu-west-1',
    'ec2',
    'RunInstances',
    COLLEAGUE,
    { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ana`, userName: 'ana' },
    {
      responseElements: { instancesSet: { items: [{ instanceId: 'i-0bbbbbbbbbbbbbbb1' }] } },
    },
  ),
];
const lookup: Canned = (call: Call) => {
  const [{ AttributeKey: attribute, AttributeValue: value }] = (call.input as any).LookupAttributes;
  const matches = TRAIL.filter(
    (one: any) =>
      one.awsRegion === call.region &&
      (attribute === 'AccessKeyId'
        ? one.userIdentity.accessKeyId === value
        : attribute === 'EventSource'
          ? one.eventSource === value
          : attribute === 'EventName'
            ? one.eventName === value
            : one.userIdentity.userName === value),
  );
  return { Events: matches.map((one) => ({ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) })) };
};

const thing = (type: string, id: string, region: string, createdAt: string | null): Found => ({
  type,
  arn: `arn:aws:x:${region}:${ACCOUNT}:${id}`,
  id,
  region,
  account: ACCOUNT,
  createdAt,
  alive: true,
});
const NAMES: Record<string, string[]> = {
  'AWS::EC2::Instance': ['instanceId'],
  'AWS::EC2::SecurityGroup': ['groupId'],
  'AWS::IAM::User': ['userName'],
  'AWS::IAM::AccessKey': ['accessKeyId'],
};
const hunter = (type: string, scope: Hunter['scope'], createdByEvents: string[], found: Found[], error?: Error): Hunter => ({
  type,
  scope,
  title: text(type, type),
  permissions: [],
  createdByEvents,
  ...(type === 'AWS::EC2::SecurityGroup' ? { changedByEvents: ['AuthorizeSecurityGroupIngress'] } : {}),
  names: NAMES[type] ?? [],
  async *scan(_ctx, region) {
    if (error && region === 'ap-south-1') throw error;
    yield* found.filter((one) => one.region === region);
  },
});
const NEW = '2026-11-22T10:00:30.000Z';
const OLD = '2024-01-01T00:00:00.000Z';
const world = (error?: Error): Hunter[] => [
  hunter(
    'AWS::EC2::Instance',
    'regional',
    ['RunInstances'],
    [
      thing('AWS::EC2::Instance', 'i-0aaaaaaaaaaaaaaa1', 'eu-west-1', NEW),
      thing('AWS::EC2::Instance', 'i-0bbbbbbbbbbbbbbb1', 'eu-west-1', NEW),
      thing('AWS::EC2::Instance', 'i-0ccccccccccccccc1', 'eu-west-1', OLD),
    ],
    error,
  ),
  hunter(
    'AWS::EC2::SecurityGroup',
    'regional',
    ['CreateSecurityGroup'],
    [thing('AWS::EC2::SecurityGroup', 'sg-0123456789abcdef0', 'eu-west-1', null), thing('AWS::EC2::SecurityGroup', 'sg-0fffffffffffffff0', 'us-east-1', null)],
  ),
  hunter('AWS::IAM::User', 'global', ['CreateUser'], [thing('AWS::IAM::User', 'svc', 'us-east-1', NEW), thing('AWS::IAM::User', 'ana', 'us-east-1', OLD)]),
  hunter(
    'AWS::IAM::AccessKey',
    'global',
    ['CreateAccessKey'],
    [thing('AWS::IAM::AccessKey', BACKDOOR, 'us-east-1', NEW), thing('AWS::IAM::AccessKey', SECOND, 'us-east-1', NEW)],
  ),
];
const regions = {
  Regions: [
    { RegionName: 'us-east-1', OptInStatus: 'opt-in-not-required' },
    { RegionName: 'eu-west-1', OptInStatus: 'opt-in-not-required' },
    { RegionName: 'ap-south-1', OptInStatus: 'opt-in-not-required' },
    { RegionName: 'af-south-1', OptInStatus: 'not-opted-in' },
  ],
};
const answers: Record<string, Canned> = {
  'ec2:DescribeRegions': regions,
  'account:ListRegions': {
    Regions: regions.Regions.map((one) => ({
      RegionName: one.RegionName,
      RegionOptStatus: one.OptInStatus === 'not-opted-in' ? 'DISABLED' : 'ENABLED_BY_DEFAULT',
    })),
  },
  'cloudtrail:LookupEvents': lookup,
};
const hunt = async (more: Record<string, Canned> = {}, error?: Error, asked: JsonObject = {}) => {
  const options = {
    answers: { ...answers, ...more },
    target: { accessKeyId: LEAKED },
    options: { since: '2026-11-22T09:00:00Z', ...asked },
    hunters: world(error),
  };
  const ctx = fakeContext(options);
  const { observed, steps } = await planOf(action, ctx);
  expect(steps).toEqual([]);
  const checks = await action.check(fakeContext({ ...options, facts: { observed: { hunt: observed } } }));
  return { hunt: observed as HuntResult, checks: Object.fromEntries(checks.map((one) => [one.name, one])), ctx };
};

describe('the hunt', () => {
  it('closes over every credential issued from the key, console sessions of made users included', async () => {
    const { hunt: result, checks } = await hunt();
    const tree = Object.fromEntries(result.tree.map((node) => [node.credential, node]));
    expect(Object.keys(tree).sort()).toEqual([BACKDOOR, LEAKED, SECOND, CHAINED, CONSOLE, SESSION].sort());
    expect(tree[LEAKED]).toMatchObject({
      via: 'leaked',
      issuedBy: null,
      userName: 'deploy',
      denied: 1,
      refused: ['StopLogging'],
      probed: 1,
      regions: ['eu-west-1', 'us-east-1'],
    });
    expect(tree[SECOND]).toMatchObject({ kind: 'key', via: 'CreateAccessKey', issuedBy: LEAKED, userName: 'deploy' });
    expect(tree[SESSION]).toMatchObject({ kind: 'session', via: 'AssumeRole', issuedBy: SECOND, role: roleArn });
    expect(tree[CHAINED]).toMatchObject({ issuedBy: SESSION, role: roleArn });
    expect(tree[CONSOLE]).toMatchObject({ via: 'user', userName: 'svc', issuedBy: LEAKED });
    expect(checks['tree-closed']!.verdict).toBe('holds');
    expect(checks['key-activity-read']!.verdict).toBe('holds');
  });
  it('says who made what, and takes neither look-alikes nor what was only named for the key’s work', async () => {
    const { hunt: result } = await hunt();
    const byKey = result.found.filter((one) => one.byKey).map((one) => one.id);
    expect(byKey.sort()).toEqual(['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'svc', BACKDOOR, SECOND].sort());
    const by = Object.fromEntries(result.found.map((one) => [one.id, one]));
    expect(by['i-0aaaaaaaaaaaaaaa1']).toMatchObject({ session: CHAINED, event: 'RunInstances', createdBy: admin.arn });
    expect(by['i-0aaaaaaaaaaaaaaa2']).toMatchObject({ alive: false, detail: { knownFrom: 'CloudTrail only' } });
    expect(by['sg-0fffffffffffffff0']).toMatchObject({
      byKey: false,
      event: 'AuthorizeSecurityGroupIngress',
      detail: { changedBy: admin.arn, changedByKey: true },
    });
    expect(by['sg-0fffffffffffffff0']!.createdBy).toBeUndefined();
    expect(by['i-0bbbbbbbbbbbbbbb1']).toMatchObject({ byKey: false, createdBy: `arn:aws:iam::${ACCOUNT}:user/ana`, session: COLLEAGUE });
    expect(by['i-0ccccccccccccccc1']).toBeUndefined();
    expect(result.tree.find((node) => node.credential === CHAINED)!.made).toHaveLength(2);
    expect(result.tree.find((node) => node.credential === SESSION)!.changed).toEqual([by['sg-0fffffffffffffff0']!.arn]);
  });
  it('keeps no session token', async () => {
    expect(JSON.stringify((await hunt()).hunt)).not.toContain('SECRET-TOKEN');
  });
  it('names every region with its state; a region that is off is not clean', async () => {
    const { hunt: result, checks } = await hunt();
    expect(result.regions.map((one) => `${one.region} ${one.status} ${one.found}`)).toEqual([
      'af-south-1 not-enabled 0',
      'ap-south-1 inspected 0',
      'eu-west-1 inspected 3',
      'us-east-1 inspected 4',
    ]);
    expect(checks['regions-inspected']).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('not the same as clean') } });
  });
  it.each([
    [{ region: ['eu-west-1'] }, ['eu-west-1'], ['unknown', 'unknown', 'unknown']],
    // Events are read whatever types are asked for.
    [{ type: ['iam::user'] }, ['AWS::IAM::User'], ['unknown', 'holds', 'holds']],
    [{ region: ['us-east-1'], type: ['IAM::User'] }, ['us-east-1', 'AWS::IAM::User'], ['unknown', 'unknown', 'unknown']],
  ])('asked for a part only (%j) it says so, and is sure of no more than that', async (asked, named, verdicts) => {
    const { hunt: result, checks } = await hunt({}, undefined, asked);
    const said = [checks['regions-inspected']!, checks['key-activity-read']!, checks['tree-closed']!];
    expect(said.map((one) => one.verdict)).toEqual(verdicts);
    for (const one of said.filter(({ verdict }) => verdict === 'unknown'))
      for (const lang of ['en', 'es'] as const) expect(one.why[lang]).toContain(named[0]!.startsWith('AWS') ? named[0] : `: ${named[0]}`);
    expect([...result.narrowed!.regions, ...result.narrowed!.types]).toEqual(named);
    expect((await hunt()).hunt).not.toHaveProperty('narrowed');
  });
  it('judges the hunt that was made last, although a whole one stands beside it', async () => {
    const [whole, narrow] = [(await hunt()).hunt, (await hunt({}, undefined, { region: 'eu-west-1' })).hunt] as unknown as [JsonObject, JsonObject];
    const judged = async (observed: JsonObject) => (await action.check(fakeContext({ facts: { observed } }))).map((one) => one.verdict);
    expect(await judged({ hunt: whole })).toEqual(['holds', 'holds', 'holds']);
    expect(await judged({ hunt: whole, 'hunt:narrowed': narrow })).toEqual(['unknown', 'unknown', 'unknown']);
  });
  it('a region that had no answer in the rush is asked again, and is inspected when it answers', async () => {
    let scans = 0;
    const restless = hunter('AWS::EC2::Volume', 'regional', ['CreateVolume'], []);
    const slow: Hunter = {
      ...restless,
      async *scan(_ctx, region) {
        if (region === 'ap-south-1' && scans++ === 0) throw Object.assign(failure('TimeoutError'), { status: undefined });
        yield* [];
      },
    };
    const ctx = fakeContext({ answers, target: { accessKeyId: LEAKED }, options: { since: '2026-11-22T09:00:00Z' }, hunters: [slow] });
    const result = await action.observe(ctx);
    expect(scans).toBe(2);
    expect(result.regions.map((one) => one.status)).toEqual(['not-enabled', 'inspected', 'inspected', 'inspected']);
    const told = ctx.said.flatMap((one) => (one.detail?.hunt ? [one.detail.hunt as JsonObject] : []));
    expect(told.filter((one) => one.region === 'ap-south-1' && one.status !== 'running').map((one) => one.status)).toEqual(['inspected']);
    expect(told.at(-1)).toMatchObject({ finished: 3, regions: 3 });
  });
  it.each([
    ['denied', failure('UnauthorizedOperation', 403)],
    ['failed', failure('InternalError', 500)],
  ])('an error in one region makes it %s, keeps the others, and the verdict unknown', async (status, error) => {
    const { hunt: result, checks } = await hunt({}, error);
    expect(result.regions.find((one) => one.region === 'ap-south-1')).toMatchObject({ status, why: expect.stringContaining(error.code) });
    expect(result.found.some((one) => one.id === 'i-0aaaaaaaaaaaaaaa1')).toBe(true);
    expect(checks['regions-inspected']).toMatchObject({ verdict: 'unknown', why: { en: expect.stringContaining('ap-south-1') } });
  });
  it('a region whose events cannot be read leaves the tree open', async () => {
    const { hunt: result, checks } = await hunt({ 'cloudtrail:LookupEvents@ap-south-1': failure('AccessDenied', 400) });
    expect(result.closed).toBe(false);
    expect(result.regions.find((one) => one.region === 'ap-south-1')!.status).toBe('denied');
    expect([checks['tree-closed']!.verdict, checks['key-activity-read']!.verdict, checks['regions-inspected']!.verdict]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
  it.each(['not json', '[]', '{"eventName":1}', '{"eventID":"x","eventName":"y","eventTime":"never"}', `${'['.repeat(100_000)}`])(
    'a hostile record (%#) is told, not skipped',
    async (raw) => {
      const { hunt: result, checks } = await hunt({ 'cloudtrail:LookupEvents@ap-south-1': { Events: [{ CloudTrailEvent: raw }] } });
      expect(result.unread[0]!.why).toContain('1 of 1 records could not be parsed');
      expect(checks['key-activity-read']!.verdict).toBe('unknown');
    },
  );
  it('a region switched off within the window may hide things', async () => {
    const off = event('us-east-1', 'account', 'DisableRegion', COLLEAGUE, deploy, { requestParameters: { RegionName: 'af-south-1' } });
    const { checks } = await hunt({
      'cloudtrail:LookupEvents@us-east-1': (call, times) =>
        (call.input as any).LookupAttributes[0].AttributeKey === 'EventSource'
          ? { Events: [{ CloudTrailEvent: JSON.stringify(off) }] }
          : (lookup as any)(call, times),
    });
    expect(checks['regions-inspected']).toMatchObject({ verdict: 'unknown', why: { en: expect.stringContaining('af-south-1') } });
  });
  it('goes back as far as CloudTrail does when no time is known, and says when that is too short', async () => {
    const long = fakeContext({ answers, target: { accessKeyId: LEAKED }, hunters: world(), options: { since: '2026-01-01T00:00:00Z' } });
    const observed = await action.observe(long);
    expect(observed.since < observed.trailSince).toBe(true);
    const [, activity] = await action.check(fakeContext({ facts: { observed: { hunt: observed as any } } }));
    expect(activity).toMatchObject({ name: 'key-activity-read', verdict: 'unknown', why: { en: expect.stringContaining('90 days') } });
    await expect(action.observe(fakeContext({ answers, hunters: [], options: { since: 'yesterday-ish' } }))).rejects.toMatchObject({
      code: 'InvalidTime',
      exit: 2,
    });
  });
  it('asks the account service when EC2 does not answer, and gives up loudly when neither does', async () => {
    const { hunt: result } = await hunt({ 'ec2:DescribeRegions': failure('UnauthorizedOperation', 403) });
    expect(result.regions.filter((one) => one.status === 'inspected')).toHaveLength(3);
    await expect(
      hunt({ 'ec2:DescribeRegions': failure('UnauthorizedOperation', 403), 'account:ListRegions': failure('AccessDenied', 403) }),
    ).rejects.toMatchObject({ code: 'RegionsUnknown' });
  });
});
