import { describe, expect, it } from 'vitest';
import type { Call, Json } from '../../kernel/index.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { fakeWorld, REGION, STATION, SUSPECT, TARGET } from '../testing/fake-instance.ts';
import { resolveInstance } from './instance.ts';

const REGIONS = ['us-east-1', REGION];
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));
function ctx(more: { answers?: Record<string, Canned>; facts?: object } = {}) {
  const { suspect, station } = fakeWorld();
  return fakeContext({
    facts: (more.facts ?? {}) as never,
    answers: {
      [`ec2:DescribeInstances@${REGION}`]: ({ input }) => {
        const ids = (input as { InstanceIds?: string[] }).InstanceIds;
        const all = [suspect, station].filter((one) => !ids || ids.includes(String(one?.InstanceId)));
        return all.length === 0 ? failure('InvalidInstanceID.NotFound') : json({ Reservations: [{ OwnerId: '111122223333', Instances: all }] });
      },
      'ec2:DescribeInstances@us-east-1': ({ input }) =>
        (input as { InstanceIds?: string[] }).InstanceIds ? failure('InvalidInstanceID.NotFound') : { Reservations: [] },
      'cloudtrail:LookupEvents': { Events: [] },
      ...more.answers,
    },
  });
}

it.each([SUSPECT, ` ${SUSPECT} `, '198.51.100.20', '10.0.0.10', '2001:DB8:0::10', 'web', `arn:aws:ec2:${REGION}:111122223333:instance/${SUSPECT}`])(
  'finds the instance by %s',
  async (name) => expect(await resolveInstance(ctx(), name, REGIONS)).toEqual(TARGET),
);

it('asks only the region of an ARN', async () => {
  const one = ctx();
  await resolveInstance(one, `arn:aws:ec2:${REGION}:111122223333:instance/${SUSPECT}`, ['us-east-1']);
  expect(one.calls.map((call) => call.region)).toEqual([REGION]);
});

describe('an address of the past', () => {
  const event = (record: object) => ({ Events: [{ CloudTrailEvent: JSON.stringify(record) }, { CloudTrailEvent: 'not JSON' }] });
  const lookup = (name: string, record: object) => (call: Call) => {
    const [asked] = (call.input as { LookupAttributes: { AttributeValue: string }[] }).LookupAttributes;
    return asked?.AttributeValue === name && call.region === REGION ? event(record) : { Events: [] };
  };

  it.each([
    ['AssociateAddress', { requestParameters: { publicIp: '203.0.113.77', instanceId: SUSPECT } }],
    ['RunInstances', { responseElements: { instancesSet: { items: [{ instanceId: SUSPECT, privateIpAddress: '203.0.113.77' }] } } }],
  ])('is found in CloudTrail: %s', async (name, record) => {
    expect(await resolveInstance(ctx({ answers: { 'cloudtrail:LookupEvents': lookup(name, record) } }), '203.0.113.77', REGIONS)).toEqual(TARGET);
  });
  it('is found through its allocation', async () => {
    const allocated = lookup('AllocateAddress', { responseElements: { publicIp: '203.0.113.77', allocationId: 'eipalloc-1' } });
    const associated = lookup('AssociateAddress', { requestParameters: { allocationId: 'eipalloc-1', instanceId: SUSPECT } });
    const answer = (call: Call) => ({ Events: [allocated, associated].flatMap((one) => one(call).Events) });
    expect(await resolveInstance(ctx({ answers: { 'cloudtrail:LookupEvents': answer } }), '203.0.113.77', REGIONS)).toEqual(TARGET);
  });
  it('is found in what the case saw, without asking CloudTrail', async () => {
    const facts = { observed: { isolate: { instanceId: SUSPECT, region: REGION, addresses: ['10.0.0.10', '203.0.113.77'] } } };
    const one = ctx({ facts });
    expect(await resolveInstance(one, '203.0.113.77', REGIONS)).toEqual(TARGET);
    expect(one.calls.some((call) => call.service === 'cloudtrail')).toBe(false);
  });
  it('is not found when its instance is gone, and says whose it was', async () => {
    const record = { requestParameters: { publicIp: '203.0.113.77', instanceId: 'i-0000000000000000a' } };
    await expect(
      resolveInstance(ctx({ answers: { 'cloudtrail:LookupEvents': lookup('AssociateAddress', record) } }), '203.0.113.77', REGIONS),
    ).rejects.toMatchObject({
      code: 'UnknownInstance',
      exit: 2,
      message: expect.stringContaining('i-0000000000000000a'),
    });
  });
});

describe('says no with a way out', () => {
  it.each([
    ['i-0000000000000000a', 'UnknownInstance'],
    ['203.0.113.99', 'UnknownInstance'],
    ['nobody', 'UnknownInstance'],
    ['*', 'UnknownInstance'],
    ['i-XYZ', 'InvalidInstanceName'],
    ['i-0123', 'InvalidInstanceName'],
    ['arn:aws:s3:::bucket', 'InvalidInstanceName'],
    ['', 'InvalidInstanceName'],
    ['we\u001b[31mb', 'InvalidInstanceName'],
    [`arn:aws:ec2:${REGION}:999999999999:instance/${SUSPECT}`, 'OtherAccount'],
  ])('%j: %s', async (name, code) => {
    await expect(resolveInstance(ctx(), name, REGIONS)).rejects.toMatchObject({ code, exit: 2, fix: expect.any(String) });
  });

  it('names the candidates of an ambiguous name', async () => {
    const twins = json({
      Reservations: [
        { Instances: [SUSPECT, STATION].map((InstanceId) => ({ InstanceId, State: { Name: 'running' }, Tags: [{ Key: 'Name', Value: 'web' }] })) },
      ],
    });
    const error = resolveInstance(ctx({ answers: { [`ec2:DescribeInstances@${REGION}`]: twins } }), 'web', REGIONS);
    await expect(error).rejects.toMatchObject({ code: 'AmbiguousInstance', exit: 2, message: expect.stringMatching(new RegExp(`${SUSPECT}.*${STATION}`)) });
  });

  it('prefers the living to the terminated', async () => {
    const twins = json({
      Reservations: [
        {
          OwnerId: '111122223333',
          Instances: [STATION, SUSPECT].map((InstanceId) => ({
            InstanceId,
            State: { Name: InstanceId === SUSPECT ? 'stopped' : 'terminated' },
            Tags: [{ Key: 'Name', Value: 'web' }],
          })),
        },
      ],
    });
    expect(await resolveInstance(ctx({ answers: { [`ec2:DescribeInstances@${REGION}`]: twins } }), 'web', REGIONS)).toEqual(TARGET);
  });

  it('names the regions that could not be searched, and fails as AWS did when none could', async () => {
    const denied = failure('UnauthorizedOperation', 403);
    await expect(resolveInstance(ctx({ answers: { 'ec2:DescribeInstances@us-east-1': denied } }), 'nobody', REGIONS)).rejects.toMatchObject({
      message: expect.stringContaining('us-east-1 (UnauthorizedOperation)'),
    });
    await expect(resolveInstance(ctx({ answers: { 'ec2:DescribeInstances@us-east-1': denied } }), 'nobody', ['us-east-1'])).rejects.toBe(denied);
  });
});
