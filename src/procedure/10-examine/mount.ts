import { AplombError, type Text, text } from '../../kernel/index.ts';
import type { FileSystem } from './file-systems.ts';

/** The two ways of looking at one disk. Whoever reports a finding says in which of them it was made. */
export const VIEWS: Readonly<Record<'pristine' | 'recovered', Text>> = {
  pristine: text(
    'Pristine view: the disk exactly as it was copied, nothing replayed and nothing written; files newer than the last checkpoint of the journal are not seen here.',
    'Vista intacta: el disco tal como se copió, sin aplicar el diario y sin escribir nada; aquí no se ven los ficheros posteriores al último punto de control del diario.',
  ),
  recovered: text(
    'Recovered view: the journal replayed in an overlay that takes all writes, so that the newest files are seen while the disk itself stays as it was.',
    'Vista recuperada: el diario aplicado en una capa que recibe toda escritura, de modo que se ven los ficheros más nuevos y el disco queda como estaba.',
  ),
};
const NEVER = 'nodev,noexec,nosuid';

/**
 * Shell functions. Pristine options neither write nor replay: on a writable device `-o ro` alone replays the journal and changes the
 * disk. nouuid: a workstation made from the same image has the same UUID. Recovered: the same file systems on a device-mapper
 * snapshot, whose origin is opened for reading only (kernel documentation, device-mapper snapshot; ntfsrecover(8); vgimportclone(8)).
 */
const FUNCTIONS = [
  'failed=0',
  'pristine() { # node folder type',
  '  mkdir -p "$2"',
  '  case "$3" in',
  `    ext2|ext3|ext4) mount -t ext4 -o ro,noload,${NEVER} "$1" "$2" ;;`,
  `    xfs) mount -t xfs -o ro,norecovery,nouuid,${NEVER} "$1" "$2" ;;`,
  `    btrfs) mount -t btrfs -o ro,rescue=nologreplay,${NEVER} "$1" "$2" ;;`,
  `    ntfs) mount -t ntfs-3g -o ro,norecover,${NEVER} "$1" "$2" || mount -t ntfs3 -o ro,${NEVER} "$1" "$2" ;;`,
  `    vfat) mount -t vfat -o ro,${NEVER} "$1" "$2" ;;`,
  '  esac',
  '}',
  'overlay() { # node name: prints a device on which writes go to a file that is already deleted',
  '  cow=$(mktemp /var/tmp/ir-overlay-XXXXXXXX) || return 1',
  '  truncate -s 4G "$cow" && loop=$(losetup --find --show "$cow") || return 1',
  '  rm -f "$cow"',
  '  printf \'0 %s snapshot %s %s N 8\\n\' "$(blockdev --getsz "$1")" "$1" "$loop" | dmsetup create "$2" || return 1',
  '  printf \'/dev/mapper/%s\\n\' "$2"',
  '}',
  'recovered() { # node folder type name',
  '  copy=$(overlay "$1" "$4") || return 1',
  '  mkdir -p "$2"',
  '  case "$3" in',
  `    ext3|ext4) mount -t ext4 -o ro,${NEVER} "$copy" "$2" ;;`,
  `    xfs) mount -t xfs -o ro,nouuid,${NEVER} "$copy" "$2" ;;`,
  `    ntfs) ntfsrecover "$copy" && mount -t ntfs-3g -o ro,${NEVER} "$copy" "$2" || mount -t ntfs3 -o ro,${NEVER} "$copy" "$2" ;;`,
  '  esac',
  '}',
  'views() { # node folder type name',
  '  pristine "$1" "$2-pristine" "$3" || failed=1',
  '  case "$3" in',
  '    ext3|ext4|xfs|ntfs) recovered "$1" "$2-recovered" "$3" "$4" || failed=1 ;;',
  '    btrfs) echo "$1: btrfs is not mounted twice under one UUID; unmount $2-pristine before you look at a replayed copy" >&2 ;;',
  '  esac',
  '}',
  'lvm() { # node folder name: the group gets new names and UUIDs in an overlay, since the workstation may have the same',
  '  copy=$(overlay "$1" "$3") || return 1',
  '  only=; if vgchange --help 2>&1 | grep -q -e --devices; then only="--devices=$copy"; fi',
  '  group=$(printf %s "$3" | tr -c A-Za-z0-9 _)',
  '  vgimportclone $only --basevgname "$group" "$copy" && vgchange $only --activate y "$group" || return 1',
  '  count=0',
  '  for volume in "/dev/$group"/*; do',
  '    if [ -b "$volume" ]; then',
  '      count=$((count+1)); blockdev --setro "$volume"',
  '      views "$volume" "$2-lv$count" "$(blkid -p -o value -s TYPE "$volume" || true)" "$3-lv$count"',
  '    fi',
  '  done',
  '}',
  'look() { # node folder type name',
  '  case "$3" in',
  '    lvm|LVM2_member) lvm "$1" "$2" "$4" || failed=1 ;;',
  '    luks|crypto_LUKS) echo "$1: encrypted inside; cryptsetup open --readonly needs its passphrase" >&2 ;;',
  '    ext2|ext3|ext4|xfs|btrfs|ntfs|vfat) views "$1" "$2" "$3" "$4" ;;',
  '  esac',
  '}',
];

