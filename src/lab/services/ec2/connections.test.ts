import { beforeEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

const OTHER = '444455556666';
let b: Bench;
let vpc: string;
let subnet: string;
beforeEach(async () => {
  b = bench({ seed: 'connections' });
  createAccount(b.world, { id: OTHER, name: 'Other' });
  vpc = (await b.call('ec2:CreateVpc', { CidrBlock: '10.1.0.0/16' })).Vpc.VpcId;
  subnet = (await b.call('ec2:CreateSubnet', { VpcId: vpc, CidrBlock: '10.1.1.0/24' })).Subnet.SubnetId;
});
const there = { account: OTHER };

describe('VPC peering', () => {
  const peerings = async (where = {}) => (await b.call('ec2:DescribeVpcPeeringConnections', {}, where)).VpcPeeringConnections;
  it('waits for the other account, which sees it and accepts it', async () => {
    const theirs = (await b.call('ec2:CreateVpc', { CidrBlock: '10.2.0.0/16' }, there)).Vpc.VpcId;
    const { VpcPeeringConnection } = await b.call('ec2:CreateVpcPeeringConnection', { VpcId: vpc, PeerVpcId: theirs, PeerOwnerId: OTHER });
    const VpcPeeringConnectionId = VpcPeeringConnection.VpcPeeringConnectionId;
    expect(VpcPeeringConnection.Status.Code).toBe('initiating-request');
    b.pass(5);
    await expect(b.call('ec2:AcceptVpcPeeringConnection', { VpcPeeringConnectionId })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect((await peerings(there))[0]).toMatchObject({ VpcPeeringConnectionId, Status: { Code: 'pending-acceptance' } });
    await b.call('ec2:AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, there);
    expect((await peerings())[0]).toMatchObject({ Status: { Code: 'active' }, AccepterVpcInfo: { OwnerId: OTHER, CidrBlock: '10.2.0.0/16' } });
    await b.call('ec2:DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
    expect((await peerings(there))[0].Status.Code).toBe('deleted');
    await expect(b.call('ec2:AcceptVpcPeeringConnection', { VpcPeeringConnectionId }, there)).rejects.toMatchObject({ code: 'InvalidStateTransition' });
  });
  it('fails where nothing is, and is accepted by whoever holds an account beyond the world', async () => {
    const PeerVpcId = 'vpc-0a1b2c3d4e5f60718';
    await b.call('ec2:CreateVpcPeeringConnection', { VpcId: vpc, PeerVpcId, PeerOwnerId: OTHER });
    await b.call('ec2:CreateVpcPeeringConnection', { VpcId: vpc, PeerVpcId, PeerOwnerId: '999988887777' });
    b.pass(120);
    expect((await peerings()).map((one: any) => one.Status.Code).sort()).toEqual(['active', 'failed']);
    await expect(b.call('ec2:CreateVpcPeeringConnection', { VpcId: vpc, PeerVpcId: 'vpc-x' })).rejects.toMatchObject({ code: 'InvalidVpcID.Malformed' });
  });
});
describe('an instance connect endpoint', () => {
  it('comes with an interface and goes with it, one for each VPC', async () => {
    const { InstanceConnectEndpoint: made } = await b.call('ec2:CreateInstanceConnectEndpoint', { SubnetId: subnet });
    const state = async () => (await b.call('ec2:DescribeInstanceConnectEndpoints')).InstanceConnectEndpoints[0]?.State;
    const { NetworkInterfaces } = await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: made.NetworkInterfaceIds });
    expect(NetworkInterfaces[0]).toMatchObject({ RequesterManaged: true, Description: `EC2 Instance Connect Endpoint ${made.InstanceConnectEndpointId}` });
    await expect(b.call('ec2:CreateInstanceConnectEndpoint', { SubnetId: subnet })).rejects.toMatchObject({ code: 'ResourceLimitExceeded' });
    expect(await state()).toBe('create-in-progress');
    b.pass(200);
    expect(await state()).toBe('create-complete');
    await b.call('ec2:DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId: made.InstanceConnectEndpointId });
    expect(await state()).toBe('delete-in-progress');
    b.pass(200);
    expect(await state()).toBeUndefined();
    expect((await b.call('ec2:DescribeNetworkInterfaces')).NetworkInterfaces).toEqual([]);
  });
});
describe('flow logs', () => {
  const create = (ResourceIds: string[]) =>
    b.call('ec2:CreateFlowLogs', { ResourceIds, ResourceType: 'VPC', TrafficType: 'ALL', LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs' });
  it('are made where they can be, and the rest is told', async () => {
    const made = await create([vpc, 'vpc-0a1b2c3d4e5f60718']);
    expect(made.FlowLogIds).toHaveLength(1);
    expect(made.Unsuccessful[0].Error.Code).toBe('InvalidVpcID.NotFound');
    expect((await create([vpc])).Unsuccessful[0].Error.Code).toBe('FlowLogAlreadyExists');
    expect((await b.call('ec2:DescribeFlowLogs')).FlowLogs[0]).toMatchObject({ ResourceId: vpc, LogFormat: expect.stringMatching(/^\$\{version\} /) });
    const gone = await b.call('ec2:DeleteFlowLogs', { FlowLogIds: [...made.FlowLogIds, 'fl-0a1b2c3d4e5f60718'] });
    expect(gone.Unsuccessful).toMatchObject([{ ResourceId: 'fl-0a1b2c3d4e5f60718' }]);
    expect((await b.call('ec2:DescribeFlowLogs')).FlowLogs).toEqual([]);
  });
});
describe('public sharing', () => {
  it('is refused for images until the block is lifted, and for snapshots once there is one', async () => {
    const { VolumeId } = await b.call('ec2:CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 1 });
    b.pass(10);
    const { SnapshotId } = await b.call('ec2:CreateSnapshot', { VolumeId });
    const share = () => b.call('ec2:ModifySnapshotAttribute', { SnapshotId, CreateVolumePermission: { Add: [{ Group: 'all' }] } });
    await b.call('ec2:EnableSnapshotBlockPublicAccess', { State: 'block-new-sharing' });
    await expect(share()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect((await b.call('ec2:DescribeSnapshots', { OwnerIds: ['self'], RestorableByUserIds: ['all'] })).Snapshots).toEqual([]);
    await b.call('ec2:DisableSnapshotBlockPublicAccess');
    await share();
    expect((await b.call('ec2:DescribeSnapshots', { OwnerIds: ['self'], RestorableByUserIds: ['all'] })).Snapshots).toHaveLength(1);

    const ImageId = (await b.call('ec2:CreateImage', { InstanceId: await instance(), Name: 'base' })).ImageId;
    const open = () =>
      b.call('ec2:ModifyImageAttribute', { ImageId, Attribute: 'launchPermission', OperationType: 'add', UserGroups: ['all'], UserIds: [OTHER] });
    await expect(open()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect((await b.call('ec2:DescribeImageAttribute', { ImageId, Attribute: 'launchPermission' })).LaunchPermissions).toEqual([]);
    await b.call('ec2:DisableImageBlockPublicAccess');
    await open();
    expect((await b.call('ec2:DescribeImageAttribute', { ImageId, Attribute: 'launchPermission' })).LaunchPermissions).toEqual([
      { UserId: OTHER },
      { Group: 'all' },
    ]);
  });
  const instance = async () => {
    const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    return (await b.call('ec2:RunInstances', { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 })).Instances[0].InstanceId;
  };
});
describe('launch template versions', () => {
  it('are never numbered twice, and the default one stays', async () => {
    const name = { LaunchTemplateName: 'web' };
    await b.call('ec2:CreateLaunchTemplate', { ...name, LaunchTemplateData: {} });
    await b.call('ec2:CreateLaunchTemplateVersion', { ...name, LaunchTemplateData: {} });
    const deleted = await b.call('ec2:DeleteLaunchTemplateVersions', { ...name, Versions: ['1', '2', '9'] });
    expect(deleted.SuccessfullyDeletedLaunchTemplateVersions).toMatchObject([{ VersionNumber: 2 }]);
    expect(deleted.UnsuccessfullyDeletedLaunchTemplateVersions.map((one: any) => one.ResponseError.Code)).toEqual([
      'unexpectedError',
      'launchTemplateVersionDoesNotExist',
    ]);
    expect((await b.call('ec2:CreateLaunchTemplateVersion', { ...name, LaunchTemplateData: {} })).LaunchTemplateVersion.VersionNumber).toBe(3);
    expect((await b.call('ec2:ModifyLaunchTemplate', { ...name, DefaultVersion: '3' })).LaunchTemplate.DefaultVersionNumber).toBe(3);
  });
});
