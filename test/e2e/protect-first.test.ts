import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { normalise } from '../../src/lab/world/index.ts';
import { ACCOUNT, type Inside, inside, REGION, verdicts } from './inside.ts';

/** Protection, scaling group and load balancers: done, proven, taken back to the same world. */
let stand: Inside;
let vpcId: string;
let subnets: string[];
const target = (instanceId: string) => ({ instanceId, region: REGION, account: ACCOUNT });
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const described = async (id: string) => (await stand.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
const attribute = async (id: string, name: string, member: string) =>
  (await stand.call('ec2:DescribeInstanceAttribute', { InstanceId: id, Attribute: name }))[member]?.Value;
/** Every row of the world as text. */
const world = (): string[] =>
  Object.entries(normalise(stand.world) as Record<string, unknown[]>)
    .filter(([place]) => !place.endsWith('/clientTokens'))
    .flatMap(([place, rows]) => rows.map((row) => `${place} ${JSON.stringify(row)}`));
/** The world is as it was, row by row. */
function unchanged(before: readonly string[]): void {
  const now = world();
  expect({ gone: before.filter((row) => !now.includes(row)), come: now.filter((row) => !before.includes(row)) }).toEqual({ gone: [], come: [] });
}
async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('not in time');
}
const running = (id: string) => until(async () => (await described(id)).State.Name === 'running');
async function launch(more: JsonObject = {}, count = 1): Promise<string[]> {
  const { Instances } = await stand.call('ec2:RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: count, MaxCount: count, ...more });
  const ids: string[] = Instances.map((one: { InstanceId: string }) => one.InstanceId);
  for (const id of ids) await running(id);
  return ids;
}

beforeAll(async () => {
  stand = await inside('protect-first');
  const { Subnets } = await stand.call('ec2:DescribeSubnets', {});
  vpcId = Subnets[0].VpcId;
  subnets = [...new Map(Subnets.map((one: any) => [one.AvailabilityZone, one.SubnetId])).values()].slice(0, 2) as string[];
});
afterAll(() => stand?.close());
beforeEach(() => stand.fault());

describe('protect', () => {
  const loose = {
    InstanceInitiatedShutdownBehavior: 'terminate',
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: true } }],
  };
  it('protects, has nothing more to do, and goes back to the same world', async () => {
    const [id] = (await launch(loose)) as [string];
    const before = world();
    const done = await stand.run('protect', target(id));
    expect(verdicts(done)).toEqual({ 'termination-protection': 'holds', 'shutdown-behaviour': 'holds', 'volumes-kept': 'holds', 'scheduled-events': 'holds' });
    expect(await attribute(id, 'disableApiTermination', 'DisableApiTermination')).toBe(true);
    expect(await attribute(id, 'instanceInitiatedShutdownBehavior', 'InstanceInitiatedShutdownBehavior')).toBe('stop');
    expect((await described(id)).BlockDeviceMappings.map((one: any) => one.Ebs.DeleteOnTermination)).toEqual([false, false]);
    await expect(stand.call('ec2:TerminateInstances', { InstanceIds: [id] })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect((await stand.run('protect', target(id))).changes).toEqual([]);
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    unchanged(before);
  });
  it('fails when EC2 only says yes', async () => {
    const [id] = (await launch(loose)) as [string];
    stand.fault({ kind: 'lie', operation: 'ModifyInstanceAttribute' });
    expect(verdicts(await stand.run('protect', target(id)))).toMatchObject({
      'termination-protection': 'fails',
      'shutdown-behaviour': 'fails',
      'volumes-kept': 'fails',
    });
    stand.fault();
    await stand.undo();
  });
  it('keeps the volumes of a Spot Instance, and says what it cannot keep', async () => {
    const [id] = (await launch({ InstanceMarketOptions: { MarketType: 'spot' } })) as [string];
    const done = await stand.run('protect', target(id));
    expect(done.changes.map((one) => one.id)).toEqual([expect.stringMatching(/^keep\.vol-/)]);
    expect(verdicts(done)).toMatchObject({ 'termination-protection': 'unknown', 'shutdown-behaviour': 'unknown', 'volumes-kept': 'holds' });
    await stand.undo();
    expect((await described(id)).BlockDeviceMappings[0].Ebs.DeleteOnTermination).toBe(true);
  });
  it('names what AWS has planned', async () => {
    const [id] = (await launch()) as [string];
    stand.account.regions[REGION]!.tables.instances![id].events = [
      { id: 'instance-event-1', code: 'instance-retirement', description: 'The instance is running on degraded hardware', notBefore: Date.now() + 86_400_000 },
    ];
    expect(verdicts(await stand.run('protect', target(id)))).toMatchObject({ 'scheduled-events': 'unknown', 'termination-protection': 'holds' });
    await stand.undo();
  });
});

