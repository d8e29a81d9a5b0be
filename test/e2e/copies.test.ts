import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { ACCOUNT, type Inside, inside, REGION, verdicts } from './inside.ts';

/** Step 7's copies against the lab: two accounts, every kind of encryption, compared block by block, taken back. */
const FORENSIC = '444455556666';
const AS = `arn:aws:iam::${FORENSIC}:role/Forensics`;
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const BLOCK = 524_288;
let stand: Inside;
let instanceId: string;
beforeEach(async () => {
  stand = await inside('copies', [FORENSIC]);
  // Pages of two make every list of this test long; what is copied matters here.
  Object.assign(stand.world.settings, { pageSize: 0, speed: 1_000_000 });
});
afterEach(() => stand?.close());

const target = () => ({ instanceId, region: REGION, account: ACCOUNT });
const rows = (table: string, account = ACCOUNT, region = REGION): any[] => Object.values(stand.world.accounts[account]!.regions[region]!.tables[table] ?? {});
const customerKey = async (as?: string, region = REGION): Promise<string> => (await stand.call('kms:CreateKey', {}, region, as)).KeyMetadata.Arn;
const image = async (file: string, blocks: readonly number[]): Promise<void> => {
  const handle = await open(join(stand.world.disks!, file), 'w');
  for (const index of blocks) await handle.write(Buffer.from(`block ${index} of ${file}`), 0, null, index * BLOCK + 100);
  await handle.close();
};
/** An instance with one data volume of each kind beside its root, and one complete snapshot of every volume. */
async function preserved(...kinds: JsonObject[]): Promise<void> {
  const BlockDeviceMappings = kinds.map((kind, index) => ({
    DeviceName: `/dev/sd${'fghij'[index]}`,
    Ebs: { VolumeSize: 1, VolumeType: 'gp3', ...kind },
  }));
  const { Instances } = await stand.call('ec2:RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, BlockDeviceMappings });
  instanceId = Instances[0].InstanceId;
  for (const [index, row] of rows('volumes').entries()) {
    await image(`disk-${index}.img`, [0, 3, 1500 + index]);
    row.disk = { file: `disk-${index}.img` };
  }
  for (const action of ['snapshot', 'await-snapshots']) await stand.run(action, target());
}
const copies = (kind = 'copy', account = FORENSIC, region = REGION) => {
  const tags = stand.world.accounts[account]!.regions[region]!.tables.tags ?? {};
  return rows('snapshots', account, region).filter((row) => JSON.stringify(tags[row.id] ?? {}).includes(`"${kind}"`));
};
const run = (id: string, options: JsonObject = {}) => stand.run(id, target(), { forensic: AS, ...options });
const GOOD = { copied: 'holds', 'copies-own-key': 'holds', 'never-public': 'holds' };
const EQUAL = { 'copies-as-copied': 'holds', 'blocks-equal': 'holds' };

describe('to another account', () => {
  it('each kind of encryption goes its way, and comes out the same, under the case’s own key', async () => {
    const own = await customerKey();
    await preserved({ Encrypted: true }, { Encrypted: true, KmsKeyId: own });
    const options = { forensicKey: 'create', sourceKey: await customerKey(), grant: 'create' };
    expect(verdicts(await run('copy-snapshots', options))).toEqual(GOOD);
    const made = copies();
    expect(made).toHaveLength(3);
    const [key] = rows('kmsKeys', FORENSIC);
    for (const one of made)
      expect(one).toMatchObject({ ownerId: FORENSIC, volumeId: 'vol-ffffffff', kmsKeyId: `arn:aws:kms:${REGION}:${FORENSIC}:key/${key.id}` });
    expect(rows('kmsAliases', FORENSIC)).toMatchObject([{ name: 'alias/aplomb-IR-2026-7', key: key.id }]);
    expect(copies('re-encrypted', ACCOUNT)).toMatchObject([{ kmsKeyId: options.sourceKey, sharedWith: [FORENSIC] }]);
    expect(rows('kmsGrants').map((grant) => grant.grantee)).toEqual([AS, AS]);
    expect(rows('snapshots').every((row) => !row.isPublic)).toBe(true);
    // Planning again gives nothing.
    const again = await run('copy-snapshots', options);
    expect([again.changes, verdicts(again)]).toEqual([[], GOOD]);
    // The copy on the way stays until all is compared, and goes only when asked for, with a word.
    await expect(run('remove-intermediate-copies', options)).rejects.toMatchObject({ code: 'NotVerified' });
    expect(verdicts(await run('verify-copies', { ...options, sample: '1' }))).toEqual(EQUAL);
    await expect(run('remove-intermediate-copies', options)).rejects.toMatchObject({ code: 'NotVerified' });
    expect(verdicts(await run('verify-copies', options))).toEqual(EQUAL);
    const [between] = copies('re-encrypted', ACCOUNT);
    stand.fault({ kind: 'lie', operation: 'DeleteSnapshot' });
    expect(verdicts(await run('remove-intermediate-copies', options))).toEqual({ 'intermediate-gone': 'fails' });
    stand.fault();

    // Grants stay until somebody names them; what was shared no longer is; evidence stays.
    expect(await stand.undo()).toEqual(Array.from({ length: 6 }, () => 'done'));
    expect(rows('snapshots').flatMap((row) => row.sharedWith)).toEqual([]);
    expect(copies()).toHaveLength(3);
    expect(rows('kmsGrants')).toHaveLength(2);
    await stand.undo(rows('kmsGrants').map((grant) => `grant-${grant.key}`));
    expect(rows('kmsGrants')).toEqual([]);
    expect(verdicts(await run('remove-intermediate-copies', options))).toEqual({ 'intermediate-gone': 'holds' });
    expect(stand.words).toContain('delete');
    expect(rows('snapshots').map((row) => row.id)).not.toContain(between.id);
    expect(rows('snapshots')).toHaveLength(3);
    expect(verdicts(await run('verify-copies', options))).toEqual(EQUAL);
    // The whole story in one: long on a busy machine.
  }, 120_000);

  it('names what is missing on a customer key before anything is done', async () => {
    const own = await customerKey();
    await preserved({ Encrypted: true, KmsKeyId: own });
    await expect(run('copy-snapshots')).rejects.toMatchObject({
      code: 'KeyNotShared',
      message: expect.stringContaining('Decrypt, DescribeKey, CreateGrant, ReEncryptFrom, GenerateDataKeyWithoutPlaintext'),
      fix: expect.stringContaining(`"Principal":{"AWS":"${AS}"}`),
    });
    expect(rows('snapshots').flatMap((row) => row.sharedWith)).toEqual([]);
    const { fix } = await run('copy-snapshots').catch((error) => error);
    const policy = JSON.parse((await stand.call('kms:GetKeyPolicy', { KeyId: own })).Policy);
    policy.Statement.push(...JSON.parse(fix.slice(fix.indexOf('['))));
    await stand.call('kms:PutKeyPolicy', { KeyId: own, PolicyName: 'default', Policy: JSON.stringify(policy) });
    expect(verdicts(await run('copy-snapshots'))).toEqual(GOOD);
    expect(rows('kmsGrants')).toEqual([]);
  });

  it('needs a customer key for what is under the managed one', async () => {
    await preserved({ Encrypted: true });
    await expect(run('copy-snapshots')).rejects.toMatchObject({ code: 'NoSourceKey', fix: expect.stringContaining('--source-key') });
    await expect(run('copy-snapshots', { sourceKey: 'alias/aws/ebs' })).rejects.toMatchObject({ code: 'NoSourceKey' });
    expect(copies()).toEqual([]);
  });

  it('fails with AWS’s reason when KMS refuses late, and makes good copies afterwards', async () => {
    await preserved();
    const role = stand.world.accounts[FORENSIC]!.tables.roles!.Forensics;
    role.inline.NoKeys = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'kms:GenerateDataKeyWithoutPlaintext', Resource: '*' }],
    });
    const options = { forensicKey: await customerKey(AS) };
    const outcome = await run('copy-snapshots', options);
    expect(verdicts(outcome).copied).toBe('fails');
    expect(outcome.checks[0]?.why.en).toContain('Given key ID is not accessible');
    expect(verdicts(await run('verify-copies', options))).toEqual({ 'copies-as-copied': 'unknown' });
    delete role.inline.NoKeys;
    expect(verdicts(await run('copy-snapshots', options))).toEqual(GOOD);
  });

  it('makes nothing twice when answers are lost', async () => {
    const own = await customerKey();
    await preserved({ Encrypted: true, KmsKeyId: own });
    const operations = ['CreateStack', 'CreateGrant', 'ModifySnapshotAttribute', 'CopySnapshot'];
    stand.fault(...operations.map((operation) => ({ kind: 'drop-after-effect' as const, operation, times: 1 })));
    expect(verdicts(await run('copy-snapshots', { forensicKey: 'create', grant: 'create' }))).toEqual(GOOD);
    expect([copies(), rows('kmsKeys', FORENSIC), rows('kmsGrants')].map((made) => made.length)).toEqual([2, 1, 1]);
    for (const operation of operations) expect(stand.world.effects.filter((effect) => effect.operation === operation).length, operation).toBeGreaterThan(0);
  });

  it('never believes an answer: nothing copied, nothing shared', async () => {
    await preserved();
    for (const operation of ['ModifySnapshotAttribute', 'CopySnapshot']) {
      stand.fault({ kind: 'lie', operation });
      expect(verdicts(await run('copy-snapshots')).copied, operation).toBe('fails');
      expect(copies()).toEqual([]);
    }
    stand.fault();
    expect(verdicts(await run('copy-snapshots'))).toEqual(GOOD);
  });
});

