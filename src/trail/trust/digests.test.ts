import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { type DeliveredDigest, type DeliveryPlan, deliver, listedKeys, SIDECAR, type SigningKey, signingKey, writeDigest } from '../testing/delivery.ts';
import { type Validation, validateDigests } from './digests.ts';
import { deliveryIn } from './folder.ts';
import { readKeys } from './keys.ts';
import type { Verdict } from './verdict.ts';

const base = mkdtempSync(join(tmpdir(), 'aplomb-trust-'));
let key: SigningKey;
let stranger: SigningKey;
beforeAll(() => {
  key = signingKey();
  stranger = signingKey();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const BEGIN = '2026-03-02T10:01:31Z';
const record = (eventTime: string): TrailRecord => ({ eventTime, eventSource: 'iam.amazonaws.com', eventName: 'ListUsers', eventID: eventTime });
const log = (eventTime: string, at = 600) => ({ at, records: [record(eventTime)] });
/** Five hours: two files, one, none, one, one. */
const HOURS = [
  [log('2026-03-02T10:05:00Z'), log('2026-03-02T10:40:00Z', 2700)],
  [log('2026-03-02T11:05:00Z')],
  [],
  [log('2026-03-02T13:05:00Z')],
  [log('2026-03-02T14:05:00Z')],
];
const world = (plan: Partial<DeliveryPlan> = {}): { dir: string; digests: readonly DeliveredDigest[] } => {
  const dir = plan.dir ?? mkdtempSync(join(base, 'd-'));
  return { dir, digests: deliver({ key, begin: BEGIN, hours: HOURS, ...plan, dir }) };
};
async function check(dir: string, keys = listedKeys(key)): Promise<Validation & { all: Verdict[]; of: (path: string) => Verdict; missing: Verdict[] }> {
  const all: Verdict[] = [];
  const report = await validateDigests({ ...(await deliveryIn(dir)), keys: keys ? readKeys(keys) : [], each: (verdict) => void all.push(verdict) });
  const of = (path: string): Verdict => {
    const found = all.filter(({ file }) => file === path);
    expect(found, path).toHaveLength(1);
    return found[0]!;
  };
  return { ...report, all, of, missing: all.filter(({ status }) => status === 'missing') };
}
const COUNTS = { valid: 0, altered: 0, missing: 0, unnamed: 0, 'not-verifiable': 0 };
const flip = (path: string, at = 30): void => {
  const content = gunzipSync(readFileSync(path));
  content[at]! ^= 1;
  writeFileSync(path, gzipSync(content));
};

describe('a delivery nobody touched', () => {
  it('is proved to the last file, and a quiet hour is proved quiet', async () => {
    const { dir } = world();
    const report = await check(dir);
    expect(report.digests).toEqual({ ...COUNTS, valid: 5 });
    expect(report.logs).toEqual({ ...COUNTS, valid: 5 });
    expect(report.whole).toBe(true);
    expect(report.coverage.map(({ files, proven, complete }) => [files, proven, complete])).toEqual([
      [2, true, true],
      [1, true, true],
      [0, true, true],
      [1, true, true],
      [1, true, true],
    ]);
    expect(report.chains[0]).toMatchObject({ start: 'begun', holes: [], absent: [], account: '111122223333', region: 'eu-west-1' });
    expect(report.sentences[0]!.en).toContain('5 digests from 2026-03-02 10:01:31Z to 2026-03-02 15:01:31Z: 5 proved');
  });

  it('is proved without the metadata too, but for the newest digest, which says why', async () => {
    const { dir, digests } = world({ sidecars: 'none' });
    const report = await check(dir);
    expect(report.digests).toEqual({ ...COUNTS, valid: 4, 'not-verifiable': 1 });
    expect(report.of(digests[4]!.path)).toMatchObject({ status: 'not-verifiable', code: 'no-signature' });
    expect(report.of(digests[4]!.logs[0]!.path)).toMatchObject({ status: 'not-verifiable', code: 'hash-holds-unproved' });
    expect(report.of(digests[3]!.path)).toMatchObject({ status: 'valid', code: 'next-signature' });
    expect(report.whole).toBe(false);
  });

  it('with one signature for the newest digest, the hashes prove the rest even when their keys are not at hand', async () => {
    const { dir, digests } = world();
    const old = { ...digests[1]!.content, digestPublicKeyFingerprint: 'ab'.repeat(16) };
    const renewed = writeDigest(digests[1]!.path, old, stranger);
    let last = { ...renewed };
    for (const digest of digests.slice(2))
      last = writeDigest(digest.path, { ...digest.content, previousDigestHashValue: last.hash, previousDigestSignature: last.signature }, key);
    const report = await check(dir);
    expect(report.of(digests[1]!.path)).toMatchObject({ status: 'valid', code: 'next-hash' });
  });

  it('is never valid without a key', async () => {
    const { dir, digests } = world();
    const report = await check(dir, '');
    expect(report.digests).toEqual({ ...COUNTS, 'not-verifiable': 5 });
    expect(report.logs).toEqual({ ...COUNTS, 'not-verifiable': 5 });
    expect(report.of(digests[0]!.path).code).toBe('no-key');
    expect(report.coverage.some(({ proven }) => proven)).toBe(false);
    const wrong = await check(dir, listedKeys(stranger));
    expect(wrong.digests).toEqual({ ...COUNTS, 'not-verifiable': 5 });
  });

  it('takes keys as PEM, several trails, accounts, regions, organisations and prefixes side by side', async () => {
    const { dir } = world();
    world({ dir, region: 'us-east-1', organization: 'o-abcde12345', prefix: 'logs/all', account: '222233334444' });
    world({ dir, trail: 'second' });
    const report = await check(dir, key.pem);
    expect(report.digests).toEqual({ ...COUNTS, valid: 15 });
    expect(report.logs).toEqual({ ...COUNTS, valid: 15 });
    expect(report.chains.map(({ account, region, trail }) => `${account} ${region} ${trail}`)).toEqual([
      '111122223333 eu-west-1 management (eu-west-1)',
      '111122223333 eu-west-1 second (eu-west-1)',
      '222233334444 us-east-1 management (us-east-1)',
    ]);
  });

  it('proves what backfill digests name', async () => {
    const { dir, digests } = world();
    const late = world({ dir, backfill: true, hours: [[log('2026-03-02T10:50:00Z', 1800)]] }).digests[0]!;
    const report = await check(dir);
    expect(report.of(late.logs[0]!.path)).toMatchObject({ status: 'valid', namedBy: late.object });
    expect(report.chains.map(({ backfill }) => backfill)).toEqual([false, true]);
    rmSync(late.path);
    expect((await check(dir)).of(late.logs[0]!.path)).toMatchObject({ status: 'unnamed', code: 'not-in-digest' });
    expect(digests).toHaveLength(5);
  });

  it('knows copies that were unpacked, packed again or laid flat', async () => {
    const { dir, digests } = world();
    const [first, second] = digests[0]!.logs;
    const plain = first!.path.replace(/\.gz$/, '');
    writeFileSync(plain, gunzipSync(readFileSync(first!.path)));
    rmSync(first!.path);
    writeFileSync(second!.path, gzipSync(readFileSync(second!.path)));
    const flat = join(dir, digests[1]!.logs[0]!.path.replace(/.*\//, ''));
    renameSync(digests[1]!.logs[0]!.path, flat);
    const report = await check(dir);
    expect(report.of(plain).status).toBe('valid');
    expect(report.of(second!.path).status).toBe('valid');
    expect(report.of(flat)).toMatchObject({ status: 'valid', notes: [] });
  });
});

describe('tampering', () => {
  it('a byte flipped in a log file', async () => {
    const { dir, digests } = world();
    flip(digests[1]!.logs[0]!.path);
    const report = await check(dir);
    expect(report.of(digests[1]!.logs[0]!.path)).toMatchObject({ status: 'altered', code: 'hash-differs' });
    expect(report.logs).toEqual({ ...COUNTS, valid: 4, altered: 1 });
    expect(report.digests).toEqual({ ...COUNTS, valid: 5 });
    expect(report.coverage[1]).toMatchObject({ proven: true, complete: false });
  });

  it('a log file cut short', async () => {
    const { dir, digests } = world();
    const { path } = digests[1]!.logs[0]!;
    writeFileSync(path, readFileSync(path).subarray(0, -12));
    expect((await check(dir)).of(path)).toMatchObject({ status: 'altered', code: 'unreadable' });
  });

  it('a log file removed', async () => {
    const { dir, digests } = world();
    const [gone] = digests[3]!.logs;
    rmSync(gone!.path);
    const report = await check(dir);
    expect(report.missing).toMatchObject([{ what: 'log', object: gone!.object, namedBy: digests[3]!.object, code: 'log-missing', file: undefined }]);
    expect(report.coverage[3]).toMatchObject({ files: 1, complete: false });
    expect(report.whole).toBe(false);
  });

  it('a digest removed from the middle: it is missing, its hour has no digest, its log files cannot be verified', async () => {
    const { dir, digests } = world();
    rmSync(digests[1]!.path);
    const report = await check(dir);
    expect(report.missing).toMatchObject([{ what: 'digest', object: digests[1]!.object, code: 'digest-missing' }]);
    expect(report.chains[0]!.holes).toEqual([{ from: Date.parse('2026-03-02T11:01:31Z'), until: Date.parse('2026-03-02T12:01:31Z'), why: 'missing' }]);
    expect(report.of(digests[1]!.logs[0]!.path)).toMatchObject({ status: 'not-verifiable', code: 'no-digest' });
    expect(report.sentences.some(({ en }) => en.includes('from 2026-03-02 11:01:31Z to 2026-03-02 12:01:31Z (1 h)'))).toBe(true);
  });

  it('the older digests removed: the chain is cut, and says so', async () => {
    const { dir, digests } = world();
    rmSync(digests[0]!.path);
    const report = await check(dir);
    expect(report.missing).toEqual([]);
    expect(report.all.filter(({ code }) => code === 'before-copy')).toMatchObject([{ status: 'not-verifiable', what: 'digest', object: digests[0]!.object }]);
    expect(report.chains[0]).toMatchObject({ start: 'cut', holes: [] });
  });

  it('a digest changed', async () => {
    const { dir, digests } = world();
    flip(digests[2]!.path, 200);
    const report = await check(dir);
    expect(report.of(digests[2]!.path).status).toBe('altered');
    expect(report.digests.valid).toBe(4);
  });

  it('the newest digest changed: its own signature tells', async () => {
    const { dir, digests } = world();
    const last = digests[4]!;
    writeFileSync(last.path, gzipSync(JSON.stringify({ ...last.content, logFiles: [] })));
    const report = await check(dir);
    expect(report.of(last.path)).toMatchObject({ status: 'altered', code: 'signature-fails' });
    expect(report.of(last.logs[0]!.path)).toMatchObject({ status: 'not-verifiable', code: 'no-digest' });
  });

  it('a digest replaced, and signed again with another key', async () => {
    const { dir, digests } = world();
    const one = digests[1]!;
    const forged = { ...one.content, logFiles: [], newestEventTime: null, oldestEventTime: null };
    writeDigest(one.path, forged, stranger);
    expect((await check(dir)).of(one.path)).toMatchObject({ status: 'altered', code: 'next-hash-differs' });
    writeDigest(one.path, { ...forged, digestPublicKeyFingerprint: stranger.fingerprint }, stranger);
    const report = await check(dir);
    expect(report.of(one.path)).toMatchObject({ status: 'altered', code: 'next-hash-differs' });
    expect(report.chains[0]!.holes).toMatchObject([{ why: 'altered' }]);
    expect(report.coverage).toHaveLength(4);
  });

  it('the newest digest replaced and signed with a key of the forger: it is proved by nothing', async () => {
    const { dir, digests } = world();
    const last = digests[4]!;
    writeDigest(last.path, { ...last.content, logFiles: [], digestPublicKeyFingerprint: stranger.fingerprint }, stranger);
    const report = await check(dir);
    expect(report.of(last.path)).toMatchObject({ status: 'not-verifiable', code: 'no-key' });
    expect(report.of(last.logs[0]!.path).status).not.toBe('valid');
  });

  it('a whole chain forged with another key is not believed, whatever it says about itself', async () => {
    const { dir } = world({ key: stranger });
    const report = await check(dir);
    expect(report.digests.valid + report.logs.valid).toBe(0);
  });

  it('a chain cut and begun anew', async () => {
    const { dir } = world({ hours: HOURS.slice(0, 2) });
    world({ dir, begin: '2026-03-02T15:01:31Z', hours: HOURS.slice(3) });
    const report = await check(dir);
    expect(report.chains).toHaveLength(1);
    expect(report.chains[0]!.holes).toEqual([{ from: Date.parse('2026-03-02T12:01:31Z'), until: Date.parse('2026-03-02T15:01:31Z'), why: 'restart' }]);
    expect(report.whole).toBe(false);
  });

  it('linked digests that leave an hour out', async () => {
    const { dir, digests } = world({ hours: HOURS.slice(0, 2) });
    world({ dir, begin: '2026-03-02T13:01:31Z', hours: HOURS.slice(3), after: digests[1] });
    const report = await check(dir);
    expect(report.digests).toEqual({ ...COUNTS, valid: 4 });
    expect(report.chains[0]!.holes).toEqual([{ from: Date.parse('2026-03-02T12:01:31Z'), until: Date.parse('2026-03-02T13:01:31Z'), why: 'unaccounted' }]);
  });

  it('a log file that no digest names', async () => {
    const { dir, digests } = world();
    const planted = digests[1]!.logs[0]!.path.replace(/Z_.*$/, 'Z_PlantedPlantedXX.json.gz');
    writeFileSync(planted, gzipSync('{"Records":[]}'));
    const after = planted.replace('20260302T1111Z', '20260302T1811Z');
    writeFileSync(after, gzipSync('{"Records":[]}'));
    const strange = join(dir, 'notes.json');
    writeFileSync(strange, '{}');
    const report = await check(dir);
    expect(report.of(planted)).toMatchObject({ status: 'unnamed', code: 'not-in-digest', account: '111122223333' });
    expect(report.of(after)).toMatchObject({ status: 'not-verifiable', code: 'no-digest' });
    expect(report.of(strange)).toMatchObject({ status: 'unnamed', code: 'foreign-name' });
  });

  it('an older digest laid in the place of a newer one', async () => {
    const { dir, digests } = world();
    writeFileSync(digests[3]!.path, readFileSync(digests[2]!.path));
    writeFileSync(digests[3]!.path + SIDECAR, readFileSync(digests[2]!.path + SIDECAR));
    const report = await check(dir);
    expect(report.missing.map(({ object }) => object)).toEqual([digests[3]!.object]);
    expect(report.of(digests[3]!.path).notes).toContain('renamed');
    expect(report.chains[0]!.holes).toMatchObject([{ why: 'missing' }]);
  });

  it('a sidecar changed, where the next digest proves the file', async () => {
    const { dir, digests } = world();
    writeFileSync(digests[0]!.path + SIDECAR, readFileSync(digests[1]!.path + SIDECAR));
    expect((await check(dir)).of(digests[0]!.path)).toMatchObject({ status: 'valid', notes: ['sidecar-wrong'] });
  });

  it('a log file exchanged for another that a digest names', async () => {
    const { dir, digests } = world();
    writeFileSync(digests[0]!.logs[0]!.path, readFileSync(digests[0]!.logs[1]!.path));
    const report = await check(dir);
    expect(report.of(digests[0]!.logs[0]!.path).status).toBe('altered');
    expect(report.of(digests[0]!.logs[1]!.path).status).toBe('valid');
  });

  it('two copies of a log file, one of them changed', async () => {
    const { dir, digests } = world();
    const [one] = digests[0]!.logs;
    const copy = join(dir, one!.path.replace(/.*\//, ''));
    writeFileSync(copy, readFileSync(one!.path));
    flip(copy);
    const report = await check(dir);
    expect(report.of(one!.path).status).toBe('valid');
    expect(report.of(copy).status).toBe('altered');
  });
});

describe('what stands in the way', () => {
  it('no digests at all', async () => {
    const { dir, digests } = world();
    for (const { path } of digests) rmSync(path);
    const report = await check(dir);
    expect(report.logs).toEqual({ ...COUNTS, 'not-verifiable': 5 });
    expect(report.of(digests[0]!.logs[0]!.path).code).toBe('no-digests');
    expect(report.whole).toBe(false);
  });

  it('a hash that the reader of the log files knows already is taken, and the file is not opened', async () => {
    const { dir, digests } = world();
    const { digests: files } = await deliveryIn(dir);
    const logs = digests.flatMap((digest) =>
      digest.logs.map(({ path, sha256 }) => ({
        file: path,
        content: sha256,
        open: () => {
          throw new Error('opened');
        },
      })),
    );
    const report = await validateDigests({ digests: files, logs, keys: readKeys(listedKeys(key)) });
    expect(report.logs).toEqual({ ...COUNTS, valid: 5 });
  });

  it('refuses more files than it was allowed', async () => {
    const { dir } = world();
    await expect(validateDigests({ ...(await deliveryIn(dir)), keys: [], mostDigests: 4 })).rejects.toMatchObject({ code: 'TooManyFiles' });
  });
});

describe('keys', () => {
  it.each(['', 'hello', '{"a":', '{"PublicKeyList":[]}', '{"PublicKeyList":[{"Value":"AAAA","Fingerprint":"x"}]}', '[1]'])('refuses %j', (text) => {
    expect(() => readKeys(text)).toThrow(expect.objectContaining({ code: 'BadDigestKeys' }));
  });
  it('takes several answers in a list', () => {
    expect(readKeys(`[${listedKeys(key)},${listedKeys(stranger)}]`).map(({ fingerprint }) => fingerprint)).toEqual([key.fingerprint, stranger.fingerprint]);
  });
});
