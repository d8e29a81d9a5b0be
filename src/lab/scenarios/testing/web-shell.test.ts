import { AutoScalingClient, DescribeAutoScalingInstancesCommand, EnterStandbyCommand } from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceNetworkAclAssociationCommand,
  RevokeSecurityGroupEgressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { saveWorld } from '../../world/index.ts';
import type { NetworkTruth } from '../scenario.ts';
import { scenario } from '../web-shell.ts';
import { playScenario, type Stand } from './stand.ts';

// Each test plays the whole story, perhaps on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stand: Stand;
let ec2: EC2Client;
let network: NetworkTruth;
beforeEach(async () => {
  stand = await playScenario(scenario, 'shop');
  network = stand.truth.network!;
  Object.assign(stand.world.settings, { faults: [], iamDelay: 0, ec2Stale: 0, trailDelay: [0, 0], pageSize: 0 });
  ec2 = client(EC2Client);
});
afterEach(async () => stand?.close());

function client<T>(Client: new (config: any) => T): T {
  const { accessKeyId, secretAccessKey, region } = stand.briefing.responder;
  return new Client({ endpoint: stand.lab.url, region, credentials: { accessKeyId, secretAccessKey } });
}
const id = () => stand.truth.instances[0]!.id;
const pass = (seconds: number): void => {
  stand.world.offset += seconds * 1000;
};
const answer = () => scenario.contained(stand.world);
const connected = () => answer().reasons.filter((why) => why.includes('still connected'));

/** A group of the victim's VPC: open to everybody both ways, or closed both ways. */
async function group(name: string, open: boolean): Promise<string> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id()] }));
  const VpcId = Reservations![0]!.Instances![0]!.VpcId;
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId }));
  const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId!] }] }));
  const SecurityGroupRuleIds = SecurityGroupRules!.map((rule) => rule.SecurityGroupRuleId!);
  if (!open) await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds }));
  const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  if (open) await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [all] }));
  return GroupId!;
}
const swap = async (GroupId: string): Promise<void> => {
  for (const NetworkInterfaceId of network.interfaces) await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }));
};
const revoke = async (): Promise<void> => {
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + stand.world.offset).toISOString() } };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }] });
  await client(IAMClient).send(
    new PutRolePolicyCommand({ RoleName: stand.truth.credentials[0]!.principal, PolicyName: 'AWSRevokeOlderSessions', PolicyDocument }),
  );
};

describe('the story', () => {
  it('is of one server with three interfaces, three kinds of volumes and a role that five others hold', async () => {
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id()] }] }));
    const [four, six, inner] = [...NetworkInterfaces!].sort((a, b) => a.Attachment!.DeviceIndex! - b.Attachment!.DeviceIndex!);
    expect([four!.Association?.PublicIp, six!.Association, inner!.Association]).toEqual([stand.briefing.webServer!.publicIp, undefined, undefined]);
    expect([four!.Ipv6Addresses!.length, six!.Ipv6Addresses!.length, inner!.Ipv6Addresses!.length]).toEqual([0, 1, 0]);
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ MaxResults: 50 }));
    const all = Reservations!.flatMap((one) => one.Instances!);
    const own = all.find(({ InstanceId }) => InstanceId === id())!;
    expect(own.ProductCodes).toMatchObject([{ ProductCodeType: 'marketplace' }]);
    const others = all.filter(({ InstanceId, IamInstanceProfile }) => InstanceId !== id() && IamInstanceProfile?.Arn === own.IamInstanceProfile!.Arn);
    expect(others.map(({ InstanceId }) => InstanceId).sort()).toEqual([...network.neighbours].sort());
    expect(others).toHaveLength(5);
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id()] }] }));
    expect(new Set(Volumes!.map(({ KmsKeyId }) => KmsKeyId)).size, 'none, one of the customer, one of AWS').toBe(3);
    const { AutoScalingInstances } = await client(AutoScalingClient).send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [id()] }));
    expect(AutoScalingInstances).toMatchObject([{ AutoScalingGroupName: network.autoScalingGroup, LifecycleState: 'InService' }]);
    const { TargetHealthDescriptions } = await client(ElasticLoadBalancingV2Client).send(
      new DescribeTargetHealthCommand({ TargetGroupArn: network.targetGroup }),
    );
    expect(TargetHealthDescriptions!.map(({ Target }) => Target!.Id)).toContain(id());
  });
  it('comes with a finding about the server and whom it talks to, and no time in the future', () => {
    const { finding, accessKeyId, text } = stand.briefing.alarm;
    expect(finding).toMatchObject({
      region: stand.briefing.responder.region,
      resource: { instanceDetails: { instanceId: id() } },
      service: { serviceName: 'guardduty', action: { networkConnectionAction: { remoteIpDetails: { ipAddressV4: stand.truth.addresses[0] } } } },
    });
    expect(accessKeyId).toBe('');
    expect(text.es).toContain(id());
    for (const { record } of stand.world.accounts[stand.briefing.account]!.trail) expect(Date.parse(record.eventTime)).toBeLessThanOrEqual(Date.now());
  });
  it('has him connected over IPv4, IPv6 and through the NAT gateway, tracked, and his stolen credentials good', () => {
    const { reasons, hurt, lost, key } = answer();
    expect(connected()).toHaveLength(3);
    expect(connected().every((why) => why.endsWith(', tracked'))).toBe(true);
    expect(connected().filter((why) => why.includes(', nat,'))).toHaveLength(1);
    expect(reasons.some((why) => why.includes('could connect to'))).toBe(true);
    expect({ hurt, lost, key }).toEqual({ hurt: [], lost: [], key: false });
  });
});

