import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planAction } from '../../src/engine/index.ts';
import { isChange } from '../../src/kernel/index.ts';
import { addInstanceProfile, addRole } from '../../src/lab/world/index.ts';
import { type Inside, inside, REGION, verdicts } from './inside.ts';

/** What the instance may act as: its profile, the metadata service, the sessions of its role. */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let stand: Inside;
let instanceId: string;
const target = () => ({ instanceId, region: REGION, account: '111122223333' });
const described = async () => (await stand.call('ec2:DescribeInstances', { InstanceIds: [instanceId] })).Reservations[0].Instances[0];

beforeAll(async () => {
  stand = await inside('identity');
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  for (const name of ['web', 'evidence']) {
    addRole(stand.world, stand.account, { name: `${name}-role`, trust });
    addInstanceProfile(stand.world, stand.account, { name, roles: [`${name}-role`] });
  }
  const { Instances } = await stand.call('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: 'web' },
    MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 3 },
  });
  instanceId = Instances[0].InstanceId;
});
afterAll(() => stand?.close());

describe('disable-metadata', () => {
  it('leaves it on unless asked', async () => {
    const left = await stand.run('disable-metadata', target());
    expect([left.changes, left.verdict]).toEqual([[], 'holds']);
  });
  it('fails when EC2 only says yes', async () => {
    stand.fault({ kind: 'lie', operation: 'ModifyInstanceMetadataOptions' });
    expect(verdicts(await stand.run('disable-metadata', target(), { disableMetadata: true }))).toEqual({ 'metadata-off': 'fails' });
    stand.fault();
  });
  it('switches it off, has nothing more to do, and undo puts every setting back', async () => {
    const before = (await described()).MetadataOptions;
    const first = await stand.run('disable-metadata', target(), { disableMetadata: true });
    expect(verdicts(first)).toEqual({ 'metadata-off': 'holds' });
    expect((await described()).MetadataOptions).toMatchObject({ State: 'applied', HttpEndpoint: 'disabled' });
    expect((await stand.run('disable-metadata', target(), { disableMetadata: true })).changes).toEqual([]);
    // What EC2 only said it did is taken back too: it finds itself undone.
    expect(await stand.undo()).toEqual(['done', 'already']);
    expect((await described()).MetadataOptions).toEqual(before);
  });
});

describe('replace-instance-profile', () => {
  const arnOf = async () => (await described()).IamInstanceProfile?.Arn?.split('/').at(-1) ?? null;
  it('says what was meant badly', async () => {
    await expect(stand.run('replace-instance-profile', target(), { instanceRole: 'replace' })).rejects.toMatchObject({ code: 'NoEvidenceProfile', exit: 2 });
    await expect(stand.run('replace-instance-profile', target(), { evidenceProfile: 'nobody' })).rejects.toMatchObject({ code: 'UnknownInstanceProfile' });
    expect(await arnOf()).toBe('web');
  });
  it.each([
    ['remove', { instanceRole: 'remove' }, null],
    ['replace', { evidenceProfile: 'evidence' }, 'evidence'],
  ])('%s: fails when EC2 lies, does it, has nothing more to do, and undo brings the former one back', async (_name, options, wanted) => {
    stand.fault({ kind: 'lie', operation: 'DisassociateIamInstanceProfile' }, { kind: 'lie', operation: 'ReplaceIamInstanceProfileAssociation' });
    expect(verdicts(await stand.run('replace-instance-profile', target(), options))).toEqual({ 'instance-role': 'fails' });
    stand.fault();
    expect(verdicts(await stand.run('replace-instance-profile', target(), options))).toEqual({ 'instance-role': 'holds' });
    expect(await arnOf()).toBe(wanted);
    expect((await stand.run('replace-instance-profile', target(), options)).changes).toEqual([]);
    await stand.undo();
    expect(await arnOf()).toBe('web');
  });
  it('knows after a lost answer which association undo must name', async () => {
    stand.fault({ kind: 'drop-after-effect', operation: 'ReplaceIamInstanceProfileAssociation', times: 1 });
    expect((await stand.run('replace-instance-profile', target(), { evidenceProfile: 'evidence' })).verdict).toBe('holds');
    stand.fault();
    await stand.undo();
    expect(await arnOf()).toBe('web');
  });
  it('gives a stopped instance the other profile in two calls', async () => {
    await stand.call('ec2:StopInstances', { InstanceIds: [instanceId] });
    const outcome = await stand.run('replace-instance-profile', target(), { evidenceProfile: 'evidence' });
    expect([outcome.verdict, outcome.changes.map((one) => one.call)]).toEqual([
      'holds',
      ['ec2:DisassociateIamInstanceProfile', 'ec2:AssociateIamInstanceProfile'],
    ]);
    await stand.undo();
    expect(await arnOf()).toBe('web');
    await stand.call('ec2:StartInstances', { InstanceIds: [instanceId] });
  });
});

