import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { normalise } from '../../src/lab/world/index.ts';
import { ACCOUNT, type Inside, inside, REGION, verdicts } from './inside.ts';

/** Tags: set, proven, limited, changed by others in between, and taken back to the same world. */
let stand: Inside;
let id: string;
let volume: string;
const target = () => ({ instanceId: id, region: REGION, account: ACCOUNT });
const world = () => JSON.stringify(normalise(stand.world));
/** In one answer: lists of tags come in pages. */
const tagsOf = async (resource: string): Promise<Record<string, string>> => {
  const Tags = resource.startsWith('i-')
    ? (await stand.call('ec2:DescribeInstances', { InstanceIds: [resource] })).Reservations[0].Instances[0].Tags
    : (await stand.call('ec2:DescribeVolumes', { VolumeIds: [resource] })).Volumes[0].Tags;
  return Object.fromEntries(Tags.map((tag: any) => [tag.Key, tag.Value]));
};
const put = (resource: string, ...Tags: { Key: string; Value: string }[]) => stand.call('ec2:CreateTags', { Resources: [resource], Tags });

beforeAll(async () => {
  stand = await inside('tag');
});
afterAll(() => stand?.close());
beforeEach(async () => {
  stand.fault();
  const launched = await stand.call('ec2:RunInstances', {
    ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Environment', Value: 'prod, "quoted" ünïcode' }] }],
  });
  id = launched.Instances[0].InstanceId;
  const attached = async () =>
    (await stand.call('ec2:DescribeVolumes', { Filters: [{ Name: 'attachment.instance-id', Values: [id] }] })).Volumes[0]?.Attachments[0]?.State === 'attached';
  const ready = async () => (await stand.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0].State.Name === 'running';
  for (let tries = 0; tries < 200 && !((await attached()) && (await ready())); tries++) await new Promise((resolve) => setTimeout(resolve, 5));
  volume = (await stand.call('ec2:DescribeVolumes', { Filters: [{ Name: 'attachment.instance-id', Values: [id] }] })).Volumes[0].VolumeId;
});

describe('tag', () => {
  const holds = { 'instance-tagged': 'holds', 'volumes-tagged': 'holds', 'interfaces-tagged': 'holds' };

  it('marks everything, has nothing more to do, and goes back to the same world', async () => {
    const before = world();
    const options = { classicTag: true, reference: 'INC-7' };
    const done = await stand.run('tag', target(), options);
    expect(verdicts(done)).toEqual(holds);
    expect(await tagsOf(id)).toMatchObject({ Environment: 'Quarantine:INC-7', 'ir:status': 'quarantined', 'ir:reference': 'INC-7' });
    expect(await tagsOf(volume)).toMatchObject({ Environment: 'Quarantine:INC-7' });
    expect((await stand.run('tag', target(), options)).changes).toEqual([]);
    expect(new Set(await stand.undo())).toEqual(new Set(['done']));
    expect((await tagsOf(id)).Environment).toBe('prod, "quoted" ünïcode');
    expect(world()).toBe(before);
  });

  it('leaves alone what somebody set after it, and takes the rest back', async () => {
    await stand.run('tag', target(), { classicTag: true });
    await put(id, { Key: 'Environment', Value: 'staging' }, { Key: 'theirs', Value: '1' });
    const states = await stand.undo();
    expect(states.filter((state) => state === 'drifted')).toHaveLength(1);
    expect(await tagsOf(id)).toEqual({ Environment: 'staging', theirs: '1' });
    expect(await tagsOf(volume)).toEqual({});
  });

  it('names the resource that has no room instead of failing halfway', async () => {
    await put(id, ...Array.from({ length: 48 }, (_, index) => ({ Key: `k${index}`, Value: '' })));
    const done = await stand.run('tag', target());
    expect(verdicts(done)).toEqual({ ...holds, 'instance-tagged': 'fails' });
    expect(done.changes.map((change) => change.state)).toEqual(done.changes.map(() => 'done'));
    expect(done.checks[0]!.why.en).toContain(`No room (50 tags at most): ${id}`);
    expect(Object.keys(await tagsOf(id))).toHaveLength(50);
    expect(await tagsOf(id)).toHaveProperty(['ir:case']);
  });

  it('believes no answer that changed nothing', async () => {
    stand.fault({ kind: 'lie', service: 'ec2', operation: 'CreateTags' });
    const done = await stand.run('tag', target());
    expect(new Set(Object.values(verdicts(done)))).toEqual(new Set(['fails']));
    expect(await tagsOf(volume)).toEqual({});
  });
});
