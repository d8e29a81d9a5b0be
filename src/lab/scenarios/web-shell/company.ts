import type { World } from '../../contract.ts';
import { makeCompanyTrail } from '../company-trail.ts';
import { type Founding, foundingOf } from '../key-leak/founding.ts';
import type { Actor, Stage } from '../stage.ts';
import { trust } from '../words.ts';
import type { Cast } from './cast.ts';
import { buildNetwork, type Network } from './network.ts';

export interface Company {
  admin: Actor;
  responder: Actor;
  network: Network;
  web: {
    instanceId: string;
    interfaces: [string, string, string];
    privateIps: [string, string, string];
    ipv6: string;
    publicIp: string;
    volumes: Record<string, string>;
    launched: number;
  };
  /** Five others with the same role: two of the scaling group, three that serve it. */
  neighbours: { id: string; interfaceId: string; privateIp: string }[];
  targetGroupArn: string;
}
const tags = (ResourceType: string, values: Record<string, string>) => ({ ResourceType, Tags: Object.entries(values).map(([Key, Value]) => ({ Key, Value })) });
const allow = (Action: string[]): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

/** The company, two months ago: people, network, the role that all its servers share, the servers. */
export async function buildCompany(world: World, stage: Stage, cast: Cast): Promise<Company> {
  const founding = foundingOf(world, { ...cast, times: {} as never });
  const admin: Actor = { accessKeyId: founding.admin.id, secretAccessKey: founding.admin.secret, ip: cast.addresses.office, userAgent: cast.agents.shared };
  const iam = (operation: string, input: object) => stage.call(admin, 'iam', operation, input, 'us-east-1');
  await makeCompanyTrail({ stage, admin, slug: cast.company.slug, account: cast.account, region: cast.home });
  await iam('CreateUser', { UserName: cast.responder });
  await iam('AttachUserPolicy', { UserName: cast.responder, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  const { AccessKey } = await iam('CreateAccessKey', { UserName: cast.responder });
  // Far too much for a web server: that is how its metadata became a way to every setting of EC2.
  await iam('CreateRole', { RoleName: cast.role, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) });
  await iam('AttachRolePolicy', { RoleName: cast.role, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' });
  await iam('PutRolePolicy', {
    RoleName: cast.role,
    PolicyName: 'work',
    PolicyDocument: allow(['ec2:*', 's3:*', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant']),
  });
  await iam('CreateInstanceProfile', { InstanceProfileName: cast.role });
  await iam('AddRoleToInstanceProfile', { InstanceProfileName: cast.role, RoleName: cast.role });
  const network = await buildNetwork(stage, cast, admin, founding);
  const web = await launchWeb(stage, cast, admin, founding, network);
  const servers = await launchServers(stage, cast, admin, founding, network);
  return {
    admin,
    responder: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey, ip: cast.addresses.responder, userAgent: cast.agents.shared },
    network,
    web,
    ...servers,
  };
}

/** Three interfaces: public over IPv4, public over IPv6, and one whose only way out is the NAT gateway. Three volumes, each with another key, and an instance store. */
async function launchWeb(stage: Stage, cast: Cast, admin: Actor, founding: Founding, network: Network): Promise<Company['web']> {
  const ec2 = (operation: string, input: object) => stage.call(admin, 'ec2', operation, input, cast.home);
  const { KeyMetadata } = await stage.call(admin, 'kms', 'CreateKey', { Description: `${cast.company.slug} data volumes` }, cast.home);
  const launched = stage.now;
  const userData = `#cloud-config\npackages: [nginx, php8.3-fpm]\nruncmd:\n  - systemctl enable --now nginx\n  - git clone https://git.${cast.company.domain}/shop /var/www/${cast.company.slug}\n`;
  const { Instances } = await ec2('RunInstances', {
    ImageId: founding.imageId,
    InstanceType: 'm5d.large',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: cast.role },
    UserData: Buffer.from(userData).toString('base64'),
    MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 2 },
    NetworkInterfaces: [
      { DeviceIndex: 0, SubnetId: founding.publicSubnets[0], Groups: [network.groups.web], Description: 'public' },
      { DeviceIndex: 1, SubnetId: network.sixSubnet, Groups: [network.groups.web], Ipv6AddressCount: 1, Description: 'public, IPv6' },
      { DeviceIndex: 2, SubnetId: founding.privateSubnets[0], Groups: [network.groups.back], Description: 'towards the database' },
    ],
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true, KmsKeyId: KeyMetadata.Arn, DeleteOnTermination: true } },
      { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 8, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true } },
    ],
    TagSpecifications: [tags('instance', { Name: cast.names.web, team: 'shop', env: 'production' }), tags('volume', { Name: cast.names.web })],
  });
  const { AllocationId, PublicIp } = await ec2('AllocateAddress', { Domain: 'vpc' });
  stage.until(stage.now + 60_000);
  const cards = [...Instances[0].NetworkInterfaces].sort((a, b) => a.Attachment.DeviceIndex - b.Attachment.DeviceIndex);
  await ec2('AssociateAddress', { AllocationId, NetworkInterfaceId: cards[0].NetworkInterfaceId });
  const mappings: [string, string][] = Instances[0].BlockDeviceMappings.map((one: any) => [one.DeviceName, one.Ebs.VolumeId]);
  return {
    instanceId: Instances[0].InstanceId,
    interfaces: cards.map((card) => card.NetworkInterfaceId) as [string, string, string],
    privateIps: cards.map((card) => card.PrivateIpAddress) as [string, string, string],
    ipv6: cards[1].Ipv6Addresses[0].Ipv6Address,
    publicIp: PublicIp,
    volumes: Object.fromEntries(mappings),
    launched,
  };
}