describe('revoke-instance-role', () => {
  const policies = async (): Promise<string[]> => (await stand.call('iam:ListRolePolicies', { RoleName: 'web-role' }, 'us-east-1')).PolicyNames;
  const dangers = async (options: object): Promise<string> => {
    const action = await stand.session.registry.action('revoke-instance-role');
    const steps = (await planAction(stand.session, action, { target: target(), options: { ...options } })).plan.steps.filter(isChange);
    return steps.flatMap((step) => step.danger.map((danger) => danger.en)).join('\n');
  };
  it('touches no role unless asked', async () => {
    const left = await stand.run('revoke-instance-role', target());
    expect([left.verdict, left.changes, await policies()]).toEqual(['holds', [], []]);
  });
  it('names every other holder before it is done, here and in the regions named', async () => {
    const other = async (region: string, name = 'web') =>
      (await stand.call('ec2:RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, IamInstanceProfile: { Name: name } }, region))
        .Instances[0].InstanceId;
    addInstanceProfile(stand.world, stand.account, { name: 'web-batch', roles: ['web-role'] });
    const ids = [await other(REGION), await other(REGION, 'web-batch'), await other('eu-central-1')];
    const bystander = await other(REGION, 'evidence');
    const near = await dangers({ revokeRole: true });
    expect([near.includes(ids[0]), near.includes(ids[1]), near.includes(ids[2])]).toEqual([true, true, false]);
    const far = await dangers({ revokeRole: true, roleRegion: 'eu-central-1' });
    expect(ids.filter((id) => !far.includes(id))).toEqual([]);
    expect([far.includes(instanceId), far.includes(bystander)]).toEqual([false, false]);
  });
  it('fails when IAM only says yes', async () => {
    stand.fault({ kind: 'lie', operation: 'PutRolePolicy' });
    expect(verdicts(await stand.run('revoke-instance-role', target(), { revokeRole: true }))['role-sessions-revoked']).toBe('fails');
    stand.fault();
  });
  it('says that it does not hold while the instance gets fresh credentials, and does it again once it gets none', async () => {
    expect(verdicts(await stand.run('revoke-instance-role', target(), { revokeRole: true }))).toEqual({
      'role-sessions-revoked': 'holds',
      'no-fresh-credentials': 'fails',
    });
    await stand.run('replace-instance-profile', target(), { instanceRole: 'remove' });
    // The plan's own pause of two seconds is hastened here; tokens carry whole seconds all the same.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(verdicts(await stand.run('revoke-instance-role', target(), { revokeRole: true }))).toEqual({
      'role-sessions-revoked': 'holds',
      'no-fresh-credentials': 'holds',
    });
    expect((await stand.run('revoke-instance-role', target(), { revokeRole: true })).changes).toEqual([]);
    expect(await policies()).toHaveLength(2);
    await stand.undo();
    expect(await policies()).toEqual([]);
    expect((await described()).IamInstanceProfile.Arn).toMatch(/\/web$/);
  });
  it('waits behind what this case has just taken away, also while EC2 still shows it', async () => {
    const action = await stand.session.registry.action('revoke-instance-role');
    await stand.run('replace-instance-profile', target(), { instanceRole: 'remove' });
    stand.world.settings.ec2Stale = 60_000;
    const now = stand.session.clock.now();
    const atOnce = { ...stand.session, clock: { ...stand.session.clock, now: () => now } };
    const pauses = await Promise.all(
      Array.from({ length: 8 }, async () => (await planAction(atOnce, action, { target: target(), options: { revokeRole: true } })).plan.steps[0]!.id),
    );
    stand.world.settings.ec2Stale = 0;
    expect(pauses).toEqual(Array(8).fill('behind'));
    await stand.undo();
  });
});
