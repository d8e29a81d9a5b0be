import { createHash } from 'node:crypto';
import type { JsonObject, Target } from '../src/kernel/index.ts';
import { addInstanceProfile, addRole } from '../src/lab/world/index.ts';
import { ACCOUNT, type Inside, REGION } from './e2e/inside.ts';

/** Numbers that a seed draws, always the same ones. */
export interface Dice {
  /** 0 to n - 1. */
  below(n: number): number;
  chance(part: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Each with that chance. */
  some<T>(list: readonly T[], part: number): T[];
}
export function dice(seed: string): Dice {
  let count = 0;
  const next = (): number => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE(0) / 2 ** 32;
  return {
    below: (n) => Math.floor(next() * n),
    chance: (part) => next() < part,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    some: (list, part) => list.filter(() => next() < part),
  };
}

const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const EC2_TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const PROCESSES = ['Terminate', 'ReplaceUnhealthy', 'AZRebalance', 'HealthCheck', 'AlarmNotification', 'ScheduledActions'];

/** An instance in a company's network as chance has it: interfaces, groups, addresses, ACLs, profile, scaling, load balancers. */
export async function drawWorld(stand: Inside, draw: Dice): Promise<Target> {
  const ipv6 = draw.chance(0.5);
  const { Vpc } = await stand.call('ec2:CreateVpc', { CidrBlock: '10.20.0.0/16', ...(ipv6 ? { AmazonProvidedIpv6CidrBlock: true } : {}) });
  const VpcId: string = Vpc.VpcId;
  const block6: string | undefined = (await stand.call('ec2:DescribeVpcs', { VpcIds: [VpcId] })).Vpcs[0].Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock;
  const subnets: string[] = [];
  for (let at = 0; at < 2 + draw.below(2); at++) {
    const six: JsonObject = block6 === undefined ? {} : { Ipv6CidrBlock: block6.replace(/00::\/56$/, `0${at}::/64`) };
    const { Subnet } = await stand.call('ec2:CreateSubnet', { VpcId, CidrBlock: `10.20.${at}.0/24`, AvailabilityZone: `${REGION}a`, ...six });
    subnets.push(Subnet.SubnetId);
  }
  await acls(stand, draw, VpcId, subnets);
  const groups = await securityGroups(stand, draw, VpcId, ipv6);
  const someGroups = (): string[] => {
    const chosen = draw.some(groups, 0.5);
    return chosen.length > 0 ? chosen : [draw.pick(groups)];
  };
  const profile = draw.chance(0.7);
  if (profile) {
    addRole(stand.world, stand.account, { name: 'app', trust: EC2_TRUST });
    addInstanceProfile(stand.world, stand.account, { name: 'app', roles: ['app'] });
  }
  const volume = (DeviceName: string) => ({ DeviceName, Ebs: { VolumeSize: 8, DeleteOnTermination: draw.chance(0.6) } });
  const { Instances } = await stand.call('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    ...(profile ? { IamInstanceProfile: { Name: 'app' } } : {}),
    DisableApiTermination: draw.chance(0.3),
    DisableApiStop: draw.chance(0.2),
    InstanceInitiatedShutdownBehavior: draw.pick(['stop', 'terminate']),
    MetadataOptions: { HttpTokens: draw.pick(['optional', 'required']), HttpPutResponseHopLimit: 1 + draw.below(3) },
    BlockDeviceMappings: ['/dev/xvda', ...draw.some(['/dev/sdf', '/dev/sdg'], 0.5)].map(volume),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: subnets[0]!,
        Groups: someGroups(),
        AssociatePublicIpAddress: draw.chance(0.4),
        ...oneIpv6(ipv6 && draw.chance(0.5)),
      },
    ],
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'Name', Value: 'web-1' },
          ...draw.some(
            [
              { Key: 'Environment', Value: 'production' },
              { Key: 'ir:case', Value: 'IR-2025-1' },
            ],
            0.4,
          ),
        ],
      },
    ],
  });
  const instanceId: string = Instances[0].InstanceId;
  await running(stand, instanceId);
  await furtherInterfaces(stand, draw, instanceId, { subnets, someGroups, ipv6 });
  await neighbours(stand, draw, { subnets, groups });
  await addresses(stand, draw, instanceId);
  if (draw.chance(0.5)) await scaling(stand, draw, instanceId, subnets);
  await balancers(stand, draw, instanceId, { VpcId, subnets, groups });
  return { instanceId, region: REGION, account: ACCOUNT };
}

