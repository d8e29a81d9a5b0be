import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { type FakeContext, failure, fakeContext } from '../testing/fake-context.ts';
import { TARGET, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as scaling } from './leave-auto-scaling.ts';
import { action as balancers } from './leave-load-balancers.ts';

const ID = TARGET.instanceId;
const instance = (more: JsonObject = {}): JsonObject => ({
  Reservations: [
    {
      Instances: [
        {
          InstanceId: ID,
          State: { Name: 'running' },
          VpcId: 'vpc-1',
          NetworkInterfaces: [
            {
              VpcId: 'vpc-1',
              PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.10' }, { PrivateIpAddress: '10.0.0.11' }],
              Ipv6Addresses: [{ Ipv6Address: '2001:db8::10' }],
            },
          ],
          ...more,
        },
      ],
    },
  ],
});

describe('leave-auto-scaling', () => {
  const member = (state: string, more: JsonObject = {}): JsonObject => ({
    InstanceId: ID,
    AutoScalingGroupName: 'fleet',
    LifecycleState: state,
    HealthStatus: 'HEALTHY',
    ProtectedFromScaleIn: false,
    ...more,
  });
  const group = (more: JsonObject = {}): JsonObject => ({
    AutoScalingGroupName: 'fleet',
    MinSize: 2,
    MaxSize: 4,
    DesiredCapacity: 4,
    SuspendedProcesses: [],
    Instances: [ID, 'i-2', 'i-3', 'i-4'].map((InstanceId) => ({ InstanceId, LifecycleState: 'InService', HealthStatus: 'Healthy' })),
    ...more,
  });
  const stand = (one: JsonObject | null, other: JsonObject = group(), options: JsonObject = {}, state = 'running', facts: JsonObject = {}): FakeContext =>
    fakeContext({
      target: TARGET,
      options,
      facts: facts as never,
      answers: {
        'ec2:DescribeInstances': instance({ State: { Name: state } }),
        'auto-scaling:DescribeAutoScalingInstances': { AutoScalingInstances: one ? [one] : [] },
        'auto-scaling:DescribeAutoScalingGroups': { AutoScalingGroups: [other] },
        'auto-scaling:DescribeInstanceRefreshes': { InstanceRefreshes: [] },
      },
    });

  it('says what remains, and whether another is started', async () => {
    const { changes } = await planOf(scaling, stand(member('InService')));
    expect(changes.map((change) => [change.id, change.call.input])).toEqual([
      ['standby', { InstanceIds: [ID], AutoScalingGroupName: 'fleet', ShouldDecrementDesiredCapacity: true }],
    ]);
    expect(changes[0]!.danger[0]!.en).toContain('3 of 4 remain in service');
    const tight = await planOf(scaling, stand(member('InService'), group({ MinSize: 4 })));
    expect(tight.changes[0]!.call.input).toMatchObject({ ShouldDecrementDesiredCapacity: false });
    expect(tight.changes[0]!.danger[0]!.en).toContain('starts a new instance');
    expect(tight.changes[0]!.undo).toHaveProperty('loses');
    const frozen = await planOf(scaling, stand(member('InService'), group({ MinSize: 4, SuspendedProcesses: [{ ProcessName: 'Launch' }] })));
    expect(frozen.changes[0]!.danger[0]!.en).toContain('nothing takes the place');
    const alone = group({ MinSize: 0, DesiredCapacity: 1, Instances: [{ InstanceId: ID, LifecycleState: 'InService', HealthStatus: 'Healthy' }] });
    expect((await planOf(scaling, stand(member('InService'), alone))).changes[0]!.danger[1]!.en).toContain('LAST');
  });
  it('suspends exactly what is not suspended yet, and only while the group could end it', async () => {
    const partly = group({ SuspendedProcesses: [{ ProcessName: 'AZRebalance' }, { ProcessName: 'Launch' }] });
    const kept = await planOf(scaling, stand(member('InService'), partly, { scaling: 'protect' }));
    expect(kept.changes.map((change) => change.id)).toEqual(['suspend', 'scale-in-protection']);
    const processes = { AutoScalingGroupName: 'fleet', ScalingProcesses: ['HealthCheck', 'InstanceRefresh', 'ReplaceUnhealthy', 'Terminate'] };
    expect(kept.changes[0]).toMatchObject({
      call: { operation: 'SuspendProcesses', input: processes },
      undo: { calls: [{}, {}, { operation: 'ResumeProcesses', input: processes }] },
    });
    for (const [one, state] of [
      [member('InService', { HealthStatus: 'UNHEALTHY' }), 'running'],
      [member('InService'), 'stopped'],
    ] as const) {
      const { changes } = await planOf(scaling, stand(one, partly, {}, state));
      expect(changes.map((change) => [change.id, change.after])).toEqual([
        ['suspend', undefined],
        ['standby', ['suspend']],
      ]);
    }
  });
  it('waits for one that is not in service yet, and does nothing where nothing can be done', async () => {
    expect((await planOf(scaling, stand(member('Pending:Wait')))).steps.map((step) => step.id)).toEqual(['in-service', 'standby']);
    for (const one of [null, member('Standby'), member('EnteringStandby'), member('Terminating'), member('Terminating:Wait')])
      expect((await planOf(scaling, stand(one))).steps).toEqual([]);
    expect((await planOf(scaling, stand(member('Standby'), group(), { scaling: 'detach' }))).changes.map((change) => change.id)).toEqual(['detach']);
  });
  it.each([
    ['InProgress', 'Terminate', true],
    ['InProgress', 'Ignore', false],
    ['Successful', 'Terminate', false],
  ])('knows what reaches an instance on standby: a refresh that is %s and told to %s', async (Status, StandbyInstances, danger) => {
    const refreshes = { InstanceRefreshes: [{ Status, Preferences: { StandbyInstances } }] };
    const before = stand(member('InService'));
    before.answer('auto-scaling:DescribeInstanceRefreshes', refreshes);
    const said = (await planOf(scaling, before)).changes[0]!.danger.map((one) => one.en).join(' ');
    expect(said.includes('--scaling detach')).toBe(danger);
    const after = stand(member('Standby'));
    after.answer('auto-scaling:DescribeInstanceRefreshes', refreshes);
    expect(verdictsOf(await scaling.check(after))).toEqual({ 'auto-scaling': 'holds', ...(danger ? { 'instance-refresh': 'unknown' } : {}) });
  });
  it('keeps to what was chosen before', async () => {
    const { observed } = await planOf(scaling, stand(member('InService'), group(), { scaling: 'detach' }));
    const again = await planOf(scaling, stand(member('InService'), group(), {}, 'running', { observed: { 'leave-auto-scaling': observed } }));
    expect(again.changes.map((change) => change.id)).toEqual(['detach']);
  });
  it.each([
    [null, 'standby', { 'auto-scaling': 'holds' }],
    [member('Standby'), 'standby', { 'auto-scaling': 'holds' }],
    [member('EnteringStandby'), 'standby', { 'auto-scaling': 'holds' }],
    [member('Standby'), 'detach', { 'auto-scaling': 'fails' }],
    [member('InService'), 'standby', { 'auto-scaling': 'fails' }],
    [member('InService'), 'detach', { 'auto-scaling': 'fails' }],
    [member('InService'), 'stay', { 'auto-scaling': 'unknown' }],
    [member('InService'), 'protect', { 'scale-in-protection': 'fails', 'processes-suspended': 'fails' }],
    [member('Terminating:Wait'), 'standby', { 'auto-scaling': 'fails' }],
    // Somebody put it into another group meanwhile.
    [member('InService', { AutoScalingGroupName: 'other' }), 'standby', { 'auto-scaling': 'fails' }],
  ])('judges %j with %s', async (one, way, expected) => {
    const before = { observed: { 'leave-auto-scaling': { instanceId: ID, way, member: { group: { name: 'fleet' } } } } };
    expect(verdictsOf(await scaling.check(stand(one, group(), { scaling: way }, 'running', before)))).toEqual(expected);
  });
  it('is unknown when AWS does not answer', async () => {
    const ctx = stand(member('InService'));
    ctx.answer('auto-scaling:DescribeAutoScalingInstances', failure('AccessDenied', 403));
    expect(verdictsOf(await scaling.check(ctx))).toEqual({ 'auto-scaling': 'unknown' });
  });
});

