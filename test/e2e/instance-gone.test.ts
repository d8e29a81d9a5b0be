import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from './inside.ts';
import { ALL, changed, type Trouble, trouble, verdict, why } from './trouble-stand.ts';

/** Steps 4 to 9 when the instance is no more: told truly, and the same words again do what can still be done, once. */
let world: Trouble;
beforeAll(async () => {
  world = await trouble('gone');
});
afterEach(() => world.settle());
afterAll(() => world?.close());

const ACTIONS = [
  'protect',
  'leave-auto-scaling',
  'leave-load-balancers',
  'isolate',
  'remove-public-addresses',
  'cut-connections',
  'replace-instance-profile',
  'disable-metadata',
  'revoke-instance-role',
  'verify-isolation',
  'tag',
  'snapshot',
  'await-snapshots',
  'lock-snapshots',
  'suppress-deletion',
  'copy-snapshots',
  'stop',
  'volume',
  'attach',
];

describe('an instance that nobody knows', () => {
  it.each(ACTIONS)('%s says so, and does nothing', async (action) => {
    const from = world.stand.world.effects.length;
    const nobody = { instanceId: 'i-0123456789abcdef0', region: REGION, account: ACCOUNT };
    const end = await (await world.fresh()).run(action, nobody, { ...ALL, ...(action === 'copy-snapshots' ? { forensicRegion: 'us-east-1' } : {}) });
    // Snapshots, copies and volumes are looked for by themselves: their owner may long be gone.
    const expected: Record<string, string> = { 'lock-snapshots': 'unknown', 'copy-snapshots': 'NoSnapshot', volume: 'NoSnapshot', attach: 'NoVolume' };
    expect(verdict(end)).toBe(expected[action] ?? 'UnknownInstance');
    expect(world.stand.world.effects.length - from).toBe(0);
  });
});

