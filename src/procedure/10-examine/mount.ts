import { AplombError } from '../../kernel/index.ts';
import type { FileSystem } from './file-systems.ts';

/**
 * Mount options that neither write nor replay: on a writable device `-o ro` alone replays the journal and changes the disk.
 * What was not checkpointed stays hidden this way: newest files are seen in a replayed copy only.
 */
const HOW: Record<FileSystem['type'], { type: string; options: string } | undefined> = {
  ext2: { type: 'ext4', options: 'ro,noload' },
  ext3: { type: 'ext4', options: 'ro,noload' },
  ext4: { type: 'ext4', options: 'ro,noload' },
  // nouuid: a workstation made from the same image has the same UUID.
  xfs: { type: 'xfs', options: 'ro,norecovery,nouuid' },
  btrfs: { type: 'btrfs', options: 'ro,rescue=nologreplay' },
  ntfs: { type: 'ntfs-3g', options: 'ro,norecover' },
  fat: { type: 'vfat', options: 'ro' },
  lvm: undefined,
  luks: undefined,
  swap: undefined,
  unknown: undefined,
};
const NEVER = 'nodev,noexec,nosuid';

/** Lines (POSIX sh, as root) that mount a working volume read-only on the workstation it is attached to. */
export function mountVolume(volumeId: string, device: string, found?: readonly FileSystem[]): string[] {
  if (!/^vol-[0-9a-f]{8,17}$/.test(volumeId) || !/^(\/dev\/(sd|xvd)[a-z]{1,2})?$/.test(device))
    throw new AplombError('UnsafeName', `${JSON.stringify([volumeId, device])} is no volume id and device name.`, {
      fix: 'Attach the volume under a usual name (/dev/sdf).',
    });
  const serial = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volumeId.replace('-', '')}`;
  const letter = /([a-z]{1,2})$/.exec(device.replace(/^\/dev\/(sd|xvd)/, ''))?.[1];
  return [
    `# ${volumeId}: read-only on the workstation (run as root, POSIX sh)`,
    '(',
    'set -eu',
    'disk=',
    `for path in ${[serial, ...(letter ? [`/dev/xvd${letter}`, `/dev/sd${letter}`] : [])].join(' ')}; do`,
    '  if [ -z "$disk" ] && [ -b "$path" ]; then disk=$(readlink -f "$path"); fi',
    'done',
    `if [ -z "$disk" ]; then echo '${volumeId} is not attached here' >&2; exit 1; fi`,
    ...readOnly(`/mnt/ir-${volumeId}`, found),
    ')',
  ];
}

/** Lines that mount an image file read-only through a loop device. The file is the first argument. */
export const mountImage = (snapshotId: string, found: readonly FileSystem[]): string[] => {
  if (!/^snap-[0-9a-f]{8,17}$/.test(snapshotId)) throw new AplombError('UnsafeName', `${JSON.stringify(snapshotId)} is no snapshot id.`);
  return [
    `# ${snapshotId}: read-only from its image; run as root: sh mount-image.sh ${snapshotId}.img`,
    '(',
    'set -eu',
    `image=\${1:-${snapshotId}.img}`,
    'disk=$(losetup --find --show --read-only --partscan "$image")',
    ...readOnly(`/mnt/ir-${snapshotId}`, found),
    ')',
  ];
};

function readOnly(folder: string, found: readonly FileSystem[] | undefined): string[] {
  return [
    'case "$disk" in *[0-9]) part="$disk"p ;; *) part="$disk" ;; esac',
    '# first: no write reaches the disk, whatever a driver tries',
    'for node in "$disk" "$part"[0-9]*; do',
    '  if [ -b "$node" ]; then blockdev --setro "$node"; fi',
    'done',
    ...(found ? found.flatMap((one) => known(folder, one)) : searched(folder)),
  ];
}

function known(folder: string, { number, type }: FileSystem): string[] {
  const how = HOW[type];
  const node = number === 0 ? '"$disk"' : `"$part"${number}`;
  if (!how) return [`# partition ${number}: ${type}, not mounted`];
  return [`mkdir -p ${folder}-${number}`, `mount -t ${how.type} -o ${how.options},${NEVER} ${node} ${folder}-${number}`];
}

/** The file systems are not known yet: blkid looks, without its cache. */
function searched(folder: string): string[] {
  const kinds = Object.entries(HOW).flatMap(([kind, how]) => (how ? [[kind === 'fat' ? 'vfat' : kind, how] as const] : []));
  return [
    'n=0',
    'for node in "$disk" "$part"[0-9]*; do',
    '  if [ -b "$node" ]; then',
    '    case "$(blkid -p -o value -s TYPE "$node" || true)" in',
    ...kinds.map(([kind, how]) => `      ${kind}) mkdir -p ${folder}-$n; mount -t ${how.type} -o ${how.options},${NEVER} "$node" ${folder}-$n ;;`),
    '    esac',
    '  fi',
    '  n=$((n+1))',
    'done',
  ];
}
