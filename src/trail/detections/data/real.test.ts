import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Detection } from '../../detection.ts';
import { readRecord, type TrailRecord, timeOf } from '../../event.ts';
import { detect, type NamedDetection } from '../run.ts';

const folder = join(import.meta.dirname, '..');
const data = join(process.env.APLOMB_SHARED_DATA ?? join(folder, '../../../../shared/data'), 'cloudtrail-attack/CloudTrail');
if (!existsSync(data)) process.stderr.write(`NOT TESTED: detections on real attacks: ${data} is absent (set APLOMB_SHARED_DATA)\n`);

const TOPICS = ['blinding', 'compute', 'data', 'discovery', 'impact', 'network'];
const all = async (): Promise<NamedDetection[]> => {
  const files = TOPICS.flatMap((topic) => readdirSync(join(folder, topic)).map((file) => join(folder, topic, file))).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && /^export const detection\b/m.test(readFileSync(file, 'utf8')),
  );
  return Promise.all(
    files.map(async (file) => ({ id: basename(file, '.ts'), detection: ((await import(/* @vite-ignore */ file)) as { detection: Detection }).detection })),
  );
};
const records = (): TrailRecord[] =>
  readdirSync(data)
    .flatMap((file) => (JSON.parse(readFileSync(join(data, file), 'utf8')) as { Records: TrailRecord[] }).Records)
    // The tell-tale name that the test tool gives itself is no evidence.
    .map((record) => readRecord(JSON.stringify({ ...record, userAgent: /stratus/.test(String(record.userAgent)) ? 'aws-sdk-go-v2/1.17.0' : record.userAgent })))
    .sort((a, b) => timeOf(a) - timeOf(b));

test.skipIf(!existsSync(data))('real attacks are found, with their outcome', async () => {
  const hits = await detect(
    await all(),
    records().map((record, n) => ({ n, record })),
    { accounts: new Set(['123837392027']) },
  );
  const found: Record<string, boolean> = {};
  for (const { rule, attempt } of hits) found[rule] = attempt && found[rule] !== false;
  expect(found).toMatchObject({
    'trail-selectors-blinded': false,
    'bucket-expiry-short': false,
    'trail-logging-stopped': true,
    'organization-left': true,
    'flow-logs-deleted': false,
    'user-data-read-in-bulk': true,
    'command-run-on-machines': false,
    'gpu-machines-asked-for': true,
    'admin-port-opened-to-world': false,
    'image-shared-outside': false,
    'snapshot-shared-outside': false,
    'database-snapshot-shared-outside': false,
    'bucket-policy-opened-outside': false,
    'function-opened-outside': false,
    'function-code-overwritten': false,
    'trail-deleted': false,
    'log-group-deleted': false,
    'identities-dumped': false,
  });
  // Terraform's set-up and tear-down around the attacks gives the rest.
  expect(hits.length).toBeLessThan(45);
});
