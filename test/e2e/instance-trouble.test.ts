import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/lab/contract.ts';
import { REGION } from './inside.ts';
import { ALL, changed, type Trouble, trouble, verdict, why } from './trouble-stand.ts';

/** Steps 4 to 9 under bad luck: whatever happens is told truly, and the same words again finish the work, once. */
let world: Trouble;
beforeAll(async () => {
  world = await trouble('bad luck');
});
afterEach(() => world.settle());
afterAll(() => world?.close());
const refuse = (operation: string, code: string): Fault => ({ kind: 'error', operation, code, status: 400 });

describe('a refusal: a quota, a missing permission, a limit', () => {
  /** Action, refused call, code, what must have been done before, its verdict while it is refused. */
  it.each([
    ['protect', 'ModifyInstanceAttribute', 'UnauthorizedOperation', [], 'fails'],
    ['leave-load-balancers', 'DeregisterTargets', 'AccessDenied', [], 'fails'],
    ['isolate', 'CreateSecurityGroup', 'SecurityGroupLimitExceeded', [], 'fails'],
    ['isolate', 'ModifyNetworkInterfaceAttribute', 'UnauthorizedOperation', [], 'fails'],
    ['isolate', 'AuthorizeSecurityGroupIngress', 'RulesPerSecurityGroupLimitExceeded', [], 'fails'],
    ['remove-public-addresses', 'DisassociateAddress', 'UnauthorizedOperation', [], 'fails'],
    ['cut-connections', 'CreateSecurityGroup', 'SecurityGroupLimitExceeded', ['isolate'], 'fails'],
    ['replace-instance-profile', 'DisassociateIamInstanceProfile', 'UnauthorizedOperation', [], 'fails'],
    ['disable-metadata', 'ModifyInstanceMetadataOptions', 'UnauthorizedOperation', [], 'fails'],
    ['tag', 'CreateTags', 'TagLimitExceeded', [], 'fails'],
    ['snapshot', 'CreateSnapshots', 'SnapshotLimitExceeded', [], 'fails'],
    ['lock-snapshots', 'LockSnapshot', 'UnauthorizedOperation', ['snapshot'], 'fails'],
    ['suppress-deletion', 'CreateRule', 'ServiceQuotaExceededException', ['snapshot'], 'fails'],
    ['copy-snapshots', 'CopySnapshot', 'ResourceLimitExceeded', ['snapshot', 'await-snapshots'], 'fails'],
    ['stop', 'StopInstances', 'UnauthorizedOperation', [], 'fails'],
    ['volume', 'CreateVolume', 'VolumeLimitExceeded', ['snapshot', 'await-snapshots'], 'fails'],
    ['attach', 'AttachVolume', 'AttachmentLimitExceeded', ['snapshot', 'await-snapshots', 'volume'], 'fails'],
  ])('%s: %s answers %s', async (action, operation, code, before, then) => {
    const { target } = await world.victim();
    const ana = await world.fresh();
    const options = { ...ALL, ...(action === 'copy-snapshots' ? { forensicRegion: 'us-east-1' } : {}) };
    for (const one of before) await ana.run(one, target, options);
    const from = world.stand.world.effects.length;
    world.stand.fault(refuse(operation, code));
    const first = await ana.run(action, target, options);
    expect(Object.values(changed(first)).filter((state) => state.startsWith('refused'))).toContain(`refused ${code.replace(/Exception$/, '')}`);
    expect([verdict(first), world.effects(operation, from)]).toEqual([then, 0]);
    world.stand.fault();
    const second = await ana.run(action, target, options);
    expect([verdict(second), why(second)]).toEqual(['holds', expect.anything()]);
    expect(world.effects(operation, from)).toBeGreaterThan(0);
    const done = world.stand.world.effects.length;
    expect(changed(await ana.run(action, target, options))).toEqual({});
    expect(world.stand.world.effects.length).toBe(done);
  });

  it('revoke-instance-role: PutRolePolicy answers LimitExceeded', async () => {
    const { target } = await world.victim();
    const ana = await world.fresh();
    world.stand.fault(refuse('PutRolePolicy', 'LimitExceeded'));
    const first = await ana.run('revoke-instance-role', target, ALL);
    expect([changed(first), why(first, 'role-sessions-revoked')]).toEqual([
      { 'revoke.role.app': 'refused LimitExceeded' },
      expect.stringContaining('still live'),
    ]);
    world.stand.fault();
    // A cut-off counts from a second behind the opening of the case: tokens carry whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(why(await ana.run('revoke-instance-role', target, ALL), 'role-sessions-revoked')).toContain('is denied everything');
    await ana.undo();
  });
});

