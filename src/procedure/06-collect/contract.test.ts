import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { iamActionOf } from '../../../test/iam-actions.ts';
import type { ActionContext, Call, Collected, Collector, Json, Reading } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { TARGET } from '../testing/fake-instance.ts';

/** What holds for every collector of this step, whatever it collects: these tests know no names. */
const here = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(here).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && /^export const collector\b/m.test(readFileSync(`${here}/${file}`, 'utf8')),
);
const collectors: Collector[] = await Promise.all(
  files.map(async (file) => ((await import(/* @vite-ignore */ new URL(file, import.meta.url).href)) as { collector: Collector }).collector),
);
const require = createRequire(import.meta.url);

const ROLE = 'arn:aws:iam::111122223333:role/web';
const INSTANCE = {
  InstanceId: TARGET.instanceId,
  InstanceType: 't3.large',
  InstanceLifecycle: 'spot',
  ImageId: 'ami-0123456789abcdef0',
  KeyName: 'ops',
  VpcId: 'vpc-0b0b0b0b0b0b0b0b0',
  SubnetId: 'subnet-0b0b0b0b0b0b0b0b0',
  CurrentInstanceBootMode: 'uefi',
  TpmSupport: 'v2.0',
  IamInstanceProfile: { Arn: 'arn:aws:iam::111122223333:instance-profile/web' },
  NetworkInterfaces: [{ NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1', SubnetId: 'subnet-0b0b0b0b0b0b0b0b0', Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }] }],
  Tags: [
    { Key: 'Name', Value: 'web' },
    { Key: 'aws:ec2launchtemplate:id', Value: 'lt-0123456789abcdef0' },
    { Key: 'aws:autoscaling:groupName', Value: 'web' },
    { Key: 'aws:cloudformation:stack-name', Value: 'shop' },
    { Key: 'kubernetes.io/cluster/shop', Value: 'owned' },
    { Key: 'eks:nodegroup-name', Value: 'workers' },
  ],
};
/** An account in which every question leads to the next one. */
const RICH: Readonly<Record<string, Json>> = {
  DescribeInstances: { Reservations: [{ OwnerId: TARGET.account, Instances: [INSTANCE, { ...INSTANCE, InstanceId: 'i-0aaaaaaaaaaaaaaaa' }] }] },
  DescribeNetworkInterfaces: {
    NetworkInterfaces: [{ NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1', InterfaceType: 'trunk', Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }] }],
  },
  DescribeTrunkInterfaceAssociations: {
    InterfaceAssociations: [{ TrunkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1', BranchInterfaceId: 'eni-0c0c0c0c0c0c0c0c9' }],
  },
  DescribeVpcs: { Vpcs: [{ DhcpOptionsId: 'dopt-0123456789abcdef0' }] },
  DescribeVolumes: {
    Volumes: [
      { VolumeId: 'vol-0aaaaaaaaaaaaaaa1', KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/0f0f0f0f-0000-4000-8000-000000000001' },
      { VolumeId: 'vol-0aaaaaaaaaaaaaaa2' },
    ],
  },
  DescribeManagedPrefixLists: {
    PrefixLists: [
      { PrefixListId: 'pl-0123456789abcdef0', OwnerId: TARGET.account },
      { PrefixListId: 'pl-6da54004', OwnerId: 'AWS' },
    ],
  },
  GetInstanceProfile: { InstanceProfile: { Roles: [{ RoleName: 'web', Arn: ROLE }] } },
  GetRole: { Role: { RoleName: 'web', PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary' } } },
  ListAttachedRolePolicies: { AttachedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
  ListRolePolicies: { PolicyNames: ['inline'] },
  ListPolicyVersions: { Versions: [{ VersionId: 'v2', IsDefaultVersion: true }, { VersionId: 'v1' }] },
  GenerateServiceLastAccessedDetails: { JobId: '11112222-3333-4444-5555-666677778888' },
  GetServiceLastAccessedDetails: { JobStatus: 'COMPLETED' },
  DescribeAutoScalingInstances: { AutoScalingInstances: [{ AutoScalingGroupName: 'web', LaunchConfigurationName: 'web-1' }] },
  DescribeTargetGroups: {
    TargetGroups: [
      {
        TargetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef',
        TargetType: 'instance',
        VpcId: INSTANCE.VpcId,
      },
    ],
  },
  DescribeTargetHealth: { TargetHealthDescriptions: [{ Target: { Id: TARGET.instanceId, Port: 80 } }] },
  ListClusters: { clusterArns: ['arn:aws:ecs:eu-west-1:111122223333:cluster/shop'] },
  ListContainerInstances: { containerInstanceArns: ['arn:aws:ecs:eu-west-1:111122223333:container-instance/shop/0123456789abcdef0123456789abcdef'] },
  ListTasks: { taskArns: ['arn:aws:ecs:eu-west-1:111122223333:task/shop/0123456789abcdef0123456789abcdef'] },
  DescribeInstanceInformation: { InstanceInformationList: [{ InstanceId: TARGET.instanceId }] },
  ListDetectors: { DetectorIds: ['0123456789abcdef0123456789abcdef'] },
  ListFindings: { FindingIds: ['0123456789abcdef0123456789abcdef'], findings: [] },
};

/** A context that answers with `give`, whatever is asked, and remembers it. */
function answering(give: (call: Call) => Json): { ctx: ActionContext; calls: Call[] } {
  const calls: Call[] = [];
  const read = async <T>(call: Call): Promise<Reading<T>> => {
    calls.push(call);
    return { output: structuredClone(give(call)) as T, evidence: ['0'.repeat(64)] };
  };
  return { ctx: { ...fakeContext({ target: TARGET }), read, readAll: read }, calls };
}
const all = async (collector: Collector, ctx: ActionContext) => {
  const items: Collected[] = [];
  for await (const item of collector.collect(ctx)) items.push(item);
  return items;
};
const denied = () => {
  throw failure('UnauthorizedOperation', 403, 'You are not authorized');
};

it('there are as many collectors as files, each named like its file', () => {
  expect(files.length).toBeGreaterThan(30);
  expect(collectors.map(({ id }) => `${id}.ts`)).toEqual(files);
});

describe.each(collectors.map((collector) => [collector.id, collector] as const))('%s', (_id, collector) => {
  it('survives every call denied, and says why of each', async () => {
    const items = await all(collector, answering(denied).ctx);
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(item).toMatchObject({ unavailable: 'UnauthorizedOperation: You are not authorized' });
  });

  it('goes on when only the instance may be described', async () => {
    const { ctx } = answering((call) => (call.operation === 'DescribeInstances' ? RICH.DescribeInstances! : denied()));
    const items = await all(collector, ctx);
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(item.unavailable ?? item.data?.length, item.name).toBeTruthy();
  });

  it('is broken off by a fault of ours, not taken for a refusal', async () => {
    const { ctx } = answering(() => {
      throw new TypeError('a fault');
    });
    await expect(all(collector, ctx)).rejects.toThrow('a fault');
  });

  it('asks what AWS has, with what the operation takes, and needs exactly its permissions', async () => {
    const { ctx, calls } = answering(({ operation }) => RICH[operation] ?? {});
    const items = await all(collector, ctx);
    expect(items.filter((item) => item.unavailable)).toEqual([]);
    for (const item of items) expect(item.data?.length, item.name).toBeGreaterThan(0);
    expect(new Set(items.map(({ name }) => name)).size, 'two items of one name').toBe(items.length);
    for (const call of calls) shaped(call);
    expect([...new Set(calls.map((call) => iamActionOf(call.service, call.operation)))].sort()).toEqual([...collector.permissions].sort());
  });
});

/** The client has the operation; the input has its required members and none that it does not know, at any depth. */
function shaped(call: Call): void {
  const schema = require(`@aws-sdk/client-${call.service}`)[`${call.operation}$`];
  expect(schema, `${call.service}:${call.operation}`).toBeDefined();
  const input: any = NormalizedSchema.of(schema[4]);
  fits(input, call.input, call.operation);
  const [, , , , names, , required = 0] = input.getSchema();
  for (const name of names.slice(0, required)) expect(call.input, call.operation).toHaveProperty([name]);
}
function fits(schema: any, value: Json, where: string): void {
  if (schema.isStructSchema()) {
    const members: string[] = schema.getSchema()[4];
    for (const [name, inner] of Object.entries(value as Record<string, Json>)) {
      expect(members, `${where}.${name}`).toContain(name);
      fits(schema.getMemberSchema(name), inner, `${where}.${name}`);
    }
  } else if (schema.isListSchema()) for (const inner of value as Json[]) fits(schema.getValueSchema(), inner, `${where}[]`);
  else if (schema.isMapSchema()) for (const inner of Object.values(value as Record<string, Json>)) fits(schema.getValueSchema(), inner, `${where}{}`);
  else expect(value, where).not.toBeTypeOf('object');
}
