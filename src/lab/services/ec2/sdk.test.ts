import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  GetConsoleScreenshotCommand,
  paginateDescribeInstances,
  RevokeSecurityGroupEgressCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
  waitUntilSnapshotCompleted,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../server.ts';
import { addAccessKey, addUser, createAccount, newWorld } from '../../world/index.ts';

/** The real clients, over HTTP, with the lab running a thousand times as fast as AWS. */
let folder: string;
let lab: RunningLab;
let ec2: EC2Client;
let ebs: EBSClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aplomb-ec2-'));
  const world = newWorld({ seed: 'sdk', disks: folder });
  world.settings.speed = 1000;
  world.settings.pageSize = 2;
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  addUser(world, account, { name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  const key = addAccessKey(world, account, 'admin');
  lab = await startLab({ world });
  const config = { endpoint: lab.url, region: 'eu-west-1', credentials: { accessKeyId: key.id, secretAccessKey: key.secret }, maxAttempts: 1 };
  ec2 = new EC2Client(config);
  ebs = new EBSClient(config);
});
afterEach(async () => {
  ec2.destroy();
  ebs.destroy();
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});
const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

it('goes from a launch to the blocks of a snapshot', async () => {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, UserData: Buffer.from('#!/bin/sh').toString('base64') }),
  );
  const InstanceIds = [Instances![0]!.InstanceId!];
  await waitUntilInstanceRunning({ client: ec2, maxWaitTime: 10, minDelay: 1 }, { InstanceIds });
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  const instance = Reservations![0]!.Instances![0]!;
  expect(instance.LaunchTime).toBeInstanceOf(Date);
  expect(instance.NetworkInterfaces![0]!.Attachment!.AttachTime).toBeInstanceOf(Date);
  expect(instance.BlockDeviceMappings![0]!.Ebs).toMatchObject({ DeleteOnTermination: true, Status: 'attached' });
  expect(
    Buffer.from((await ec2.send(new GetConsoleScreenshotCommand({ InstanceId: InstanceIds[0] }))).ImageData!, 'base64')
      .subarray(-2)
      .toString('hex'),
  ).toBe('ffd9');

  await writeFile(join(folder, 'root.img'), Buffer.concat([Buffer.alloc(600_000), Buffer.from('trace of an intruder')]));
  lab.world.accounts['111122223333']!.regions['eu-west-1']!.tables.volumes![instance.BlockDeviceMappings![0]!.Ebs!.VolumeId!].disk = { file: 'root.img' };
  const { Snapshots } = await ec2.send(
    new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: InstanceIds[0], ExcludeBootVolume: false }, CopyTagsFromSource: 'volume' }),
  );
  const SnapshotId = Snapshots![0]!.SnapshotId!;
  await waitUntilSnapshotCompleted({ client: ec2, maxWaitTime: 10, minDelay: 1 }, { SnapshotIds: [SnapshotId] });
  const listed = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }));
  expect(listed.ExpiryTime).toBeInstanceOf(Date);
  expect(listed.Blocks).toMatchObject([{ BlockIndex: 1 }]);
  const { BlockIndex, BlockToken } = listed.Blocks![0]!;
  const block = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
  const bytes = await block.BlockData!.transformToByteArray();
  expect(block).toMatchObject({ DataLength: 524_288, ChecksumAlgorithm: 'SHA256', Checksum: createHash('sha256').update(bytes).digest('base64') });
  expect(Buffer.from(bytes).toString('latin1', 600_000 - 524_288, 600_020 - 524_288)).toBe('trace of an intruder');

  await ec2.send(new StopInstancesCommand({ InstanceIds, SkipOsShutdown: true }));
  await waitUntilInstanceStopped({ client: ec2, maxWaitTime: 10, minDelay: 1 }, { InstanceIds });
  const { PublicIpAddress } = (await ec2.send(new DescribeInstancesCommand({ InstanceIds }))).Reservations![0]!.Instances![0]!;
  expect(PublicIpAddress).toBeUndefined();
});
it('isolates: no egress, one way in', async () => {
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'ir', Description: 'IR isolation' }));
  const rules = async () =>
    (await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId!] }] }))).SecurityGroupRules!;
  const SecurityGroupRuleIds = (await rules()).map((rule) => rule.SecurityGroupRuleId!);
  expect((await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds }))).Return).toBe(true);
  const inward = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.7/32' }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: inward }));
  expect(await rules()).toMatchObject([{ IsEgress: false, CidrIpv4: '198.51.100.7/32', FromPort: 22, ToPort: 22 }]);
  await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: inward }))).rejects.toMatchObject({
    name: 'InvalidPermission.Duplicate',
  });
});
it('pages, answers a dry run, and knows which regions are on', async () => {
  await ec2.send(new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 5, MaxCount: 5 }));
  const pages: number[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2 }, {}))
    pages.push(page.Reservations!.flatMap((reservation) => reservation.Instances!).length);
  expect(pages).toEqual([2, 2, 1]);
  await expect(ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1, DryRun: true }))).rejects.toMatchObject({ name: 'DryRunOperation' });
  const enabled = (await ec2.send(new DescribeRegionsCommand({}))).Regions!;
  const all = (await ec2.send(new DescribeRegionsCommand({ AllRegions: true }))).Regions!;
  expect(all.length).toBeGreaterThan(enabled.length);
  expect(enabled.some((region) => region.OptInStatus === 'not-opted-in')).toBe(false);
});
