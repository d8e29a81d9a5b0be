import * as account from '@aws-sdk/client-account';
import * as scaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as classic from '@aws-sdk/client-elastic-load-balancing';
import * as balancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import type { MotoServer } from './moto.ts';

export const REGION = 'eu-west-1';
export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
/** One call by name: what a test reads or plants is data. Errors have AWS's code as their name. */
export type Ask = (operation: string, input?: Record<string, unknown>) => Promise<any>;
export interface Clients {
  readonly ec2: Ask;
  readonly iam: Ask;
  readonly account: Ask;
  readonly scaling: Ask;
  readonly balancing: Ask;
  readonly classic: Ask;
}

export function clientsOf({ endpoint }: MotoServer, credentials: Key): Clients {
  const options = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  const ask = (client: { send(command: never): Promise<unknown> }, commands: Record<string, any>): Ask => {
    return (operation, input = {}) => client.send(new commands[`${operation}Command`](input) as never);
  };
  return {
    ec2: ask(new ec2.EC2Client(options), ec2),
    iam: ask(new iam.IAMClient(options), iam),
    account: ask(new account.AccountClient(options), account),
    scaling: ask(new scaling.AutoScalingClient(options), scaling),
    balancing: ask(new balancing.ElasticLoadBalancingV2Client(options), balancing),
    classic: ask(new classic.ElasticLoadBalancingClient(options), classic),
  };
}

/** The company in moto: a responder, a leaked key, a web server with two disks and two interfaces, a workstation. */
export interface Company {
  readonly auditor: Clients;
  readonly responder: Key;
  readonly leaked: Key;
  readonly otherKey: Key;
  readonly user: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly image: string;
  readonly webGroup: string;
  readonly bastionGroup: string;
  readonly web: string;
  readonly volumes: readonly string[];
  readonly interfaces: readonly string[];
  readonly zone: string;
}
export const TAGS_BEFORE = [
  { Key: 'Environment', Value: 'production' },
  { Key: 'Name', Value: 'web' },
];

/** Plants the company, then lets moto check signatures and policies from here on. */
export async function plantCompany(moto: MotoServer): Promise<Company> {
  const { ec2, iam } = clientsOf(moto, { accessKeyId: 'anybody', secretAccessKey: 'anything' });
  const person = async (UserName: string): Promise<Key> => {
    const { AccessKey } = await iam('CreateAccessKey', { UserName });
    return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  };
  for (const UserName of ['auditor', 'responder', 'deploy']) {
    await iam('CreateUser', { UserName });
    await iam('AttachUserPolicy', { UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  }
  const [auditor, responder, leaked, otherKey] = [await person('auditor'), await person('responder'), await person('deploy'), await person('deploy')];

  const { VpcId: vpc } = (await ec2('CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc;
  const { SubnetId, AvailabilityZone } = (await ec2('CreateSubnet', { VpcId: vpc, CidrBlock: '10.0.1.0/24' })).Subnet;
  const group = async (GroupName: string): Promise<string> => (await ec2('CreateSecurityGroup', { VpcId: vpc, GroupName, Description: GroupName })).GroupId;
  const [webGroup, bastionGroup] = [await group('web'), await group('bastion')];
  const { Images } = await ec2('DescribeImages', { Owners: ['amazon'] });
  const ImageId = Images.find((image: any) => /^amzn2-ami-hvm/.test(image.Name) && image.RootDeviceType === 'ebs').ImageId;
  const launch = async (Tags: readonly unknown[], more: object): Promise<any> =>
    (
      await ec2('RunInstances', {
        ...{ ImageId, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' },
        // Groups of the interface, not of the instance: see what moto cannot do.
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups: [webGroup] }],
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
        ...more,
      })
    ).Instances[0];
  const web = await launch(TAGS_BEFORE, {
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } },
      { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 3 } },
    ],
  });
  await launch([{ Key: 'Name', Value: 'forensic-workstation' }], {});
  const second = (await ec2('CreateNetworkInterface', { SubnetId, Groups: [webGroup, bastionGroup] })).NetworkInterface.NetworkInterfaceId;
  await ec2('AttachNetworkInterface', { InstanceId: web.InstanceId, NetworkInterfaceId: second, DeviceIndex: 1 });
  await ec2('ModifyInstanceAttribute', { InstanceId: web.InstanceId, DisableApiStop: { Value: true } });
  const { BlockDeviceMappings } = (await ec2('DescribeInstances', { InstanceIds: [web.InstanceId] })).Reservations[0].Instances[0];
  const enforced = await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  if (!enforced.ok) throw new Error(`moto does not enforce policies: ${enforced.status}`);
  return {
    ...{ auditor: clientsOf(moto, auditor), responder, leaked, otherKey, user: 'deploy' },
    ...{ vpc, subnet: SubnetId, image: ImageId, webGroup, bastionGroup, web: web.InstanceId, zone: AvailabilityZone },
    volumes: BlockDeviceMappings.map((mapping: any) => mapping.Ebs.VolumeId),
    interfaces: [web.NetworkInterfaces[0].NetworkInterfaceId, second],
  };
}

/** An instance that others hold: behind both kinds of load balancer, and with a role. */
export interface Member {
  readonly id: string;
  readonly interfaceId: string;
  readonly subnet: string;
  readonly targetGroup: string;
}
export async function plantMember({ auditor: { ec2, iam, balancing, classic }, vpc, image, webGroup }: Company): Promise<Member> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await iam('CreateRole', { RoleName: 'member', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam('CreateInstanceProfile', { InstanceProfileName: 'member' });
  await iam('AddRoleToInstanceProfile', { InstanceProfileName: 'member', RoleName: 'member' });
  const { SubnetId: subnet } = (await ec2('CreateSubnet', { VpcId: vpc, CidrBlock: '10.0.2.0/24' })).Subnet;
  const { Instances } = await ec2('RunInstances', {
    ...{ ImageId: image, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro', IamInstanceProfile: { Name: 'member' } },
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet, Groups: [webGroup] }],
  });
  const [{ InstanceId: id, NetworkInterfaces: interfaces }] = Instances;
  const { TargetGroups } = await balancing('CreateTargetGroup', { Name: 'front', Protocol: 'HTTP', Port: 80, VpcId: vpc, TargetType: 'instance' });
  const targetGroup: string = TargetGroups[0].TargetGroupArn;
  await balancing('RegisterTargets', { TargetGroupArn: targetGroup, Targets: [{ Id: id, Port: 8080 }] });
  const Listeners = [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }];
  await classic('CreateLoadBalancer', { LoadBalancerName: 'old', Subnets: [subnet], Listeners });
  await classic('RegisterInstancesWithLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: id }] });
  return { id, interfaceId: interfaces[0].NetworkInterfaceId, subnet, targetGroup };
}
