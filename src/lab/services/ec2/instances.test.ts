import { beforeEach, describe, expect, it } from 'vitest';
import { addInstanceProfile } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
beforeEach(() => {
  b = bench();
});
const run = async (more: object = {}) =>
  (await b.call('ec2:RunInstances', { ImageId: AL2023, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...more })).Instances as any[];
const one = async (id: string) => (await b.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
const ids = async (Filters: object[], region?: string) =>
  ((await b.call('ec2:DescribeInstances', { Filters }, { region })).Reservations as any[]).flatMap((reservation) =>
    reservation.Instances.map((item: any) => item.InstanceId),
  );
const running = async (more: object = {}) => {
  const [item] = await run(more);
  b.pass(60);
  return item.InstanceId as string;
};

describe('states follow the clock', () => {
  it('pending, running, stopping, stopped, shutting-down, terminated, gone', async () => {
    const [{ InstanceId: id }] = (await run()) as [any];
    expect((await one(id)).State).toEqual({ Code: 0, Name: 'pending' });
    b.pass(20);
    expect((await one(id)).State).toEqual({ Code: 16, Name: 'running' });
    const { StoppingInstances } = await b.call('ec2:StopInstances', { InstanceIds: [id] });
    expect(StoppingInstances).toEqual([{ InstanceId: id, PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 64, Name: 'stopping' } }]);
    b.pass(30);
    expect(await one(id)).toMatchObject({
      State: { Name: 'stopped' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      StateTransitionReason: 'User initiated (2026-11-22 12:00:20 GMT)',
    });
    await b.call('ec2:TerminateInstances', { InstanceIds: [id] });
    expect((await one(id)).State.Name).toBe('shutting-down');
    b.pass(30);
    expect(await one(id)).toMatchObject({ State: { Name: 'terminated' }, NetworkInterfaces: [], BlockDeviceMappings: [] });
    b.pass(3700);
    await expect(one(id)).rejects.toMatchObject({ code: 'InvalidInstanceID.NotFound' });
  });
  it('pulls the plug with SkipOsShutdown', async () => {
    const id = await running();
    await b.call('ec2:StopInstances', { InstanceIds: [id], SkipOsShutdown: true });
    b.pass(6);
    expect((await one(id)).State.Name).toBe('stopped');
  });
  it('reading changes nothing', async () => {
    const id = await running();
    const before = JSON.stringify(b.account.regions);
    await one(id);
    await b.call('ec2:DescribeInstanceStatus', { IncludeAllInstances: true });
    await b.call('ec2:GetConsoleOutput', { InstanceId: id, Latest: true });
    expect(JSON.stringify(b.account.regions)).toBe(before);
  });
});

describe('addresses', () => {
  it('a stop loses the automatic public address, a start brings another', async () => {
    const id = await running();
    const { PublicIpAddress: first, PrivateIpAddress: inside, LaunchTime: launched } = await one(id);
    expect(await ids([{ Name: 'ip-address', Values: [first] }])).toEqual([id]);
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(30);
    expect(await one(id)).toMatchObject({ PublicIpAddress: undefined, PrivateIpAddress: inside });
    expect(await ids([{ Name: 'ip-address', Values: [first] }])).toEqual([]);
    await b.call('ec2:StartInstances', { InstanceIds: [id] });
    const again = await one(id);
    expect(again.PublicIpAddress).toMatch(/^203\.0\.113\./);
    expect(again.PublicIpAddress).not.toBe(first);
    expect(again.LaunchTime.getTime()).toBeGreaterThan(launched.getTime());
    expect(again.NetworkInterfaces[0].Attachment.AttachTime).toEqual(launched);
  });
  it('an Elastic IP stays, until it is taken away', async () => {
    const id = await running();
    const { AllocationId, PublicIp } = await b.call('ec2:AllocateAddress', {});
    const { AssociationId } = await b.call('ec2:AssociateAddress', { AllocationId, InstanceId: id });
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(30);
    expect((await one(id)).PublicIpAddress).toBe(PublicIp);
    expect((await b.call('ec2:DescribeAddresses', { AllocationIds: [AllocationId] })).Addresses[0]).toMatchObject({ InstanceId: id, AssociationId });
    await b.call('ec2:DisassociateAddress', { AssociationId });
    expect((await one(id)).PublicIpAddress).toBeUndefined();
    await expect(b.call('ec2:DisassociateAddress', { AssociationId })).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' });
  });
  it('the automatic one can be given back by the interface', async () => {
    const id = await running();
    const eni = (await one(id)).NetworkInterfaces[0].NetworkInterfaceId;
    await b.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: eni, AssociatePublicIpAddress: false });
    expect((await one(id)).PublicIpAddress).toBeUndefined();
  });
});

