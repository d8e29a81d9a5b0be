import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addInstanceProfile, addRole } from '../../src/lab/world/index.ts';
import { type Inside, inside, REGION, verdicts } from './inside.ts';

/** What the instance may act as: its profile, the metadata service, the sessions of its role. */
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
    ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
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