describe('an instance that is terminated in the middle', () => {
  /** Action, the call before which it happens, the verdict then, the verdict of the same words again. */
  it.each([
    ['protect', 'ModifyInstanceAttribute', 'fails', 'fails'],
    ['leave-load-balancers', 'DeregisterTargets', 'holds', 'holds'],
    ['isolate', 'CreateSecurityGroup', 'holds', 'holds'],
    ['isolate', 'ModifyNetworkInterfaceAttribute', 'holds', 'holds'],
    ['remove-public-addresses', 'DisassociateAddress', 'holds', 'holds'],
    ['replace-instance-profile', 'DisassociateIamInstanceProfile', 'holds', 'holds'],
    ['disable-metadata', 'ModifyInstanceMetadataOptions', 'holds', 'holds'],
    ['tag', 'CreateTags', 'holds', 'holds'],
    ['stop', 'StopInstances', 'fails', 'InstanceTerminated'],
  ])('%s before %s: %s, then %s, and what is left is taken back', async (action, operation, first, second) => {
    const { id, target } = await world.victim();
    const ana = await world.fresh();
    const over = await ana.during(operation, () => world.terminate(id));
    const end = await ana.run(action, target, ALL);
    expect([over(), verdict(end)]).toEqual([true, first]);
    expect(verdict(await ana.run(action, target, ALL))).toBe(second);
    await ana.undo();
    // Nothing that is left keeps on failing: what is no more is let go of.
    expect((await ana.undo()).states.filter((state) => state === 'failed' || state === 'blocked')).toEqual([]);
    expect(await world.groupNames(id)).toEqual([]);
  });

  it('revoke-instance-role: sessions given out until then are still alive, and the second run ends those too', async () => {
    const { id, target } = await world.victim();
    const ana = await world.fresh();
    const over = await ana.during('PutRolePolicy', () => world.terminate(id));
    expect(why(await ana.run('revoke-instance-role', target, ALL), 'no-fresh-credentials')).toContain('no credentials of app any more');
    over();
    // The cut-off lies two real seconds behind the end of the instance: tokens carry whole seconds.
    const { session } = ana;
    const patient = {
      ...session.clock,
      now: session.clock.now,
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms > 1000 ? ms : ms / 20)),
    };
    Object.assign(session, { clock: patient });
    expect(verdict(await ana.run('revoke-instance-role', target, ALL))).toBe('holds');
    await ana.undo();
    expect((await world.stand.call('iam:ListRolePolicies', { RoleName: 'app' }, 'us-east-1')).PolicyNames).toEqual([]);
  });

  it('cut-connections leaves nothing open: the second run removes the open group', async () => {
    const { id, target, interfaces } = await world.victim();
    const ana = await world.fresh();
    await ana.run('isolate', target, ALL);
    const over = await ana.during('ModifyNetworkInterfaceAttribute', () => world.terminate(id));
    const end = await ana.run('cut-connections', target, ALL);
    expect([over(), verdict(end), await world.groupNames('-open')]).toEqual([true, 'fails', [expect.stringContaining(id)]]);
    expect(why(end)).toContain('is still there');
    expect(verdict(await ana.run('cut-connections', target, ALL))).toBe('holds');
    expect(await world.groupNames('-open')).toEqual([]);
    expect(await world.groupsOf(interfaces[1])).toEqual([expect.stringContaining(id)]);
    await ana.undo();
    expect([await world.groupsOf(interfaces[1]), await world.groupNames(id)]).toEqual([['default'], []]);
  });

  it('release lets the isolation group go although an interface is no more', async () => {
    const { id, target, interfaces } = await world.victim();
    const ana = await world.fresh();
    await ana.run('isolate', target, ALL);
    await world.terminate(id);
    const { states, checks, left } = await ana.undo();
    expect([new Set(states), left]).toEqual([new Set(['already', 'done']), []]);
    expect(checks.find((check) => check.name === `swap.${interfaces[0]}`)).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('no more') } });
    expect([await world.groupsOf(interfaces[1]), await world.groupNames(id)]).toEqual([['default'], []]);
  });

  it('snapshot: what outlived it is frozen by the second run, once, and what is lost is named', async () => {
    const { id, target } = await world.victim();
    const root: string = (await world.stand.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0].BlockDeviceMappings.find(
      (one: any) => one.DeviceName === '/dev/xvda',
    ).Ebs.VolumeId;
    const ana = await world.fresh();
    const over = await ana.during('CreateSnapshots', () => world.terminate(id));
    const first = await ana.run('snapshot', target, ALL);
    expect([over(), verdict(first), changed(first)]).toEqual([true, 'fails', { snap: 'refused IncorrectInstanceState' }]);
    const second = await ana.run('snapshot', target, ALL);
    expect(why(second)).toContain(`Lost: ${root} went with the terminated instance`);
    expect((await world.snapshotsOf(id)).map((one) => one.VolumeSize)).toEqual([1]);
    expect(changed(await ana.run('snapshot', target, ALL))).toEqual({});
    expect(await world.snapshotsOf(id)).toHaveLength(1);
  });

  it('what was kept of it still counts, and is worked on: same verdicts, one volume of the root disk', async () => {
    const { id, target } = await world.victim();
    const ana = await world.fresh();
    for (const action of ['snapshot', 'await-snapshots']) expect(verdict(await ana.run(action, target, ALL))).toBe('holds');
    const over = await ana.during('LockSnapshot', () => world.terminate(id));
    expect([verdict(await ana.run('lock-snapshots', target, ALL)), over()]).toEqual(['holds', true]);
    for (const action of ['snapshot', 'await-snapshots', 'suppress-deletion', 'volume', 'attach'])
      expect([action, verdict(await ana.run(action, target, ALL))]).toEqual([action, 'holds']);
    // Much later EC2 has forgotten it altogether.
    delete world.stand.account.regions[REGION]!.tables.instances![id];
    for (const action of ['snapshot', 'await-snapshots', 'lock-snapshots', 'volume', 'attach'])
      expect([action, verdict(await ana.run(action, target, ALL))]).toEqual([action, 'holds']);
    const made = (await world.stand.call('ec2:DescribeVolumes', { Filters: [{ Name: 'tag:ir:instance', Values: [id] }] })).Volumes;
    expect(made.map((one: any) => [one.Size, one.State])).toEqual([[8, 'in-use']]);
  });
});