describe('protection', () => {
  it('of stopping and ending refuses all when one is protected', async () => {
    const [safe, other] = [await running({ DisableApiTermination: true, DisableApiStop: true }), await running()];
    await expect(b.call('ec2:StopInstances', { InstanceIds: [other, safe] })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await expect(b.call('ec2:TerminateInstances', { InstanceIds: [other, safe] })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect((await one(other)).State.Name).toBe('running');
    await b.call('ec2:ModifyInstanceAttribute', { InstanceId: safe, DisableApiStop: { Value: false } });
    await b.call('ec2:StopInstances', { InstanceIds: [other, safe] });
    expect((await one(safe)).State.Name).toBe('stopping');
  });
  it('volumes survive where DeleteOnTermination is false', async () => {
    const id = await running({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5, VolumeType: 'gp3' } }] });
    const [data, root] = (await one(id)).BlockDeviceMappings;
    expect([data.DeviceName, data.Ebs.DeleteOnTermination, root.DeviceName, root.Ebs.DeleteOnTermination]).toEqual(['/dev/sdf', false, '/dev/xvda', true]);
    await b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] });
    await b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: true } }] });
    await b.call('ec2:TerminateInstances', { InstanceIds: [id] });
    b.pass(60);
    const { Volumes } = await b.call('ec2:DescribeVolumes', {});
    expect(Volumes).toMatchObject([{ VolumeId: root.Ebs.VolumeId, State: 'available', Attachments: [] }]);
  });
});

describe('attributes', () => {
  it('are changed one a call', async () => {
    const id = await running();
    const two = { DisableApiTermination: { Value: true }, DisableApiStop: { Value: true } };
    await expect(b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, ...two })).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    await b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, Attribute: 'disableApiTermination', Value: 'true' });
    expect(await b.call('ec2:DescribeInstanceAttribute', { InstanceId: id, Attribute: 'disableApiTermination' })).toEqual({
      InstanceId: id,
      DisableApiTermination: { Value: true },
    });
  });
  it.each([
    ['userData', { UserData: { Value: Buffer.from('#!/bin/sh').toString('base64') } }],
    ['disableApiStop', { DisableApiStop: { Value: false } }],
    ['instanceInitiatedShutdownBehavior', { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }],
    ['kernel', { KernelId: {} }],
    ['ramdisk', { RamdiskId: {} }],
    ['rootDeviceName', { RootDeviceName: { Value: '/dev/xvda' } }],
    ['sourceDestCheck', { SourceDestCheck: { Value: true } }],
    ['ebsOptimized', { EbsOptimized: { Value: false } }],
    ['sriovNetSupport', { SriovNetSupport: {} }],
    ['enclaveOptions', { EnclaveOptions: { Enabled: false } }],
    ['productCodes', { ProductCodes: [] }],
    ['instanceType', { InstanceType: { Value: 't3.micro' } }],
  ])('%s', async (Attribute, expected) => {
    const id = await running({ UserData: Buffer.from('#!/bin/sh').toString('base64'), InstanceInitiatedShutdownBehavior: 'terminate' });
    expect(await b.call('ec2:DescribeInstanceAttribute', { InstanceId: id, Attribute })).toEqual({ InstanceId: id, ...expected });
  });
  it('enaSupport is refused', async () => {
    await expect(b.call('ec2:DescribeInstanceAttribute', { InstanceId: await running(), Attribute: 'enaSupport' })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
  it('user data changes only while stopped', async () => {
    const id = await running();
    const change = { InstanceId: id, UserData: { Value: Buffer.from('evil') } };
    await expect(b.call('ec2:ModifyInstanceAttribute', change)).rejects.toMatchObject({ code: 'IncorrectInstanceState' });
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(30);
    await b.call('ec2:ModifyInstanceAttribute', change);
    expect((await b.call('ec2:DescribeInstanceAttribute', { InstanceId: id, Attribute: 'userData' })).UserData.Value).toBe(
      Buffer.from('evil').toString('base64'),
    );
  });
});

describe('several interfaces', () => {
  const twoInterfaces = () => running({ InstanceType: 't3.medium', NetworkInterfaces: [{ DeviceIndex: 0 }, { DeviceIndex: 1, Description: 'second' }] });
  it('want their groups changed one by one; a change replaces the whole set', async () => {
    const id = await twoInterfaces();
    const { NetworkInterfaces } = await one(id);
    expect(NetworkInterfaces.map((item: any) => item.Attachment.DeviceIndex)).toEqual([0, 1]);
    expect((await one(id)).PublicIpAddress).toBeUndefined();
    const { GroupId } = await b.call('ec2:CreateSecurityGroup', { GroupName: 'isolation', Description: 'IR' });
    await expect(b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, Groups: [GroupId] })).rejects.toMatchObject({ code: 'InvalidInstanceID' });
    for (const item of NetworkInterfaces)
      await b.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: item.NetworkInterfaceId, Groups: [GroupId] });
    const seen = await b.call('ec2:DescribeNetworkInterfaces', { Filters: [{ Name: 'attachment.instance-id', Values: [id] }], IncludeManagedResources: true });
    expect(seen.NetworkInterfaces.map((item: any) => item.Groups)).toEqual([[{ GroupId, GroupName: 'isolation' }], [{ GroupId, GroupName: 'isolation' }]]);
    expect(await ids([{ Name: 'network-interface.group-id', Values: [GroupId] }])).toEqual([id]);
    await expect(b.call('ec2:DeleteSecurityGroup', { GroupId })).rejects.toMatchObject({ code: 'DependencyViolation' });
  });
  it('take five groups of their own VPC at most', async () => {
    const id = await running();
    const eni = (await one(id)).NetworkInterfaces[0].NetworkInterfaceId;
    const made: string[] = [];
    for (let index = 0; index < 6; index++) made.push((await b.call('ec2:CreateSecurityGroup', { GroupName: `g${index}`, Description: 'x' })).GroupId);
    const set = (Groups: string[]) => b.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: eni, Groups });
    await expect(set(made)).rejects.toMatchObject({ code: 'SecurityGroupsPerInterfaceLimitExceeded' });
    await expect(set(['sg-0000000000000000f'])).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' });
    const { Vpc } = await b.call('ec2:CreateVpc', { CidrBlock: '10.9.0.0/16' });
    const foreign = (await b.call('ec2:CreateSecurityGroup', { GroupName: 'far', Description: 'x', VpcId: Vpc.VpcId })).GroupId;
    await expect(set([foreign])).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect((await one(id)).SecurityGroups).toMatchObject([{ GroupName: 'default' }]);
  });
});

