import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
let vpcId: string;
let first: string;
let second: string;
beforeEach(async () => {
  b = bench({ seed: 'elb' });
  const { Instances } = await b.call('ec2:RunInstances', { ImageId, InstanceType: 't3.micro', MinCount: 2, MaxCount: 2 });
  [first, second] = Instances.map((one: any) => one.InstanceId);
  vpcId = Instances[0].VpcId;
  b.pass(60);
});
const elb = (operation: string, input: object = {}) => b.call(`elasticloadbalancing:${operation}`, input);
const classic = (operation: string, input: object = {}) => b.call(`elasticloadbalancing-classic:${operation}`, input);

/** A load balancer that forwards to a target group with both instances, the second on its own port too. */
async function web(): Promise<string> {
  const { Subnets } = await b.call('ec2:DescribeSubnets');
  const { LoadBalancers } = await elb('CreateLoadBalancer', { Name: 'web', Subnets: Subnets.slice(0, 2).map((one: any) => one.SubnetId) });
  const { TargetGroups } = await elb('CreateTargetGroup', { Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: vpcId });
  const TargetGroupArn = TargetGroups[0].TargetGroupArn;
  await elb('CreateListener', {
    LoadBalancerArn: LoadBalancers[0].LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  await elb('RegisterTargets', { TargetGroupArn, Targets: [{ Id: first }, { Id: second }, { Id: second, Port: 8080 }] });
  return TargetGroupArn;
}
const health = async (TargetGroupArn: string, Targets?: object[]) =>
  (await elb('DescribeTargetHealth', { TargetGroupArn, Targets })).TargetHealthDescriptions.map((one: any) => [
    one.Target.Id,
    one.Target.Port,
    one.TargetHealth.State,
  ]);

describe('a target group', () => {
  it('takes targets into service after their first checks, and drains them', async () => {
    const arn = await web();
    expect(await health(arn)).toEqual([
      [first, 80, 'initial'],
      [second, 80, 'initial'],
      [second, 8080, 'initial'],
    ]);
    b.pass(30);
    await elb('ModifyTargetGroupAttributes', { TargetGroupArn: arn, Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }] });
    await elb('DeregisterTargets', { TargetGroupArn: arn, Targets: [{ Id: second }] });
    expect(await health(arn)).toEqual([
      [first, 80, 'healthy'],
      [second, 80, 'draining'],
      [second, 8080, 'healthy'],
    ]);
    b.pass(61);
    expect(await health(arn)).toEqual([
      [first, 80, 'healthy'],
      [second, 8080, 'healthy'],
    ]);
    expect(await health(arn, [{ Id: second }])).toEqual([[second, 80, 'unused']]);
  });
  it('says nothing about targets that were never there, and nothing has changed', async () => {
    const arn = await web();
    await elb('DeregisterTargets', { TargetGroupArn: arn, Targets: [{ Id: 'i-0123456789abcdef0' }, { Id: first, Port: 81 }] });
    expect(await health(arn)).toHaveLength(3);
  });
  it('refuses what cannot be a target', async () => {
    const arn = await web();
    await b.call('ec2:StopInstances', { InstanceIds: [first] });
    b.pass(60);
    expect(await health(arn)).toContainEqual([first, 80, 'unused']);
    await expect(elb('RegisterTargets', { TargetGroupArn: arn, Targets: [{ Id: first, Port: 81 }] })).rejects.toMatchObject({ code: 'InvalidTarget' });
    await expect(elb('RegisterTargets', { TargetGroupArn: 'arn:none', Targets: [{ Id: second }] })).rejects.toMatchObject({ code: 'TargetGroupNotFound' });
    await expect(elb('CreateTargetGroup', { Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: vpcId })).rejects.toMatchObject({
      code: 'DuplicateTargetGroupName',
    });
    await expect(elb('DeleteTargetGroup', { TargetGroupArn: arn })).rejects.toMatchObject({ code: 'ResourceInUse' });
  });
  it('is found by its load balancer and carries tags', async () => {
    const arn = await web();
    const { LoadBalancers } = await elb('DescribeLoadBalancers', { Names: ['web'] });
    const { TargetGroups } = await elb('DescribeTargetGroups', { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn });
    expect(TargetGroups.map((one: any) => one.TargetGroupArn)).toEqual([arn]);
    await elb('AddTags', { ResourceArns: [arn], Tags: [{ Key: 'team', Value: 'web' }] });
    expect((await elb('DescribeTags', { ResourceArns: [arn] })).TagDescriptions).toEqual([{ ResourceArn: arn, Tags: [{ Key: 'team', Value: 'web' }] }]);
    await elb('RemoveTags', { ResourceArns: [arn], TagKeys: ['team'] });
    expect((await elb('DescribeTags', { ResourceArns: [arn] })).TagDescriptions[0].Tags).toEqual([]);
    await elb('DeleteLoadBalancer', { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn });
    expect(await health(arn)).toEqual(expect.arrayContaining([[first, 80, 'unused']]));
  });
});

describe('a Classic Load Balancer', () => {
  const make = () =>
    classic('CreateLoadBalancer', {
      LoadBalancerName: 'old',
      AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }],
    });
  const members = async () => (await classic('DescribeLoadBalancers')).LoadBalancerDescriptions[0].Instances.map((one: any) => one.InstanceId);
  const states = async (ids: string[]) =>
    (await classic('DescribeInstanceHealth', { LoadBalancerName: 'old', Instances: ids.map((InstanceId) => ({ InstanceId })) })).InstanceStates;
  it('registers, drains and lets go', async () => {
    await make();
    await classic('ModifyLoadBalancerAttributes', {
      LoadBalancerName: 'old',
      LoadBalancerAttributes: { ConnectionDraining: { Enabled: true, Timeout: 30 } },
    });
    await classic('RegisterInstancesWithLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: first }, { InstanceId: second }] });
    expect((await states([]))[0]).toMatchObject({ State: 'OutOfService', ReasonCode: 'ELB' });
    b.pass(30);
    expect(await states([first])).toMatchObject([{ State: 'InService', Description: 'N/A' }]);
    await classic('DeregisterInstancesFromLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: first }] });
    expect(await members()).toEqual([second]);
    expect(await states([first])).toMatchObject([{ State: 'InService', Description: 'Instance deregistration currently in progress.' }]);
    b.pass(31);
    await expect(states([first])).rejects.toMatchObject({ code: 'InvalidInstance' });
  });
  it('is refused as AWS refuses it', async () => {
    await make();
    await expect(make()).rejects.toMatchObject({ code: 'DuplicateLoadBalancerName' });
    await expect(classic('DescribeLoadBalancers', { LoadBalancerNames: ['none'] })).rejects.toMatchObject({ code: 'LoadBalancerNotFound' });
    await expect(
      classic('RegisterInstancesWithLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: 'i-0123456789abcdef0' }] }),
    ).rejects.toMatchObject({ code: 'InvalidInstance' });
    expect(await members()).toEqual([]);
  });
});
