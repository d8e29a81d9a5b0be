import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import type { FileSystem } from './file-systems.ts';
import { mountImage, mountVolume, VIEWS } from './mount.ts';

const VOLUME = 'vol-0f0f0f0f0f0f0f0f1';
const SNAPSHOT = 'snap-0e0e0e0e0e0e0e0e1';
const at = (type: FileSystem['type'], number = 1): FileSystem => ({ number, offset: 1 << 20, size: 1 << 30, type });

/** Runs the lines in sh where commands only write down how they were called; `broken` ones fail. */
function run(lines: readonly string[], broken: readonly string[] = []): { status: number | null; stderr: string; calls: string[] } {
  const folder = temporaryFolder('mount');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const answers: Record<string, string> = {
    losetup: 'case "$*" in *partscan*) echo /dev/loop7 ;; *) echo /dev/loop8 ;; esac',
    blockdev: 'case "$1" in --getsz) echo 2097152 ;; esac',
    mktemp: 'echo /var/tmp/overlay',
    dmsetup: 'read -r table; echo "table $table" >>"$CALLS"',
    ...Object.fromEntries(['mount', 'mkdir', 'truncate', 'rm', 'blkid', 'vgimportclone', 'vgchange', 'ntfsrecover', 'grep', 'tr'].map((name) => [name, ':'])),
    tr: 'echo ir_group',
    grep: 'exit 0',
  };
  for (const [name, answer] of Object.entries(answers))
    writeFileSync(join(bin, name), `#!/bin/sh\necho "\${0##*/} $*" >>"$CALLS"\n${broken.includes(name) ? 'exit 1' : answer}\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'lines.sh'), lines.join('\n'));
  const ran = spawnSync('/bin/sh', [join(folder, 'lines.sh')], { cwd: folder, env: { PATH: bin, CALLS: calls }, encoding: 'utf8' });
  return { status: ran.status, stderr: ran.stderr, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') };
}
const mounts = (calls: readonly string[]): string[] => calls.filter((call) => call.startsWith('mount '));
const FOLDER = `/mnt/ir-${SNAPSHOT}-1`;
const COPY = `/dev/mapper/ir-${SNAPSHOT}-1`;

describe('mount lines', () => {
  it.each([
    [
      'ext4',
      `mount -t ext4 -o ro,noload,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`,
      `mount -t ext4 -o ro,nodev,noexec,nosuid ${COPY} ${FOLDER}-recovered`,
    ],
    [
      'xfs',
      `mount -t xfs -o ro,norecovery,nouuid,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`,
      `mount -t xfs -o ro,nouuid,nodev,noexec,nosuid ${COPY} ${FOLDER}-recovered`,
    ],
    [
      'ntfs',
      `mount -t ntfs-3g -o ro,norecover,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`,
      `mount -t ntfs-3g -o ro,nodev,noexec,nosuid ${COPY} ${FOLDER}-recovered`,
    ],
  ] as const)('%s: pristine on the disk itself, recovered on an overlay only', (type, pristine, recovered) => {
    const { status, calls } = run(mountImage(SNAPSHOT, [at(type)]));
    expect(status).toBe(0);
    expect(mounts(calls)).toEqual([pristine, recovered]);
    // The disk is read-only from the start, and the overlay's table names it as origin and the file as where writes go.
    expect(calls[0]).toBe(`losetup --find --show --read-only --partscan ${SNAPSHOT}.img`);
    expect(calls).toContain('table 0 2097152 snapshot /dev/loop7p1 /dev/loop8 N 8');
    expect(calls.indexOf(recovered)).toBeGreaterThan(calls.indexOf('table 0 2097152 snapshot /dev/loop7p1 /dev/loop8 N 8'));
  });
  it.each([
    ['ext2', `mount -t ext4 -o ro,noload,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`],
    ['fat', `mount -t vfat -o ro,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`],
    ['btrfs', `mount -t btrfs -o ro,rescue=nologreplay,nodev,noexec,nosuid /dev/loop7p1 ${FOLDER}-pristine`],
  ] as const)('%s has one view', (type, line) => expect(mounts(run(mountImage(SNAPSHOT, [at(type)])).calls)).toEqual([line]));
  it('NTFS falls back to the kernel’s driver', () => {
    const { calls } = run(mountImage(SNAPSHOT, [at('ntfs')]), ['ntfsrecover']);
    expect(mounts(calls).at(-1)).toBe(`mount -t ntfs3 -o ro,nodev,noexec,nosuid ${COPY} ${FOLDER}-recovered`);
  });
  it('LVM gets new names in an overlay, never on the disk', () => {
    const { calls } = run(mountImage(SNAPSHOT, [at('lvm')]));
    expect(calls).toContain('table 0 2097152 snapshot /dev/loop7p1 /dev/loop8 N 8');
    expect(calls).toContain(`vgimportclone --devices=${COPY} --basevgname ir_group ${COPY}`);
    expect(calls).toContain(`vgchange --devices=${COPY} --activate y ir_group`);
    expect(calls.filter((call) => /^(vgimportclone|vgchange).* \/dev\/loop7/.test(call))).toEqual([]);
  });
  it('one file system that fails keeps no other from being mounted, and is not forgotten', () => {
    const { status, calls } = run(mountImage(SNAPSHOT, [at('ext4'), at('xfs', 2)]), ['dmsetup']);
    expect(status).toBe(1);
    expect(mounts(calls).map((call) => call.split(' ').at(-1))).toEqual([`${FOLDER}-pristine`, `/mnt/ir-${SNAPSHOT}-2-pristine`]);
  });
  it('says that an encrypted partition needs its passphrase, and mounts no swap', () => {
    const { stderr, calls } = run(mountImage(SNAPSHOT, [at('luks'), at('swap', 2)]));
    expect([mounts(calls), stderr]).toEqual([[], '/dev/loop7p1: encrypted inside; cryptsetup open --readonly needs its passphrase\n']);
  });
  it('makes the disk read-only before anything is mounted, and finds it by its serial number', () => {
    const lines = mountVolume(VOLUME, '/dev/sdg', [at('ext4', 0)]);
    expect(lines.findIndex((one) => one.includes('blockdev --setro "$node"'))).toBeLessThan(lines.findIndex((one) => one.startsWith('look "$disk"')));
    expect(lines.join('\n')).toContain('nvme-Amazon_Elastic_Block_Store_vol0f0f0f0f0f0f0f0f1');
  });
  it('explains both views in both languages', () => {
    const lines = mountVolume(VOLUME, '/dev/sdg');
    for (const { en, es } of Object.values(VIEWS)) expect(lines).toEqual(expect.arrayContaining([`# ${en}`, `# ${es}`]));
  });
  it.each([
    mountVolume(VOLUME, ''),
    mountVolume(VOLUME, '/dev/xvdba'),
    mountVolume(VOLUME, '/dev/sdg', [at('xfs')]),
    mountImage(SNAPSHOT, [at('ext4'), at('lvm', 2)]),
  ])('are sound shell %#', (...lines) => {
    expect(() => execFileSync('sh', ['-n'], { input: lines.flat().join('\n'), stdio: 'pipe' })).not.toThrow();
  });
  it('touch the disk itself and its partitions, not another one whose name begins the same', () => {
    expect(mountImage(SNAPSHOT, [at('ext4')]).join('\n')).not.toContain('"$disk"*'); // loop1* is loop10 too
  });
  it('take no hostile name', () => {
    expect(() => mountVolume('vol-0; rm -rf /', '/dev/sdf')).toThrow(expect.objectContaining({ code: 'UnsafeName' }));
    expect(() => mountVolume(VOLUME, '/dev/sdf; id')).toThrow(expect.objectContaining({ code: 'UnsafeName' }));
    expect(() => mountImage('snap-0; id', [])).toThrow(expect.objectContaining({ code: 'UnsafeName' }));
  });
});
