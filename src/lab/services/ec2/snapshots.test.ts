import { beforeEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
let instance: any;
beforeEach(async () => {
  b = bench();
  const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3' } }];
  const TagSpecifications = [
    {
      ResourceType: 'volume',
      Tags: [
        { Key: 'Name', Value: 'web' },
        { Key: 'ir:case', Value: 'old' },
      ],
    },
  ];
  [instance] = (
    await b.call('ec2:RunInstances', { ImageId: AL2023, InstanceType: 't3.medium', MinCount: 1, MaxCount: 1, BlockDeviceMappings, TagSpecifications })
  ).Instances;
  b.pass(60);
});
const [data, root] = [0, 1].map((index) => () => instance.BlockDeviceMappings[index].Ebs.VolumeId as string) as [() => string, () => string];
const own = async (more: object = {}, region?: string) =>
  (await b.call('ec2:DescribeSnapshots', { OwnerIds: ['self'], ...more }, { region })).Snapshots as any[];
const snapshot = async (more: object = {}) => (await b.call('ec2:CreateSnapshot', { VolumeId: root(), ...more })).SnapshotId as string;

describe('CreateSnapshots', () => {
  const all = (more: object = {}) =>
    b.call('ec2:CreateSnapshots', {
      InstanceSpecification: { InstanceId: instance.InstanceId, ExcludeBootVolume: false },
      Description: 'IR-jdoe-2026-11-22-K7',
      CopyTagsFromSource: 'volume',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'ir:case', Value: 'K7' }] }],
      ...more,
    });
  it('takes all volumes at one moment, with their tags and ours over them', async () => {
    const { Snapshots } = await all();
    expect(Snapshots.map((row: any) => [row.VolumeId, row.State, row.Progress])).toEqual([
      [data(), 'pending', ''],
      [root(), 'pending', ''],
    ]);
    expect(new Set(Snapshots.map((row: any) => row.StartTime.getTime())).size).toBe(1);
    for (const row of await own())
      expect(row.Tags).toEqual([
        { Key: 'Name', Value: 'web' },
        { Key: 'ir:case', Value: 'K7' },
      ]);
  });
  it('leaves out what it is told to', async () => {
    const specification = { InstanceId: instance.InstanceId };
    expect((await all({ InstanceSpecification: { ...specification, ExcludeBootVolume: true } })).Snapshots.map((row: any) => row.VolumeId)).toEqual([data()]);
    expect((await all({ InstanceSpecification: { ...specification, ExcludeDataVolumeIds: [data()] } })).Snapshots.map((row: any) => row.VolumeId)).toEqual([
      root(),
    ]);
    await expect(all({ InstanceSpecification: { ...specification, ExcludeDataVolumeIds: [root()] } })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
  it('makes none when one volume has too many under way', async () => {
    for (let index = 0; index < 5; index++) await snapshot();
    await expect(all()).rejects.toMatchObject({ code: 'ConcurrentSnapshotLimitExceeded' });
    expect(await own()).toHaveLength(5);
    b.pass(600);
    await all();
    expect(await own()).toHaveLength(7);
  });
});

it('goes from pending with progress to completed', async () => {
  const id = await snapshot();
  b.pass(30);
  const half = (await own({ SnapshotIds: [id] }))[0];
  expect(half.State).toBe('pending');
  expect(Number.parseInt(half.Progress, 10)).toBeGreaterThan(10);
  expect(Number.parseInt(half.Progress, 10)).toBeLessThan(100);
  b.pass(60);
  expect((await own({ Filters: [{ Name: 'status', Values: ['completed'] }] }))[0]).toMatchObject({ SnapshotId: id, State: 'completed', Progress: '100%' });
  const row = b.account.regions['eu-west-1']!.tables.snapshots![id];
  row.timeline = [{ state: 'error', at: row.started }];
  row.stateMessage = 'The KMS key is disabled';
  expect((await own())[0]).toMatchObject({ State: 'error', StateMessage: 'The KMS key is disabled' });
});

describe('sharing', () => {
  const share = (SnapshotId: string, Add: object[]) =>
    b.call('ec2:ModifySnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission', CreateVolumePermission: { Add } });
  it('lets the other account see, copy and use it', async () => {
    createAccount(b.world, { id: '444455556666', name: 'Forensics' });
    const id = await snapshot();
    b.pass(600);
    const theirs = (more: object) => b.call('ec2:DescribeSnapshots', more, { account: '444455556666' });
    expect((await theirs({ OwnerIds: [b.account.id] })).Snapshots).toEqual([]);
    await expect(theirs({ SnapshotIds: [id] })).rejects.toMatchObject({ code: 'InvalidSnapshot.NotFound' });
    await share(id, [{ UserId: '444455556666' }]);
    expect((await theirs({ RestorableByUserIds: ['self'] })).Snapshots).toMatchObject([{ SnapshotId: id, OwnerId: b.account.id, Tags: [] }]);
    const copy = await b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId: id }, { account: '444455556666' });
    expect((await theirs({ OwnerIds: ['self'] })).Snapshots).toMatchObject([{ SnapshotId: copy.SnapshotId, State: 'pending' }]);
    expect((await b.call('ec2:DescribeSnapshotAttribute', { SnapshotId: id, Attribute: 'createVolumePermission' })).CreateVolumePermissions).toEqual([
      { UserId: '444455556666' },
    ]);
  });
  it('is refused under the managed key, and never public when encrypted', async () => {
    const id = await snapshot();
    b.pass(600);
    const { SnapshotId } = await b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId: id, Encrypted: true });
    await expect(share(SnapshotId, [{ UserId: '444455556666' }])).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    const { KeyId } = (await b.call('kms:CreateKey')).KeyMetadata;
    await b.call('kms:CreateAlias', { AliasName: 'alias/forensics', TargetKeyId: KeyId });
    const customer = (await b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId: id, Encrypted: true, KmsKeyId: 'alias/forensics' }))
      .SnapshotId;
    await expect(share(customer, [{ Group: 'all' }])).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await share(customer, [{ UserId: '444455556666' }]);
    await share(id, [{ Group: 'all' }]);
    expect((await b.call('ec2:DescribeSnapshotAttribute', { SnapshotId: id, Attribute: 'createVolumePermission' })).CreateVolumePermissions).toEqual([
      { Group: 'all' },
    ]);
  });
});

