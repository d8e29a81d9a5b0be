import { expect, it } from 'vitest';
import type { Found, Hunter } from '../../kernel/index.ts';
import { AplombError, text } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { scanRegion, scanType } from './scan.ts';
import { openSpool, spool } from './spool.ts';

const found = (n: number): Found => ({
  type: 'AWS::EC2::Volume',
  arn: `arn:aws:ec2:eu-west-1:111122223333:volume/vol-${n}`,
  id: `vol-${n}`,
  region: 'eu-west-1',
  account: '111122223333',
  createdAt: null,
  alive: true,
});
const hunter = (type: string, scan: Hunter['scan']): Hunter => ({
  type,
  scope: 'regional',
  title: text('t', 't'),
  permissions: [],
  createdByEvents: [],
  names: [],
  scan,
});
const idsOf = async (all: AsyncIterable<Found>): Promise<string[]> => {
  const ids: string[] = [];
  for await (const one of all) ids.push(one.id);
  return ids;
};

it('gives back every item of a long list in order, as often as it is read, and after an interruption', async () => {
  const ctx = fakeContext();
  const list = spool<Found>(ctx, 'list');
  for (let n = 0; n < 5000; n++) await list.add(found(n));
  const spooled = await list.end();
  expect(spooled).toMatchObject({ size: 5000 });
  expect(spooled.parts).toBeGreaterThan(2);
  const all = Array.from({ length: 5000 }, (_, n) => `vol-${n}`);
  expect(await idsOf(list)).toEqual(all);
  expect(await idsOf(openSpool<Found>(ctx, spooled))).toEqual(all);
});

it('does not scan a type again once it was scanned to the end; what failed in the middle is scanned whole', async () => {
  const ctx = fakeContext();
  let scans = 0;
  let fails = true;
  const one = hunter('AWS::EC2::Volume', async function* () {
    scans += 1;
    yield found(1);
    if (fails) throw failure('InternalError', 500);
    yield found(2);
  });
  const first = await scanType(ctx, one, 'eu-west-1', '');
  expect(first).toMatchObject({ status: 'failed', why: 'AWS::EC2::Volume: InternalError', size: 1 });
  expect(await idsOf(first.found())).toEqual(['vol-1']);
  fails = false;
  for (let again = 0; again < 2; again++) {
    const whole = await scanType(ctx, one, 'eu-west-1', '');
    expect(whole).toMatchObject({ status: 'inspected', size: 2 });
    expect(await idsOf(whole.found())).toEqual(['vol-1', 'vol-2']);
  }
  expect(scans).toBe(2);
});

it('keeps what the others found beside the error of one, and lets what is no answer of AWS end everything', async () => {
  const ctx = fakeContext();
  const good = hunter('AWS::EC2::Volume', async function* () {
    yield found(1);
  });
  const denied = hunter('AWS::EC2::Instance', async function* () {
    yield* [];
    throw failure('UnauthorizedOperation', 403);
  });
  const region = await scanRegion(ctx, [good, denied], 'eu-west-1', '');
  expect(region).toMatchObject({ denied: ['AWS::EC2::Instance: UnauthorizedOperation'], failed: [] });
  expect(await idsOf(region.found())).toEqual(['vol-1']);
  const broken = hunter('AWS::EC2::KeyPair', async function* () {
    yield* [];
    throw new TypeError('a fault of ours');
  });
  await expect(scanRegion(ctx, [good, broken], 'us-east-1', '')).rejects.toThrow('a fault of ours');
});

it('a service that AWS does not offer in a region is no failure, and is said to be absent', async () => {
  const absent = hunter('AWS::Lightsail::Instance', async function* () {
    yield* [];
    throw Object.assign(failure('ENOTFOUND'), { status: undefined });
  });
  const ctx = fakeContext({ answers: { 'sts:GetCallerIdentity': { Account: '111122223333' } } });
  expect(await scanType(ctx, absent, 'eu-south-2', '')).toMatchObject({ status: 'inspected', notOffered: true, size: 0 });
  const cutOff = fakeContext({ answers: { 'sts:GetCallerIdentity': Object.assign(failure('ENOTFOUND'), { status: undefined }) } });
  expect(await scanType(cutOff, absent, 'eu-south-2', '')).toMatchObject({ status: 'failed' });
});

it('a list that AWS never ends fails its own type only', async () => {
  const endless = hunter('AWS::EC2::Volume', async function* () {
    yield found(1);
    throw new AplombError('EndlessPages', 'ec2:DescribeVolumes repeats a page token');
  });
  expect(await scanType(fakeContext(), endless, 'eu-west-1', '')).toMatchObject({ status: 'failed', size: 1, why: expect.stringContaining('EndlessPages') });
});