describe('the answers', () => {
  it('a plain swap of groups is not containment: all three connections live on', async () => {
    await swap(await group('isolation', false));
    await revoke();
    pass(3600);
    expect(answer()).toMatchObject({ key: true, instances: { [id()]: false } });
    expect(answer().reasons).toEqual(connected());
    expect(connected()).toHaveLength(3);
  });
  it('open groups and then closed ones cut what is direct and leave what goes through NAT; its ACL ends that, and hurts the neighbours', async () => {
    const closed = await group('isolation', false);
    await swap(await group('conversion', true));
    pass(10);
    await swap(closed);
    await revoke();
    expect(connected()).toEqual([expect.stringContaining(', nat,')]);
    const [, , inner] = network.interfaces;
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [inner!] }));
    const { SubnetId, VpcId } = NetworkInterfaces![0]!;
    const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [SubnetId!] }] }));
    const AssociationId = NetworkAcls![0]!.Associations!.find((one) => one.SubnetId === SubnetId)!.NetworkAclAssociationId;
    const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId }));
    await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId: NetworkAcl!.NetworkAclId }));
    expect(answer()).toMatchObject({ reasons: [], key: true, instances: { [id()]: true } });
    expect(answer().hurt!.length).toBeGreaterThan(0);
    expect(answer().hurt!.every((why) => why.endsWith('network-acl'))).toBe(true);
  });
  it('a role that is denied for good fails the five others who hold it', async () => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
    await client(IAMClient).send(new PutRolePolicyCommand({ RoleName: stand.truth.credentials[0]!.principal, PolicyName: 'gone', PolicyDocument }));
    expect(answer().key).toBe(true);
    expect(answer().hurt).toEqual(network.neighbours.map((one) => `${one} can no longer work with its role`));
  });
  it('a stop on standby ends every connection, and the instance store with them', async () => {
    const standby = { AutoScalingGroupName: network.autoScalingGroup, InstanceIds: [id()], ShouldDecrementDesiredCapacity: true };
    await client(AutoScalingClient).send(new EnterStandbyCommand(standby));
    pass(120);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id()] }));
    pass(60);
    await revoke();
    expect(answer()).toMatchObject({ reasons: [], hurt: [], lost: [expect.stringContaining('instance store')] });
  });
  it('a stop in service makes the scaling group replace the server: every volume is gone', async () => {
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id()] }));
    pass(60);
    expect(answer().lost!.filter((why) => why.startsWith('volume'))).toHaveLength(3);
  });
  it('a closed group with a door to him is open again, and terminating the server loses its evidence', async () => {
    const closed = await group('isolation', false);
    await swap(closed);
    const egress = { GroupId: closed, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
    await ec2.send(new AuthorizeSecurityGroupEgressCommand(egress));
    expect(answer().reasons.some((why) => why.includes('could be reached from'))).toBe(true);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id()] }));
    pass(120);
    expect(answer().lost!.filter((why) => why.startsWith('volume'))).toHaveLength(3);
  });
  it('is the same from a saved world, and told to the scorer alone', async () => {
    const told = JSON.parse(saveWorld(stand.world));
    expect(scenario.contained(told)).toEqual(answer());
    const ask = (authorization: string) => fetch(`${stand.lab.url}/_lab/connections`, { headers: { authorization } });
    expect((await ask('Bearer guess')).status).toBe(403);
    const { connections, instances } = (await (await ask(`Bearer ${stand.lab.controlToken}`)).json()) as any;
    expect(connections.filter((one: any) => one.who === 'attacker' && one.endedAt === undefined)).toHaveLength(3);
    expect(instances.find((one: any) => one.instanceId === id())).toMatchObject({ state: 'running', unfiltered: ['dns', 'metadata'] });
  });
  it('the flow log has told of him all along', async () => {
    const logGroupName = Object.keys(stand.world.accounts[stand.briefing.account]!.regions[stand.briefing.responder.region]!.tables.logGroups!)[0];
    const { events } = await client(CloudWatchLogsClient).send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: `"${stand.truth.addresses[0]}"`, limit: 5 }),
    );
    expect(events).toHaveLength(5);
    expect(events![0]!.message).toMatch(/^2 \d{12} eni-[0-9a-f]+ .* ACCEPT OK$/);
  });
});

it('tells the same story for the same seed, and another for another', async () => {
  const tell = async (seed: string) => {
    const told = await playScenario(scenario, seed);
    await told.close();
    return JSON.stringify([
      told.truth.addresses,
      told.truth.network,
      told.truth.credentials,
      told.briefing.webServer,
      told.briefing.alarm.finding && (told.briefing.alarm.finding as any).id,
    ]);
  };
  expect(await tell('same')).toBe(await tell('same'));
  expect(await tell('same')).not.toBe(await tell('other'));
});
