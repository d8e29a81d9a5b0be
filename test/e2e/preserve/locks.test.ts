import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemTags } from '../../../src/lab/services/ec2/tagging.ts';
import { makeContext } from '../../../src/lab/world/index.ts';
import { action as awaiting } from '../../../src/procedure/07-snapshot/await-snapshots.ts';
import { action as legalHold } from '../../../src/procedure/07-snapshot/legal-hold.ts';
import { action as lock } from '../../../src/procedure/07-snapshot/lock-snapshots.ts';
import { action as snapshot } from '../../../src/procedure/07-snapshot/snapshot.ts';
import { action as suppress } from '../../../src/procedure/07-snapshot/suppress-deletion.ts';
import { ACCOUNT, REGION, type Stand, stand, suspect, verdicts } from './stand.ts';

let on: Stand;
let one: Awaited<ReturnType<typeof suspect>>;
beforeAll(async () => {
  on = await stand('preserve');
  one = await suspect(on);
});
afterAll(() => on?.close());
const mine = async (): Promise<string[]> =>
  (await on.as('ec2', 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [{ Name: 'tag:ir:case', Values: ['IR-7'] }] })).Snapshots.map(
    (row: any) => row.SnapshotId,
  ).sort();
const locked = async (): Promise<Record<string, [string, number]>> =>
  Object.fromEntries((await on.as('ec2', 'DescribeLockedSnapshots', {})).Snapshots.map((row: any) => [row.SnapshotId, [row.LockState, row.LockDuration]]));