/** The scaling group with two members, three servers beside it, and the responder's workstation. */
async function launchServers(
  stage: Stage,
  cast: Cast,
  admin: Actor,
  founding: Founding,
  network: Network,
): Promise<Pick<Company, 'neighbours' | 'targetGroupArn'>> {
  const call = (service: string, operation: string, input: object) => stage.call(admin, service, operation, input, cast.home);
  const launch = { ImageId: founding.imageId, InstanceType: 't3.medium', IamInstanceProfile: { Name: cast.role } };
  const elb = 'elastic-load-balancing-v2';
  const { TargetGroups } = await call(elb, 'CreateTargetGroup', { Name: cast.targets, Protocol: 'HTTPS', Port: 443, VpcId: founding.vpcId });
  const { LoadBalancers } = await call(elb, 'CreateLoadBalancer', {
    Name: cast.targets,
    Subnets: founding.publicSubnets,
    SecurityGroups: [network.groups.web],
  });
  const targetGroupArn: string = TargetGroups[0].TargetGroupArn;
  const forward = { Type: 'forward', TargetGroupArn: targetGroupArn };
  await call(elb, 'CreateListener', { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: [forward] });
  await call('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: cast.group,
    LaunchTemplateData: {
      ...launch,
      SecurityGroupIds: [network.groups.web],
      TagSpecifications: [tags('instance', { Name: `${cast.group}-member`, team: 'shop' })],
    },
  });
  await call('auto-scaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: cast.group,
    LaunchTemplate: { LaunchTemplateName: cast.group, Version: '1' },
    MinSize: 2,
    MaxSize: 6,
    DesiredCapacity: 2,
    VPCZoneIdentifier: founding.privateSubnets.join(','),
    TargetGroupARNs: [targetGroupArn],
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: 300,
  });
  for (const [index, name] of ['app', 'queue', 'search'].entries())
    await call('ec2', 'RunInstances', {
      ...launch,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: founding.privateSubnets[index % 2],
      SecurityGroupIds: [network.groups.back],
      TagSpecifications: [tags('instance', { Name: `${cast.company.slug}-${name}`, team: 'shop', env: 'production' })],
    });
  await call('ec2', 'RunInstances', {
    ImageId: founding.imageId,
    InstanceType: 'm6i.large',
    MinCount: 1,
    MaxCount: 1,
    SubnetId: founding.privateSubnets[cast.workstationZone],
    SecurityGroupIds: [network.groups.back],
    TagSpecifications: [tags('instance', { Name: cast.names.workstation, purpose: 'incident response' })],
  });
  stage.until(stage.now + 120_000);
  const seen = await call('ec2', 'DescribeInstances', {
    Filters: [
      { Name: 'instance-type', Values: ['t3.medium'] },
      { Name: 'vpc-id', Values: [founding.vpcId] },
    ],
  });
  const neighbours = (seen.Reservations as any[])
    .flatMap((one) => one.Instances)
    .map((one) => ({
      id: one.InstanceId as string,
      interfaceId: one.NetworkInterfaces[0].NetworkInterfaceId as string,
      privateIp: one.PrivateIpAddress as string,
    }));
  return { neighbours, targetGroupArn };
}
