import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../kernel/index.ts';
import { type FakeContext, failure, fakeContext } from '../testing/fake-context.ts';
import { TARGET, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './protect.ts';

interface World {
  instance: JsonObject;
  termination: boolean;
  stop: boolean;
  shutdown: string;
  events: JsonObject[];
  request: string;
}
const volume = (id: string, device: string, deleted: boolean): JsonObject => ({ DeviceName: device, Ebs: { VolumeId: id, DeleteOnTermination: deleted } });
const world = (more: JsonObject = {}): World => ({
  instance: {
    InstanceId: TARGET.instanceId,
    State: { Name: 'running' },
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [volume('vol-0aaaaaaaaaaaaaaa1', '/dev/xvda', true), volume('vol-0aaaaaaaaaaaaaaa2', '/dev/sdf', false)],
    ...more,
  },
  termination: false,
  stop: false,
  shutdown: 'terminate',
  events: [],
  request: 'one-time',
});
const stand = (one: World): FakeContext =>
  fakeContext({
    target: TARGET,
    answers: {
      'ec2:DescribeInstances': () => ({ Reservations: [{ Instances: [one.instance] }] }),
      'ec2:DescribeInstanceStatus': () => ({ InstanceStatuses: [{ Events: one.events }] }),
      'ec2:DescribeSpotInstanceRequests': () => ({ SpotInstanceRequests: [{ Type: one.request }] }),
      'ec2:DescribeInstanceAttribute': ({ input }): Json => {
        const { Attribute } = input as { Attribute: string };
        if (Attribute === 'disableApiTermination') return { DisableApiTermination: { Value: one.termination } };
        return Attribute === 'disableApiStop' ? { DisableApiStop: { Value: one.stop } } : { InstanceInitiatedShutdownBehavior: { Value: one.shutdown } };
      },
    },
  });
const ids = async (one: World): Promise<string[]> => (await planOf(action, stand(one))).changes.map((change) => change.id);
const checks = async (one: World): Promise<Record<string, string>> => verdictsOf(await action.check(stand(one)));

describe('plan', () => {
  it.each([[{}], [{ Platform: 'windows' }]])('sets one attribute a call, only where it is needed (%j)', async (more) => {
    const { changes } = await planOf(action, stand(world(more)));
    expect(changes.map(({ id, call, undo }) => [id, call.input, 'calls' in undo && (undo.calls[0] as { input: Json }).input])).toEqual([
      [
        'termination-protection',
        { InstanceId: TARGET.instanceId, DisableApiTermination: { Value: true } },
        { InstanceId: TARGET.instanceId, DisableApiTermination: { Value: false } },
      ],
      [
        'shutdown-behaviour',
        { InstanceId: TARGET.instanceId, InstanceInitiatedShutdownBehavior: { Value: 'stop' } },
        { InstanceId: TARGET.instanceId, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } },
      ],
      [
        'keep.vol-0aaaaaaaaaaaaaaa1',
        { InstanceId: TARGET.instanceId, BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] },
        { InstanceId: TARGET.instanceId, BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } }] },
      ],
    ]);
  });
  it('leaves out what AWS refuses: a Spot Instance has no protection, a one-time one no stop', async () => {
    const spot = world({ InstanceLifecycle: 'spot', SpotInstanceRequestId: 'sir-1' });
    expect(await ids(spot)).toEqual(['keep.vol-0aaaaaaaaaaaaaaa1']);
    expect(await ids({ ...spot, request: 'persistent' })).toEqual(['shutdown-behaviour', 'keep.vol-0aaaaaaaaaaaaaaa1']);
    expect(await ids(world({ RootDeviceType: 'instance-store' }))).toEqual(['termination-protection', 'keep.vol-0aaaaaaaaaaaaaaa1']);
    expect(await ids(world({ State: { Name: 'terminated' } }))).toEqual([]);
  });
  it('says before anything is done what it cannot hold back', async () => {
    const one = { ...world({ Tags: [{ Key: 'aws:ec2:fleet-id', Value: 'fleet-1' }] }), stop: true };
    one.events = [
      { Code: 'instance-stop', Description: 'degraded hardware', NotBefore: '2026-11-25T10:00:00.000Z' },
      { Code: 'system-reboot', Description: '[Completed] kernel', NotBefore: '2026-11-20T10:00:00.000Z' },
    ];
    const said = (await planOf(action, stand(one))).changes[0]!.danger.map((danger) => danger.en).join('\n');
    expect(said).toContain('--clear-stop-protection');
    expect(said).toContain('instance-stop 2026-11-25T10:00:00.000Z');
    expect(said).not.toContain('system-reboot');
    expect(said).toContain('EC2 Fleet');
  });
});

describe('check', () => {
  const safe = (more: JsonObject = {}): World => ({
    ...world({ BlockDeviceMappings: [volume('vol-0aaaaaaaaaaaaaaa1', '/dev/xvda', false)], ...more }),
    termination: true,
    shutdown: 'stop',
  });
  const sound = { 'termination-protection': 'holds', 'shutdown-behaviour': 'holds', 'volumes-kept': 'holds', 'scheduled-events': 'holds' };
  it('holds when all is so', async () => expect(await checks(safe())).toEqual(sound));
  it('fails for each thing that is not', async () => {
    expect(await checks(world())).toEqual({ ...sound, 'termination-protection': 'fails', 'shutdown-behaviour': 'fails', 'volumes-kept': 'fails' });
    const attached = safe({ BlockDeviceMappings: [volume('vol-0aaaaaaaaaaaaaaa1', '/dev/xvda', false), volume('vol-0aaaaaaaaaaaaaaa9', '/dev/sdz', true)] });
    expect(await checks(attached)).toEqual({ ...sound, 'volumes-kept': 'fails' });
  });
  it('does not call safe what may still be ended', async () => {
    expect(await checks(safe({ InstanceLifecycle: 'spot' }))).toEqual({ ...sound, 'termination-protection': 'unknown', 'shutdown-behaviour': 'unknown' });
    expect(await checks(safe({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }))).toEqual({ ...sound, 'other-automation': 'unknown' });
    expect(await checks({ ...safe(), events: [{ Code: 'instance-retirement', NotBefore: '2026-11-25T10:00:00.000Z' }] })).toEqual({
      ...sound,
      'scheduled-events': 'unknown',
    });
    expect(await checks({ ...safe(), events: [{ Code: 'system-reboot' }], stop: true })).toEqual({ ...sound, 'stop-protection': 'holds' });
    expect(await checks(safe({ State: { Name: 'shutting-down' } }))).toEqual({ 'termination-protection': 'fails' });
  });
  it('is unknown when AWS does not answer', async () => {
    const ctx = stand(safe());
    ctx.answer('ec2:DescribeInstanceAttribute', failure('UnauthorizedOperation', 403));
    expect(new Set((await action.check(ctx)).map((one) => one.verdict))).toEqual(new Set(['unknown']));
  });
});