/** Lines (POSIX sh, as root) that mount a working volume read-only on the workstation it is attached to. */
export function mountVolume(volumeId: string, device: string, found?: readonly FileSystem[]): string[] {
  if (!/^vol-[0-9a-f]{8,17}$/.test(volumeId) || !/^(\/dev\/(sd|xvd)[a-z]{1,2})?$/.test(device))
    throw new AplombError('UnsafeName', `${JSON.stringify([volumeId, device])} is no volume id and device name.`, {
      fix: 'Attach the volume under a usual name (/dev/sdf).',
    });
  // On Nitro the name of the attachment means nothing: the serial number is the volume's id.
  const serial = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volumeId.replace('-', '')}`;
  const letter = /([a-z]{1,2})$/.exec(device.replace(/^\/dev\/(sd|xvd)/, ''))?.[1];
  return [
    `# ${volumeId}: read-only on the workstation (run as root, POSIX sh)`,
    ...explained(),
    '(',
    'set -eu',
    'disk=',
    `for path in ${[serial, ...(letter ? [`/dev/xvd${letter}`, `/dev/sd${letter}`] : [])].join(' ')}; do`,
    '  if [ -z "$disk" ] && [ -b "$path" ]; then disk=$(readlink -f "$path"); fi',
    'done',
    `if [ -z "$disk" ]; then echo '${volumeId} is not attached here' >&2; exit 1; fi`,
    ...readOnly(volumeId, found),
    ')',
  ];
}

/** Lines that mount an image file read-only through a loop device. The file is the first argument. */
export const mountImage = (snapshotId: string, found: readonly FileSystem[]): string[] => {
  if (!/^snap-[0-9a-f]{8,17}$/.test(snapshotId)) throw new AplombError('UnsafeName', `${JSON.stringify(snapshotId)} is no snapshot id.`);
  return [
    `# ${snapshotId}: read-only from its image; run as root: sh mount-image.sh ${snapshotId}.img`,
    ...explained(),
    '(',
    'set -eu',
    `image=\${1:-${snapshotId}.img}`,
    'disk=$(losetup --find --show --read-only --partscan "$image")',
    ...readOnly(snapshotId, found),
    ')',
  ];
};

const explained = (): string[] => Object.values(VIEWS).flatMap(({ en, es }) => [`# ${en}`, `# ${es}`]);

function readOnly(id: string, found: readonly FileSystem[] | undefined): string[] {
  return [
    'case "$disk" in *[0-9]) part="$disk"p ;; *) part="$disk" ;; esac',
    '# first: no write reaches the disk, whatever a driver tries',
    'for node in "$disk" "$part"[0-9]*; do',
    '  if [ -b "$node" ]; then blockdev --setro "$node"; fi',
    'done',
    ...FUNCTIONS,
    ...(found ? found.map((one) => known(id, one)) : searched(id)),
    'exit "$failed"',
  ];
}

function known(id: string, { number, type }: FileSystem): string {
  if (type === 'swap' || type === 'unknown') return `# partition ${number}: ${type}, not mounted`;
  const node = number === 0 ? '"$disk"' : `"$part"${number}`;
  return `look ${node} /mnt/ir-${id}-${number} ${type === 'fat' ? 'vfat' : type} ir-${id}-${number}`;
}

/** The file systems are not known yet: blkid looks, without its cache. */
const searched = (id: string): string[] => [
  'n=0',
  'for node in "$disk" "$part"[0-9]*; do',
  '  if [ -b "$node" ]; then',
  `    look "$node" "/mnt/ir-${id}-$n" "$(blkid -p -o value -s TYPE "$node" || true)" "ir-${id}-$n"`,
  '  fi',
  '  n=$((n+1))',
  'done',
];