describe('the network moves meanwhile', () => {
  it('an interface that somebody takes out of the group is not isolated, and is put back; release stops where it was moved', async () => {
    const { target, interfaces } = await world.victim();
    const ana = await world.fresh();
    await ana.run('isolate', target, ALL);
    const { GroupId } = await world.stand.call('ec2:CreateSecurityGroup', { GroupName: `way-out-${target.instanceId}`, Description: 'x', VpcId: world.vpc });
    await world.stand.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: interfaces[0], Groups: [GroupId] });
    expect(verdict(await ana.run('verify-isolation', target, ALL))).toBe('fails');
    expect(changed(await ana.run('isolate', target, ALL))).toEqual({ [`swap.${interfaces[0]}`]: 'done' });
    // Back to where it was before the second isolation; what lies before that is for a person to say.
    const { states, left } = await ana.undo();
    expect([states.filter((state) => state === 'drifted'), left]).toEqual([['drifted'], ['isolate']]);
    expect(await world.groupsOf(...interfaces)).toEqual([`way-out-${target.instanceId}`, 'default']);
  });

  it('moved by hand before the release: drifted, with both states, and not forced', async () => {
    const { target, interfaces } = await world.victim();
    const ana = await world.fresh();
    await ana.run('isolate', target, ALL);
    const { GroupId } = await world.stand.call('ec2:CreateSecurityGroup', { GroupName: `by-hand-${target.instanceId}`, Description: 'x', VpcId: world.vpc });
    await world.stand.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: interfaces[0], Groups: [GroupId] });
    const { states, checks, left } = await ana.undo();
    expect([states.filter((state) => state === 'drifted'), left]).toEqual([['drifted'], ['isolate']]);
    expect(checks.find((check) => check.name === `swap.${interfaces[0]}`)).toMatchObject({ verdict: 'fails', why: { en: expect.stringContaining(GroupId) } });
    expect(await world.groupsOf(...interfaces)).toEqual([`by-hand-${target.instanceId}`, 'default']);
  });

  it('a former group that was deleted is named, and that interface stays isolated; the others are released', async () => {
    const { target, id, interfaces } = await world.victim();
    const { GroupId } = await world.stand.call('ec2:CreateSecurityGroup', { GroupName: `old-${id}`, Description: 'x', VpcId: world.vpc });
    await world.stand.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: interfaces[0], Groups: [GroupId] });
    const ana = await world.fresh();
    await ana.run('isolate', target, ALL);
    await world.stand.call('ec2:DeleteSecurityGroup', { GroupId });
    for (let run = 1; run <= 2; run++) {
      const { states, checks, left } = await ana.undo();
      expect([states.includes('refused'), states.includes('blocked'), left]).toEqual([true, true, ['isolate']]);
      const said = checks.find((check) => check.name === `swap.${interfaces[0]}`)!;
      expect([said.verdict, said.why.en.includes('InvalidGroup.NotFound'), said.why.en.includes(GroupId)]).toEqual(['fails', true, true]);
      expect(await world.groupsOf(...interfaces)).toEqual([expect.stringContaining(`ir-`), 'default']);
    }
  });
});

describe('evidence that cannot be made', () => {
  const fail = (snapshot: { SnapshotId: string }): void => {
    const row: any = world.stand.account.regions[REGION]!.tables.snapshots![snapshot.SnapshotId];
    row.timeline = [{ state: 'error', at: row.started }];
    row.stateMessage = 'Given key ID is not accessible';
  };
  it('a snapshot that ends in error is no evidence: named with the reason, and a whole new set is made, once', async () => {
    const { target, id } = await world.victim();
    const ana = await world.fresh();
    await ana.run('snapshot', target, ALL);
    fail((await world.snapshotsOf(id))[0]);
    const waited = await ana.run('await-snapshots', target, ALL);
    expect([verdict(waited), why(waited)]).toEqual(['fails', expect.stringContaining('Given key ID is not accessible')]);
    for (const action of ['snapshot', 'await-snapshots', 'lock-snapshots', 'volume'])
      expect([action, verdict(await ana.run(action, target, ALL))]).toEqual([action, 'holds']);
    expect(await world.snapshotsOf(id)).toHaveLength(4);
    expect(changed(await ana.run('snapshot', target, ALL))).toEqual({});
  });

  it('a key that KMS refuses makes no volume: said with what is needed, and made with a good one', async () => {
    const { target, id } = await world.victim();
    const ana = await world.fresh();
    for (const action of ['snapshot', 'await-snapshots']) await ana.run(action, target, ALL);
    const { KeyId, Arn } = (await world.stand.call('kms:CreateKey')).KeyMetadata;
    await world.stand.call('kms:DisableKey', { KeyId });
    const refused = await ana.run('volume', target, { ...ALL, kmsKeyId: Arn });
    expect(verdict(refused)).not.toBe('holds');
    await world.stand.call('kms:EnableKey', { KeyId });
    expect(verdict(await ana.run('volume', target, { ...ALL, kmsKeyId: Arn }))).toBe('holds');
    const made = (await world.stand.call('ec2:DescribeVolumes', { Filters: [{ Name: 'tag:ir:instance', Values: [id] }] })).Volumes;
    expect(made.filter((one: any) => one.State === 'available').map((one: any) => one.KmsKeyId)).toEqual([Arn]);
  });
});
