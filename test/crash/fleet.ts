import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../../src/kernel/index.ts';
import type { World } from '../../src/lab/contract.ts';
import { acting, type Caller, SISTER, storyAccount } from './estate.ts';

/** What names things of the fleet, in the region of the story. */
const DATABASE = 'orders-db';
const GROUP = 'shop';
const [SOURCE, CUSTOMER] = ['Evidence on its way', 'Order data'];
/** A bucket whose objects can be locked, in the account of the story. */
export const VAULT = 'evidence-vault-1';
/** An instance profile with a role that may do nothing. */
export const EVIDENCE_PROFILE = 'evidence';
/** Where copies go: a role of another account that the responder may assume. */
export const FORENSIC = `arn:aws:iam::${SISTER}:role/Forensics`;
const BLOCK = 524_288;

const tablesOf = (world: any): any => world.accounts[world.briefing.account].regions[world.briefing.responder.region].tables;
/** The web server of the story. */
export const webServer = (world: any): string => world.truth.instances[0].id;
const named = (world: any, name: string): any =>
  Object.values<any>(tablesOf(world).instances).find(({ id }) => (tablesOf(world).tags[id] ?? []).some((tag: any) => tag.Key === 'Name' && tag.Value === name));
/** An instance with an encrypted root, a second volume under a customer key, an automatic address and a role. */
export const database = (world: any): string => named(world, DATABASE).id;
/** A customer key that may be shared, for what lies under the managed one. */
export const sourceKey = (world: any): string => Object.values<any>(tablesOf(world).kmsKeys).find((one) => one.description === SOURCE).id;

/**
 * What a company has around its instances, over real calls: Auto Scaling groups, a target group and a classic load balancer, disks under
 * each kind of key, a bucket with Object Lock, a lifecycle policy. Everything that step 4 lets go of has something to hold it.
 */
export async function raiseFleet(url: string, here: World): Promise<void> {
  const account = storyAccount(here);
  const { region: home, accessKeyId, secretAccessKey } = here.briefing.responder as Record<'region' | 'accessKeyId' | 'secretAccessKey', string>;
  await acting(url, { id: accessKeyId, secret: secretAccessKey }, async (call) => {
    const at = (service: string, operation: string, input: JsonObject) => call(service, operation, home, input);
    const instance = async (id: string) => (await at('ec2', 'DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
    const web = await instance(webServer(here));
    const { ImageId, VpcId, SubnetId } = web;
    for (const Description of [SOURCE, CUSTOMER]) await at('kms', 'CreateKey', { Description });
    const own = Object.values<any>((await at('kms', 'ListKeys', {})).Keys);
    const described = await Promise.all(own.map(async ({ KeyId }) => (await at('kms', 'DescribeKey', { KeyId })).KeyMetadata));
    const { Instances } = await at('ec2', 'RunInstances', {
      ...{ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, IamInstanceProfile: { Arn: web.IamInstanceProfile.Arn } },
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, AssociatePublicIpAddress: true }],
      BlockDeviceMappings: [
        { DeviceName: web.RootDeviceName, Ebs: { VolumeSize: 8, Encrypted: true } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: described.find((one) => one.Description === CUSTOMER).Arn } },
      ],
      TagSpecifications: ['instance', 'volume'].map((ResourceType) => ({
        ResourceType,
        Tags: [{ Key: 'Backup', Value: 'daily' }, ...(ResourceType === 'instance' ? [{ Key: 'Name', Value: DATABASE }] : [])],
      })),
    });
    const id: string = Instances[0].InstanceId;
    await until(async () => (await instance(id)).State.Name === 'running');
    await at('auto-scaling', 'CreateLaunchConfiguration', { LaunchConfigurationName: GROUP, ImageId, InstanceType: 't3.micro' });
    for (const [index, InstanceId] of [web.InstanceId as string, id].entries()) await member(at, `${GROUP}-${index}`, InstanceId, SubnetId);
    await balance(at, web.InstanceId, { VpcId, SubnetId });
    await at('dlm', 'CreateLifecyclePolicy', {
      ...{ ExecutionRoleArn: `arn:aws:iam::${account.id}:role/dlm`, State: 'ENABLED', Description: 'Daily backups' },
      PolicyDetails: {
        ResourceTypes: ['VOLUME'],
        TargetTags: [{ Key: 'Backup', Value: 'daily' }],
        Schedules: [{ Name: 'daily', CreateRule: { Interval: 24, IntervalUnit: 'HOURS' }, RetainRule: { Count: 3 } }],
      },
    });
    // One earlier backup of each: that of the web server is the policy's too, see withFleet.
    const root = (one: any) => one.BlockDeviceMappings.find((disk: any) => disk.DeviceName === one.RootDeviceName).Ebs.VolumeId;
    await at('ec2', 'CreateSnapshot', { VolumeId: root(web), Description: 'backup' });
    await at('ec2', 'CreateSnapshot', { VolumeId: root(await instance(id)), Description: 'backup' });
    await at('s3', 'CreateBucket', {
      ...{ Bucket: VAULT, ObjectLockEnabledForBucket: true },
      ...(home === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: home } }),
    });
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    await at('s3', 'PutPublicAccessBlock', { Bucket: VAULT, PublicAccessBlockConfiguration });
  });
}
type At = (service: string, operation: string, input: JsonObject) => ReturnType<Caller>;