/** A load balancer in front of one target group. */
async function balancer(name: string, targetType = 'instance', delay = '0'): Promise<string> {
  const { LoadBalancers } = await stand.call('elastic-load-balancing-v2:CreateLoadBalancer', { Name: name, Subnets: subnets });
  const { TargetGroups } = await stand.call('elastic-load-balancing-v2:CreateTargetGroup', {
    Name: name,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpcId,
    TargetType: targetType,
  });
  const arn: string = TargetGroups[0].TargetGroupArn;
  await stand.call('elastic-load-balancing-v2:CreateListener', {
    LoadBalancerArn: LoadBalancers[0].LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
  });
  await stand.call('elastic-load-balancing-v2:ModifyTargetGroupAttributes', {
    TargetGroupArn: arn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: delay }],
  });
  return arn;
}
const health = async (arn: string): Promise<string[]> =>
  (await stand.call('elastic-load-balancing-v2:DescribeTargetHealth', { TargetGroupArn: arn })).TargetHealthDescriptions.map(
    ({ Target, TargetHealth }: any) => `${Target.Id}:${Target.Port} ${TargetHealth.State}`,
  ).sort();
const register = (arn: string, ...targets: JsonObject[]) => stand.call('elastic-load-balancing-v2:RegisterTargets', { TargetGroupArn: arn, Targets: targets });

