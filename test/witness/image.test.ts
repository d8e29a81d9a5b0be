import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { aplomb, type Responder, told } from './responder.ts';

const folder = mkdtempSync(join(tmpdir(), 'aplomb-image-'));
const disks = join(folder, 'disks');
let lab: LabProcess;
beforeAll(async () => {
  const built = new URL('../../dist/cli/lab-process.js', import.meta.url).href;
  const { startLabProcess } = (await import(built)) as typeof import('../../src/cli/lab-process.ts');
  mkdirSync(disks);
  lab = await startLabProcess(
    { scenario: 'key-leak', seed: 'image', disks, speed: 6000, settings: { faults: [] } },
    { env: process.env, log: () => undefined },
  );
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

/** SHA-256 of the disk as a volume of `size` bytes shows it: what the file does not reach is zeros. */
function hashAs(file: string, size: number): string {
  const hash = createHash('sha256');
  const fd = openSync(file, 'r');
  const buffer = Buffer.alloc(1 << 20);
  let left = size;
  for (let at = 0; at < fstatSync(fd).size && left > 0; ) {
    const count = readSync(fd, buffer, 0, Math.min(buffer.length, left), at);
    hash.update(buffer.subarray(0, count));
    at += count;
    left -= count;
  }
  closeSync(fd);
  buffer.fill(0);
  for (; left > 0; left -= Math.min(buffer.length, left)) hash.update(buffer.subarray(0, Math.min(buffer.length, left)));
  return hash.digest('hex');
}

it('reads the snapshot into an image that equals the disk behind it, block for block', async () => {
  const { briefing } = lab;
  const { accessKeyId, secretAccessKey, region } = briefing.responder;
  const who: Responder = { endpoint: lab.url, accessKeyId, secretAccessKey, region, dir: folder };
  const dir = join(folder, 'case');
  for (const args of [
    ['open', '--from', briefing.webServer.publicIp],
    ['snapshot', '--yes'],
    ['examine', '--no-attach', '--yes'],
  ]) {
    const ran = await aplomb(args, who);
    expect(ran.exit, JSON.stringify(told(ran))).toBe(0);
  }

  const truth = await lab.control('GET', 'truth');
  const world = await lab.control('GET', 'save');
  const [server] = truth.instances;
  const root = world.accounts[server.account].regions[server.region].tables.volumes[server.rootVolume];
  const entries = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const items = entries.filter((entry) => entry.kind === 'evidence').flatMap((entry) => entry.body.items);
  const described = items.find((item: { name: string }) => /^snap-.*-image\.json$/.test(item.name));
  const stored = (sha256: string): string => readFileSync(join(dir, 'evidence', sha256.slice(0, 2), sha256), 'utf8');
  const image = JSON.parse(stored(described.sha256));
  const path = join(dir, 'derived', `${described.name.replace('-image.json', '')}.img`);

  const size = root.size * 2 ** 30;
  const source = hashAs(join(disks, root.disk.file), size);
  expect(hashAs(path, size)).toBe(source);
  expect(JSON.stringify(image)).toContain(source);

  // The fingerprint is SHA-256 over the block checksums in the order of their indexes; recomputed here from the kept list.
  const blocks = items.find((item: { name: string }) => /-blocks\.jsonl$/.test(item.name));
  const linear = createHash('sha256');
  for (const line of stored(blocks.sha256).trim().split('\n')) {
    const { sha256 } = JSON.parse(line);
    if (sha256) linear.update(Buffer.from(sha256, 'hex'));
  }
  expect(JSON.stringify(image)).toContain(linear.digest('hex'));

  // An independent reader of the image.
  if (!sleuthKit()) {
    if (process.env.APLOMB_WITNESS_REQUIRED === '1') throw new Error('The Sleuth Kit is required here and not installed.');
    console.warn('NOT TESTED: The Sleuth Kit is not installed, so no independent tool has read the image.');
  } else {
    const table = execFileSync('mmls', [path], { encoding: 'utf8' });
    const offset = /^\d+:\s+\d+\s+0*(\d+)\s+\d+\s+\d+\s+.*(root|linux|filesystem|cloudimg)/im.exec(table)?.[1];
    expect(offset, table).toBeDefined();
    expect(execFileSync('fls', ['-r', '-p', '-o', offset!, path], { encoding: 'utf8', maxBuffer: 1 << 26 })).toMatch(/etc\/passwd/);
  }
}, 120_000);

function sleuthKit(): boolean {
  try {
    execFileSync('fls', ['-V']);
    return true;
  } catch {
    return false;
  }
}