describe('leave-load-balancers', () => {
  const health = (...targets: [id: string, port: number, state: string, reason?: string][]): JsonObject => ({
    TargetHealthDescriptions: targets.map(([Id, Port, State, Reason]) => ({
      Target: { Id, Port, AvailabilityZone: 'eu-west-1a' },
      TargetHealth: { State, ...(Reason ? { Reason } : {}) },
    })),
  });
  const row = (name: string, type: string, vpc = 'vpc-1'): JsonObject => ({
    TargetGroupArn: `arn:${name}`,
    TargetGroupName: name,
    TargetType: type,
    VpcId: vpc,
  });
  const stand = (groups: [JsonObject, JsonObject | Error][], options: JsonObject = {}): FakeContext =>
    fakeContext({
      target: TARGET,
      options,
      answers: {
        'ec2:DescribeInstances': instance(),
        'elastic-load-balancing-v2:DescribeTargetGroups': { TargetGroups: groups.map(([one]) => one) },
        'elastic-load-balancing-v2:DescribeTargetHealth': ({ input }) =>
          groups.find(([one]) => one.TargetGroupArn === (input as JsonObject).TargetGroupArn)![1] as JsonObject,
        'elastic-load-balancing-v2:DescribeTargetGroupAttributes': { Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '120' }] },
        'elastic-load-balancing:DescribeLoadBalancers': { LoadBalancerDescriptions: [] },
      },
    });
  it('takes each registration out with its port, by any of its addresses, and back with the same', async () => {
    const { changes } = await planOf(
      balancers,
      stand([
        [row('web', 'instance'), health([ID, 80, 'healthy'], [ID, 8080, 'healthy'], ['i-2', 80, 'healthy'], ['i-3', 80, 'unhealthy'])],
        [row('ip', 'ip'), health(['10.0.0.11', 81, 'healthy'], ['2001:db8::10', 81, 'healthy'], ['10.0.0.99', 81, 'healthy'])],
        [row('out', 'instance'), health([ID, 80, 'draining', 'Target.DeregistrationInProgress'])],
        [row('others', 'instance'), health(['i-2', 80, 'healthy'])],
      ]),
    );
    expect(changes.map((change) => [change.id, (change.call.input as JsonObject).Targets])).toEqual([
      [
        'targets.web',
        [
          { Id: ID, Port: 80 },
          { Id: ID, Port: 8080 },
        ],
      ],
      [
        'targets.ip',
        [
          { Id: '10.0.0.11', Port: 81, AvailabilityZone: 'eu-west-1a' },
          { Id: '2001:db8::10', Port: 81, AvailabilityZone: 'eu-west-1a' },
        ],
      ],
    ]);
    for (const { call, undo } of changes) expect(undo).toMatchObject({ calls: [{ operation: 'RegisterTargets', input: call.input }] });
    expect(changes[0]!.danger.map((danger) => danger.en).join(' ')).toMatch(/1 of 2 healthy targets remain.*up to 120 s/);
  });
  it('is loud about the last healthy target, and leaves it where that was asked', async () => {
    const last: [JsonObject, JsonObject] = [row('web', 'instance'), health([ID, 80, 'healthy'], ['i-3', 80, 'unhealthy'])];
    expect((await planOf(balancers, stand([last]))).changes[0]!.danger[0]!.en).toContain('LAST healthy target');
    expect((await planOf(balancers, stand([last], { keepLastTarget: true }))).changes).toEqual([]);
    expect(verdictsOf(await balancers.check(stand([last], { keepLastTarget: true })))).toMatchObject({ 'load-balancers': 'unknown' });
  });
  it('does not touch the same number in another network, and does not call it settled', async () => {
    const ctx = stand([[row('far', 'ip', 'vpc-2'), health(['10.0.0.10', 80, 'healthy'])]]);
    expect((await planOf(balancers, ctx)).changes).toEqual([]);
    expect(verdictsOf(await balancers.check(ctx))).toEqual({ 'load-balancers': 'holds', 'other-networks': 'unknown', 'draining-connections': 'holds' });
  });
  it.each([
    [health([ID, 80, 'draining', 'Target.DeregistrationInProgress']), { 'load-balancers': 'holds', 'draining-connections': 'unknown' }],
    [health([ID, 80, 'healthy']), { 'load-balancers': 'fails', 'draining-connections': 'holds' }],
    [health([ID, 80, 'unused', 'Target.InvalidState']), { 'load-balancers': 'fails', 'draining-connections': 'holds' }],
    [health(['i-2', 80, 'healthy']), { 'load-balancers': 'holds', 'draining-connections': 'holds' }],
    [failure('HealthUnavailable', 500), { 'load-balancers': 'unknown', 'draining-connections': 'holds' }],
    [failure('TargetGroupNotFound'), { 'load-balancers': 'holds', 'draining-connections': 'holds' }],
  ])('judges %j', async (seen, expected) => {
    expect(verdictsOf(await balancers.check(stand([[row('web', 'instance'), seen]])))).toEqual(expected);
  });
  it('is unknown when AWS does not answer', async () => {
    const ctx = stand([]);
    ctx.answer('elastic-load-balancing:DescribeLoadBalancers', failure('AccessDenied', 403));
    expect(verdictsOf(await balancers.check(ctx))).toEqual({ 'load-balancers': 'unknown', 'draining-connections': 'unknown' });
  });
});
