import { createHash, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Account, Caller } from '../../contract.ts';
import { addAccessKey, addOrganization, addUser, createAccount, makeContext, newWorld, recordCall, worldNow } from '../../world/index.ts';
import { operations as buckets } from '../s3/buckets.ts';
import { operations as objects } from '../s3/objects.ts';
import { operations as settings } from '../s3/settings.ts';
import { operations as selectors } from './selectors.ts';
import { operations as keys, publicKeyOf } from './signing-keys.ts';
import { operations as trails } from './trails.ts';

const OWNER = '111122223333';
const MEMBER = '444455556666';
const MINUTE = 60_000;
const all = { ...buckets, ...objects, ...settings, ...selectors, ...keys, ...trails };

function setUp(trail: object = {}) {
  const world = newWorld({ seed: 'delivery' });
  world.offset = Date.parse('2026-03-01T23:40:00Z') - Date.now();
  const callers = new Map<string, Caller>();
  const account = (id: string): Account => {
    const made = createAccount(world, { id, name: id });
    const user = addUser(world, made, { name: 'ann' });
    const key = addAccessKey(world, made, 'ann');
    callers.set(id, { account: id, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: key.id, userName: 'ann' });
    return made;
  };
  const owner = account(OWNER);
  const call = async (operation: string, input: any = {}, region = 'us-east-1') => {
    const ctx = makeContext(world, {
      account: OWNER,
      caller: callers.get(OWNER)!,
      region,
      requestId: 'r',
      request: { ip: '', userAgent: '' },
      read: false,
      service: 's3',
    });
    return all[operation]!.run(input, ctx);
  };
  const record = (operation: string, more: { region?: string; service?: string; account?: string } = {}) =>
    recordCall(world, {
      caller: callers.get(more.account ?? OWNER)!,
      service: more.service ?? 'ec2',
      operation,
      region: more.region ?? 'us-east-1',
      protocol: 'ec2Query',
      requestId: 'r',
      time: worldNow(world),
      ip: '203.0.113.9',
      userAgent: 'test',
      input: {},
      mutates: !/^(Describe|Get|List)/.test(operation),
    });
  const pass = (minutes: number): void => void (world.offset += minutes * MINUTE);
  const list = async (Prefix = ''): Promise<string[]> => (await call('ListObjectsV2', { Bucket: 'logs', Prefix })).Contents.map((one: any) => one.Key);
  const read = async (Key: string) => {
    const { Body, Metadata } = await call('GetObject', { Bucket: 'logs', Key });
    const text = gunzipSync(Body).toString();
    return { text, json: JSON.parse(text), metadata: Metadata };
  };
  const told = async (Prefix = ''): Promise<string[]> =>
    (await Promise.all((await list(Prefix)).filter((key) => key.includes('/CloudTrail/')).map(async (key) => (await read(key)).json.Records)))
      .flat()
      .map((one: any) => one.eventName);
  const start = async () => {
    await call('CreateBucket', { Bucket: 'logs' });
    await call('CreateTrail', { Name: 'main', S3BucketName: 'logs', IsMultiRegionTrail: true, ...trail });
    await call('StartLogging', { Name: 'main' });
  };
  return { world, owner, account, call, record, pass, list, read, told, start };
}

