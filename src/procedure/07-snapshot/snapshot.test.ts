import { describe, expect, it } from 'vitest';
import { fakeInstance, fakeWorld, SUSPECT, snapshotOf, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as awaiting } from './await-snapshots.ts';
import { description, action as snapshot } from './snapshot.ts';

const preserved = (root = 'completed', data = 'completed') => ({ ...fakeWorld(), snapshots: [snapshotOf('root', root), snapshotOf('data', data)] });

describe('snapshot', () => {
  it('freezes all volumes with one call that carries its mark', async () => {
    const { changes } = await planOf(snapshot, fakeInstance(fakeWorld(), { options: { reference: 'INC 7' } }));
    expect(changes).toHaveLength(1);
    expect(changes[0]?.call).toMatchObject({
      operation: 'CreateSnapshots',
      input: { InstanceSpecification: { InstanceId: SUSPECT, ExcludeBootVolume: false }, Description: 'IR-jdoe-2026-11-22-INC-7' },
    });
    expect(changes[0]?.repeat).toBe('look');
    expect(changes[0]?.probe.done).toEqual([{ path: 'length(Snapshots)', is: 2 }]);
    expect(changes[0]?.why.en).toContain('75 GB of instance store');
  });
  it('is empty when each volume has one, though it is still pending', async () =>
    expect((await planOf(snapshot, fakeInstance(preserved('pending')))).steps).toEqual([]));
  it('makes a new set when one failed', async () => expect((await planOf(snapshot, fakeInstance(preserved('completed', 'error')))).steps).toHaveLength(1));

  it('cleans and bounds the description', () => {
    const text = description('Jürgen "X"\n', Date.UTC(2026, 10, 22), 'a'.repeat(400));
    expect(text).toMatch(/^IR-J-rgen-X-2026-11-22-a+$/);
    expect(text).toHaveLength(255);
  });

  it.each([
    [preserved('pending', 'pending'), 'holds'],
    [{ ...fakeWorld(), snapshots: [snapshotOf('root')] }, 'fails'],
    [fakeWorld(), 'fails'],
    [preserved('error'), 'fails'],
    [{ ...fakeWorld(), suspect: { ...fakeWorld().suspect, BlockDeviceMappings: [] } }, 'unknown'],
  ])('check %#: %s', async (world, verdict) => expect(verdictsOf(await snapshot.check(fakeInstance(world)))).toEqual({ 'every-volume': verdict }));
});

describe('await-snapshots', () => {
  it('waits for those that are pending, and for nothing when all are complete', async () => {
    const { steps } = await planOf(awaiting, fakeInstance(preserved('pending')));
    expect(steps).toMatchObject([
      { id: 'completed.snap-0e0e0e0e0e0e0e0e1', read: { input: { SnapshotIds: ['snap-0e0e0e0e0e0e0e0e1'] } }, until: [{ is: ['completed'] }] },
    ]);
    expect((await planOf(awaiting, fakeInstance(preserved()))).steps).toEqual([]);
  });
  it('waits for a set that EC2 does not list yet', async () => {
    const facts = {
      observed: { snapshot: { instanceId: SUSPECT } },
      outputs: { snapshot: { snap: { Snapshots: [{ SnapshotId: 'snap-0e0e0e0e0e0e0e0e1', VolumeId: 'vol-0aaaaaaaaaaaaaaa1' }] } } },
    };
    const { steps } = await planOf(awaiting, fakeInstance(fakeWorld(), { facts }));
    expect(steps).toMatchObject([{ read: { input: { SnapshotIds: ['snap-0e0e0e0e0e0e0e0e1'] } } }]);
  });
  it.each([
    [preserved(), 'holds'],
    [preserved('pending'), 'unknown'],
    [preserved('error'), 'fails'],
    [{ ...fakeWorld(), snapshots: [snapshotOf('data')] }, 'fails'],
  ])('check %#: %s', async (world, verdict) => expect(verdictsOf(await awaiting.check(fakeInstance(world)))).toEqual({ completed: verdict }));
  it('says why a snapshot failed', async () => {
    const world = { ...fakeWorld(), snapshots: [snapshotOf('root', 'error', { StateMessage: 'Given key ID is not accessible' }), snapshotOf('data')] };
    const why = (await awaiting.check(fakeInstance(world)))[0]?.why.en;
    expect(why).toContain('Given key ID is not accessible');
    expect(why, 'and what helps').toMatch(/CreateGrant.*aplomb snapshot/);
  });
  it('does not call an archived snapshot ready', async () => {
    const world = { ...fakeWorld(), snapshots: [snapshotOf('root', 'completed', { StorageTier: 'archive' }), snapshotOf('data')] };
    const [seen] = await awaiting.check(fakeInstance(world));
    expect(seen).toMatchObject({ verdict: 'unknown', why: { en: expect.stringContaining('72 hours') } });
  });
  it('prefers an older complete snapshot to a newer failed one', async () => {
    const failed = snapshotOf('root', 'error', { SnapshotId: 'snap-0e0e0e0e0e0e0e0e9', StartTime: '2026-11-22T13:00:00.000Z' });
    expect(verdictsOf(await awaiting.check(fakeInstance({ ...preserved(), snapshots: [...preserved().snapshots, failed] })))).toEqual({ completed: 'holds' });
  });
});

