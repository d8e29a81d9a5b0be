import { describe, expect, it } from 'vitest';
import type { Caller, World } from '../contract.ts';
import {
  accessKeyId,
  addAccessKey,
  addRole,
  addUser,
  authorize,
  beforeWrite,
  createAccount,
  DEFAULT_REGIONS,
  iamTables,
  issueRoleSession,
  loadWorld,
  makeContext,
  newWorld,
  next32,
  OPT_IN_REGIONS,
  recordCall,
  resolveCaller,
  resourcesOf,
  saveWorld,
  takeFaults,
  touchKey,
  worldNow,
} from './index.ts';

const ACCOUNT = '111122223333';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
function setUp(seed = 'seed') {
  const world = newWorld({ seed });
  const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
  const user = addUser(world, account, { name: 'ann', attached: [ADMIN] });
  const key = addAccessKey(world, account, 'ann');
  const caller: Caller = { account: ACCOUNT, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: key.id, userName: 'ann' };
  return { world, account, user, key, caller };
}
/** The published offline decode of an access key id. */
function decode(id: string): string {
  let bits = 0n;
  for (const letter of id.slice(4)) bits = (bits << 5n) | BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  return String(((bits >> 32n) & 0x7fffffffff80n) >> 7n).padStart(12, '0');
}
const context = (world: World, caller: Caller, read = true) =>
  makeContext(world, { account: ACCOUNT, caller, region: 'us-east-1', requestId: 'r', request: { ip: '203.0.113.9', userAgent: 'test' }, read });

describe('the world', () => {
  it('is the same for the same seed, goes on with the same numbers after a save, and leaves the disks folder out', () => {
    const world = newWorld({ seed: 's', disks: '/images' });
    const first = [next32(world), next32(world)];
    const again = newWorld({ seed: 's' });
    expect([next32(again), next32(again)]).toEqual(first);
    const loaded = loadWorld(saveWorld(world));
    expect(loaded.disks).toBeUndefined();
    expect(next32(loaded)).toBe(next32(world));
    expect(next32(newWorld({ seed: 't' }))).not.toBe(first[0]);
    expect(() => loadWorld('{"version":2}')).toThrow(/version 1/);
  });
  it('xoshiro128** gives the reference sequence', () => {
    // State 1, 2, 3, 4: first values of the authors' C code.
    const state = { random: [1, 2, 3, 4] };
    expect(Array.from({ length: 5 }, () => next32(state))).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
  });
  it('makes key ids that decode to the account and secrets of the real length', () => {
    const { world, key } = setUp();
    for (const account of [ACCOUNT, '000000000001', '999999999999']) {
      const id = accessKeyId(world, 'ASIA', account);
      expect(id).toMatch(/^ASIA[Q-Z2-7][A-Z2-7]{15}$/);
      expect(decode(id)).toBe(account);
    }
    expect(key.secret).toHaveLength(40);
  });
  it('has 17 regions that are on and 17 that are not', () => {
    const { account } = setUp();
    expect([DEFAULT_REGIONS.length, OPT_IN_REGIONS.length, Object.keys(account.regions).length]).toEqual([17, 17, 34]);
    expect(account.regions['af-south-1']?.optIn).toBe('not-opted-in');
    expect(() => createAccount(newWorld({ seed: '' }), { id: '12', name: '' })).toThrow(/12 digits/);
  });
});

