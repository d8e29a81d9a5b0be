import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
beforeEach(() => {
  b = bench({ seed: 'fleets' });
});
const instances = async (): Promise<any[]> => (await b.call('ec2:DescribeInstances')).Reservations.flatMap((one: any) => one.Instances);
const tag = (instance: any, key: string) => instance.Tags.find((one: any) => one.Key === key)?.Value;
const starter = () => b.account.trail.findLast(({ record }) => record.eventName === 'RunInstances')!.record.userIdentity.invokedBy;

describe('Spot requests', () => {
  it('open, then active with an instance the Spot service started', async () => {
    const { SpotInstanceRequests } = await b.call('ec2:RequestSpotInstances', { InstanceCount: 2, LaunchSpecification: { ImageId, InstanceType: 't3.micro' } });
    expect(SpotInstanceRequests.map((one: any) => [one.State, one.InstanceId])).toEqual([
      ['open', undefined],
      ['open', undefined],
    ]);
    expect(starter()).toBe('spot.amazonaws.com');
    b.pass(10);
    const shown = (await b.call('ec2:DescribeSpotInstanceRequests')).SpotInstanceRequests;
    expect(shown.map((one: any) => one.State)).toEqual(['active', 'active']);
    expect((await instances()).map((one) => one.SpotInstanceRequestId).sort()).toEqual(shown.map((one: any) => one.SpotInstanceRequestId).sort());
    await b.call('ec2:TerminateInstances', { InstanceIds: [shown[0].InstanceId] });
    await b.call('ec2:CancelSpotInstanceRequests', { SpotInstanceRequestIds: [shown[1].SpotInstanceRequestId] });
    const after = (await b.call('ec2:DescribeSpotInstanceRequests')).SpotInstanceRequests;
    expect(after.map((one: any) => [one.State, one.Status.Code])).toEqual([
      ['closed', 'instance-terminated-by-user'],
      ['cancelled', 'request-canceled-and-instance-running'],
    ]);
  });
});
describe('Spot Fleets', () => {
  const config = {
    IamFleetRole: 'arn:aws:iam::111122223333:role/aws-ec2-spot-fleet-tagging-role',
    TargetCapacity: 3,
    LaunchSpecifications: [
      { ImageId, InstanceType: 't3.micro' },
      { ImageId, InstanceType: 't3.small' },
    ],
  };
  it('share their target out, and end with or without their instances', async () => {
    const { SpotFleetRequestId } = await b.call('ec2:RequestSpotFleet', { SpotFleetRequestConfig: config });
    expect((await instances()).map((one) => [one.InstanceType, one.InstanceLifecycle, tag(one, 'aws:ec2spot:fleet-request-id')])).toEqual([
      ['t3.micro', 'spot', SpotFleetRequestId],
      ['t3.micro', 'spot', SpotFleetRequestId],
      ['t3.small', 'spot', SpotFleetRequestId],
    ]);
    expect(starter()).toBe('spotfleet.amazonaws.com');
    const cancelled = await b.call('ec2:CancelSpotFleetRequests', { SpotFleetRequestIds: [SpotFleetRequestId, 'sfr-none'], TerminateInstances: false });
    expect(cancelled.SuccessfulFleetRequests[0]).toMatchObject({ CurrentSpotFleetRequestState: 'cancelled_running' });
    expect(cancelled.UnsuccessfulFleetRequests[0].Error.Code).toBe('fleetRequestIdDoesNotExist');
    await b.call('ec2:CancelSpotFleetRequests', { SpotFleetRequestIds: [SpotFleetRequestId], TerminateInstances: true });
    expect((await instances()).every((one) => one.State.Name === 'shutting-down')).toBe(true);
  });
  it('need a role and something to launch', async () => {
    await expect(b.call('ec2:RequestSpotFleet', { SpotFleetRequestConfig: { ...config, IamFleetRole: 'fleet' } })).rejects.toMatchObject({
      code: 'InvalidSpotFleetRequestConfig',
    });
    await expect(b.call('ec2:RequestSpotFleet', { SpotFleetRequestConfig: { ...config, LaunchSpecifications: [] } })).rejects.toMatchObject({
      code: 'InvalidSpotFleetRequestConfig',
    });
    expect(await instances()).toEqual([]);
  });
});
describe('EC2 Fleets', () => {
  beforeEach(() => b.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId, InstanceType: 't3.micro' } }));
  const create = (input: object = {}) =>
    b.call('ec2:CreateFleet', {
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '$Latest' } }],
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: 'on-demand' },
      ...input,
    });
  it('are listed, except instant ones, which must be named', async () => {
    const kept = await create();
    const instant = await create({ Type: 'instant' });
    expect(kept.Instances).toBeUndefined();
    expect(instant.Instances[0].InstanceIds).toHaveLength(2);
    expect((await b.call('ec2:DescribeFleets')).Fleets.map((one: any) => one.FleetId)).toEqual([kept.FleetId]);
    expect((await b.call('ec2:DescribeFleets', { FleetIds: [instant.FleetId] })).Fleets[0]).toMatchObject({ Type: 'instant', FulfilledCapacity: 2 });
    expect((await instances()).map((one) => tag(one, 'aws:ec2:fleet-id')).sort()).toEqual(
      [kept.FleetId, kept.FleetId, instant.FleetId, instant.FleetId].sort(),
    );
  });
  it('are deleted with their instances', async () => {
    const { FleetId } = await create();
    const { SuccessfulFleetDeletions } = await b.call('ec2:DeleteFleets', { FleetIds: [FleetId], TerminateInstances: true });
    expect(SuccessfulFleetDeletions[0]).toMatchObject({ CurrentFleetState: 'deleted_terminating' });
    expect((await instances()).every((one) => one.State.Name === 'shutting-down')).toBe(true);
  });
});