const oneIpv6 = (wanted: boolean): JsonObject => (wanted ? { Ipv6AddressCount: 1 } : {});
async function until(what: string, read: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await read()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${what}: not in time`);
}
const running = (stand: Inside, instanceId: string): Promise<void> =>
  until(
    'running',
    async () => (await stand.call('ec2:DescribeInstances', { InstanceIds: [instanceId] })).Reservations[0].Instances[0].State.Name === 'running',
  );
const inService = (stand: Inside, instanceId: string): Promise<void> =>
  until('in service', async () => {
    const { AutoScalingInstances } = await stand.call('auto-scaling:DescribeAutoScalingInstances', { InstanceIds: [instanceId] });
    return AutoScalingInstances[0]?.LifecycleState === 'InService';
  });

async function acls(stand: Inside, draw: Dice, VpcId: string, subnets: readonly string[]): Promise<void> {
  // The default one's entries are written down once somebody has changed them.
  const [shipped] = (await stand.call('ec2:DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] })).NetworkAcls;
  const first = { NetworkAclId: shipped.NetworkAclId, RuleNumber: 1, Egress: true };
  await stand.call('ec2:CreateNetworkAclEntry', { ...first, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' });
  await stand.call('ec2:DeleteNetworkAclEntry', first);
  if (!draw.chance(0.5)) return;
  const { NetworkAcl } = await stand.call('ec2:CreateNetworkAcl', { VpcId });
  const { NetworkAclId } = NetworkAcl;
  for (const Egress of [false, true])
    for (const RuleNumber of [90 + draw.below(3), 100 + draw.below(50)])
      await stand.call('ec2:CreateNetworkAclEntry', {
        NetworkAclId,
        RuleNumber,
        Egress,
        Protocol: '-1',
        RuleAction: draw.pick(['allow', 'allow', 'deny']),
        CidrBlock: draw.pick(['0.0.0.0/0', '10.0.0.0/8', '198.51.100.0/24']),
      });
  const { NetworkAcls } = await stand.call('ec2:DescribeNetworkAcls', { Filters: [{ Name: 'association.subnet-id', Values: [subnets[0]!] }] });
  const { NetworkAclAssociationId } = NetworkAcls[0].Associations.find((one: { SubnetId: string }) => one.SubnetId === subnets[0]);
  await stand.call('ec2:ReplaceNetworkAclAssociation', { AssociationId: NetworkAclAssociationId, NetworkAclId });
}

async function securityGroups(stand: Inside, draw: Dice, VpcId: string, ipv6: boolean): Promise<string[]> {
  const made: string[] = [];
  for (let at = 0; at < 1 + draw.below(4); at++) {
    const { GroupId } = await stand.call('ec2:CreateSecurityGroup', { GroupName: `app-${at}`, Description: 'an application', VpcId });
    const open: JsonObject[] = [
      { IpRanges: [{ CidrIp: draw.pick(['0.0.0.0/0', '198.51.100.0/24', '10.20.0.0/16']) }] },
      ...(ipv6 ? [{ Ipv6Ranges: [{ CidrIpv6: '::/0' }] }] : []),
      ...made.map((id) => ({ UserIdGroupPairs: [{ GroupId: id }] })),
    ];
    const IpPermissions = draw.some(open, 0.7).map((range, index) => ({ IpProtocol: 'tcp', FromPort: 80 + index, ToPort: 80 + index, ...range }));
    if (IpPermissions.length > 0) await stand.call('ec2:AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    made.push(GroupId);
  }
  return made;
}

async function furtherInterfaces(
  stand: Inside,
  draw: Dice,
  instanceId: string,
  { subnets, someGroups, ipv6 }: { subnets: readonly string[]; someGroups(): string[]; ipv6: boolean },
): Promise<void> {
  // A t3.micro takes two interfaces.
  if (!draw.chance(0.6)) return;
  const { NetworkInterface } = await stand.call('ec2:CreateNetworkInterface', {
    SubnetId: draw.pick(subnets),
    Groups: someGroups(),
    ...oneIpv6(ipv6 && draw.chance(0.5)),
  });
  await stand.call('ec2:AttachNetworkInterface', { NetworkInterfaceId: NetworkInterface.NetworkInterfaceId, InstanceId: instanceId, DeviceIndex: 1 });
}

/** Others in the same subnets and groups, who must not notice. */
async function neighbours(stand: Inside, draw: Dice, { subnets, groups }: { subnets: readonly string[]; groups: readonly string[] }): Promise<void> {
  for (let at = 0; at < draw.below(3); at++)
    await stand.call('ec2:RunInstances', {
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: draw.pick(subnets),
      SecurityGroupIds: [draw.pick(groups)],
    });
}

async function addresses(stand: Inside, draw: Dice, instanceId: string): Promise<void> {
  const { NetworkInterfaces } = await stand.call('ec2:DescribeNetworkInterfaces', { Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] });
  for (const one of draw.some(NetworkInterfaces as { NetworkInterfaceId: string }[], 0.4)) {
    const { AllocationId } = await stand.call('ec2:AllocateAddress', { Domain: 'vpc' });
    await stand.call('ec2:AssociateAddress', { AllocationId, NetworkInterfaceId: one.NetworkInterfaceId });
  }
}

async function scaling(stand: Inside, draw: Dice, instanceId: string, subnets: readonly string[]): Promise<void> {
  await stand.call('auto-scaling:CreateLaunchConfiguration', { LaunchConfigurationName: 'app', ImageId: IMAGE, InstanceType: 't3.micro' });
  const AutoScalingGroupName = 'app';
  // As many as the group must have, so that ours may leave it without a new one being started: that would not be taken back.
  const others = draw.below(3);
  await stand.call('auto-scaling:CreateAutoScalingGroup', {
    AutoScalingGroupName,
    LaunchConfigurationName: 'app',
    MinSize: others,
    MaxSize: 6,
    DesiredCapacity: others,
    VPCZoneIdentifier: subnets.join(','),
    NewInstancesProtectedFromScaleIn: draw.chance(0.3),
  });
  await stand.call('auto-scaling:AttachInstances', { AutoScalingGroupName, InstanceIds: [instanceId] });
  await inService(stand, instanceId);
  if (draw.chance(0.3)) await stand.call('auto-scaling:SetInstanceProtection', { AutoScalingGroupName, InstanceIds: [instanceId], ProtectedFromScaleIn: true });
  const ScalingProcesses = draw.some(PROCESSES, 0.3);
  if (ScalingProcesses.length > 0) await stand.call('auto-scaling:SuspendProcesses', { AutoScalingGroupName, ScalingProcesses });
}

async function balancers(
  stand: Inside,
  draw: Dice,
  instanceId: string,
  { VpcId, subnets, groups }: { VpcId: string; subnets: readonly string[]; groups: readonly string[] },
): Promise<void> {
  for (const TargetType of draw.some(['instance', 'ip'], 0.4)) {
    const { TargetGroups } = await stand.call('elastic-load-balancing-v2:CreateTargetGroup', {
      Name: `app-${TargetType}`,
      Protocol: 'HTTP',
      Port: 80,
      VpcId,
      TargetType,
    });
    const { Reservations } = await stand.call('ec2:DescribeInstances', { InstanceIds: [instanceId] });
    const Id: string = TargetType === 'instance' ? instanceId : Reservations[0].Instances[0].PrivateIpAddress;
    const Targets: JsonObject[] = [{ Id, Port: 8000 + draw.below(3) }, ...(draw.chance(0.3) ? [{ Id, Port: 9000 }] : [])];
    await stand.call('elastic-load-balancing-v2:RegisterTargets', { TargetGroupArn: TargetGroups[0].TargetGroupArn, Targets });
  }
  if (!draw.chance(0.3)) return;
  const Listeners = [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 80 }];
  await stand.call('elastic-load-balancing:CreateLoadBalancer', { LoadBalancerName: 'old', Listeners, Subnets: [subnets[0]!], SecurityGroups: [groups[0]!] });
  await stand.call('elastic-load-balancing:RegisterInstancesWithLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: instanceId }] });
}
