import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
let instance: any;
beforeEach(async () => {
  b = bench();
  [instance] = (await b.call('ec2:RunInstances', { ImageId: AL2023, InstanceType: 't3.medium', MinCount: 1, MaxCount: 1 })).Instances;
  b.pass(60);
});
const zone = () => instance.Placement.AvailabilityZone as string;
const otherZone = async () => (await b.call('ec2:DescribeAvailabilityZones')).AvailabilityZones.find((item: any) => item.ZoneName !== zone());
const volume = async (id: string) => (await b.call('ec2:DescribeVolumes', { VolumeIds: [id] })).Volumes[0];
const create = async (more: object = {}) => (await b.call('ec2:CreateVolume', { AvailabilityZone: zone(), Size: 10, ...more })).VolumeId as string;
const attach = (VolumeId: string, Device = '/dev/sdf') => b.call('ec2:AttachVolume', { VolumeId, InstanceId: instance.InstanceId, Device });

describe('CreateVolume', () => {
  it('is gp2 unless told, available after a while, and once for one ClientToken', async () => {
    const id = await create({ ClientToken: 't' });
    expect(await volume(id)).toMatchObject({ State: 'creating', VolumeType: 'gp2', Size: 10, Encrypted: false, Attachments: [] });
    b.pass(10);
    expect((await volume(id)).State).toBe('available');
    expect(await create({ ClientToken: 't' })).toBe(id);
    const three = await volume(await create({ VolumeType: 'gp3', Encrypted: true }));
    expect(three).toMatchObject({ Iops: 3000, Throughput: 125, Encrypted: true });
    expect(three.KmsKeyId).toBe((await b.call('ec2:GetEbsDefaultKmsKeyId')).KmsKeyId);
  });
  it('takes a zone by name or by id, one of them', async () => {
    const { ZoneName, ZoneId } = await otherZone();
    expect((await volume(await create({ AvailabilityZone: undefined, AvailabilityZoneId: ZoneId }))).AvailabilityZone).toBe(ZoneName);
    await expect(create({ AvailabilityZoneId: ZoneId })).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    await expect(create({ AvailabilityZone: undefined })).rejects.toMatchObject({ code: 'MissingParameter' });
    await expect(create({ AvailabilityZone: 'eu-west-1z' })).rejects.toMatchObject({ code: 'InvalidZone.NotFound' });
  });
  it.each([
    [{ VolumeType: 'standard', Size: 1025 }, 'InvalidParameterValue'],
    [{ VolumeType: 'st1', Size: 100 }, 'InvalidParameterValue'],
    [{ VolumeType: 'io2' }, 'MissingParameter'],
    [{ Size: undefined }, 'MissingParameter'],
    [{ SnapshotId: 'snap-0000000000000000f' }, 'InvalidSnapshot.NotFound'],
    [{ SnapshotId: 'snap-x' }, 'InvalidParameterValue'],
  ])('refuses %j', async (more, code) => {
    await expect(create(more)).rejects.toMatchObject({ code });
    expect((await b.call('ec2:DescribeVolumes')).Volumes).toHaveLength(1);
  });
  it('needs a completed snapshot', async () => {
    const root = instance.BlockDeviceMappings[0].Ebs.VolumeId;
    const { SnapshotId } = await b.call('ec2:CreateSnapshot', { VolumeId: root });
    await expect(create({ SnapshotId, Size: undefined })).rejects.toMatchObject({ code: 'IncorrectState' });
    b.pass(600);
    expect(await volume(await create({ SnapshotId, Size: undefined }))).toMatchObject({ SnapshotId, Size: 8 });
    await expect(create({ SnapshotId, Size: 4 })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
});

describe('AttachVolume', () => {
  it('attaches once, in one zone, at a free device', async () => {
    const id = await create();
    await expect(attach(id)).rejects.toMatchObject({ code: 'IncorrectState' });
    b.pass(10);
    await expect(attach(id, '/dev/xvda')).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await expect(attach(id, 'sda; rm')).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect(await attach(id)).toMatchObject({ State: 'attaching', Device: '/dev/sdf' });
    b.pass(10);
    expect(await volume(id)).toMatchObject({
      State: 'in-use',
      Attachments: [{ InstanceId: instance.InstanceId, State: 'attached', DeleteOnTermination: false }],
    });
    await expect(attach(id, '/dev/sdg')).rejects.toMatchObject({ code: 'VolumeInUse' });
    const far = await create({ AvailabilityZone: (await otherZone()).ZoneName });
    b.pass(10);
    await expect(attach(far, '/dev/sdh')).rejects.toMatchObject({ code: 'InvalidVolume.ZoneMismatch' });
  });
  it('wants a stopped instance for a Marketplace code, and gives it the code', async () => {
    const id = await create();
    b.pass(10);
    b.account.regions['eu-west-1']!.tables.volumes![id].productCodes = [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }];
    await expect(attach(id)).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await b.call('ec2:StopInstances', { InstanceIds: [instance.InstanceId] });
    b.pass(60);
    await attach(id);
    const { ProductCodes } = await b.call('ec2:DescribeInstanceAttribute', { InstanceId: instance.InstanceId, Attribute: 'productCodes' });
    expect(ProductCodes).toEqual([{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }]);
  });
});

it('detaches and deletes', async () => {
  const id = await create();
  b.pass(10);
  await attach(id);
  b.pass(10);
  await expect(b.call('ec2:DeleteVolume', { VolumeId: id })).rejects.toMatchObject({ code: 'VolumeInUse' });
  await expect(b.call('ec2:DetachVolume', { VolumeId: instance.BlockDeviceMappings[0].Ebs.VolumeId })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
  expect(await b.call('ec2:DetachVolume', { VolumeId: id })).toMatchObject({ State: 'detaching' });
  b.pass(10);
  expect(await volume(id)).toMatchObject({ State: 'available', Attachments: [] });
  await expect(b.call('ec2:DetachVolume', { VolumeId: id })).rejects.toMatchObject({ code: 'IncorrectState' });
  await b.call('ec2:DeleteVolume', { VolumeId: id });
  b.pass(10);
  await expect(volume(id)).rejects.toMatchObject({ code: 'InvalidVolume.NotFound' });
});
