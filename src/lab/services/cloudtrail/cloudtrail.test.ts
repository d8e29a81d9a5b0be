import { describe, expect, it } from 'vitest';
import type { Caller } from '../../contract.ts';
import { addAccessKey, addUser, createAccount, makeContext, newWorld, recordCall, worldNow } from '../../world/index.ts';
import { operations as lookup } from './lookup.ts';
import { operations as trails } from './trails.ts';

const ACCOUNT = '111122223333';
const DAY = 86_400_000;
function setUp() {
  const world = newWorld({ seed: 'trail' });
  const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
  const user = addUser(world, account, { name: 'ann' });
  const key = addAccessKey(world, account, 'ann');
  const caller: Caller = { account: ACCOUNT, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: key.id, userName: 'ann' };
  const record = (operation: string, more: { time?: number; region?: string; service?: string; input?: object } = {}) =>
    recordCall(world, {
      caller,
      service: more.service ?? 'ec2',
      operation,
      region: more.region ?? 'us-east-1',
      protocol: 'ec2Query',
      requestId: 'r',
      time: more.time ?? worldNow(world),
      ip: '203.0.113.9',
      userAgent: 'test',
      input: more.input ?? {},
      mutates: !/^(Describe|Get|List)/.test(operation),
    });
  const call = async (operation: string, input: object = {}, region = 'us-east-1') =>
    ({ ...lookup, ...trails })[operation]!.run(
      input,
      makeContext(world, { account, caller, region, requestId: 'r', request: { ip: '', userAgent: '' }, read: true, service: 'cloudtrail' }),
    );
  const names = async (input: object = {}, region?: string): Promise<string[]> =>
    (await call('LookupEvents', input, region)).Events.map((event: any) => event.EventName);
  return { world, key, record, call, names };
}
const code = (name: string) => expect.objectContaining({ code: name });
const by = (AttributeKey: string, AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });

describe('LookupEvents', () => {
  it('answers the newest first, of this region, of 90 days, inside the window', async () => {
    const { record, names } = setUp();
    const now = Date.now();
    record('RunInstances', { time: now - 91 * DAY });
    record('StopInstances', { time: now - 2 * DAY });
    record('StartInstances', { time: now - DAY });
    record('CreateSnapshot', { time: now - DAY, region: 'eu-west-1' });
    record('CreateUser', { time: now - 3 * DAY, region: 'eu-west-1', service: 'iam' });
    expect(await names()).toEqual(['StartInstances', 'StopInstances', 'CreateUser']);
    expect(await names({}, 'eu-west-1')).toEqual(['CreateSnapshot']);
    expect(await names({ StartTime: new Date(now - 2.5 * DAY), EndTime: new Date(now - 1.5 * DAY) })).toEqual(['StopInstances']);
    await expect(names({ StartTime: new Date(now), EndTime: new Date(now - 1) })).rejects.toEqual(code('InvalidTimeRangeException'));
  });
  it('filters by exactly one attribute', async () => {
    const { key, record, names } = setUp();
    record('StopInstances', { input: { InstanceIds: ['i-1'] } });
    record('DescribeInstances');
    expect(await names(by('EventName', 'StopInstances'))).toEqual(['StopInstances']);
    expect(await names(by('ReadOnly', 'true'))).toEqual(['DescribeInstances']);
    expect(await names(by('AccessKeyId', key.id))).toHaveLength(2);
    expect(await names(by('Username', 'ann'))).toHaveLength(2);
    expect(await names(by('ResourceName', 'i-1'))).toEqual(['StopInstances']);
    expect(await names(by('ResourceType', 'AWS::EC2::Instance'))).toEqual(['StopInstances']);
    expect(await names(by('EventSource', 'iam.amazonaws.com'))).toEqual([]);
    const two = { LookupAttributes: [...by('EventName', 'a').LookupAttributes, ...by('Username', 'b').LookupAttributes] };
    await expect(names(two)).rejects.toEqual(code('InvalidLookupAttributesException'));
  });
  it('pages without loss or repetition while new events arrive, and binds the token to its parameters', async () => {
    const { world, record, call } = setUp();
    world.settings.pageSize = 3;
    for (let i = 0; i < 8; i++) record(`Op${i}`, { time: Date.now() - 100_000 + i * 1000 });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await call('LookupEvents', { MaxResults: 50, ...(NextToken && { NextToken }) });
      expect(page.Events.length).toBeLessThanOrEqual(3);
      seen.push(...page.Events.map((event: any) => event.EventName));
      NextToken = page.NextToken;
      if (NextToken) await expect(call('LookupEvents', { MaxResults: 49, NextToken })).rejects.toEqual(code('InvalidNextTokenException'));
      world.offset += 1000;
      record('Late');
    } while (NextToken);
    expect(seen).toEqual(['Op7', 'Op6', 'Op5', 'Op4', 'Op3', 'Op2', 'Op1', 'Op0']);
    await expect(call('LookupEvents', { NextToken: 'x' })).rejects.toEqual(code('InvalidNextTokenException'));
  });
  it('shows an event only after its delay', async () => {
    const { world, record, names } = setUp();
    world.settings.trailDelay = [5000, 5000];
    record('StopInstances');
    expect(await names()).toEqual([]);
    world.offset += 5001;
    expect(await names()).toEqual(['StopInstances']);
  });
  it('throttles per region', async () => {
    const { world, names } = setUp();
    world.settings.lookupRate = 2;
    await names();
    await names();
    await expect(names()).rejects.toEqual(code('ThrottlingException'));
    expect(await names({}, 'eu-west-1')).toEqual([]);
    world.offset += 1001;
    expect(await names()).toEqual([]);
  });
  it('carries the whole record as a JSON text', async () => {
    const { record, call } = setUp();
    record('StopInstances', { input: { InstanceIds: ['i-1'] } });
    const [event] = (await call('LookupEvents')).Events;
    expect(JSON.parse(event.CloudTrailEvent)).toMatchObject({
      eventID: event.EventId,
      requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }] } },
    });
    expect(event).toMatchObject({ ReadOnly: 'false', Username: 'ann', Resources: [{ ResourceType: 'AWS::EC2::Instance', ResourceName: 'i-1' }] });
  });
});

describe('trails', () => {
  it('are seen as shadows elsewhere and changed at home only', async () => {
    const { call } = setUp();
    await call('CreateTrail', { Name: 'main', S3BucketName: 'logs', IsMultiRegionTrail: true });
    await expect(call('CreateTrail', { Name: 'main', S3BucketName: 'logs' })).rejects.toEqual(code('TrailAlreadyExistsException'));
    await call('StartLogging', { Name: 'main' });
    expect((await call('DescribeTrails', {}, 'eu-west-1')).trailList).toMatchObject([{ Name: 'main', HomeRegion: 'us-east-1' }]);
    expect((await call('DescribeTrails', { includeShadowTrails: false }, 'eu-west-1')).trailList).toEqual([]);
    await expect(call('StopLogging', { Name: 'main' }, 'eu-west-1')).rejects.toEqual(code('InvalidHomeRegionException'));
    expect(await call('GetTrailStatus', { Name: 'main' }, 'eu-west-1')).toMatchObject({ IsLogging: true });
    await call('StopLogging', { Name: 'main' });
    expect(await call('GetTrailStatus', { Name: 'main' })).toMatchObject({ IsLogging: false, StopLoggingTime: expect.any(Date) });
    await call('DeleteTrail', { Name: 'main' });
    await expect(call('GetTrailStatus', { Name: 'main' })).rejects.toEqual(code('TrailNotFoundException'));
  });
});