describe('of an instance that was terminated', () => {
  const facts = {
    observed: {
      snapshot: {
        instanceId: SUSPECT,
        volumes: [
          { volumeId: 'vol-0aaaaaaaaaaaaaaa1', device: '/dev/xvda', root: true },
          { volumeId: 'vol-0aaaaaaaaaaaaaaa2', device: '/dev/sdb', root: false },
        ],
      },
    },
  };
  const lost = (more: object = {}) => {
    const world = fakeWorld();
    return { ...world, suspect: { ...world.suspect, State: { Name: 'terminated' }, BlockDeviceMappings: [] }, ...more };
  };
  it('freezes one by one the volumes that outlived it, each with its mark', async () => {
    const world = lost({ snapshots: [snapshotOf('root')], volumes: [{ VolumeId: 'vol-0aaaaaaaaaaaaaaa2', State: 'available' }] });
    const { changes } = await planOf(snapshot, fakeInstance(world, { facts }));
    expect(changes).toMatchObject([
      { id: 'snap.vol-0aaaaaaaaaaaaaaa2', repeat: 'look', call: { operation: 'CreateSnapshot', input: { VolumeId: 'vol-0aaaaaaaaaaaaaaa2' } } },
    ]);
    expect(verdictsOf(await snapshot.check(fakeInstance(world, { facts })))).toEqual({ 'every-volume': 'fails' });
  });
  it('keeps its verdict when every volume is in a snapshot, though none is left', async () => {
    const world = lost({ snapshots: [snapshotOf('root'), snapshotOf('data')], volumes: [] });
    expect(verdictsOf(await snapshot.check(fakeInstance(world, { facts })))).toEqual({ 'every-volume': 'holds' });
    expect(verdictsOf(await awaiting.check(fakeInstance(world, { facts })))).toEqual({ completed: 'holds' });
  });
  it('says which volume is lost, and plans nothing for it', async () => {
    const world = lost({ snapshots: [snapshotOf('root')], volumes: [] });
    expect((await planOf(snapshot, fakeInstance(world, { facts }))).steps).toEqual([]);
    const [seen] = await snapshot.check(fakeInstance(world, { facts }));
    expect([seen?.verdict, seen?.why.en]).toEqual(['fails', expect.stringContaining('Lost: vol-0aaaaaaaaaaaaaaa2')]);
  });
  it('does not pretend to know what it had', async () => expect(verdictsOf(await snapshot.check(fakeInstance(lost())))).toEqual({ 'every-volume': 'unknown' }));
});
