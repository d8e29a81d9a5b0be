import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mirror, mirrorLock } from '../../../src/cli/mirroring.ts';
import { copyCase, sealOf, verifyCase } from '../../../src/evidence/index.ts';
import { REGION, type Stand, stand, verdicts } from './stand.ts';

const MIB = 1024 * 1024;
const Bucket = 'incident-evidence';
const place = { bucket: Bucket, prefix: 'cases/2026', region: REGION, as: '' };
/** S3 takes no smaller part. */
const partSize = 5 * MIB;

let on: Stand;
const calls = (operation: string): number => on.lab.world.effects.filter((one) => one.operation === operation).length;
const keys = async (): Promise<string[]> => ((await on.as('s3', 'ListObjectsV2', { Bucket })).Contents ?? []).map((one: any) => one.Key);
async function bytesAt(key: string): Promise<Buffer> {
  const input = { Bucket, Key: key };
  return Buffer.from(
    (await on.aws.sendForBytes({ call: { service: 's3', operation: 'GetObject', region: REGION, input }, input, purpose: 'read', keep: false, phase: 'test' }))
      .data,
  );
}
const keepItem = async (name: string, data: Buffer): Promise<void> => {
  const stored = await on.case().store(data);
  on.case().append('evidence', {
    items: [{ ...stored, name, mediaType: 'application/octet-stream', source: { tool: 'test', time: '2026-11-22T12:00:00.000Z' } }],
  });
};
const noise = (bytes: number, seed: number): Buffer => {
  const data = Buffer.alloc(bytes);
  for (let at = 0, state = seed; at < bytes; at += 4) data.writeUInt32LE((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), at);
  return data;
};
const lock = (mode = 'governance', legalHold = false) => mirrorLock(Date.now(), { days: '30', mode, legalHold });

