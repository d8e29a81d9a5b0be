import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

/** Snapshots under KMS keys, copied and read across accounts: what AWS lets through, and what shows late. */
const FORENSIC = '444455556666';
const ROOT = `arn:aws:iam::${FORENSIC}:root`;
const code = (name: string) => expect.objectContaining({ code: name });
let b: Bench;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aplomb-kms-'));
  b = bench({ disks: folder });
  createAccount(b.world, { id: FORENSIC, name: 'Forensics' });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = async (account?: string, region?: string) => (await b.call('kms:CreateKey', {}, { account, region })).KeyMetadata.Arn as string;
async function snapshot(more: object): Promise<string> {
  const { VolumeId } = await b.call('ec2:CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 1, ...more });
  await writeFile(join(folder, 'disk.img'), 'evidence');
  b.account.regions['eu-west-1']!.tables.volumes![VolumeId].disk = { file: 'disk.img' };
  b.pass(60);
  const { SnapshotId } = await b.call('ec2:CreateSnapshot', { VolumeId });
  b.pass(600);
  return SnapshotId;
}
const share = (SnapshotId: string) =>
  b.call('ec2:ModifySnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission', OperationType: 'add', UserIds: [FORENSIC] });
/** Copies and answers the copy once it is over. */
async function copied(SourceSnapshotId: string, more: object, where: { account?: string; region?: string } = { account: FORENSIC }): Promise<any> {
  const { SnapshotId } = await b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId, Encrypted: true, ...more }, where);
  b.pass(600);
  return (await b.call('ec2:DescribeSnapshots', { SnapshotIds: [SnapshotId] }, where)).Snapshots[0];
}
const GRANT = ['Decrypt', 'DescribeKey', 'CreateGrant', 'ReEncryptFrom', 'GenerateDataKeyWithoutPlaintext'];

