import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Detection } from '../../detection.ts';
import { readRecord, type TrailRecord, timeOf } from '../../event.ts';
import { detect, type NamedDetection } from '../run.ts';

const folder = import.meta.dirname;
const data = join(process.env.APLOMB_SHARED_DATA ?? join(folder, '../../../../../shared/data'), 'cloudtrail-attack/CloudTrail');
if (!existsSync(data)) process.stderr.write(`NOT TESTED: identity detections on real attacks: ${data} is absent (set APLOMB_SHARED_DATA)\n`);

const all = async (): Promise<NamedDetection[]> =>
  Promise.all(
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'saying.ts')
      .map(async (file) => ({
        id: basename(file, '.ts'),
        detection: ((await import(/* @vite-ignore */ join(folder, file))) as { detection: Detection }).detection,
      })),
  );
const records = (): TrailRecord[] =>
  readdirSync(data)
    .flatMap((file) => (JSON.parse(readFileSync(join(data, file), 'utf8')) as { Records: TrailRecord[] }).Records)
    // The tell-tale name that the test tool gives itself is no evidence.
    .map((record) => readRecord(JSON.stringify({ ...record, userAgent: undefined })))
    .sort((a, b) => timeOf(a) - timeOf(b));

test.skipIf(!existsSync(data))('real attacks on identities are found, with their outcome', async () => {
  const events = records().map((record, n) => ({ n, record }));
  const hits = await detect(await all(), events, { accounts: new Set(['123837392027']) });
  const found = new Map(hits.map(({ rule, attempt }) => [rule, attempt]));
  expect(Object.fromEntries(found)).toMatchObject({
    'windows-passwords-asked-for': true,
    'secrets-read-in-bulk': false,
    'parameters-decrypted-in-bulk': false,
    'console-sign-in-without-second-factor': false,
    'role-opened-to-outsider': false,
    'access-key-for-another-user': false,
    'admin-policy-granted': false,
    'password-for-another-user': false,
    'roles-anywhere-trust-anchor-added': false,
  });
  expect(hits.length).toBeLessThan(40);
  expect(found.has('attack-tools-in-user-agent')).toBe(false);
});