describe('locks', () => {
  it('has nothing to lock before there is a snapshot, and says so', async () =>
    expect(verdicts(await on.act(lock, one.target))).toEqual({ locked: 'unknown' }));

  it('does not believe a lying answer', async () => {
    expect((await on.act(snapshot, one.target)).verdict).toBe('holds');
    on.faults({ kind: 'lie', service: 'ec2', operation: 'LockSnapshot' });
    const outcome = await on.act(lock, one.target);
    on.faults();
    expect(outcome.changes.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(verdicts(outcome)).toEqual({ locked: 'fails' });
    expect(await locked()).toEqual({});
  });

  it('locks every snapshot of the case for a year, and has nothing to do afterwards', async () => {
    const outcome = await on.act(lock, one.target);
    expect(verdicts(outcome)).toEqual({ locked: 'holds' });
    const ids = await mine();
    expect(ids).toHaveLength(2);
    expect(await locked()).toEqual(Object.fromEntries(ids.map((id) => [id, ['governance', 365]])));
    await expect(on.as('ec2', 'DeleteSnapshot', { SnapshotId: ids[0]! })).rejects.toMatchObject({ code: 'SnapshotLocked' });
    expect((await on.act(lock, one.target)).changes).toEqual([]);
    expect((await on.act(awaiting, one.target)).verdict).toBe('holds');
  });

  it('extends but never shortens', async () => {
    expect((await on.act(lock, one.target, { lockDays: '30' })).changes).toEqual([]);
    expect(verdicts(await on.act(lock, one.target, { lockDays: '400' }))).toEqual({ locked: 'holds' });
    expect(Object.values(await locked())).toEqual([
      ['governance', 400],
      ['governance', 400],
    ]);
  });

  it('gives evidence back its openness only by name', async () => {
    const ids = await mine();
    const { asks, states } = await on.undo('lock-snapshots');
    expect(states).toEqual([]);
    expect([...new Set(asks)].sort()).toEqual(ids.map((id) => `lock.${id}`));
    expect(Object.keys(await locked()).sort()).toEqual(ids);
    // Newest first: the longer lock becomes the shorter one, then goes.
    const done = await on.undo('lock-snapshots', `lock.${ids[0]}`);
    // What AWS only claimed to have done is found undone already.
    expect(done.states).toEqual(['done', 'done', 'already']);
    expect(Object.keys(await locked())).toEqual([ids[1]]);
  });

  it('takes the typed word for what nobody can lift, and says how long it can be taken back', async () => {
    on.types(false);
    await expect(on.act(lock, one.target, { lockMode: 'compliance', lockDays: '500' })).rejects.toMatchObject({ code: 'Declined', exit: 5 });
    expect(Object.values(await locked()).some(([state]) => state.startsWith('compliance'))).toBe(false);
    on.types(true);
    const outcome = await on.act(lock, one.target, { lockMode: 'compliance', lockDays: '500', coolOffHours: '2' });
    expect(on.words).toEqual(['compliance', 'compliance']);
    expect(verdicts(outcome)).toEqual({ locked: 'holds' });
    expect(outcome.checks[0]?.why.en).toContain('cooling-off');
    expect(Object.values(await locked())).toEqual([
      ['compliance-cooloff', 500],
      ['compliance-cooloff', 500],
    ]);
    for (const row of Object.values<any>(on.lab.world.accounts[ACCOUNT]!.regions[REGION]!.tables.snapshots!)) row.lock.coolOffExpires = 0;
    expect(Object.values(await locked()).map(([state]) => state)).toEqual(['compliance', 'compliance']);
    await expect(on.as('ec2', 'UnlockSnapshot', { SnapshotId: (await mine())[0]! })).rejects.toMatchObject({ code: 'SnapshotLockModificationNotAllowed' });
  });
  it('wants the days of a compliance lock said', async () =>
    expect(on.act(lock, one.target, { lockMode: 'compliance' })).rejects.toMatchObject({ code: 'BadOption', exit: 2 }));
});

describe('what deletes by itself', () => {
  let policy = '';
  let backup = '';
  let byBackup = '';
  const tag = (id: string, Key: string, Value: string) => {
    const caller = { account: ACCOUNT, type: 'Root' as const, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
    const request = { requestId: 'r', request: { ip: '127.0.0.1', userAgent: 'test' } };
    systemTags(makeContext(on.lab.world, { account: ACCOUNT, caller, region: REGION, ...request, read: false, service: 'ec2' }), [id], [{ Key, Value }]);
  };
  beforeAll(async () => {
    await on.as('ec2', 'CreateTags', { Resources: [one.volumes[1]!], Tags: [{ Key: 'Backup', Value: 'daily' }] });
    const PolicyDetails = {
      ResourceTypes: ['VOLUME'],
      TargetTags: [{ Key: 'Backup', Value: 'daily' }],
      Schedules: [{ Name: 'daily', CreateRule: { Interval: 24, IntervalUnit: 'HOURS' }, RetainRule: { Count: 3 } }],
    };
    const common = { ExecutionRoleArn: `arn:aws:iam::${ACCOUNT}:role/dlm`, State: 'ENABLED', PolicyDetails };
    policy = (await on.as('dlm', 'CreateLifecyclePolicy', { ...common, Description: 'Daily backups' })).PolicyId;
    await on.as('dlm', 'CreateLifecyclePolicy', {
      ...common,
      Description: 'Others',
      PolicyDetails: { ...PolicyDetails, TargetTags: [{ Key: 'Backup', Value: 'weekly' }] },
    });
    backup = (await on.as('ec2', 'CreateSnapshot', { VolumeId: one.volumes[1]! })).SnapshotId;
    tag(backup, 'aws:dlm:lifecycle-policy-id', policy);
  });
  const rules = async (type: string) => (await on.as('rbin', 'ListRules', { ResourceType: type })).Rules;

  it('keeps what is deleted, and locks the backups that a policy would rotate away', async () => {
    await on.as('rbin', 'CreateRule', { ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: { RetentionPeriodValue: 3, RetentionPeriodUnit: 'DAYS' } });
    on.faults({ kind: 'lie', service: 'rbin', operation: 'CreateRule' }, { kind: 'lie', service: 'ec2', operation: 'LockSnapshot' });
    expect(verdicts(await on.act(suppress, one.target))).toEqual({ 'recycle-bin': 'fails', lifecycle: 'fails' });
    on.faults();
    expect(verdicts(await on.act(suppress, one.target))).toEqual({ 'recycle-bin': 'holds', lifecycle: 'holds' });
    expect((await rules('EBS_SNAPSHOT')).map((rule: any) => rule.RetentionPeriod.RetentionPeriodValue).sort()).toEqual([3, 365]);
    expect((await rules('EBS_VOLUME')).map((rule: any) => rule.RetentionPeriod.RetentionPeriodValue)).toEqual([7]);
    expect((await locked())[backup]).toEqual(['governance', 365]);
    expect((await on.as('dlm', 'GetLifecyclePolicy', { PolicyId: policy })).Policy.State).toBe('ENABLED');
    expect((await on.act(suppress, one.target)).changes).toEqual([]);
  });

  it('stops the policy where that is asked for, with its price, and lets it go on again by name', async () => {
    const outcome = await on.act(suppress, one.target, { lifecycle: 'disable' });
    expect(outcome.changes).toMatchObject([{ id: `disable.${policy}`, call: 'dlm:UpdateLifecyclePolicy', state: 'done' }]);
    const plan = on.events.findLast((event) => event.code === 'plan')!.data as any;
    expect(plan.changes[0].danger[0].en).toContain('Backup=daily');
    expect((await on.as('dlm', 'GetLifecyclePolicies', { State: 'DISABLED' })).Policies).toMatchObject([{ PolicyId: policy }]);
    const { asks } = await on.undo('suppress-deletion', `disable.${policy}`);
    expect(asks).toEqual(expect.arrayContaining(['bin.EBS_SNAPSHOT', 'bin.EBS_VOLUME', `backup.${backup}`]));
    expect((await on.as('dlm', 'GetLifecyclePolicies', { State: 'DISABLED' })).Policies).toEqual([]);
  });

  it('takes its own rules away by name, and leaves the rule that was there', async () => {
    const { states } = await on.undo('suppress-deletion', 'bin.EBS_SNAPSHOT', 'bin.EBS_VOLUME');
    expect(states.filter((state) => state === 'done')).toHaveLength(2);
    expect((await rules('EBS_SNAPSHOT')).map((rule: any) => rule.RetentionPeriod.RetentionPeriodValue)).toEqual([3]);
    expect(await rules('EBS_VOLUME')).toEqual([]);
  });

  it('names what AWS Backup made, and what it could not read', async () => {
    byBackup = (await on.as('ec2', 'CreateSnapshot', { VolumeId: one.volumes[0]! })).SnapshotId;
    tag(byBackup, 'aws:backup:source-resource', 'x');
    on.faults({ kind: 'deny', service: 'dlm' }, { kind: 'deny', service: 'rbin' });
    const outcome = await on.act(suppress, one.target);
    on.faults();
    expect(verdicts(outcome)).toEqual({ 'recycle-bin': 'unknown', lifecycle: 'unknown', 'aws-backup': 'unknown' });
    expect(outcome.checks.at(-1)?.why.en).toContain(byBackup);
    expect(outcome.changes).toEqual([]);
    await on.as('ec2', 'DeleteSnapshot', { SnapshotId: byBackup });
  });

  it('a legal hold does it all in one plan, and says of the bucket what it is', async () => {
    const outcome = await on.act(legalHold, one.target, { mirror: 's3://evidence-plain/x' });
    expect(verdicts(outcome)).toEqual({
      locked: 'holds',
      'termination-protection': 'holds',
      'recycle-bin': 'holds',
      lifecycle: 'holds',
      'evidence-bucket': 'unknown',
    });
    await expect(on.as('ec2', 'TerminateInstances', { InstanceIds: [one.instanceId] })).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await on.as('s3', 'CreateBucket', { Bucket: 'evidence-plain', CreateBucketConfiguration: { LocationConstraint: REGION } });
    expect(verdicts(await on.act(legalHold, one.target, { mirror: 's3://evidence-plain/x' }))['evidence-bucket']).toBe('fails');
    await on.as('s3', 'CreateBucket', { Bucket: 'evidence-held', CreateBucketConfiguration: { LocationConstraint: REGION }, ObjectLockEnabledForBucket: true });
    const held = await on.act(legalHold, one.target, { mirror: 's3://evidence-held/x' });
    expect(verdicts(held)['evidence-bucket']).toBe('holds');
    expect(held.changes).toEqual([]);
    expect((await on.undo('legal-hold')).states).toEqual([]);
  });
});