/** Patience for what AWS does a moment later. */
async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await done()) return;
    await setTimeout(20);
  }
  throw new Error('the fleet is not ready in time');
}

/** The group may shrink to nothing: no instance is started in the place of one that leaves. */
async function member(at: At, AutoScalingGroupName: string, InstanceId: string, SubnetId: string): Promise<void> {
  const sizes = { MinSize: 0, MaxSize: 3, DesiredCapacity: 0 };
  await at('auto-scaling', 'CreateAutoScalingGroup', { AutoScalingGroupName, LaunchConfigurationName: GROUP, VPCZoneIdentifier: SubnetId, ...sizes });
  await at('auto-scaling', 'AttachInstances', { AutoScalingGroupName, InstanceIds: [InstanceId] });
  await until(async () => {
    const { AutoScalingInstances } = await at('auto-scaling', 'DescribeAutoScalingInstances', { InstanceIds: [InstanceId] });
    return AutoScalingInstances[0]?.LifecycleState === 'InService';
  });
}

async function balance(at: At, InstanceId: string, { VpcId, SubnetId }: { VpcId: string; SubnetId: string }): Promise<void> {
  const { TargetGroups } = await at('elastic-load-balancing-v2', 'CreateTargetGroup', {
    Name: GROUP,
    Protocol: 'HTTP',
    Port: 80,
    VpcId,
    TargetType: 'instance',
  });
  await at('elastic-load-balancing-v2', 'RegisterTargets', { TargetGroupArn: TargetGroups[0].TargetGroupArn, Targets: [{ Id: InstanceId }] });
  const Listeners = [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 80 }];
  await at('elastic-load-balancing', 'CreateLoadBalancer', { LoadBalancerName: GROUP, Listeners, Subnets: [SubnetId] });
  await at('elastic-load-balancing', 'RegisterInstancesWithLoadBalancer', { LoadBalancerName: GROUP, Instances: [{ InstanceId }] });
}

/** What no call of the company makes: blocks on the disks, and the mark by which backups are the lifecycle policy's. */
export function withFleet(world: any, disks: string): void {
  const tables = tablesOf(world);
  const [policy] = Object.values<any>(tables.lifecyclePolicies);
  for (const one of Object.values<any>(tables.snapshots))
    if (one.description === 'backup') (tables.tags[one.id] ??= []).push({ Key: 'aws:dlm:lifecycle-policy-id', Value: policy.id });
  const volumes = Object.values<any>(tables.volumes).filter((one) => one.attachment?.instanceId === database(world));
  for (const [index, row] of volumes.entries()) {
    const file = `database-${index}.img`;
    const handle = openSync(join(disks, file), 'w');
    for (const block of [0, 3, 1500 + index]) writeSync(handle, `block ${block} of ${file}`, block * BLOCK + 100);
    closeSync(handle);
    row.disk = { file };
  }
}