describe('a copy in another account', () => {
  it('ends in error without a grant on a customer key, and completes with one', async () => {
    const KmsKeyId = await key();
    const mine = await key(FORENSIC);
    const source = await snapshot({ Encrypted: true, KmsKeyId });
    await share(source);
    expect(await copied(source, { KmsKeyId: mine })).toMatchObject({ State: 'error', StateMessage: 'Given key ID is not accessible' });
    const { GrantId } = await b.call('kms:CreateGrant', { KeyId: KmsKeyId, GranteePrincipal: ROOT, Operations: GRANT });
    expect(await copied(source, { KmsKeyId: mine })).toMatchObject({ State: 'completed', KmsKeyId: mine, OwnerId: FORENSIC, VolumeId: 'vol-ffffffff' });
    await b.call('kms:RevokeGrant', { KeyId: KmsKeyId, GrantId });
    expect((await copied(source, { KmsKeyId: mine })).State).toBe('error');
  });
  it('completes when the key’s policy names the account, and not when it denies it', async () => {
    const KmsKeyId = await key();
    const statement = (Effect: string, account: string) => ({ Effect, Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' });
    const put = (...Statement: object[]) =>
      b.call('kms:PutKeyPolicy', { KeyId: KmsKeyId, PolicyName: 'default', Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await put(statement('Allow', b.account.id), statement('Allow', FORENSIC));
    const source = await snapshot({ Encrypted: true, KmsKeyId });
    await share(source);
    expect((await copied(source, {})).State).toBe('completed');
    await put(statement('Allow', b.account.id), statement('Allow', FORENSIC), statement('Deny', FORENSIC));
    expect((await copied(source, {})).State).toBe('error');
    await expect(put(statement('Allow', FORENSIC))).rejects.toEqual(code('MalformedPolicyDocumentException'));
  });
  it('is refused at once under the managed key, which cannot be shared either', async () => {
    const source = await snapshot({ Encrypted: true });
    await expect(share(source)).rejects.toEqual(code('OperationNotPermitted'));
    b.account.regions['eu-west-1']!.tables.snapshots![source].sharedWith = [FORENSIC];
    await expect(copied(source, {})).rejects.toEqual(code('OperationNotPermitted'));
    expect((await copied(source, {}, { region: 'us-east-1' })).State).toBe('completed');
  });
  it('ends in error under a key of another Region, an unknown or a disabled one', async () => {
    const source = await snapshot({});
    await share(source);
    const disabled = await key(FORENSIC);
    await b.call('kms:DisableKey', { KeyId: disabled }, { account: FORENSIC });
    for (const KmsKeyId of [await key(FORENSIC, 'us-east-1'), 'alias/none', disabled]) expect((await copied(source, { KmsKeyId })).State).toBe('error');
  });
});

describe('reading blocks', () => {
  const list = (SnapshotId: string, account?: string) => b.call('ebs:ListSnapshotBlocks', { SnapshotId }, { account });
  const read = async (SnapshotId: string, account?: string) => {
    const { Blocks } = await list(SnapshotId, account);
    return b.call('ebs:GetSnapshotBlock', { SnapshotId, BlockIndex: 0, BlockToken: Blocks[0].BlockToken }, { account });
  };
  it('gives the same block of original and copy, each with its own key', async () => {
    const KmsKeyId = await key();
    await b.call('kms:CreateGrant', { KeyId: KmsKeyId, GranteePrincipal: ROOT, Operations: GRANT });
    const source = await snapshot({ Encrypted: true, KmsKeyId });
    await share(source);
    const copy = await copied(source, { KmsKeyId: await key(FORENSIC) });
    expect((await read(copy.SnapshotId, FORENSIC)).Checksum).toBe((await read(source)).Checksum);
  });
  it('needs a key that may be used and lives', async () => {
    const KeyId = await key();
    const source = await snapshot({ Encrypted: true, KmsKeyId: KeyId });
    await share(source);
    await expect(list(source, FORENSIC)).rejects.toMatchObject({ code: 'AccessDeniedException', fields: { Reason: 'DEPENDENCY_ACCESS_DENIED' } });
    await b.call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    await expect(list(source)).rejects.toMatchObject({ code: 'ValidationException', fields: { Reason: 'INVALID_CUSTOMER_KEY' } });
    b.pass(8 * 86_400);
    await expect(list(source)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('another account’s key', () => {
  it('is described by its ARN, and not changed', async () => {
    const KeyId = await key();
    expect((await b.call('kms:DescribeKey', { KeyId }, { account: FORENSIC })).KeyMetadata).toMatchObject({ Arn: KeyId, AWSAccountId: b.account.id });
    await expect(b.call('kms:DisableKey', { KeyId }, { account: FORENSIC })).rejects.toEqual(code('NotFoundException'));
    expect((await b.call('kms:DescribeKey', { KeyId })).KeyMetadata.KeyState).toBe('Enabled');
  });
  it('is told apart from the managed one, which nobody changes', async () => {
    const { KeyMetadata } = await b.call('kms:DescribeKey', { KeyId: 'alias/aws/ebs' });
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS' });
    await expect(b.call('kms:ScheduleKeyDeletion', { KeyId: KeyMetadata.Arn })).rejects.toEqual(code('AccessDeniedException'));
  });
});

it('retires a grant by its token, for whom the grant names', async () => {
  const KeyId = await key();
  const { GrantToken } = await b.call('kms:CreateGrant', { KeyId, GranteePrincipal: ROOT, RetiringPrincipal: ROOT, Operations: ['Decrypt'] });
  expect((await b.call('kms:ListRetirableGrants', { RetiringPrincipal: ROOT })).Grants).toHaveLength(1);
  await expect(b.call('kms:RetireGrant', { GrantToken })).rejects.toEqual(code('AccessDeniedException'));
  await b.call('kms:RetireGrant', { KeyId, GrantToken }, { account: FORENSIC });
  expect((await b.call('kms:ListGrants', { KeyId })).Grants).toEqual([]);
});
