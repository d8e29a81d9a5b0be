import { describe, expect, it } from 'vitest';
import { fakeInstance, fakeWorld, SUSPECT, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './tag.ts';

const RESOURCES = [SUSPECT, 'vol-0aaaaaaaaaaaaaaa1', 'vol-0aaaaaaaaaaaaaaa2', 'eni-0c0c0c0c0c0c0c0c1', 'eni-0c0c0c0c0c0c0c0c2'];
function tagged() {
  const world = fakeWorld();
  for (const ResourceId of RESOURCES)
    for (const [Key, Value] of [
      ['ir:case', 'IR-2026-7'],
      ['ir:status', 'quarantined'],
      ['ir:responder', 'jdoe'],
    ] as const)
      world.tags.push({ ResourceId, Key, Value });
  return world;
}

describe('plan', () => {
  it('tags instance, volumes and interfaces, and can take its own tags back by key and value', async () => {
    const { changes } = await planOf(action, fakeInstance(fakeWorld()));
    expect(changes.map((change) => change.id)).toEqual(RESOURCES.map((id) => `tag.${id}`));
    const Tags = [
      { Key: 'ir:case', Value: 'IR-2026-7' },
      { Key: 'ir:status', Value: 'quarantined' },
      { Key: 'ir:responder', Value: 'jdoe' },
    ];
    for (const [index, change] of changes.entries()) {
      expect(change.call.input).toEqual({ Resources: [RESOURCES[index]], Tags });
      expect(change.undo).toMatchObject({ calls: [{ operation: 'DeleteTags', input: { Resources: [RESOURCES[index]], Tags } }] });
    }
  });

  it('looks for its tags where a resource shows all of them at once, not in pages', async () => {
    const { changes } = await planOf(action, fakeInstance(fakeWorld()));
    expect(changes.map((change) => [change.probe.call.operation, change.probe.pick?.from])).toEqual([
      ['DescribeInstances', 'Reservations[0].Instances[0].Tags'],
      ['DescribeVolumes', 'Volumes[0].Tags'],
      ['DescribeVolumes', 'Volumes[0].Tags'],
      ['DescribeNetworkInterfaces', 'NetworkInterfaces[0].TagSet'],
      ['DescribeNetworkInterfaces', 'NetworkInterfaces[0].TagSet'],
    ]);
  });

  it('is empty when everything is tagged', async () => expect((await planOf(action, fakeInstance(tagged()))).steps).toEqual([]));

  it('writes over the classic tag only when asked, warns, and puts the old value back on undo', async () => {
    const world = tagged();
    world.tags.push({ ResourceId: SUSPECT, Key: 'Environment', Value: "prod'; $(id)" });
    expect((await planOf(action, fakeInstance(world))).steps).toEqual([]);
    const { changes } = await planOf(action, fakeInstance(world, { options: { classicTag: true, reference: 'INC-7' } }));
    const [first] = changes;
    expect(first?.call.input).toMatchObject({ Tags: [{ Key: 'ir:reference' }, { Key: 'Environment', Value: 'Quarantine:INC-7' }] });
    expect(first?.danger.length).toBe(1);
    expect(first?.undo).toMatchObject({
      calls: [
        { operation: 'DeleteTags', input: { Tags: [{ Key: 'ir:reference', Value: 'INC-7' }] } },
        { operation: 'CreateTags', input: { Tags: [{ Key: 'Environment', Value: "prod'; $(id)" }] } },
      ],
    });
  });

  it('warns when the guest can read its tags', async () => {
    const world = fakeWorld();
    world.suspect.MetadataOptions = { InstanceMetadataTags: 'enabled' };
    const { changes } = await planOf(action, fakeInstance(world));
    expect(changes.map((change) => change.danger.length)).toEqual([1, 0, 0, 0, 0]);
  });
});

describe('check', () => {
  const checks = async (world: ReturnType<typeof fakeWorld>) => verdictsOf(await action.check(fakeInstance(world)));
  const sound = { 'instance-tagged': 'holds', 'volumes-tagged': 'holds', 'interfaces-tagged': 'holds' };

  it('holds when every resource carries every tag', async () => expect(await checks(tagged())).toEqual(sound));
  it.each([
    [0, 'instance-tagged'],
    [2, 'volumes-tagged'],
    [4, 'interfaces-tagged'],
  ])('fails when resource %i misses one', async (index, name) => {
    const world = tagged();
    world.tags = world.tags.filter((tag) => !(tag.ResourceId === RESOURCES[index] && tag.Key === 'ir:case'));
    expect(await checks(world)).toEqual({ ...sound, [name]: 'fails' });
  });
  it('fails when another value stands there', async () => {
    const world = tagged();
    for (const tag of world.tags) if (tag.Key === 'ir:case') tag.Value = 'another';
    expect(new Set(Object.values(await checks(world)))).toEqual(new Set(['fails']));
  });
});
