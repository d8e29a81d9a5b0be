import { createHash, createPublicKey, randomFillSync, verify } from 'node:crypto';
import { closeSync, createReadStream, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clock, interleave, row, value } from './measure.mjs';
import { inTemporary, product } from './workspace.mjs';

export const title = 'Verifying a case against hashing the same files';

/** What a drill leaves: entries of the ledger, bytes of one, items, and the deciles of their sizes. */
const DRILL = { entries: 215, body: 1_100, items: 468, sizes: [200, 217, 300, 500, 600, 732, 900, 1_500, 3_500, 6_800, 194_000] };

export async function bench({ quick }) {
  return inTemporary(async (folder) => {
    const { createCase, verifyCase } = await product('evidence/index.js');
    const big = join(folder, 'big');
    const small = join(folder, 'small');
    await fill(createCase, big, Array(quick ? 6 : 16).fill(16 * 2 ** 20), 4);
    await fill(createCase, small, drillSizes(), DRILL.entries);
    const rows = [];
    for (const [dir, what, limit, runs] of [
      [big, 'a case dominated by bytes', 1.3, quick ? 3 : 9],
      [small, 'a case as a drill leaves it', undefined, quick ? 5 : 15],
    ]) {
      const files = filesOf(dir);
      const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
      const whole = async () => {
        const { problems, evidence } = await verifyCase(dir);
        if (problems.length > 0 || evidence === 0) throw new Error(`the case does not verify: ${JSON.stringify(problems[0])}`);
      };
      const named = `${what} (${files.length} files, ${(bytes / 1e6).toFixed(1)} MB)`;
      const speed = (milliseconds) => bytes / 1e6 / (milliseconds / 1000);
      let pairs;
      for (const [against, plain] of BASELINES) {
        pairs = await interleave(
          runs,
          () => clock(whole),
          () => clock(() => plain(files)),
        );
        rows.push(row(`time to verify ${named}`, ratesOf(pairs, speed), { against, unit: 'MB/s', limit }));
      }
      if (dir !== small) continue;
      const signed = signaturesOf(dir);
      const alone = [];
      for (let i = 0; i < runs; i++)
        alone.push(await clock(() => signed.every(({ data, key, sig }) => verify(null, data, key, sig)) || Promise.reject(new Error('bad signature'))));
      rows.push(
        value('the same case, whole', pairs.ours, { unit: 'ms' }),
        value(`its ${signed.length} Ed25519 signatures alone, on one thread`, alone, { unit: 'ms' }),
      );
    }
    return rows;
  });
}

const ratesOf = (pairs, speed) => ({ ratios: pairs.ratios, ours: pairs.ours.map(speed), baseline: pairs.baseline.map(speed) });

function drillSizes() {
  const { items, sizes } = DRILL;
  return Array.from({ length: items }, (_, index) => {
    const place = (index / (items - 1)) * (sizes.length - 1);
    const [low, high] = [sizes[Math.floor(place)], sizes[Math.ceil(place)]];
    // Few are large: within a decile sizes grow late and steeply.
    return Math.round(low + (high - low) * (place % 1) ** 16);
  });
}

/** A case of random items; `entries` lines in its ledger. */
async function fill(createCase, dir, sizes, entries) {
  const file = createCase(dir, { id: 'bench', title: 'bench', responder: 'bench' });
  const perEntry = Math.ceil(sizes.length / Math.max(1, entries - 2));
  for (let from = 0; from < sizes.length; from += perEntry) {
    const items = [];
    for (const size of sizes.slice(from, from + perEntry)) {
      const stored = await file.store(randomFillSync(Buffer.allocUnsafe(size)));
      items.push({ ...stored, name: 'item', mediaType: 'application/octet-stream', source: { tool: 'bench', time: '2026-01-01T00:00:00.000Z' } });
    }
    file.append('evidence', { items });
  }
  while (file.entries.length < entries) file.append('note', { text: 'x'.repeat(DRILL.body) });
  file.close();
}

const filesOf = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const BASELINES = [
  ['streaming SHA-256 of every file of the case, 1 MiB at a time', streamAll],
  ['the same by blocking reads into one buffer, the fastest plain way', blockAll],
];
async function streamAll(files) {
  for (const file of files) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
    hash.digest('hex');
  }
}

function blockAll(files) {
  const buffer = Buffer.allocUnsafe(2 ** 20);
  for (const file of files) {
    const hash = createHash('sha256');
    const fd = openSync(file, 'r');
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) hash.update(buffer.subarray(0, read));
    closeSync(fd);
    hash.digest('hex');
  }
}

/** As docs/format/ledger.md describes them. */
function signaturesOf(dir) {
  const lines = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(lines[0].body.publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  return lines.map(({ hash, sig }) => ({
    data: Buffer.concat([Buffer.from('aplomb-ledger-v1\n'), Buffer.from(hash, 'hex')]),
    key,
    sig: Buffer.from(sig, 'hex'),
  }));
}
