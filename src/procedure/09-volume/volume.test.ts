import { describe, expect, it } from 'vitest';
import { copyVolume, fakeInstance, fakeWorld, REGION, STATION, SUSPECT, snapshotOf, verdictsOf } from '../testing/fake-instance.ts';
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
  it('has AWS load it at a rate when asked, and waits for that', async () => {
    const { steps, changes } = await planOf(action, fakeInstance(preserved(), { options: { initialise: '200' } }));
    expect(changes[0]?.call.input).toMatchObject({ VolumeInitializationRate: 200 });
    expect(steps.map((step) => step.id)).toEqual(['volume.snap-0e0e0e0e0e0e0e0e1', 'available.snap-0e0e0e0e0e0e0e0e1', 'initialised.snap-0e0e0e0e0e0e0e0e1']);
    for (const initialise of ['99', '301', '1e2', 'fast'])
      await expect(action.observe(fakeInstance(preserved(), { options: { initialise } }))).rejects.toMatchObject({ code: 'InvalidRate', exit: 2 });
  });
  it('is each analyst’s own, and says where it came from', async () => {
    const other = {
      ...preserved(),
      volumes: [
        copyVolume({
          Tags: [
            { Key: 'ir:snapshot', Value: 'snap-0e0e0e0e0e0e0e0e1' },
            { Key: 'ir:analyst', Value: 'berta' },
          ],
        }),
      ],
    };
    const { changes } = await planOf(action, fakeInstance(other));
    const tags = (changes[0]!.call.input as { TagSpecifications: { Tags: unknown[] }[] }).TagSpecifications[0]!.Tags;
    expect(tags).toContainEqual({ Key: 'ir:analyst', Value: 'jdoe' });
    expect(tags).toContainEqual({ Key: 'ir:source-volume', Value: 'vol-0aaaaaaaaaaaaaaa1' });
    expect((await planOf(action, fakeInstance(other, { options: { analyst: 'berta' } }))).changes).toEqual([]);
  });
  it('does not take a copy outside the forensic key for one under it', async () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';
    const plan = async (more: object, forensicKey = key) => (await planOf(action, fakeInstance(created(more), { options: { forensicKey } }))).changes;
    expect(await plan({})).toHaveLength(1);
    expect(await plan({ Encrypted: true, KmsKeyId: key.replace('1111', '9999') })).toHaveLength(1);
    expect(await plan({ Encrypted: true, KmsKeyId: key })).toEqual([]);
    expect(await plan({ Encrypted: true, KmsKeyId: key }, 'alias/forensic')).toEqual([]);
  });
  it('compares zones by their ids: the same name is another zone in another account', async () => {
    const world = created({ AvailabilityZoneId: 'euw1-az3' });
    Object.assign(world.station!, { Placement: { AvailabilityZone: 'eu-west-1b', AvailabilityZoneId: 'euw1-az2' } });
    expect((await planOf(action, fakeInstance(world))).changes).toHaveLength(1);
    Object.assign(world.station!, { Placement: { AvailabilityZone: 'eu-west-1x', AvailabilityZoneId: 'euw1-az3' } });
    expect((await planOf(action, fakeInstance(world))).changes).toEqual([]);
  });
  it('works on the copies in the forensic account, and says when there are none', async () => {
    const options = { forensic: 'profile:forensic', forensicRegion: 'eu-central-1' };
    const there = [
      {
        ...snapshotOf('root'),
        SnapshotId: 'snap-0c0c0c0c0c0c0c0c1',
        VolumeId: 'vol-ffffffff',
        Tags: [
          { Key: 'ir:copy', Value: 'copy' },
          { Key: 'ir:source-snapshot', Value: 'snap-0e0e0e0e0e0e0e0e1' },
        ],
      },
    ];
    const answers = { 'ec2:DescribeSnapshots@eu-central-1': { Snapshots: there } };
    const { changes } = await planOf(action, fakeInstance(preserved(), { options, answers }));
    expect(changes).toHaveLength(1);
    expect(changes[0]?.call).toMatchObject({ as: 'profile:forensic', region: 'eu-central-1', input: { SnapshotId: 'snap-0c0c0c0c0c0c0c0c1' } });
    const none = { 'ec2:DescribeSnapshots@eu-central-1': { Snapshots: [] } };
    await expect(action.observe(fakeInstance(preserved(), { options, answers: none }))).rejects.toMatchObject({ code: 'NoForensicCopy' });
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

it('names the refused key when a volume ended in error', async () => {
  const [check] = await action.check(fakeInstance(created({ State: 'error' })));
  expect(check).toMatchObject({ verdict: 'fails', why: { en: expect.stringMatching(/vol-0f0f0f0f0f0f0f0f1 error.*KMS/) } });
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

describe('a working volume that was just made', () => {
  const step = 'volume.snap-0e0e0e0e0e0e0e0e1';
  const facts = {
    observed: { volume: { instanceId: SUSPECT, place: { region: REGION } } },
    outputs: { volume: { [step]: { VolumeId: 'vol-0f0f0f0f0f0f0f0f1' } } },
  };
  const late = (stands: boolean) => {
    const answer = (_: unknown, times: number) => JSON.parse(JSON.stringify({ Volumes: times === 0 ? [] : [copyVolume()] }));
    const fake = fakeInstance(preserved(), { facts, answers: { 'ec2:DescribeVolumes': answer } });
    return { ...fake, standing: async () => (stands ? ([{ action: 'volume', step }] as never) : []) };
  };
  it('is not made a second time, though the first answer does not show it', async () => expect((await planOf(action, late(true))).steps).toEqual([]));
  it('is not waited for when it was taken back', async () => {
    const fake = late(false);
    expect((await planOf(action, fake)).changes).toHaveLength(1);
    expect(fake.settled).toEqual([]);
  });
});