describe('launching', () => {
  it('is once for one ClientToken', async () => {
    const first = await run({ ClientToken: 'case-1' });
    const again = await run({ ClientToken: 'case-1' });
    expect(again.map((item) => item.InstanceId)).toEqual(first.map((item) => item.InstanceId));
    await expect(run({ ClientToken: 'case-1', MaxCount: 2 })).rejects.toMatchObject({ code: 'IdempotentParameterMismatch' });
    expect(await ids([])).toHaveLength(1);
  });
  it.each([
    [{ ImageId: 'ami-0000000000000000f' }, 'InvalidAMIID.NotFound'],
    [{ InstanceType: 'z9.huge' }, 'InvalidParameterValue'],
    [{ InstanceType: 't4g.micro' }, 'InvalidParameterValue'],
    [{ KeyName: 'nobody' }, 'InvalidKeyPair.NotFound'],
    [{ SecurityGroupIds: ['sg-0000000000000000f'] }, 'InvalidGroup.NotFound'],
    [{ SubnetId: 'subnet-0000000000000000f' }, 'InvalidSubnetID.NotFound'],
    [{ IamInstanceProfile: { Name: 'nobody' } }, 'InvalidParameterValue'],
    [{ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, VolumeType: 'st1' } }] }, 'InvalidParameterValue'],
    [{ TagSpecifications: [{ ResourceType: 'snapshot', Tags: [] }] }, 'InvalidParameterValue'],
  ])('refuses %j and leaves nothing behind', async (more, code) => {
    await expect(run(more)).rejects.toMatchObject({ code });
    const { tables } = b.account.regions['eu-west-1']!;
    expect([tables.instances ?? {}, tables.volumes ?? {}, tables.interfaces ?? {}]).toEqual([{}, {}, {}]);
  });
  it('keeps profile, tags and key of the request', async () => {
    const profile = addInstanceProfile(b.world, b.account, { name: 'web' });
    const { KeyMaterial, KeyPairId } = await b.call('ec2:CreateKeyPair', { KeyName: 'admin', KeyType: 'ed25519' });
    expect(KeyMaterial).toContain('PRIVATE KEY');
    expect(JSON.stringify(b.account.regions)).not.toContain('PRIVATE KEY');
    const tag = (ResourceType: string) => ({ ResourceType, Tags: [{ Key: 'Name', Value: ResourceType }] });
    const id = await running({ IamInstanceProfile: { Name: 'web' }, KeyName: 'admin', TagSpecifications: [tag('instance'), tag('volume')] });
    expect(await one(id)).toMatchObject({
      KeyName: 'admin',
      IamInstanceProfile: { Arn: profile.arn, Id: profile.id },
      Tags: [{ Key: 'Name', Value: 'instance' }],
    });
    expect((await b.call('ec2:DescribeVolumes', {})).Volumes[0].Tags).toEqual([{ Key: 'Name', Value: 'volume' }]);
    expect((await b.call('ec2:DescribeKeyPairs', {})).KeyPairs).toMatchObject([{ KeyPairId, KeyName: 'admin', KeyType: 'ed25519' }]);
    expect((await b.call('ec2:DescribeIamInstanceProfileAssociations', {})).IamInstanceProfileAssociations).toMatchObject([
      { InstanceId: id, IamInstanceProfile: { Arn: profile.arn } },
    ]);
  });
  it('takes what it lacks from a launch template', async () => {
    await b.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: 'miner', LaunchTemplateData: { ImageId: AL2023, InstanceType: 'g5.xlarge' } });
    const { Instances } = await b.call('ec2:RunInstances', { LaunchTemplate: { LaunchTemplateName: 'miner' }, MinCount: 2, MaxCount: 2 });
    expect(Instances.map((item: any) => item.InstanceType)).toEqual(['g5.xlarge', 'g5.xlarge']);
  });
});