describe('leave-auto-scaling', () => {
  let number = 0;
  let name: string;
  let arn: string;
  let id: string;
  const group = async () => (await stand.call('auto-scaling:DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] })).AutoScalingGroups[0];
  const member = async (one = id) =>
    (await stand.call('auto-scaling:DescribeAutoScalingInstances', { InstanceIds: [one] })).AutoScalingInstances[0]?.LifecycleState ?? null;
  const ready = (count: number) => until(async () => (await group()).Instances.filter((one: any) => one.LifecycleState === 'InService').length === count);
  beforeEach(async () => {
    name = `fleet-${++number}`;
    arn = await balancer(name);
    await stand.call('ec2:CreateLaunchTemplate', { LaunchTemplateName: name, LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' } });
    await stand.call('auto-scaling:CreateAutoScalingGroup', {
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateName: name },
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 3,
      VPCZoneIdentifier: subnets.join(','),
      TargetGroupARNs: [arn],
    });
    await stand.call('auto-scaling:SuspendProcesses', { AutoScalingGroupName: name, ScalingProcesses: ['AZRebalance'] });
    await ready(3);
    id = (await group()).Instances[0].InstanceId;
    await until(async () => (await health(arn)).every((one) => one.endsWith('healthy')));
  });

  it.each(['standby', 'detach', 'protect'])('%s: out of danger, and back to the same world', async (scaling) => {
    const before = world();
    const done = await stand.run('leave-auto-scaling', target(id), { scaling });
    expect(done.verdict).toBe('holds');
    expect((await stand.run('leave-auto-scaling', target(id))).changes).toEqual([]);
    if (scaling !== 'protect') {
      expect(await group()).toMatchObject({ DesiredCapacity: 2 });
      expect((await health(arn)).join()).not.toContain(id);
    } else expect((await group()).SuspendedProcesses).toHaveLength(5);
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    expect((await group()).SuspendedProcesses.map((one: any) => one.ProcessName)).toEqual(['AZRebalance']);
    expect(await group()).toMatchObject({ DesiredCapacity: 3 });
    await ready(3);
    unchanged(before);
  });
  it('lets a stopped instance alone, and takes it back only once it runs', async () => {
    await stand.run('leave-auto-scaling', target(id));
    await stand.call('ec2:StopInstances', { InstanceIds: [id] });
    await until(async () => (await described(id)).State.Name === 'stopped');
    expect((await stand.undo()).slice(0, 1)).toEqual(['waiting']);
    expect((await described(id)).State.Name).toBe('stopped');
    await stand.call('ec2:StartInstances', { InstanceIds: [id] });
    await running(id);
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    await ready(3);
  });
  it('starts another instance where the group may not shrink, and says so first', async () => {
    await stand.call('auto-scaling:UpdateAutoScalingGroup', { AutoScalingGroupName: name, MinSize: 3 });
    const done = await stand.run('leave-auto-scaling', target(id));
    const plan = stand.session.case.entries.findLast((entry) => entry.kind === 'plan')!.body as any;
    expect(plan.plan.steps[0].danger[0].en).toContain('2 of 3 remain in service');
    expect(plan.plan.steps[0].danger[0].en).toContain('starts a new instance');
    expect(done.verdict).toBe('holds');
    await ready(3);
    expect((await group()).Instances).toHaveLength(4);
    await stand.undo();
    expect(await group()).toMatchObject({ DesiredCapacity: 4 });
  });
  it('holds a sick member back from being ended before it takes it out', async () => {
    await stand.call('auto-scaling:SuspendProcesses', { AutoScalingGroupName: name, ScalingProcesses: ['Terminate'] });
    await stand.call('auto-scaling:SetInstanceHealth', { InstanceId: id, HealthStatus: 'Unhealthy' });
    const done = await stand.run('leave-auto-scaling', target(id));
    expect(done.changes.map((one) => one.id)).toEqual(['suspend', 'standby']);
    await stand.call('auto-scaling:ResumeProcesses', { AutoScalingGroupName: name, ScalingProcesses: ['Terminate'] });
    expect(await member()).toBe('Standby');
    expect((await described(id)).State.Name).toBe('running');
    // Whoever takes it back now would have the group end it.
    expect(await stand.undo()).toContain('waiting');
    expect(await member()).toBe('Standby');
    await stand.call('auto-scaling:SetInstanceHealth', { InstanceId: id, HealthStatus: 'Healthy' });
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    expect((await group()).SuspendedProcesses.map((one: any) => one.ProcessName)).toEqual(['AZRebalance']);
  });
  it.each([
    ['standby', 'EnterStandby'],
    ['detach', 'DetachInstances'],
  ])('does it once when the answer of %s is lost, there and back', async (scaling, operation) => {
    const before = world();
    stand.fault({ kind: 'drop-after-effect', operation, times: 1 });
    expect((await stand.run('leave-auto-scaling', target(id), { scaling })).verdict).toBe('holds');
    expect(await group()).toMatchObject({ DesiredCapacity: 2 });
    stand.fault({ kind: 'drop-after-effect', operation: scaling === 'standby' ? 'ExitStandby' : 'AttachInstances', times: 1 });
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    expect(await group()).toMatchObject({ DesiredCapacity: 3 });
    unchanged(before);
  });
  it('fails when Auto Scaling only says yes, and is unknown when it is left there', async () => {
    stand.fault({ kind: 'lie', service: 'autoscaling' });
    for (const scaling of ['standby', 'detach', 'protect'])
      expect((await stand.run('leave-auto-scaling', target(id), { scaling })).verdict, scaling).toBe('fails');
    stand.fault();
    await stand.undo();
    expect(await member()).toBe('InService');
    const left = await stand.run('leave-auto-scaling', target(id), { scaling: 'stay' });
    expect([left.changes, left.verdict]).toEqual([[], 'unknown']);
    await expect(stand.run('leave-auto-scaling', target(id), { scaling: 'away' })).rejects.toMatchObject({ code: 'UnknownScaling', exit: 2 });
  });
  it('and the load balancers: no work twice, and back to the same world', async () => {
    await register(arn, { Id: id, Port: 8080 });
    const both = world();
    await stand.run('leave-auto-scaling', target(id), { scaling: 'standby' });
    const done = await stand.run('leave-load-balancers', target(id));
    // The group took its own registration back, not the one that somebody added.
    expect(done.changes.map((one) => one.id)).toEqual([`targets.${name}`]);
    expect(verdicts(done)).toEqual({ 'load-balancers': 'holds', 'draining-connections': 'holds' });
    await stand.undo();
    await ready(3);
    unchanged(both);
  });
});

describe('leave-load-balancers', () => {
  it('leaves every target group and Classic Load Balancer, by id and by address, and returns to the same ports', async () => {
    const [id, other] = (await launch({ SubnetId: subnets[0]! }, 2)) as [string, string];
    const ip: string = (await described(id)).PrivateIpAddress;
    const byId = await balancer('by-id', 'instance', '300');
    const byIp = await balancer('by-ip', 'ip');
    await register(byId, { Id: id }, { Id: id, Port: 8443 }, { Id: other });
    await register(byIp, { Id: ip, Port: 81 });
    await stand.call('elastic-load-balancing:CreateLoadBalancer', {
      LoadBalancerName: 'old',
      Subnets: subnets,
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }],
    });
    await stand.call('elastic-load-balancing:RegisterInstancesWithLoadBalancer', {
      LoadBalancerName: 'old',
      Instances: [{ InstanceId: id }, { InstanceId: other }],
    });
    await until(async () => [...(await health(byId)), ...(await health(byIp))].every((one) => one.endsWith(' healthy')));
    const before = world();
    const done = await stand.run('leave-load-balancers', target(id));
    expect(done.changes.map((one) => [one.id, one.state]).sort()).toEqual([
      ['classic.old', 'done'],
      ['targets.by-id', 'done'],
      ['targets.by-ip', 'done'],
    ]);
    const { plan } = stand.session.case.entries.findLast((entry) => entry.kind === 'plan')!.body as any;
    const dangers = Object.fromEntries(plan.steps.map((step: any) => [step.id, step.danger.map((one: any) => one.en).join(' ')]));
    expect(dangers['targets.by-id']).toContain('1 of 2 healthy targets remain');
    expect(dangers['targets.by-id']).toContain('up to 300 s');
    expect(dangers['targets.by-ip']).toContain('LAST healthy target');
    expect(verdicts(done)['load-balancers']).toBe('holds');
    await until(async () => (await health(byId)).length === 1);
    expect(verdicts(await stand.run('leave-load-balancers', target(id)))).toEqual({ 'load-balancers': 'holds', 'draining-connections': 'holds' });
    expect(await health(byIp)).toEqual([]);
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    unchanged(before);

    const kept = await stand.run('leave-load-balancers', target(id), { keepLastTarget: true });
    expect(kept.changes.map((one) => one.id).sort()).toEqual(['classic.old', 'targets.by-id']);
    expect(verdicts(kept)['load-balancers']).toBe('unknown');
    await stand.undo();

    stand.fault({ kind: 'lie', service: 'elasticloadbalancing' }, { kind: 'lie', service: 'elasticloadbalancing-classic' });
    expect(verdicts(await stand.run('leave-load-balancers', target(id)))['load-balancers']).toBe('fails');
    stand.fault();
    await stand.undo();
    unchanged(before);
  });
});