describe('credentials and delay', () => {
  it('refuses unknown, inactive, expired keys and wrong tokens', () => {
    const { world, account, key } = setUp();
    const role = addRole(world, account, { name: 'web', trust: {} });
    const session = issueRoleSession(world, account, role, { sessionName: 'i-1', seconds: 900 });
    const ask = (accessKeyId: string, sessionToken?: string, now = worldNow(world)) => resolveCaller(world, { accessKeyId, sessionToken, now });
    expect(ask(key.id)).toMatchObject({ secret: key.secret, caller: { type: 'IAMUser', userName: 'ann' } });
    expect(ask('AKIAQ')).toEqual({ refused: 'unknown-key' });
    expect(ask(key.id, 'token')).toEqual({ refused: 'bad-token' });
    expect(ask(session.id)).toEqual({ refused: 'bad-token' });
    expect(ask(session.id, session.token)).toMatchObject({ caller: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/i-1` } });
    expect(ask(session.id, session.token, session.expires)).toEqual({ refused: 'expired' });
    key.status = 'Inactive';
    expect(ask(key.id)).toEqual({ refused: 'inactive' });
  });
  it('lets an IAM change count only after iamDelay, for keys and for policies', () => {
    const { world, user, key, caller } = setUp();
    world.settings.iamDelay = 4000;
    const mayDescribe = () => authorize(world, caller, { action: 'ec2:DescribeInstances', resources: ['*'], now: worldNow(world) }).allowed;
    const resolves = () => 'caller' in resolveCaller(world, { accessKeyId: key.id, now: worldNow(world) });
    beforeWrite(world, { account: ACCOUNT, region: 'us-east-1', service: 'iam' });
    user.attached = ['arn:aws:iam::aws:policy/AWSDenyAll'];
    world.offset += 1000;
    beforeWrite(world, { account: ACCOUNT, region: 'us-east-1', service: 'iam' });
    key.status = 'Inactive';
    expect([mayDescribe(), resolves()]).toEqual([true, true]);
    world.offset += 3200;
    expect([mayDescribe(), resolves()]).toEqual([false, true]);
    world.offset += 1000;
    expect([mayDescribe(), resolves()]).toEqual([false, false]);
  });
  it('shows EC2 readers the state before a write for a while, sometimes, and writers never', () => {
    const { world, account, caller } = setUp();
    world.settings.ec2Stale = 2000;
    const { tables } = account.regions['us-east-1']!;
    tables.groups = {};
    beforeWrite(world, { account: ACCOUNT, region: 'us-east-1', service: 'ec2' });
    tables.groups['sg-1'] = {};
    const sees = (read: boolean) => 'sg-1' in context(world, caller, read).region.tables.groups!;
    const seen = Array.from({ length: 60 }, () => sees(true));
    expect(seen.filter(Boolean).length).toBeGreaterThan(10);
    expect(seen.filter((fresh) => !fresh).length).toBeGreaterThan(10);
    expect(Array.from({ length: 20 }, () => sees(false)).every(Boolean)).toBe(true);
    world.offset += 2001;
    expect(Array.from({ length: 20 }, () => sees(true)).every(Boolean)).toBe(true);
  });
  it('remembers the last use of a key and of a role', () => {
    const { world, account, key, caller } = setUp();
    touchKey(world, caller, 'ec2', 'eu-west-1');
    expect(iamTables(account).accessKeys[key.id]?.lastUsed).toMatchObject({ service: 'ec2', region: 'eu-west-1' });
  });
});

describe('faults', () => {
  it('act in order, count down, wait and combine latency with one other', () => {
    const { world } = setUp();
    world.settings.faults = [
      { kind: 'latency', milliseconds: [80, 80] },
      { kind: 'error', service: 'ec2', operation: 'StopInstances', code: 'RequestLimitExceeded', status: 503, times: 2, after: 1 },
      { kind: 'deny', region: 'eu-west-1' },
      { kind: 'timeout', chance: 0 },
    ];
    const take = (operation: string, region = 'us-east-1') => takeFaults(world, { service: 'ec2', operation, region }).map(({ kind, delay }) => delay ?? kind);
    expect(take('StopInstances')).toEqual([80]);
    expect(take('StopInstances')).toEqual([80, 'error']);
    expect(take('DescribeInstances', 'eu-west-1')).toEqual([80, 'deny']);
    expect(take('StopInstances')).toEqual([80, 'error']);
    expect(take('StopInstances')).toEqual([80]);
    expect(world.settings.faults).toHaveLength(3);
  });
});

describe('pages', () => {
  it('cut at MaxResults and at the cap, come to an end, and refuse made-up tokens', () => {
    const { world, caller } = setUp();
    world.settings.pageSize = 2;
    const ctx = context(world, caller);
    const first = ctx.page([1, 2, 3, 4, 5], undefined, 4);
    const second = ctx.page([1, 2, 3, 4, 5], first.next, 4);
    const third = ctx.page([1, 2, 3, 4, 5], second.next, 4);
    expect([first.items, second.items, third]).toEqual([[1, 2], [3, 4], { items: [5], next: undefined }]);
    expect(() => ctx.page([1], Buffer.from('1.abc').toString('base64url'), undefined)).toThrow(/token/);
  });
});

describe('CloudTrail records', () => {
  const base = { region: 'eu-west-1', requestId: 'r-1', ip: '203.0.113.9', userAgent: 'aws-cli', mutates: true };
  it('have the real shape for EC2, denied ones too', () => {
    const { world, account, caller } = setUp();
    const input = { InstanceIds: ['i-1', 'i-2'], UserData: 'secret', TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] };
    recordCall(world, {
      ...base,
      caller,
      service: 'ec2',
      operation: 'StopInstances',
      protocol: 'ec2Query',
      time: 1_790_000_000_123,
      input,
      error: { code: 'UnauthorizedOperation', message: 'no' },
    });
    const [entry] = account.trail;
    expect(entry?.record).toMatchObject({
      eventSource: 'ec2.amazonaws.com',
      awsRegion: 'eu-west-1',
      eventTime: '2026-09-21T14:13:20Z',
      errorCode: 'Client.UnauthorizedOperation',
      readOnly: false,
      responseElements: null,
      userIdentity: { type: 'IAMUser', userName: 'ann', accessKeyId: caller.accessKeyId, accountId: ACCOUNT },
      requestParameters: {
        instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] },
        userData: '<sensitiveDataRemoved>',
        tagSpecificationSet: { items: [{ resourceType: 'instance', tagSet: { items: [{ key: 'a', value: 'b' }] } }] },
      },
    });
    expect(JSON.stringify(entry)).not.toContain('secret"');
    expect(resourcesOf(entry!.record)).toContainEqual({ ResourceType: 'AWS::EC2::Instance', ResourceName: 'i-2' });
  });
  it('put IAM in us-east-1 and never hold a secret key', () => {
    const { world, account, key, caller } = setUp();
    world.settings.trailDelay = [300_000, 600_000];
    const output = { AccessKey: { UserName: 'eve', AccessKeyId: 'AKIAQ', SecretAccessKey: key.secret, CreateDate: new Date(1_790_000_000_000) } };
    recordCall(world, { ...base, caller, service: 'iam', operation: 'CreateAccessKey', protocol: 'awsQuery', time: 1000, input: { UserName: 'eve' }, output });
    const [entry] = account.trail;
    expect(entry!.region).toBe('us-east-1');
    expect(entry!.visibleAt).toBeGreaterThanOrEqual(301_000);
    expect(entry!.record.responseElements.accessKey).toMatchObject({ accessKeyId: 'AKIAQ', userName: 'eve', createDate: 'Sep 21, 2026, 2:13:20 PM' });
    expect(JSON.stringify(entry)).not.toContain(key.secret);
  });
  it('tell who stands behind a role session, and join both accounts of an AssumeRole', () => {
    const { world, account, caller } = setUp();
    const other = createAccount(world, { id: '444455556666', name: 'vault' });
    const role = addRole(world, other, { name: 'backup', trust: {} });
    const session = issueRoleSession(world, other, role, { sessionName: 'x', seconds: 900, ec2RoleDelivery: '2.0' });
    const call = { ...base, protocol: 'awsQuery', service: 'sts', mutates: false, time: 1000 };
    recordCall(world, {
      ...call,
      operation: 'AssumeRole',
      caller,
      input: { RoleArn: role.arn },
      output: { Credentials: { AccessKeyId: session.id, SecretAccessKey: session.secret } },
    });
    expect(account.trail[0]!.record).toMatchObject({
      readOnly: true,
      responseElements: { credentials: { accessKeyId: session.id } },
      resources: [{ ARN: role.arn }],
    });
    expect(other.trail[0]!.record.sharedEventID).toBe(account.trail[0]!.record.sharedEventID);
    expect(other.trail[0]!.record.userIdentity).toEqual({ type: 'AWSAccount', principalId: caller.userId, accountId: ACCOUNT });
    const resolved = resolveCaller(world, { accessKeyId: session.id, sessionToken: session.token, now: worldNow(world) });
    recordCall(world, { ...call, operation: 'GetCallerIdentity', caller: (resolved as { caller: Caller }).caller, input: {} });
    expect(other.trail[1]!.record.userIdentity.sessionContext).toMatchObject({
      sessionIssuer: { type: 'Role', arn: role.arn, userName: 'backup', principalId: role.id },
      attributes: { mfaAuthenticated: 'false', creationDate: expect.stringMatching(/^\d{4}-.*Z$/) },
      ec2RoleDelivery: '2.0',
    });
  });
});
