import type { Call, Json, JsonObject } from '../../kernel/index.ts';
import type { GroupRule } from '../04-isolate/rules.ts';
import { type Canned, type FakeContext, failure, fakeContext } from './fake-context.ts';

export const SUSPECT = 'i-0123456789abcdef0';
export const STATION = 'i-0fedcba9876543210';
export const REGION = 'eu-west-1';
export const TARGET = { instanceId: SUSPECT, region: REGION, account: '111122223333' };
const ROOT = 'vol-0aaaaaaaaaaaaaaa1';
const DATA = 'vol-0aaaaaaaaaaaaaaa2';

/** What EC2 would answer about one suspect instance and one workstation. Tests change it between plan and check. */
export interface FakeWorld {
  suspect: JsonObject & { State: { Name: string } };
  station: (JsonObject & { BlockDeviceMappings: JsonObject[] }) | null;
  interfaces: { NetworkInterfaceId: string; VpcId: string; Groups: { GroupId: string }[]; PrivateIpAddresses?: Json; Ipv6Addresses?: Json }[];
  groups: { GroupId: string; GroupName: string; VpcId: string; Tags?: { Key: string; Value: string }[] }[];
  rules: Record<string, GroupRule[]>;
  tags: { ResourceId: string; Key: string; Value: string }[];
  snapshots: JsonObject[];
  volumes: JsonObject[];
  stopProtection: boolean;
}

export const fakeWorld = (): FakeWorld => ({
  suspect: {
    InstanceId: SUSPECT,
    InstanceType: 'm5d.large',
    State: { Name: 'running' },
    VpcId: 'vpc-0b0b0b0b0b0b0b0b0',
    Placement: { AvailabilityZone: 'eu-west-1a' },
    PrivateIpAddress: '10.0.0.10',
    PublicIpAddress: '198.51.100.20',
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdb', Ebs: { VolumeId: DATA } },
      { DeviceName: '/dev/xvda', Ebs: { VolumeId: ROOT } },
    ],
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1',
        Association: { PublicIp: '198.51.100.20', IpOwnerId: 'amazon' },
        PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.10' }],
        Ipv6Addresses: [{ Ipv6Address: '2001:db8::10' }],
      },
    ],
    Tags: [{ Key: 'Name', Value: 'web' }],
  },
  station: {
    InstanceId: STATION,
    State: { Name: 'running' },
    Placement: { AvailabilityZone: 'eu-west-1b' },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda' }, { DeviceName: '/dev/xvdf' }],
    Tags: [{ Key: 'Name', Value: 'forensic-workstation' }],
  },
  interfaces: [
    {
      NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1',
      VpcId: 'vpc-0b0b0b0b0b0b0b0b0',
      Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }, { GroupId: 'sg-0d0d0d0d0d0d0d0d2' }],
    },
    { NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c2', VpcId: 'vpc-0b0b0b0b0b0b0b0b0', Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }] },
  ],
  groups: [],
  rules: {},
  tags: [{ ResourceId: SUSPECT, Key: 'Name', Value: 'web' }],
  snapshots: [],
  volumes: [],
  stopProtection: false,
});

const values = (call: Call, name: string): string[] =>
  ((call.input as { Filters?: { Name: string; Values: string[] }[] }).Filters ?? []).find((one) => one.Name === name)?.Values ?? [];

/** A context that answers from the world as it is at the moment of the call. */
export function fakeInstance(world: FakeWorld, more: { options?: JsonObject; answers?: Record<string, Canned>; facts?: JsonObject } = {}): FakeContext {
  const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));
  return fakeContext({
    target: TARGET,
    options: more.options ?? {},
    facts: (more.facts ?? {}) as never,
    answers: {
      'ec2:DescribeInstances': ({ input }) => {
        const ids = (input as { InstanceIds?: string[] }).InstanceIds;
        const all = [world.suspect, ...(world.station ? [world.station] : [])].filter((one) => !ids || ids.includes(String(one.InstanceId)));
        return all.length === 0 ? failure('InvalidInstanceID.NotFound') : json({ Reservations: [{ OwnerId: '111122223333', Instances: all }] });
      },
      'ec2:DescribeInstanceTypes': json({ InstanceTypes: [{ InstanceStorageInfo: { TotalSizeInGB: 75 } }] }),
      'ec2:DescribeInstanceStatus': () => json({ InstanceStatuses: [{ InstanceId: SUSPECT, Events: [] }] }),
      'ec2:DescribeInstanceAttribute': () => json({ DisableApiStop: { Value: world.stopProtection } }),
      'ec2:DescribeNetworkInterfaces': () => json({ NetworkInterfaces: world.interfaces }),
      'ec2:DescribeSecurityGroups': (call) => json({ SecurityGroups: world.groups.filter((one) => values(call, 'group-name').includes(one.GroupName)) }),
      'ec2:DescribeSecurityGroupRules': (call) => json({ SecurityGroupRules: values(call, 'group-id').flatMap((id) => world.rules[id] ?? []) }),
      'ec2:DescribeTags': (call) => json({ Tags: world.tags.filter((one) => values(call, 'resource-id').includes(one.ResourceId)) }),
      'ec2:DescribeSnapshots': () => json({ Snapshots: world.snapshots }),
      'ec2:DescribeVolumeAttribute': () => json({ ProductCodes: [] }),
      'ec2:DescribeVolumes': () => json({ Volumes: world.volumes }),
      ...more.answers,
    },
  });
}

export const snapshotOf = (volume: 'root' | 'data', state = 'completed', more: JsonObject = {}): JsonObject => ({
  SnapshotId: volume === 'root' ? 'snap-0e0e0e0e0e0e0e0e1' : 'snap-0e0e0e0e0e0e0e0e2',
  VolumeId: volume === 'root' ? ROOT : DATA,
  State: state,
  StartTime: '2026-11-22T12:00:01.000Z',
  VolumeSize: 8,
  Progress: state === 'completed' ? '100%' : '40%',
  ...more,
});
export const copyVolume = (more: JsonObject = {}): JsonObject => ({
  VolumeId: 'vol-0f0f0f0f0f0f0f0f1',
  SnapshotId: 'snap-0e0e0e0e0e0e0e0e1',
  State: 'available',
  AvailabilityZone: 'eu-west-1b',
  VolumeType: 'gp3',
  Tags: [{ Key: 'ir:snapshot', Value: 'snap-0e0e0e0e0e0e0e0e1' }],
  Attachments: [],
  ...more,
});
export const verdictsOf = (checks: readonly { name: string; verdict: string }[]): Record<string, string> =>
  Object.fromEntries(checks.map((one) => [one.name, one.verdict]));