describe('describing', () => {
  it('filters with wildcards, tags and any of several values', async () => {
    const web = await running({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web-1' }] }] });
    const gpu = await running({ InstanceType: 'g4dn.xlarge' });
    expect(await ids([{ Name: 'tag:Name', Values: ['web-*'] }])).toEqual([web]);
    expect(await ids([{ Name: 'tag-key', Values: ['Name'] }])).toEqual([web]);
    expect(await ids([{ Name: 'instance-type', Values: ['g?dn.*', 'p5.*'] }])).toEqual([gpu]);
    expect(
      await ids([
        { Name: 'instance-state-name', Values: ['running'] },
        { Name: 'tag:Name', Values: ['web-2'] },
      ]),
    ).toEqual([]);
    await expect(ids([{ Name: 'colour', Values: ['red'] }])).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect(await ids([], 'us-east-1')).toEqual([]);
  });
  it('pages by instances and refuses a page size beside ids', async () => {
    await run({ MinCount: 12, MaxCount: 12 });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page: any = await b.call('ec2:DescribeInstances', { MaxResults: 5, NextToken });
      const found = page.Reservations.flatMap((reservation: any) => reservation.Instances);
      expect(found.length).toBeLessThanOrEqual(5);
      seen.push(...found.map((item: any) => item.InstanceId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(new Set(seen).size).toBe(12);
    await expect(b.call('ec2:DescribeInstances', { MaxResults: 5, InstanceIds: [seen[0]] })).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    await expect(one('i-nonsense')).rejects.toMatchObject({ code: 'InvalidInstanceID.Malformed' });
  });
  it('leaves out what services manage when the account hides it', async () => {
    const id = await running();
    const eni = (await one(id)).NetworkInterfaces[0].NetworkInterfaceId;
    b.account.regions['eu-west-1']!.tables.interfaces![eni].operator = 'eks.amazonaws.com';
    const count = async (more: object) => (await b.call('ec2:DescribeNetworkInterfaces', more)).NetworkInterfaces.length;
    expect(await count({})).toBe(1);
    await b.call('ec2:ModifyManagedResourceVisibility', { DefaultVisibility: 'hidden' });
    expect([await count({}), await count({ IncludeManagedResources: true })]).toEqual([0, 1]);
  });
});

describe('the console', () => {
  it('shows the newest 64 KB', async () => {
    const id = await running();
    b.account.regions['eu-west-1']!.tables.instances![id].console = `${'x'.repeat(70_000)}\r\nkworkerd: pool connected`;
    const { Output } = await b.call('ec2:GetConsoleOutput', { InstanceId: id, Latest: true });
    const text = Buffer.from(Output, 'base64').toString();
    expect(text).toHaveLength(65_536);
    expect(text.endsWith('kworkerd: pool connected')).toBe(true);
  });
  it('is read at once on Nitro only', async () => {
    const id = await running({ InstanceType: 't2.micro' });
    await expect(b.call('ec2:GetConsoleOutput', { InstanceId: id, Latest: true })).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    expect(Buffer.from((await b.call('ec2:GetConsoleOutput', { InstanceId: id })).Output, 'base64').toString()).toMatch(/login: $/);
  });
  it('has a picture while the instance runs', async () => {
    const id = await running();
    const { ImageData } = await b.call('ec2:GetConsoleScreenshot', { InstanceId: id });
    expect(Buffer.from(ImageData, 'base64').subarray(0, 2).toString('hex')).toBe('ffd8');
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    await expect(b.call('ec2:GetConsoleScreenshot', { InstanceId: id })).rejects.toMatchObject({ code: 'IncorrectInstanceState' });
    const metal = await running({ InstanceType: 'm5.metal' });
    await expect(b.call('ec2:GetConsoleScreenshot', { InstanceId: metal })).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });
});
