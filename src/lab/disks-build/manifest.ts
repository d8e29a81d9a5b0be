/** What lies on a disk, as data. Paths are absolute, written by us (letters, digits, `._-@+`), parents come before children. */
export interface DiskEntry {
  path: string;
  kind: 'directory' | 'file' | 'link';
  /** Files: the content. Links: the target. */
  content?: string | Uint8Array;
  /** Permission bits, set-user-id included. Default 0755 for directories, 0644 for files. */
  mode?: number;
  /** Numeric user and group. Default 0:0. */
  owner?: [number, number];
  times: Times;
  /** Written and then removed again: its blocks stay on the disk, its name is gone. */
  deleted?: boolean;
}
/** Epoch milliseconds. A whole second is stored without a nanosecond part, as `touch -d` leaves it. */
export interface Times {
  born: number;
  modified: number;
  changed: number;
  accessed: number;
}
export interface DiskManifest {
  label: string;
  /** Size of the disk image in bytes. The volume it lies on may be larger. */
  bytes: number;
  /** UUIDs: of the disk, the partition, the file system, and the seed of its directory hashes. */
  uuids: { disk: string; partition: string; filesystem: string; hash: string };
  /** When the file system was made and when it was last written to, epoch milliseconds. */
  made: number;
  written: number;
  entries: DiskEntry[];
}

/** All four times at one instant. */
export const at = (time: number): Times => ({ born: time, modified: time, changed: time, accessed: time });

/** Puts in the directories that `entries` take for granted, and sorts parents before children. */
export function withParents(entries: readonly DiskEntry[], time: number): DiskEntry[] {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    const parts = path.split('/').slice(1, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const parent = `/${parts.slice(0, depth).join('/')}`;
      if (!known.has(parent)) known.set(parent, { path: parent, kind: 'directory', times: at(time) });
    }
  }
  return [...known.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
