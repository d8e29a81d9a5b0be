import { describe, expect, it } from 'vitest';
import { failure } from '../testing/fake-context.ts';
import { fakeInstance, fakeWorld, SUSPECT, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './stop.ts';

const inState = (Name: string) => ({ ...fakeWorld(), suspect: { ...fakeWorld().suspect, State: { Name } } });

describe('plan', () => {
  it('stops and waits, says what is lost, and starts again only after asking', async () => {
    const { steps, changes } = await planOf(action, fakeInstance(fakeWorld()));
    expect(steps.map((step) => step.id)).toEqual(['stop', 'stopped']);
    expect(changes[0]?.call).toMatchObject({ operation: 'StopInstances', input: { InstanceIds: [SUSPECT] } });
    expect(changes[0]?.call.input).not.toHaveProperty('SkipOsShutdown');
    expect(changes[0]?.danger.map((danger) => danger.en).join(' ')).toMatch(/memory.*shutdown scripts.*ephemeral0 \(75 GB\).*198\.51\.100\.20/i);
    expect(changes[0]?.undo).toMatchObject({ calls: [{ until: [{ is: 'stopped' }] }, { operation: 'StartInstances' }], ask: { en: expect.any(String) } });
  });
  it('pulls the plug when asked', async () => {
    const { changes } = await planOf(action, fakeInstance(fakeWorld(), { options: { skipOsShutdown: true } }));
    expect(changes[0]?.call.input).toEqual({ InstanceIds: [SUSPECT], SkipOsShutdown: true });
  });
  it('is empty when stopped, and only waits while stopping', async () => {
    expect((await planOf(action, fakeInstance(inState('stopped')))).steps).toEqual([]);
    expect((await planOf(action, fakeInstance(inState('stopping')))).steps.map((step) => step.id)).toEqual(['stopped']);
  });
  it('refuses a protected instance, or takes the protection off as part of the plan', async () => {
    const world = { ...fakeWorld(), stopProtection: true };
    await expect(action.observe(fakeInstance(world))).rejects.toMatchObject({ code: 'StopProtected', fix: expect.stringContaining('disable-api-stop') });
    const { steps, changes } = await planOf(action, fakeInstance(world, { options: { clearStopProtection: true } }));
    expect(steps.map((step) => step.id)).toEqual(['unprotect', 'stop', 'stopped']);
    expect(changes[0]?.undo).toMatchObject({ calls: [{ input: { DisableApiStop: { Value: true } } }] });
  });
  it('says that a terminated or instance-store instance cannot be stopped', async () => {
    await expect(action.observe(fakeInstance(inState('terminated')))).rejects.toMatchObject({ code: 'InstanceTerminated' });
    const world = { ...fakeWorld(), suspect: { ...fakeWorld().suspect, RootDeviceType: 'instance-store' } };
    await expect(action.observe(fakeInstance(world))).rejects.toMatchObject({ code: 'CannotStop' });
  });
});

const saying = (observed: object) => ({ facts: { observed: { stop: observed } } as never });
const text = async (world: ReturnType<typeof fakeWorld>, more = {}): Promise<string> => {
  const { changes } = await planOf(action, fakeInstance(world, more));
  return changes.flatMap((change) => change.danger.map((danger) => danger.en)).join(' ');
};

describe('what is said before', () => {
  it('names instance-store volumes with their sizes, and says when EC2 would not tell', async () => {
    const disks = { InstanceTypes: [{ InstanceStorageInfo: { TotalSizeInGB: 1800, Disks: [{ SizeInGB: 900, Count: 2, Type: 'ssd' }] } }] };
    expect(await text(fakeWorld(), { answers: { 'ec2:DescribeInstanceTypes': disks } })).toContain('ephemeral0 (900 GB ssd), ephemeral1 (900 GB ssd)');
    expect(await text(fakeWorld(), { answers: { 'ec2:DescribeInstanceTypes': { InstanceTypes: [{}] } } })).not.toContain('nstance store');
    expect(await text(fakeWorld(), { answers: { 'ec2:DescribeInstanceTypes': failure('UnauthorizedOperation', 403) } })).toContain('EC2 would not say');
  });
  it('explains each way in a sentence, and hibernation where it was set up', async () => {
    expect(await text(fakeWorld())).toContain('shutdown scripts run');
    expect(await text(fakeWorld(), { options: { skipOsShutdown: true } })).toContain('file system stays dirty');
    const world = fakeWorld();
    Object.assign(world.suspect, { HibernationOptions: { Configured: true } });
    expect(await text(world)).toContain('hibernation');
  });
  it('tells of a scheduled retirement, not of one that is over, and makes its words harmless', async () => {
    const Events = [
      { Code: 'instance-retirement', Description: 'degraded\u001b[2J', NotBefore: '2026-11-30T00:00:00Z' },
      { Code: 'system-reboot', Description: '[Completed] reboot', NotBefore: '2026-11-01T00:00:00Z' },
    ];
    const words = await text(fakeWorld(), { answers: { 'ec2:DescribeInstanceStatus': { InstanceStatuses: [{ Events }] } } });
    expect(words).toContain('instance-retirement from 2026-11-30');
    expect(words).not.toContain('system-reboot');
  });
  it('refuses a one-time Spot request before anything is sent, and names the persistent one', async () => {
    const world = fakeWorld();
    Object.assign(world.suspect, { InstanceLifecycle: 'spot', SpotInstanceRequestId: 'sir-0123456789abcdef' });
    const request = (Type: string) => ({ answers: { 'ec2:DescribeSpotInstanceRequests': { SpotInstanceRequests: [{ Type }] } } });
    await expect(action.observe(fakeInstance(world, request('one-time')))).rejects.toMatchObject({
      code: 'CannotStop',
      fix: expect.stringContaining('snapshot'),
    });
    expect(await text(world, request('persistent'))).toContain('sir-0123456789abcdef');
  });
  it.each([
    ['InService', [], true],
    ['InService', ['Terminate'], false],
    ['InService', ['AddToLoadBalancer'], true],
    ['Standby', [], false],
  ])('Auto Scaling member %s with %j suspended: terminated %s', async (LifecycleState, processes, terminates) => {
    const world = fakeWorld();
    world.suspect.Tags = [{ Key: 'aws:autoscaling:groupName', Value: 'web' }];
    const answers = {
      'auto-scaling:DescribeAutoScalingInstances': { AutoScalingInstances: [{ AutoScalingGroupName: 'web', LifecycleState }] },
      'auto-scaling:DescribeAutoScalingGroups': { AutoScalingGroups: [{ SuspendedProcesses: processes.map((ProcessName) => ({ ProcessName })) }] },
    };
    const { changes } = await planOf(action, fakeInstance(world, { answers }));
    expect(changes[0]?.typed).toBe(terminates ? 'stop' : undefined);
    expect(changes[0]?.danger.some((one) => one.en.includes('TERMINATE'))).toBe(terminates);
  });
  it('takes an Auto Scaling that would not answer for one that terminates', async () => {
    const world = fakeWorld();
    world.suspect.Tags = [{ Key: 'aws:autoscaling:groupName', Value: 'web' }];
    const { changes } = await planOf(action, fakeInstance(world, { answers: { 'auto-scaling:DescribeAutoScalingInstances': failure('AccessDenied', 403) } }));
    expect(changes[0]?.typed).toBe('stop');
  });
});

describe('check', () => {
  it.each([
    ['stopped', 'holds', 'holds'],
    ['stopping', 'unknown', 'unknown'],
    ['running', 'fails', 'fails'],
    ['terminated', 'fails', 'holds'],
  ])('%s: %s', async (state, stopped, connections) => expect(verdictsOf(await action.check(fakeInstance(inState(state))))).toEqual({ stopped, connections }));
  it('says what was lost with the instance store', async () => {
    const checks = await action.check(fakeInstance(inState('stopped'), saying({ instanceStore: [{ name: 'ephemeral0', size: 75, type: 'ssd' }] })));
    expect(checks.find((one) => one.name === 'instance-store')?.why.en).toContain('ephemeral0 (75 GB ssd)');
  });
  it('tells a stop that somebody took back from one that never happened', async () => {
    const world = inState('running');
    Object.assign(world.suspect, { LaunchTime: '2026-11-22T12:30:00.000Z' });
    const why = async (launched: string) => (await action.check(fakeInstance(world, saying({ launched }))))[0]!.why.en;
    expect(await why('2026-11-20T08:00:00.000Z')).toContain('started it again at 2026-11-22T12:30');
    expect(await why('2026-11-22T12:30:00.000Z')).toBe('The instance is running.');
  });
  it('an instance that EC2 no longer knows was lost, if it was known before', async () => {
    const gone = { answers: { 'ec2:DescribeInstances': failure('InvalidInstanceID.NotFound') } };
    expect((await action.check(fakeInstance(fakeWorld(), { ...gone, ...saying({}) })))[0]).toMatchObject({ name: 'stopped', verdict: 'fails' });
    expect((await action.check(fakeInstance(fakeWorld(), gone)))[0]).toMatchObject({ name: 'stopped', verdict: 'unknown' });
  });
});
