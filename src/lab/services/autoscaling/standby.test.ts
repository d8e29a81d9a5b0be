import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
let one: string;
let arn: string;
const asg = (operation: string, input: object = {}) => b.call(`autoscaling:${operation}`, { AutoScalingGroupName: 'fleet', ...input });
const group = async () => (await b.call('autoscaling:DescribeAutoScalingGroups')).AutoScalingGroups[0];
const targets = async () =>
  Object.fromEntries(
    (await b.call('elasticloadbalancing:DescribeTargetHealth', { TargetGroupArn: arn })).TargetHealthDescriptions.map((target: any) => [
      target.Target.Id,
      target.TargetHealth.State,
    ]),
  );
const instance = async (id: string) => (await b.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];

beforeEach(async () => {
  b = bench({ seed: 'standby' });
  const { Subnets } = await b.call('ec2:DescribeSubnets');
  const { LoadBalancers } = await b.call('elasticloadbalancing:CreateLoadBalancer', {
    Name: 'web',
    Subnets: Subnets.slice(0, 2).map((subnet: any) => subnet.SubnetId),
  });
  const { TargetGroups } = await b.call('elasticloadbalancing:CreateTargetGroup', { Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: Subnets[0].VpcId });
  arn = TargetGroups[0].TargetGroupArn;
  await b.call('elasticloadbalancing:CreateListener', {
    LoadBalancerArn: LoadBalancers[0].LoadBalancerArn,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
  });
  await b.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId, InstanceType: 't3.micro' } });
  await asg('CreateAutoScalingGroup', {
    LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
    MinSize: 2,
    MaxSize: 4,
    DesiredCapacity: 3,
    AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
    TargetGroupARNs: [arn],
  });
  b.pass(60);
  one = (await group()).Instances[0].InstanceId;
});

describe('standby', () => {
  it('takes an instance out of the count and out of the target group, and back', async () => {
    expect(Object.values(await targets())).toEqual(['healthy', 'healthy', 'healthy']);
    await asg('EnterStandby', { InstanceIds: [one], ShouldDecrementDesiredCapacity: true });
    expect(await group()).toMatchObject({ DesiredCapacity: 2 });
    expect((await group()).Instances).toHaveLength(3);
    expect((await b.call('autoscaling:DescribeAutoScalingInstances', { InstanceIds: [one] })).AutoScalingInstances[0].LifecycleState).toBe('EnteringStandby');
    expect((await targets())[one]).toBe('draining');
    await expect(asg('ExitStandby', { InstanceIds: [one] })).rejects.toMatchObject({ code: 'ValidationError' });
    b.pass(301);
    expect(Object.keys(await targets())).not.toContain(one);
    expect((await group()).Instances[0].LifecycleState).toBe('Standby');
    await b.call('ec2:StopInstances', { InstanceIds: [one] });
    b.pass(60);
    expect((await instance(one)).State.Name).toBe('stopped');
    await b.call('ec2:StartInstances', { InstanceIds: [one] });
    b.pass(60);
    await asg('ExitStandby', { InstanceIds: [one] });
    b.pass(60);
    expect(await group()).toMatchObject({ DesiredCapacity: 3 });
    expect((await targets())[one]).toBe('healthy');
  });
  it('is refused below the smallest size, and starts another instance when the capacity stays', async () => {
    await asg('SetDesiredCapacity', { DesiredCapacity: 2 });
    const [left] = (await group()).Instances;
    await expect(asg('EnterStandby', { InstanceIds: [left.InstanceId], ShouldDecrementDesiredCapacity: true })).rejects.toMatchObject({
      code: 'ValidationError',
    });
    await asg('EnterStandby', { InstanceIds: [left.InstanceId], ShouldDecrementDesiredCapacity: false });
    expect(await group()).toMatchObject({ DesiredCapacity: 2 });
    expect((await group()).Instances).toHaveLength(3);
  });
});
describe('health', () => {
  const protect = () => b.call('ec2:ModifyInstanceAttribute', { InstanceId: one, DisableApiTermination: { Value: true } });
  it('ends and replaces a stopped member, whatever protects it', async () => {
    await protect();
    await asg('SetInstanceProtection', { InstanceIds: [one], ProtectedFromScaleIn: true });
    await b.call('ec2:StopInstances', { InstanceIds: [one] });
    b.pass(60);
    expect((await instance(one)).State.Name).toBe('terminated');
    expect((await group()).Instances).toHaveLength(3);
  });
  it.each([['ReplaceUnhealthy'], ['HealthCheck'], ['Terminate']])('keeps it while %s is suspended', async (process) => {
    await asg('SuspendProcesses', { ScalingProcesses: [process] });
    await b.call('ec2:StopInstances', { InstanceIds: [one] });
    b.pass(60);
    expect((await instance(one)).State.Name).toBe('stopped');
    await asg('ResumeProcesses', { ScalingProcesses: [process] });
    b.pass(60);
    expect((await instance(one)).State.Name).toBe('terminated');
  });
  it('scale-in spares a protected member', async () => {
    await asg('SetInstanceProtection', { InstanceIds: [one], ProtectedFromScaleIn: true });
    await asg('SetDesiredCapacity', { DesiredCapacity: 2 });
    expect((await group()).Instances.map((member: any) => member.InstanceId)).toContain(one);
    expect((await group()).Instances).toHaveLength(2);
  });
});
describe('detached and attached', () => {
  it('leaves group, tag and target group, and comes back', async () => {
    await asg('DetachInstances', { InstanceIds: [one], ShouldDecrementDesiredCapacity: true });
    expect((await instance(one)).Tags.map((tag: any) => tag.Key)).not.toContain('aws:autoscaling:groupName');
    expect((await group()).DesiredCapacity).toBe(2);
    expect((await targets())[one]).toBe('draining');
    await asg('AttachInstances', { InstanceIds: [one] });
    expect((await group()).DesiredCapacity).toBe(3);
    expect((await targets())[one]).toBe('initial');
    await expect(asg('AttachInstances', { InstanceIds: [one] })).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
it('spot instances refuse protection', async () => {
  const { Instances } = await b.call('ec2:RunInstances', {
    ImageId,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    InstanceMarketOptions: { MarketType: 'spot' },
  });
  for (const attribute of [{ DisableApiTermination: { Value: true } }, { DisableApiStop: { Value: true } }])
    await expect(b.call('ec2:ModifyInstanceAttribute', { InstanceId: Instances[0].InstanceId, ...attribute })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
});