describe('comparing', () => {
  it('finds the block in which a copy differs, whole or by a sample that holds it', async () => {
    await preserved();
    await run('copy-snapshots');
    const [copy] = copies();
    await image('tampered.img', [0, 3, 1500]);
    copy.disk = { file: 'tampered.img' };
    const outcome = await run('verify-copies');
    expect(verdicts(outcome)['blocks-equal']).toBe('fails');
    expect(outcome.checks.find((one) => one.name === 'blocks-equal')?.why.en).toContain('block 0 ');
  });
  it('takes a zero block of the copy for what the original does not hold', async () => {
    await preserved();
    await run('copy-snapshots');
    expect(verdicts(await run('verify-copies', { sample: '2' }))).toEqual(EQUAL);
    const kept = stand.session.case.entries.findLast((entry) => entry.kind === 'observe')?.body as { observed: { pairs: { sample: number[]; due: number }[] } };
    expect(kept.observed.pairs[0]).toMatchObject({ due: 2, equal: 2, counts: { either: 3 } });
    expect(kept.observed.pairs[0]!.sample).toHaveLength(2);
  });
  it('is not known when a side cannot be read, and not done when there is no copy', async () => {
    await preserved();
    expect(verdicts(await run('verify-copies'))).toEqual({ 'copies-as-copied': 'unknown' });
    const forensicKey = await customerKey(AS);
    await run('copy-snapshots', { forensicKey });
    await stand.call('kms:ScheduleKeyDeletion', { KeyId: forensicKey, PendingWindowInDays: 7 }, REGION, AS);
    expect(verdicts(await run('verify-copies', { forensicKey }))).toMatchObject({ 'blocks-equal': 'unknown' });
  });
});

it('copies into another Region of the same account, where the managed key serves', async () => {
  await preserved({ Encrypted: true });
  const options = { forensicRegion: 'us-east-1' };
  expect(verdicts(await stand.run('copy-snapshots', target(), options))).toEqual(GOOD);
  expect(
    copies('copy', ACCOUNT, 'us-east-1')
      .map((row) => String(row.encrypted))
      .sort(),
  ).toEqual(['false', 'true']);
  expect(rows('snapshots').flatMap((row) => row.sharedWith)).toEqual([]);
  expect(verdicts(await stand.run('verify-copies', target(), options))).toEqual(EQUAL);
  await expect(stand.run('copy-snapshots', target())).rejects.toMatchObject({ code: 'NoDestination', exit: 2 });
});
