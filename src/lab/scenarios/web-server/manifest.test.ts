import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDisk, PARTITION_OFFSET } from '../../disks-build/build-disk.ts';
import { ext4Tools } from '../../disks-build/ext4.ts';
import { draw } from '../draw.ts';
import { webServerManifest } from './manifest.ts';
import { sampleFacts } from './sample.ts';

const FIXTURE = fileURLToPath(new URL('../../../../fixtures/web-server.sparse.gz', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aplomb-web-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the web server's disk", () => {
  it('carries the traces at their places, some with forged times, and the ready-made disk is the same one', async (test) => {
    const tools = await ext4Tools();
    const ready = join(folder, 'ready.img');
    expect(await buildDisk(webServerManifest(sampleFacts, draw('fixture')), ready, FIXTURE, null)).toMatchObject({ from: 'fixture' });
    expect(statSync(FIXTURE).size).toBeLessThan(8 << 20);
    if (!tools) {
      process.stderr.write('NOT TESTED: e2fsprogs is not installed, so the ready-made disk is not compared with its manifest.\n');
      return test.skip();
    }
    const built = join(folder, 'built.img');
    await buildDisk(webServerManifest(sampleFacts, draw('fixture')), built, FIXTURE);
    const stale = 'run scripts/make-fixture-disk.mjs: the ready-made disk is not the one the manifest gives';
    expect(readFileSync(built).equals(readFileSync(ready)), stale).toBe(true);
    expect(statSync(built).blocks * 512).toBeLessThan(64 << 20);

    const debugfs = (request: string) =>
      execFileSync(tools.debugfs, ['-R', request, `${built}?offset=${PARTITION_OFFSET}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(debugfs('cat /etc/cron.d/apt-xapian')).toContain('kworkerd');
    expect(debugfs('cat /home/ubuntu/.ssh/authorized_keys').trim().split('\n')).toHaveLength(2);
    expect(debugfs('cat /var/log/auth.log')).toContain('Accepted publickey for ubuntu from 192.0.2.44');
    expect(debugfs('cat /var/log/nginx/access.log')).toContain('/uploads/.thumb-0000.php?c=id');
    expect(debugfs('cat /var/www/harbour/uploads/.thumb-0000.php')).toContain('stands in for malware');
    expect(debugfs('ls /tmp')).not.toMatch(/ \.s /);
    const stat = debugfs('stat /usr/lib/kworkerd/kworkerd');
    const seconds = (field: string) => Number.parseInt(new RegExp(`^ *${field}: 0x([0-9a-f]+)`, 'm').exec(stat)![1]!, 16);
    expect(seconds('mtime') * 1000).toBeLessThan(Date.UTC(2024, 0, 1));
    expect(seconds('crtime') * 1000).toBeGreaterThan(sampleFacts.times.restarted);
    execFileSync(tools.mke2fs.replace(/mke2fs$/, 'e2fsck'), ['-fn', `${built}?offset=${PARTITION_OFFSET}`], { stdio: 'ignore' });
  });
  it('differs with the seed', () => {
    const one = webServerManifest(sampleFacts, draw('one'));
    const two = webServerManifest(sampleFacts, draw('two'));
    expect(one.uuids).not.toEqual(two.uuids);
    expect(one.entries.length).toBe(two.entries.length);
  });
});
