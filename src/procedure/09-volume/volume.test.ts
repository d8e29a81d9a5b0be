import { describe, expect, it } from 'vitest';
import { copyVolume, fakeInstance, fakeWorld, STATION, snapshotOf, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './volume.ts';

const preserved = () => ({ ...fakeWorld(), snapshots: [snapshotOf('root'), snapshotOf('data')] });
const created = (more = {}) => ({ ...preserved(), volumes: [copyVolume(more)] });

describe('plan', () => {
  it('makes one gp3 volume of the root snapshot, in the zone of the workstation', async () => {
    const { steps, changes } = await planOf(action, fakeInstance(preserved()));
    expect(steps.map((step) => step.id)).toEqual(['volume.snap-0e0e0e0e0e0e0e0e1', 'available.snap-0e0e0e0e0e0e0e0e1']);
    expect(changes[0]?.call.input).toMatchObject({
      SnapshotId: 'snap-0e0e0e0e0e0e0e0e1',
      AvailabilityZone: 'eu-west-1b',
      VolumeType: 'gp3',
      ClientToken: { $token: true },
    });
    expect(changes[0]?.call.input).not.toHaveProperty('Encrypted');
  });
  it('makes all when asked, encrypted under a given key', async () => {
    const { changes } = await planOf(action, fakeInstance(preserved(), { options: { all: true, kmsKeyId: 'alias/forensic' } }));
    expect(changes.map((change) => (change.call.input as { Encrypted?: boolean; KmsKeyId?: string }).KmsKeyId)).toEqual(['alias/forensic', 'alias/forensic']);
  });
  it('is empty when the volume is there, waits while it is made, and makes another in the right zone', async () => {
    expect((await planOf(action, fakeInstance(created()))).steps).toEqual([]);
    expect((await planOf(action, fakeInstance(created({ State: 'creating' })))).changes).toEqual([]);
    expect((await planOf(action, fakeInstance(created({ AvailabilityZone: 'eu-west-1a' })))).changes).toHaveLength(1);
  });
  it('needs a workstation, and only one', async () => {
    await expect(action.observe(fakeInstance({ ...preserved(), station: null }))).rejects.toMatchObject({ code: 'NoWorkstation', fix: expect.any(String) });
    await expect(action.observe(fakeInstance(preserved(), { options: { workstation: 'i-0000000000000000a' } }))).rejects.toMatchObject({
      code: 'NoWorkstation',
    });
    expect(await action.observe(fakeInstance(preserved(), { options: { workstation: STATION } }))).toMatchObject({ workstation: STATION });
    const world = preserved();
    world.suspect.Tags = [{ Key: 'ir:workstation', Value: '' }];
    expect(await action.observe(fakeInstance(world))).toMatchObject({ workstation: STATION }); // never the suspect itself
  });
  it('waits for nothing that is not complete', async () => {
    const world = { ...fakeWorld(), snapshots: [snapshotOf('root', 'pending')] };
    await expect(action.observe(fakeInstance(world))).rejects.toMatchObject({ code: 'SnapshotsNotComplete', exit: 3 });
    await expect(action.observe(fakeInstance(fakeWorld()))).rejects.toMatchObject({ code: 'NoSnapshot' });
  });
  it('does not give up on snapshots that EC2 shows a few seconds late, nor on a state it shows too long', async () => {
    const answers = [[], [snapshotOf('root', 'pending')], [snapshotOf('root')]];
    const late = (_: unknown, times: number) => JSON.parse(JSON.stringify({ Snapshots: answers[Math.min(times, 2)] }));
    const ctx = fakeInstance(preserved(), { answers: { 'ec2:DescribeSnapshots': late } });
    expect(await action.observe(ctx)).toMatchObject({ snapshots: [{ state: 'completed' }] });
    expect(ctx.settled).toEqual([0.5, 1]);
  });
});

it.each([
  [created(), 'holds'],
  [created({ State: 'in-use' }), 'holds'],
  [preserved(), 'fails'],
  [created({ State: 'creating' }), 'unknown'],
  [created({ State: 'error' }), 'fails'],
  [created({ VolumeType: 'gp2' }), 'fails'],
  [created({ AvailabilityZone: 'eu-west-1a' }), 'fails'],
  [{ ...created(), station: null }, 'unknown'],
])('check %#: %s', async (world, verdict) => expect(verdictsOf(await action.check(fakeInstance(world)))).toEqual({ 'volume-ready': verdict }));
