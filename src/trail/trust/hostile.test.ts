import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type DeliveredDigest, deliver, listedKeys, signingKey } from '../testing/delivery.ts';
import type { DigestFile } from './digest-file.ts';
import { type Validation, validateDigests } from './digests.ts';
import { deliveryIn } from './folder.ts';
import { readKeys } from './keys.ts';
import type { Verdict } from './verdict.ts';

const dir = mkdtempSync(join(tmpdir(), 'aplomb-hostile-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const key = signingKey();
const keys = readKeys(listedKeys(key));
const record = { eventTime: '2026-03-02T10:05:00Z', eventID: 'a' };
const digests: readonly DeliveredDigest[] = deliver({ dir, key, begin: '2026-03-02T10:00:00Z', hours: [[{ records: [record] }], [], [{ records: [record] }]] });

const made = (content: unknown, n = 0, signature?: string): DigestFile => ({
  file: `/x/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/made${n}.json.gz`,
  open: () => (content instanceof Uint8Array ? content : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))),
  metadata: () => (signature === undefined ? undefined : { signature, algorithm: 'SHA256withRSA' }),
});
async function check(files: readonly DigestFile[]): Promise<Validation & { all: Verdict[] }> {
  const all: Verdict[] = [];
  const report = await validateDigests({ digests: files, logs: (await deliveryIn(dir)).logs, keys, each: (verdict) => void all.push(verdict) });
  return { ...report, all };
}
const nothingValid = (report: Validation & { all: Verdict[] }): void => {
  expect(report.digests.valid + report.logs.valid).toBe(0);
  expect(report.coverage.every(({ proven }) => !proven)).toBe(true);
  for (const { why } of report.all) expect(why.en && why.es).toBeTruthy();
};

describe('hostile digests', () => {
  const member = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('', '__proto__', 'a'.repeat(5000), '9999-99-99T99:99:99Z', -1, 1e308));
  const NAMES = Object.keys(digests[0]!.content);

  it('any member of any kind: no crash, and nothing is valid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...NAMES, '__proto__', 'constructor'), member, { maxKeys: 4 }), fc.nat(2), async (changes, n) => {
        const content = { ...digests[n]!.content, ...Object.fromEntries(Object.entries(changes)) };
        fc.pre(JSON.stringify(content) !== JSON.stringify(digests[n]!.content));
        nothingValid(await check([made(content, n, digests[n]!.signature)]));
      }),
      { numRuns: 150 },
    );
  });

  it('any bytes, also behind gzip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, packed) => {
        const report = await check([made(packed ? gzipSync(bytes) : bytes)]);
        nothingValid(report);
        expect(report.digests.altered).toBe(1);
      }),
      { numRuns: 150 },
    );
  });

  it('a byte changed anywhere in a digest: it and what it names are not valid', async () => {
    const json = Buffer.from(JSON.stringify(digests[2]!.content));
    await fc.assert(
      fc.asyncProperty(fc.nat(json.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(json);
        bytes[at]! ^= change;
        nothingValid(await check([made(bytes, 0, digests[2]!.signature)]));
      }),
      { numRuns: 150 },
    );
  });

  it('a signature changed anywhere, or of any text', async () => {
    const { content, signature } = digests[2]!;
    const texts = fc.oneof(
      fc.string(),
      fc.nat(signature.length - 1).map((at) => `${signature.slice(0, at)}${signature[at] === '0' ? '1' : '0'}${signature.slice(at + 1)}`),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => nothingValid(await check([made(content, 0, text)]))),
      { numRuns: 100 },
    );
  });

  it('circles, forks and digests that name themselves end, and prove nothing', async () => {
    const name = (n: number) =>
      `AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20260302T${10 + n}0000Z.json.gz`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 12 }), async (links) => {
        const files = links.map(([me, before], n) =>
          made(
            {
              ...digests[2]!.content,
              digestS3Object: name(me),
              previousDigestS3Object: name(before),
              digestStartTime: `2026-03-02T${10 + me}:00:00Z`,
              digestEndTime: `2026-03-02T${11 + me}:00:00Z`,
              n,
            },
            n,
          ),
        );
        const report = await check(files);
        nothingValid(report);
        expect(report.all.filter(({ what, file }) => what === 'digest' && file !== undefined)).toHaveLength(links.length);
      }),
      { numRuns: 60 },
    );
  });

  it('nesting of any depth is refused without being parsed', async () => {
    const deep = `${'['.repeat(2_000_000)}`;
    const report = await check([made(deep), made(`{"logFiles":${deep}`, 1), made(`{"logFiles":[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]}`, 2)]);
    expect(report.digests.altered).toBe(3);
  });

  it('a bomb: what unpacks to more than a digest may have is not read on', async () => {
    const bomb = gzipSync(Buffer.alloc(80 << 20, 0x20));
    const report = await check([made(bomb), made(gzipSync(bomb), 1)]);
    expect(report.digests.altered).toBe(2);
  });

  it('a source that fails while it is read, or cannot be opened', async () => {
    const failing = async function* () {
      yield Buffer.from('{');
      throw Object.assign(new Error('disk'), { code: 'EIO' });
    };
    const refused = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    const report = await check([
      { file: '/a', open: failing },
      { file: '/b', open: refused },
    ]);
    expect(report.digests['not-verifiable']).toBe(2);
  });
});
