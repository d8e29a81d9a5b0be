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

  it('writes over the classic tag only when asked, in a change of its own, warns with the old value, and puts it back on undo', async () => {
    const world = tagged();
    world.tags.push({ ResourceId: SUSPECT, Key: 'Environment', Value: "prod'; $(id)\u001b[2J" });
    expect((await planOf(action, fakeInstance(world))).steps).toEqual([]);
    const { changes } = await planOf(action, fakeInstance(world, { options: { classicTag: true, reference: 'INC-7' } }));
    const [first, second] = changes;
    expect(first?.call.input).toEqual({ Resources: [SUSPECT], Tags: [{ Key: 'ir:reference', Value: 'INC-7' }] });
    expect(first?.undo).toMatchObject({ calls: [{ operation: 'DeleteTags', input: { Tags: [{ Key: 'ir:reference', Value: 'INC-7' }] } }] });
    expect(second?.call.input).toEqual({ Resources: [SUSPECT], Tags: [{ Key: 'Environment', Value: 'Quarantine:INC-7' }] });
    expect(second?.after).toBeUndefined();
    expect(second?.danger.map((one) => one.en)).toEqual([expect.stringContaining('says "prod\'; $(id) [2J"')]);
    expect(second?.undo).toMatchObject({ calls: [{ operation: 'CreateTags', input: { Tags: [{ Key: 'Environment', Value: "prod'; $(id)\u001b[2J" }] } }] });
  });

  it('warns when the guest can read its tags, and is content with neutral ones', async () => {
    const world = fakeWorld();
    world.suspect.MetadataOptions = { InstanceMetadataTags: 'enabled' };
    const { changes } = await planOf(action, fakeInstance(world));
    expect(changes.map((change) => change.danger.length)).toEqual([1, 0, 0, 0, 0]);
    expect(changes[0]?.danger[0]?.en).toContain('--neutral-tags');
    const neutral = await planOf(action, fakeInstance(world, { options: { neutralTags: true, reference: 'CHG 1042' } }));
    for (const change of neutral.changes) {
      expect(change.danger).toEqual([]);
      expect(change.call.input).toMatchObject({ Tags: [{ Key: 'ref', Value: 'CHG 1042' }] });
      // The instance metadata service takes no key with a space or a slash.
      expect((change.call.input as any).Tags[0].Key).toMatch(/^[^ /]+$/);
    }
    await expect(action.observe(fakeInstance(world, { options: { neutralTags: true, classicTag: true } }))).rejects.toMatchObject({
      code: 'ContradictingTags',
      exit: 2,
    });
  });

  it('marks the snapshots and isolation groups of the case, and the branch interfaces behind a trunk', async () => {
    const world = fakeWorld();
    const more = ['snap-0e0e0e0e0e0e0e0e1', 'sg-0d0d0d0d0d0d0d0d9'];
    Object.assign(world.interfaces[1]!, { InterfaceType: 'trunk' });
    const marked = [
      { ResourceId: more[0]!, ResourceType: 'snapshot', Key: 'ir:case', Value: 'IR-2026-7' },
      { ResourceId: more[1]!, ResourceType: 'security-group', Key: 'ir:case', Value: 'IR-2026-7' },
      { ResourceId: 'vol-0f0f0f0f0f0f0f0f1', ResourceType: 'volume', Key: 'ir:case', Value: 'IR-2026-7' },
    ];
    const { changes } = await planOf(
      action,
      fakeInstance(world, {
        answers: {
          'ec2:DescribeTags': ({ input }) => ({ Tags: (input as any).Filters[0].Name === 'key' ? marked : marked.map((one) => ({ ...one })) }),
          'ec2:DescribeTrunkInterfaceAssociations': {
            InterfaceAssociations: [
              { TrunkInterfaceId: 'eni-0c0c0c0c0c0c0c0c2', BranchInterfaceId: 'eni-0c0c0c0c0c0c0c0c7' },
              { TrunkInterfaceId: 'eni-0c0c0c0c0c0c0c0c5', BranchInterfaceId: 'eni-0c0c0c0c0c0c0c0c8' },
            ],
          },
        },
      }),
    );
    expect(changes.map((change) => change.id.slice(4))).toEqual([...RESOURCES, 'eni-0c0c0c0c0c0c0c0c7', more[1], more[0]]);
    // They carry the case's own tag already: only the others are added.
    expect((changes.at(-1)!.call.input as any).Tags.map((tag: any) => tag.Key)).toEqual(['ir:status', 'ir:responder']);
  });

  it('sets what fits beside forty-nine others, and says what does not instead of failing halfway', async () => {
    const world = fakeWorld();
    for (let index = 0; index < 48; index++) world.tags.push({ ResourceId: SUSPECT, Key: `k${index}`, Value: '' });
    for (let index = 0; index < 9; index++) world.tags.push({ ResourceId: SUSPECT, Key: `aws:k${index}`, Value: '' });
    const { changes } = await planOf(action, fakeInstance(world));
    expect((changes[0]!.call.input as any).Tags).toEqual([{ Key: 'ir:case', Value: 'IR-2026-7' }]);
    world.tags.push({ ResourceId: SUSPECT, Key: 'ir:case', Value: 'IR-2026-7' });
    expect((await planOf(action, fakeInstance(world))).changes.map((change) => change.id)).not.toContain(`tag.${SUSPECT}`);
    const checks = await action.check(fakeInstance(world));
    expect(checks[0]).toMatchObject({
      name: 'instance-tagged',
      verdict: 'fails',
      why: { en: expect.stringContaining(`No room (50 tags at most): ${SUSPECT}`) },
    });
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
