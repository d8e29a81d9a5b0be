import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
beforeEach(async () => {
  b = bench({ seed: 'asg' });
  await b.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId, InstanceType: 't3.micro' } });
});
const create = (input: object = {}) =>
  b.call('autoscaling:CreateAutoScalingGroup', {
    AutoScalingGroupName: 'fleet',
    LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
    MinSize: 2,
    MaxSize: 5,
    AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
    ...input,
  });
const group = async () => (await b.call('autoscaling:DescribeAutoScalingGroups')).AutoScalingGroups[0];
const running = async () =>
  (await b.call('ec2:DescribeInstances')).Reservations.flatMap((one: any) => one.Instances).filter((one: any) => /pending|running/.test(one.State.Name));

describe('an Auto Scaling group', () => {
  it('starts its instances as the service, tagged with its name', async () => {
    await create({ Tags: [{ Key: 'team', Value: 'web', PropagateAtLaunch: true }] });
    const instances = await running();
    expect(instances).toHaveLength(2);
    expect(instances[0].Tags).toEqual(
      expect.arrayContaining([
        { Key: 'aws:autoscaling:groupName', Value: 'fleet' },
        { Key: 'aws:ec2launchtemplate:version', Value: '1' },
        { Key: 'team', Value: 'web' },
      ]),
    );
    const { userIdentity, sourceIPAddress } = b.account.trail.findLast(({ record }) => record.eventName === 'RunInstances')!.record;
    expect(userIdentity).toMatchObject({ type: 'AssumedRole', invokedBy: 'autoscaling.amazonaws.com' });
    expect(userIdentity.arn).toContain('assumed-role/AWSServiceRoleForAutoScaling/AutoScaling');
    expect(userIdentity).not.toHaveProperty('accessKeyId');
    expect(sourceIPAddress).toBe('autoscaling.amazonaws.com');
    expect((await group()).Instances.map((one: any) => one.LifecycleState)).toEqual(['Pending', 'Pending']);
    b.pass(60);
    expect((await group()).Instances.map((one: any) => one.LifecycleState)).toEqual(['InService', 'InService']);
  });
  it('replaces what is terminated behind its back, unless told not to', async () => {
    await create();
    const [first, second] = await running();
    await b.call('ec2:TerminateInstances', { InstanceIds: [first.InstanceId] });
    expect((await group()).Instances).toHaveLength(2);
    expect((await group()).Instances.map((one: any) => one.InstanceId)).not.toContain(first.InstanceId);
    await b.call('autoscaling:SuspendProcesses', { AutoScalingGroupName: 'fleet', ScalingProcesses: ['ReplaceUnhealthy'] });
    await b.call('ec2:TerminateInstances', { InstanceIds: [second.InstanceId] });
    expect((await group()).Instances).toHaveLength(1);
  });
  it('grows, shrinks, lets go and ends', async () => {
    await create();
    await b.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'fleet', DesiredCapacity: 4 });
    expect(await running()).toHaveLength(4);
    await expect(b.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'fleet', DesiredCapacity: 6 })).rejects.toMatchObject({
      code: 'ValidationError',
    });
    await b.call('autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: 'fleet', MinSize: 1, MaxSize: 3 });
    expect(await running()).toHaveLength(3);
    const id = (await group()).Instances[0].InstanceId;
    await b.call('autoscaling:DetachInstances', { AutoScalingGroupName: 'fleet', InstanceIds: [id], ShouldDecrementDesiredCapacity: true });
    expect(await group()).toMatchObject({ DesiredCapacity: 2 });
    expect(await running()).toHaveLength(3);
    await expect(b.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'fleet' })).rejects.toMatchObject({ code: 'ResourceInUse' });
    await b.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'fleet', ForceDelete: true });
    expect((await running()).map((one: any) => one.InstanceId)).toEqual([id]);
  });
  it('is refused as AWS refuses it', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'AlreadyExists' });
    await expect(create({ AutoScalingGroupName: 'x', MinSize: 6 })).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(create({ AutoScalingGroupName: 'x', AvailabilityZones: undefined })).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(create({ AutoScalingGroupName: 'x', LaunchTemplate: { LaunchTemplateName: 'none' } })).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(b.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'x' })).rejects.toMatchObject({ code: 'ValidationError' });
  });
  it('exists even when EC2 refuses the launch, which is an activity that failed', async () => {
    await b.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: 'broken', LaunchTemplateData: { ImageId, InstanceType: 't4g.micro' } });
    await create({ LaunchTemplate: { LaunchTemplateName: 'broken' } });
    expect((await group()).Instances).toEqual([]);
    expect((await b.call('autoscaling:DescribeScalingActivities', { AutoScalingGroupName: 'fleet' })).Activities[0]).toMatchObject({ StatusCode: 'Failed' });
  });
  it('launches from a launch configuration too', async () => {
    await b.call('autoscaling:CreateLaunchConfiguration', { LaunchConfigurationName: 'old', ImageId, InstanceType: 't3.small', SpotPrice: '0.02' });
    await create({ LaunchTemplate: undefined, LaunchConfigurationName: 'old' });
    expect((await running())[0]).toMatchObject({ InstanceType: 't3.small', InstanceLifecycle: 'spot' });
    await expect(b.call('autoscaling:DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' })).rejects.toMatchObject({ code: 'ResourceInUse' });
  });
});