describe('delivery', () => {
  it('writes a file for each region and five minutes, named by the time it was written', async () => {
    const { record, pass, list, read, start } = setUp({ S3KeyPrefix: 'all/trails' });
    await start();
    pass(16);
    record('RunInstances');
    record('StopInstances');
    record('CreateUser', { service: 'iam', region: 'eu-west-1' });
    record('RunInstances', { region: 'eu-west-1' });
    expect(await list()).toEqual([]);
    pass(5);
    const keys = await list();
    const folder = `all/trails/AWSLogs/${OWNER}/CloudTrail`;
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(new RegExp(`^${folder}/eu-west-1/2026/03/02/${OWNER}_CloudTrail_eu-west-1_20260302T0000Z_[A-Za-z0-9]{16}\\.json\\.gz$`));
    const { json } = await read(keys[1]!);
    expect(json.Records.map((one: any) => [one.eventName, one.awsRegion, one.recipientAccountId])).toEqual([
      ['RunInstances', 'us-east-1', OWNER],
      ['StopInstances', 'us-east-1', OWNER],
      ['CreateUser', 'us-east-1', OWNER],
    ]);
    expect(await list()).toEqual(keys);
  });

  it('tells what happened while the trail logged, by the selectors of that time', async () => {
    const { record, pass, told, start, call } = setUp();
    await start();
    pass(1);
    record('RunInstances');
    record('DescribeInstances');
    pass(1);
    await call('PutEventSelectors', { TrailName: 'main', EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] });
    pass(1);
    record('DescribeVpcs');
    record('StopInstances');
    pass(1);
    const FieldSelectors = [
      { Field: 'eventCategory', Equals: ['Management'] },
      { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
    ];
    await call('PutEventSelectors', { TrailName: 'main', AdvancedEventSelectors: [{ FieldSelectors }] });
    pass(1);
    record('DescribeSubnets');
    record('Decrypt', { service: 'kms' });
    pass(1);
    record('StopLogging', { service: 'cloudtrail' });
    await call('StopLogging', { Name: 'main' });
    pass(1);
    record('TerminateInstances');
    pass(1);
    await call('StartLogging', { Name: 'main' });
    pass(1);
    record('CreateVpc');
    pass(1);
    await call('DeleteTrail', { Name: 'main' });
    pass(1);
    record('DeleteVpc');
    pass(20);
    expect(await told()).toEqual(['RunInstances', 'DescribeInstances', 'StopInstances', 'DescribeSubnets', 'StopLogging', 'CreateVpc']);
  });

  it('a trail of one region has no other region and, asked so, no global events', async () => {
    const { record, pass, told, start } = setUp({ IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false });
    await start();
    pass(1);
    record('RunInstances');
    record('RunInstances', { region: 'eu-west-1' });
    record('CreateUser', { service: 'iam' });
    pass(10);
    expect(await told()).toEqual(['RunInstances']);
  });

  it('loses nothing that comes late, and brings back nothing that was deleted', async () => {
    const { world, record, pass, list, told, start, call } = setUp();
    await start();
    world.settings.trailDelay = [7 * MINUTE, 7 * MINUTE];
    pass(1);
    record('RunInstances');
    pass(6);
    expect(await told()).toEqual([]);
    pass(6);
    expect(await told()).toEqual(['RunInstances']);
    world.settings.trailDelay = [0, 0];
    // A call that was made ten minutes ago and is written down only now.
    pass(-10);
    record('StopInstances');
    pass(16);
    expect(await told()).toEqual(['RunInstances', 'StopInstances']);
    for (const Key of await list()) await call('DeleteObject', { Bucket: 'logs', Key });
    pass(60);
    expect(await list()).toEqual([]);
  });

  it('an organisation’s trail has a folder for every account', async () => {
    const { world, owner, account, record, pass, list, start } = setUp({ IsOrganizationTrail: true });
    const { id } = addOrganization(world, owner, { members: [account(MEMBER)] });
    await start();
    pass(1);
    record('RunInstances', { account: MEMBER });
    record('StopInstances');
    pass(10);
    expect((await list()).map((key) => key.split('/').slice(0, 5).join('/'))).toEqual(
      [OWNER, MEMBER].map((one) => `AWSLogs/${id}/${one}/CloudTrail/us-east-1`),
    );
  });

  it('signs a digest an hour in every region, each naming the one before and the files of its hour', async () => {
    const { owner, record, pass, list, read, start, call } = setUp({ EnableLogFileValidation: true });
    await start();
    pass(10);
    record('RunInstances', { region: 'eu-west-1' });
    pass(240);
    record('StopInstances', { region: 'eu-west-1' });
    pass(20);
    const folder = `AWSLogs/${OWNER}/CloudTrail-Digest/`;
    const { CommonPrefixes } = await call('ListObjectsV2', { Bucket: 'logs', Prefix: folder, Delimiter: '/' });
    expect(CommonPrefixes).toHaveLength(Object.values(owner.regions).filter((one) => one.optIn !== 'not-opted-in').length);
    const digests = await list(`${folder}eu-west-1/`);
    expect(digests).toHaveLength(4);
    expect(digests[0]).toBe(`${folder}eu-west-1/2026/03/02/${OWNER}_CloudTrail-Digest_eu-west-1_main_us-east-1_20260302T004000Z.json.gz`);
    const { PublicKeyList } = await call('ListPublicKeys', {}, 'eu-west-1');
    const [{ Value, Fingerprint }] = PublicKeyList;
    const key = publicKeyOf({ value: Value.toString('base64') } as any);
    let before: { text: string; json: any; metadata: any } | undefined;
    for (const name of digests) {
      const digest = await read(name);
      const hash = createHash('sha256').update(digest.text).digest('hex');
      const signed = `${digest.json.digestEndTime}\nlogs/${name}\n${hash}\n${before?.metadata.signature ?? 'null'}`;
      expect(verify('sha256', Buffer.from(signed), key, Buffer.from(digest.metadata.signature, 'hex'))).toBe(true);
      expect(verify('sha256', Buffer.from(`${signed} `), key, Buffer.from(digest.metadata.signature, 'hex'))).toBe(false);
      expect(digest.json).toMatchObject({
        awsAccountId: OWNER,
        digestPublicKeyFingerprint: Fingerprint,
        digestS3Object: name,
        previousDigestSignature: before?.metadata.signature ?? null,
        previousDigestHashValue: before ? createHash('sha256').update(before.text).digest('hex') : null,
      });
      before = digest;
    }
    const first = (await read(digests[0]!)).json;
    expect(first.logFiles).toHaveLength(1);
    const file = await read(first.logFiles[0].s3Object);
    expect(first.logFiles[0].hashValue).toBe(createHash('sha256').update(file.text).digest('hex'));
    expect((await read(digests[1]!)).json.logFiles).toEqual([]);
    expect(createHash('md5').update(Value).digest('hex')).toBe(Fingerprint);
  });

  it('breaks the chain of digests when logging stops', async () => {
    const { pass, list, read, start, call } = setUp({ EnableLogFileValidation: true });
    await start();
    pass(130);
    await call('StopLogging', { Name: 'main' });
    pass(300);
    await call('StartLogging', { Name: 'main' });
    pass(70);
    const digests = await list(`AWSLogs/${OWNER}/CloudTrail-Digest/us-east-1/`);
    const ends = await Promise.all(digests.map(async (key) => (await read(key)).json));
    expect(ends.map((one) => [one.digestEndTime.slice(11, 16), one.previousDigestS3Object === null])).toEqual([
      ['00:40', true],
      ['01:40', false],
      ['02:40', false],
      ['07:50', true],
    ]);
  });
});