beforeAll(async () => {
  on = await stand('mirror');
  await on.as('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION }, ObjectLockEnabledForBucket: true });
  await on.as('s3', 'CreateBucket', { Bucket: 'loose-bucket', CreateBucketConfiguration: { LocationConstraint: REGION } });
  await keepItem('notes.txt', Buffer.from('what was seen\n'));
  await keepItem('memory', noise(3 * partSize + 12_340, 7));
});
afterAll(() => on?.close());

describe('a mirror in S3', () => {
  it('refuses a bucket that would let the copies be deleted, and sends nothing', async () => {
    await expect(mirror(on.session(), { place: { ...place, bucket: 'loose-bucket' }, lock: lock(), partSize })).rejects.toMatchObject({
      code: 'BucketNotLocked',
      exit: 2,
    });
    expect((await on.as('s3', 'ListObjectsV2', { Bucket: 'loose-bucket' })).Contents ?? []).toEqual([]);
  });

  it('killed in the middle of a large item, it goes on with the parts that are missing', async () => {
    on.faults({ kind: 'drop-before-effect', service: 's3', operation: 'UploadPart', after: 2 });
    const running = mirror(on.session(), { place, lock: lock(), partSize }).catch((error) => error);
    while (calls('UploadPart') < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    on.abort(new Error('killed'));
    expect(await running).toMatchObject({ message: 'killed' });
    expect(
      (await keys()).some((key) => key.endsWith('ledger.jsonl')),
      'the ledger follows the evidence it names',
    ).toBe(false);
    on.faults();
    await on.restart();
    expect(calls('UploadPart')).toBe(2);
    const { outcome, seal, uploaded } = await mirror(on.session(), { place, lock: lock(), partSize });
    expect(verdicts(outcome)).toEqual({ mirrored: 'holds', 'object-lock': 'holds', private: 'holds' });
    expect(calls('UploadPart'), 'no part was sent twice').toBe(4);
    expect(calls('CreateMultipartUpload')).toBe(1);
    expect(uploaded).toBeGreaterThan(0);
    expect(seal.files.length).toBeGreaterThan(4);
  });

  it('is byte for byte a case that verifies, at the head that was sealed', async () => {
    const { seal } = await mirror(on.session(), { place, lock: lock(), partSize });
    const folder = join(on.root, 'fetched');
    for (const file of seal.files) {
      const data = await bytesAt(`cases/2026/IR-7/${file.path}`);
      expect(createHash('sha256').update(data).digest('hex'), file.path).toBe(file.sha256);
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), data, { mode: 0o400 });
    }
    expect((await verifyCase(folder, { head: `${seal.head.seq}:${seal.head.hash}` })).problems).toEqual([]);
  });

  it('sends only what is new the next time, and leaves the locks that are there', async () => {
    const sent = calls('PutObject');
    await keepItem('second.txt', Buffer.from('later\n'));
    const { outcome, uploaded, skipped } = await mirror(on.session(), { place, lock: lock(), partSize });
    expect(verdicts(outcome).mirrored).toBe('holds');
    expect(skipped).toBeGreaterThan(5);
    // The new item, what AWS answered since, and the ledger with its head.
    expect(uploaded).toBeLessThanOrEqual(8);
    expect(calls('PutObject') - sent).toBe(uploaded);
    expect(calls('UploadPart')).toBe(4);
  });

  it('keeps the copies from deletion, version by version', async () => {
    const key = (await keys()).find((one) => one.includes('/evidence/'))!;
    const { VersionId, ObjectLockMode } = await on.as('s3', 'HeadObject', { Bucket, Key: key });
    expect(ObjectLockMode).toBe('GOVERNANCE');
    await expect(on.as('s3', 'DeleteObject', { Bucket, Key: key, VersionId })).rejects.toMatchObject({ code: 'AccessDenied' });
    const versions = (await on.as('s3', 'ListObjectVersions', { Bucket, Prefix: 'cases/2026/IR-7/ledger.jsonl' })).Versions;
    expect(versions.length, 'each sealed ledger stays').toBeGreaterThan(1);
  });

  it('does not believe a lying answer', async () => {
    await keepItem('third.txt', Buffer.from('never arrives\n'));
    on.faults({ kind: 'lie', service: 's3', operation: 'PutObject' });
    const { outcome } = await mirror(on.session(), { place, lock: lock(), partSize });
    on.faults();
    expect(verdicts(outcome).mirrored).toBe('fails');
    expect(verdicts((await mirror(on.session(), { place, lock: lock(), partSize })).outcome).mirrored).toBe('holds');
  });

  it('finds what arrived although the answer was lost', async () => {
    await keepItem('fourth.txt', Buffer.from('arrives in silence\n'));
    on.faults({ kind: 'drop-after-effect', service: 's3', operation: 'PutObject', times: 1 });
    const { outcome } = await mirror(on.session(), { place, lock: lock(), partSize });
    expect(outcome.changes.every(({ state }) => state === 'done')).toBe(true);
    expect(verdicts(outcome).mirrored).toBe('holds');
  });

  it('asks for the typed word once before a lock that nobody lifts', async () => {
    on.types(false);
    const firm = { place: { ...place, prefix: 'firm' }, lock: lock('compliance', true), partSize };
    await expect(mirror(on.session(), firm)).rejects.toMatchObject({ code: 'Declined' });
    expect((await keys()).filter((key) => key.startsWith('firm/'))).toEqual([]);
    on.types(true);
    on.words.length = 0;
    expect(verdicts((await mirror(on.session(), firm)).outcome)).toMatchObject({ mirrored: 'holds', 'object-lock': 'holds' });
    expect(on.words).toEqual(['compliance']);
    expect(await on.as('s3', 'HeadObject', { Bucket, Key: 'firm/IR-7/case.json' })).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockLegalHoldStatus: 'ON',
    });
  });

  it('leaves a case that verifies, with every file named by its hash in the ledger and no bytes of it', async () => {
    const intents = readFileSync(join(on.dir, 'ledger.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"intent"') && line.includes('"operation":"PutObject"'));
    expect(intents.length).toBeGreaterThan(5);
    for (const line of intents)
      expect(JSON.parse(line).body.input.Body).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) });
    expect((await verifyCase(on.dir)).problems).toEqual([]);
  });
});

describe('a copy in a folder', () => {
  it('is a case of its own with a list beside it, and verifies', async () => {
    const seal = sealOf(on.case());
    const to = join(on.root, 'usb');
    mkdirSync(to);
    const { folder, manifest } = await copyCase(on.dir, seal, to);
    expect((await verifyCase(folder, { head: `${seal.head.seq}:${seal.head.hash}` })).problems).toEqual([]);
    const lines = readFileSync(manifest, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(seal.files.length);
    for (const line of lines) {
      const [sha256, name] = line.split('  ') as [string, string];
      expect(
        createHash('sha256')
          .update(readFileSync(join(to, name)))
          .digest('hex'),
      ).toBe(sha256);
    }
    await expect(copyCase(on.dir, seal, to)).rejects.toMatchObject({ code: 'NotEmpty' });
    await expect(copyCase(on.dir, seal, on.dir)).rejects.toMatchObject({ code: 'InsideCase' });
  });
  it('stops at an item that is not what the ledger says, and leaves nothing behind', async () => {
    const seal = sealOf(on.case());
    const file = join(on.dir, seal.files.find(({ path }) => path.startsWith('evidence/'))!.path);
    const whole = readFileSync(file);
    chmodSync(file, 0o600);
    writeFileSync(file, Buffer.from(whole.map((byte) => byte ^ 1)));
    const to = join(on.root, 'usb2');
    mkdirSync(to);
    await expect(copyCase(on.dir, seal, to)).rejects.toMatchObject({ code: 'ItemAltered', exit: 7 });
    expect(readdirSync(to)).toEqual([]);
    writeFileSync(file, whole);
    chmodSync(file, 0o400);
    expect((await verifyCase(on.dir)).problems).toEqual([]);
  });
});
