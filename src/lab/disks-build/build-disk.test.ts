import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDisk, PARTITION_OFFSET } from './build-disk.ts';
import { type Ext4Tools, ext4Tools } from './ext4.ts';
import { at, type DiskManifest } from './manifest.ts';
import { packSparse } from './sparse.ts';

const MADE = Date.UTC(2026, 0, 5);
const manifest: DiskManifest = {
  label: 'test-root',
  bytes: 64 << 20,
  uuids: {
    disk: '11111111-1111-4111-a111-111111111111',
    partition: '22222222-2222-4222-a222-222222222222',
    filesystem: '33333333-3333-4333-a333-333333333333',
    hash: '44444444-4444-4444-a444-444444444444',
  },
  made: MADE,
  written: MADE + 86_400_000,
  entries: [
    { path: '/etc/hostname', kind: 'file', content: 'web\n', times: at(MADE + 1_234) },
    {
      path: '/usr/bin/tool',
      kind: 'file',
      content: Buffer.alloc(300_000, 7),
      mode: 0o4755,
      owner: [1000, 33],
      times: { born: MADE + 5_000, modified: Date.UTC(2023, 2, 3), changed: MADE + 6_000, accessed: MADE + 7_000 },
    },
    { path: '/etc/link', kind: 'link', content: '../usr/bin/tool', times: at(MADE) },
    { path: '/tmp/.gone', kind: 'file', content: 'the words of a removed file', times: at(MADE), deleted: true },
  ],
};

let folder: string;
let tools: Ext4Tools | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aplomb-disk-test-'));
  tools = await ext4Tools();
  if (!tools) process.stderr.write('NOT TESTED: e2fsprogs is not installed, so no disk is built from a manifest here.\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('a disk built from a manifest', () => {
  it('is a valid file system holding exactly what the manifest says, sparse, and the same bytes every time', async (test) => {
    if (!tools) return test.skip();
    const one = join(folder, 'one.img');
    const two = join(folder, 'two.img');
    expect(await buildDisk(manifest, one, 'unused')).toEqual({ file: one, from: 'manifest' });
    await buildDisk(manifest, two, 'unused');
    expect(sha256(one)).toBe(sha256(two));
    expect(statSync(one).size).toBe(manifest.bytes);
    expect(statSync(one).blocks * 512).toBeLessThan(4 << 20);

    const debugfs = (request: string) =>
      execFileSync(tools!.debugfs, ['-R', request, `${one}?offset=${PARTITION_OFFSET}`], { encoding: 'utf8', env: { TZ: 'UTC', LC_ALL: 'C' } });
    expect(debugfs('cat /etc/hostname')).toBe('web\n');
    const stat = debugfs('stat /usr/bin/tool');
    expect(stat).toMatch(/Mode:\s+04755/);
    expect(stat).toMatch(/User:\s+1000\s+Group:\s+33/);
    const hex = (time: number) => `0x${(time / 1000).toString(16)}`;
    expect(stat).toContain(`mtime: ${hex(Date.UTC(2023, 2, 3))}:00000000`);
    expect(stat).toContain(`crtime: ${hex(MADE + 5_000)}`);
    expect(debugfs('stat /etc/hostname')).toMatch(new RegExp(`mtime: ${hex(MADE + 1_000)}:[0-9a-f]*[1-9a-f]`));
    expect(debugfs('stat /etc/link')).toContain('Fast link dest: "../usr/bin/tool"');
    expect(debugfs('ls /tmp')).not.toContain('.gone');
    expect(readFileSync(one).includes('the words of a removed file')).toBe(true);
    execFileSync(tools.mke2fs.replace('mke2fs', 'e2fsck'), ['-fn', `${one}?offset=${PARTITION_OFFSET}`], { stdio: 'ignore' });
  });

  it('carries both copies of a GUID partition table whose checksums hold', async (test) => {
    if (!tools) return test.skip();
    const file = join(folder, 'gpt.img');
    await buildDisk(manifest, file, 'unused');
    const image = readFileSync(file);
    expect(image.readUInt16LE(510)).toBe(0xaa55);
    for (const offset of [512, image.length - 512]) {
      const header = Buffer.from(image.subarray(offset, offset + 92));
      expect(header.toString('latin1', 0, 8)).toBe('EFI PART');
      const sum = header.readUInt32LE(16);
      header.writeUInt32LE(0, 16);
      expect(crc32(header)).toBe(sum);
      expect(Number(header.readBigUInt64LE(24)) * 512).toBe(offset);
      const table = Number(header.readBigUInt64LE(72)) * 512;
      expect(crc32(image.subarray(table, table + 128 * 128))).toBe(header.readUInt32LE(88));
      expect(Number(image.readBigUInt64LE(table + 32)) * 512).toBe(PARTITION_OFFSET);
    }
  });

  it('refuses a path that could be read as another command', async (test) => {
    if (!tools) return test.skip();
    const bad = { ...manifest, entries: [{ path: '/etc/x\nrm hostname', kind: 'file' as const, content: '', times: at(MADE) }] };
    await expect(buildDisk(bad, join(folder, 'bad.img'), 'unused')).rejects.toThrow(TypeError);
  });

  it('says what the tool said when it cannot build', async (test) => {
    if (!tools) return test.skip();
    const tiny = { ...manifest, bytes: 5 << 20 };
    await expect(buildDisk(tiny, join(folder, 'tiny.img'), 'unused')).rejects.toMatchObject({ code: 'DiskNotBuilt' });
  });
});

describe('the packed form', () => {
  it('unfolds to the same bytes without e2fsprogs', async () => {
    const raw = Buffer.alloc(3 << 20);
    raw.write('head', 0);
    raw.write('middle', (1 << 20) + 8_192);
    raw.write('tail', raw.length - 4);
    const source = join(folder, 'source.img');
    writeFileSync(source, raw);
    const packed = join(folder, 'packed.gz');
    writeFileSync(packed, await packSparse(source));
    const target = join(folder, 'target.img');
    expect(await buildDisk(manifest, target, packed, null)).toEqual({ file: target, from: 'fixture' });
    expect(readFileSync(target).equals(raw)).toBe(true);
    writeFileSync(packed, readFileSync(packed).subarray(0, -20));
    await expect(buildDisk(manifest, target, packed, null)).rejects.toThrow();
  });
});
