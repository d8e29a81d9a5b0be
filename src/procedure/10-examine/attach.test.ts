import { describe, expect, it } from 'vitest';
import { copyVolume, fakeInstance, fakeWorld, STATION, SUSPECT, snapshotOf, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './attach.ts';

const VOLUME = 'vol-0f0f0f0f0f0f0f0f1';
const withCopy = (more = {}) => ({ ...fakeWorld(), snapshots: [snapshotOf('root')], volumes: [copyVolume(more)] });
const attachedTo = (InstanceId: string, State = 'attached') => withCopy({ State: 'in-use', Attachments: [{ InstanceId, Device: '/dev/sdg', State }] });

describe('plan', () => {
  it('takes the first free device name and gives the lines to mount it', async () => {
    const { steps, changes, observed } = await planOf(action, fakeInstance(withCopy()));
    expect(steps.map((step) => step.id)).toEqual([`attach.${VOLUME}`, `attached.${VOLUME}`]);
    expect(changes[0]?.call.input).toEqual({ Device: '/dev/sdg', InstanceId: STATION, VolumeId: VOLUME }); // sdf is in use as xvdf
    expect(changes[0]?.undo).toMatchObject({ calls: [{ operation: 'DetachVolume' }] });
    expect(observed.mount.join('\n')).toContain('blockdev --setro');
  });
  it('names devices in the order of the disks copied, whatever ids the copies got', async () => {
    const data = copyVolume({ VolumeId: 'vol-0f0f0f0f0f0f0f0f0', Tags: [{ Key: 'ir:snapshot', Value: 'snap-0e0e0e0e0e0e0e0e2' }] });
    const world = { ...fakeWorld(), snapshots: [snapshotOf('data'), snapshotOf('root')], volumes: [data, copyVolume()] };
    const { changes } = await planOf(action, fakeInstance(world));
    expect(changes.map(({ call }) => call.input)).toEqual([
      { Device: '/dev/sdg', InstanceId: STATION, VolumeId: VOLUME },
      { Device: '/dev/sdh', InstanceId: STATION, VolumeId: 'vol-0f0f0f0f0f0f0f0f0' },
    ]);
  });
  it('is empty when attached, waits while attaching, leaves a volume at work elsewhere alone', async () => {
    expect((await planOf(action, fakeInstance(attachedTo(STATION)))).steps).toEqual([]);
    expect((await planOf(action, fakeInstance(attachedTo(STATION, 'attaching')))).steps.map((step) => step.id)).toEqual([`attached.${VOLUME}`]);
    expect((await planOf(action, fakeInstance(attachedTo('i-0000000000000000a')))).steps).toEqual([]);
  });
  it('refuses volumes with a Marketplace code before anything is sent, names the way around, and attaches the others', async () => {
    const world = withCopy();
    const coded = { answers: { 'ec2:DescribeVolumeAttribute': { ProductCodes: [{ ProductCodeId: 'x', ProductCodeType: 'marketplace' }] } } };
    await expect(action.observe(fakeInstance(world, coded))).rejects.toMatchObject({ code: 'MarketplaceVolume', fix: expect.stringContaining('--no-attach') });
    const other = 'vol-0f0f0f0f0f0f0f0f2';
    const two = { ...world, volumes: [copyVolume(), copyVolume({ VolumeId: other, Tags: [{ Key: 'ir:snapshot', Value: 'snap-0e0e0e0e0e0e0e0e2' }] })] };
    const one = (call: { input: unknown }) =>
      (call.input as { VolumeId: string }).VolumeId === VOLUME ? coded.answers['ec2:DescribeVolumeAttribute'] : { ProductCodes: [] };
    const mixed = () => fakeInstance(two, { answers: { 'ec2:DescribeVolumeAttribute': one } });
    expect((await planOf(action, mixed())).changes.map((change) => change.id)).toEqual([`attach.${other}`]);
    expect((await action.check(mixed()))[0]).toMatchObject({ verdict: 'fails', why: { en: expect.stringContaining(`${VOLUME}. Read the snapshot`) } });
    // Read block by block instead: looked at all the same. What could be attached and is not still fails.
    const read = { verdicts: { 'read-snapshot': { verdict: 'holds' as const, checks: [] } } };
    const judged = (given: object) => action.check(fakeInstance(world, { ...given, facts: read }));
    expect((await judged(coded))[0]).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('read block by block instead') } });
    expect((await judged({}))[0]).toMatchObject({ verdict: 'fails' });
  });
  it('says when there is no volume, and never takes the suspect for the workstation', async () => {
    await expect(action.observe(fakeInstance(fakeWorld()))).rejects.toMatchObject({ code: 'NoVolume' });
    await expect(action.observe(fakeInstance(withCopy(), { options: { workstation: SUSPECT } }))).rejects.toMatchObject({ code: 'SuspectAsWorkstation' });
  });
  it('works in the forensic account, with its credentials and in its region', async () => {
    const ctx = fakeInstance(withCopy(), { options: { forensic: 'profile:forensic', forensicRegion: 'eu-central-1' } });
    const { changes } = await planOf(action, ctx);
    expect(changes[0]?.call).toMatchObject({ as: 'profile:forensic', region: 'eu-central-1', operation: 'AttachVolume' });
    expect(changes[0]?.undo).toMatchObject({ calls: [{ as: 'profile:forensic', region: 'eu-central-1' }] });
    expect(changes[0]?.probe.call).toMatchObject({ as: 'profile:forensic', region: 'eu-central-1' });
  });
  it('does not miss a volume that EC2 shows a few seconds late', async () => {
    const late = (_: unknown, times: number) => JSON.parse(JSON.stringify({ Volumes: times < 3 ? [] : [copyVolume()] }));
    const ctx = fakeInstance(withCopy(), { answers: { 'ec2:DescribeVolumes': late } });
    expect(await action.observe(ctx)).toMatchObject({ volumes: [{ volumeId: VOLUME, state: 'free' }] });
    expect(ctx.settled).toEqual([0.5, 1, 2]);
  });
});

it.each([
  [attachedTo(STATION), 'holds'],
  [attachedTo(STATION, 'attaching'), 'unknown'],
  [attachedTo(SUSPECT), 'fails'],
  [withCopy(), 'fails'],
  [fakeWorld(), 'fails'],
  [{ ...withCopy(), station: null }, 'unknown'],
])('check %#: %s', async (world, verdict) => expect(verdictsOf(await action.check(fakeInstance(world)))).toEqual({ attached: verdict }));