it('copies into the region that is called', async () => {
  const id = await snapshot();
  const copy = () => b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId: id, Description: 'copy' }, { region: 'us-east-1' });
  await expect(copy()).rejects.toMatchObject({ code: 'IncorrectState' });
  b.pass(600);
  const { SnapshotId } = await copy();
  expect(await own({}, 'us-east-1')).toMatchObject([{ SnapshotId, State: 'pending', VolumeId: 'vol-ffffffff', Description: 'copy' }]);
  expect((await own()).map((row) => row.SnapshotId)).toEqual([id]);
});

describe('locks', () => {
  it('governance keeps a snapshot until it is taken off', async () => {
    const id = await snapshot();
    await b.call('ec2:LockSnapshot', { SnapshotId: id, LockMode: 'governance', LockDuration: 365 });
    expect((await b.call('ec2:DescribeLockedSnapshots', {})).Snapshots).toMatchObject([{ SnapshotId: id, LockState: 'governance', LockDuration: 365 }]);
    await expect(b.call('ec2:DeleteSnapshot', { SnapshotId: id })).rejects.toMatchObject({ code: 'SnapshotLocked' });
    expect(await own()).toHaveLength(1);
    await b.call('ec2:UnlockSnapshot', { SnapshotId: id });
    await b.call('ec2:DeleteSnapshot', { SnapshotId: id });
    expect(await own()).toEqual([]);
  });
  it('compliance can be taken off in its cooling-off only, then only extended, and ends', async () => {
    const id = await snapshot();
    const lock = (more: object) => b.call('ec2:LockSnapshot', { SnapshotId: id, LockMode: 'compliance', LockDuration: 30, ...more });
    await lock({ CoolOffPeriod: 1 });
    expect((await b.call('ec2:DescribeLockedSnapshots', {})).Snapshots[0].LockState).toBe('compliance-cooloff');
    b.pass(3700);
    await expect(b.call('ec2:UnlockSnapshot', { SnapshotId: id })).rejects.toMatchObject({ code: 'SnapshotLockModificationNotAllowed' });
    await expect(lock({ LockDuration: 10 })).rejects.toMatchObject({ code: 'SnapshotLockModificationNotAllowed' });
    await lock({ LockDuration: 40 });
    b.pass(41 * 86_400);
    expect((await b.call('ec2:DescribeLockedSnapshots', {})).Snapshots[0].LockState).toBe('expired');
    await b.call('ec2:DeleteSnapshot', { SnapshotId: id });
    expect(await own()).toEqual([]);
  });
  it('wants one way to say how long', async () => {
    const id = await snapshot();
    await expect(b.call('ec2:LockSnapshot', { SnapshotId: id, LockMode: 'governance' })).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    const CoolOffPeriod = 2;
    await expect(b.call('ec2:LockSnapshot', { SnapshotId: id, LockMode: 'governance', LockDuration: 1, CoolOffPeriod })).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });
});
it('registers an image of an instance, which keeps its snapshots', async () => {
  const { ImageId } = await b.call('ec2:CreateImage', { InstanceId: instance.InstanceId, Name: 'web-copy' });
  const image = async () => (await b.call('ec2:DescribeImages', { Owners: ['self'] })).Images[0];
  expect(await image()).toMatchObject({ ImageId, State: 'pending', Name: 'web-copy' });
  b.pass(600);
  expect((await image()).State).toBe('available');
  const SnapshotId = (await image()).BlockDeviceMappings[0].Ebs.SnapshotId;
  await expect(b.call('ec2:DeleteSnapshot', { SnapshotId })).rejects.toMatchObject({ code: 'InvalidSnapshot.InUse' });
  await b.call('ec2:DeregisterImage', { ImageId });
  await b.call('ec2:DeleteSnapshot', { SnapshotId });
  expect(await own()).toHaveLength(1);
});
