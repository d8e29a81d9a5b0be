import { execFile } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AplombError } from '../../kernel/index.ts';
import { type DiskEntry, type DiskManifest, withParents } from './manifest.ts';

const run = promisify(execFile);

/** Our own mke2fs.conf: the file system must not depend on the host's defaults. */
const CONFIG = `[defaults]
	base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
	default_mntopts = acl,user_xattr
	enable_periodic_fsck = 0
	blocksize = 4096
	inode_size = 256
	inode_ratio = 16384
[fs_types]
	ext4 = {
		features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
	}
	small = {
		blocksize = 4096
	}
`;

export interface Ext4Tools {
  mke2fs: string;
  debugfs: string;
}
/** Where e2fsprogs is installed, or undefined. System folders are searched too: they are often missing from a user's PATH. */
export async function ext4Tools(): Promise<Ext4Tools | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin', '/opt/homebrew/opt/e2fsprogs/sbin'].filter(Boolean);
  const find = async (name: string): Promise<string | undefined> => {
    for (const folder of folders) {
      const path = join(folder, name);
      if (
        await access(path, 1).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
    return undefined;
  };
  const [mke2fs, debugfs] = await Promise.all([find('mke2fs'), find('debugfs')]);
  return mke2fs && debugfs ? { mke2fs, debugfs } : undefined;
}

const SAFE = /^\/[A-Za-z0-9._@+/-]*$/;
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
/** The *_extra field: nanoseconds above two epoch bits (ext4 on-disk format, "Inode Timestamps"). The part below a millisecond is derived, so that it is not zero. */
const extra = (milliseconds: number): number => {
  const ms = ((milliseconds % 1000) + 1000) % 1000;
  return ms === 0 ? 0 : (Math.floor(ms) * 1_000_000 + ((seconds(milliseconds) * 7919) % 999_983)) << 2;
};

function commands(entry: DiskEntry, payload: string | undefined): string[] {
  if (!SAFE.test(entry.path)) throw new TypeError(`not a path a manifest may hold: ${JSON.stringify(entry.path)}`);
  const cut = entry.path.lastIndexOf('/');
  const lines = [`cd ${entry.path.slice(0, cut) || '/'}`];
  const name = entry.path.slice(cut + 1);
  if (entry.kind === 'directory') lines.push(`mkdir ${name}`);
  else if (entry.kind === 'file') lines.push(`write ${payload} ${name}`);
  else lines.push(`symlink ${name} ${entry.content}`);
  const type = { directory: 0o040000, file: 0o100000, link: 0o120000 }[entry.kind];
  const mode = entry.mode ?? { directory: 0o755, file: 0o644, link: 0o777 }[entry.kind];
  const [uid, gid] = entry.owner ?? [0, 0];
  lines.push(`sif ${name} mode 0${(type | mode).toString(8)}`, `sif ${name} uid ${uid}`, `sif ${name} gid ${gid}`);
  return lines;
}
/** Times go last: making a child touches its directory. */
function timeCommands(entry: DiskEntry): string[] {
  const fields = { crtime: entry.times.born, mtime: entry.times.modified, ctime: entry.times.changed, atime: entry.times.accessed };
  return Object.entries(fields).flatMap(([field, time]) => [
    `sif ${entry.path} ${field} @${seconds(time)}`,
    `sif ${entry.path} ${field}_extra ${extra(time) >>> 0}`,
  ]);
}

/**
 * Makes an ext4 file system with the manifest's entries inside `file`, starting at byte `offset`. Same manifest, same bytes:
 * UUIDs and times are given, entries are written one by one in order. The file stays sparse.
 * @throws AplombError `DiskNotBuilt` with what mke2fs or debugfs said.
 */
export async function makeExt4(tools: Ext4Tools, file: string, offset: number, bytes: number, manifest: DiskManifest): Promise<void> {
  const image = resolve(file);
  const work = await mkdtemp(join(tmpdir(), 'aplomb-disk-'));
  const tool = async (path: string, args: string[], time: number): Promise<void> => {
    const env = { LC_ALL: 'C', TZ: 'UTC', MKE2FS_CONFIG: join(work, 'mke2fs.conf'), E2FSPROGS_FAKE_TIME: String(seconds(time)) };
    const failed = (why: string) =>
      new AplombError('DiskNotBuilt', `${path} could not build the lab's disk: ${why}`, {
        fix: 'Check free space in the temporary folder, or hide mke2fs from PATH to use the ready-made disk.',
      });
    const { stderr } = await run(path, args, { env, cwd: work, maxBuffer: 64 << 20 }).catch((error) => {
      throw failed(String(error.stderr || error.message).trim());
    });
    // debugfs ends with 0 whatever happens: anything on stderr but its banner is a failure.
    const complaint = stderr.split('\n').filter((line) => line && !/^(debugfs|mke2fs) \d/.test(line));
    if (complaint.length > 0) throw failed(complaint.slice(0, 3).join('; '));
  };
  try {
    const entries = withParents(manifest.entries, manifest.made);
    await writeFile(join(work, 'mke2fs.conf'), CONFIG);
    const script: string[] = [];
    const payloads: Promise<void>[] = [];
    entries.forEach((entry, index) => {
      if (entry.kind === 'file') payloads.push(writeFile(join(work, `p${index}`), entry.content ?? ''));
      script.push(...commands(entry, `p${index}`));
    });
    script.push('cd /');
    // Removals come after all writing, so that nothing reuses the freed blocks.
    for (const entry of entries) if (entry.deleted) script.push(`rm ${entry.path}`);
    for (const entry of [...entries].reverse()) if (!entry.deleted) script.push(...timeCommands(entry));
    await Promise.all([...payloads, writeFile(join(work, 'script'), `${script.join('\n')}\n`)]);
    const { filesystem, hash } = manifest.uuids;
    const options = `hash_seed=${hash},offset=${offset},lazy_itable_init=1,lazy_journal_init=1,nodiscard`;
    await tool(
      tools.mke2fs,
      ['-q', '-F', '-t', 'ext4', '-L', manifest.label, '-U', filesystem, '-E', options, image, `${Math.floor(bytes / 1024)}k`],
      manifest.made,
    );
    await tool(tools.debugfs, ['-w', '-f', 'script', `${image}?offset=${offset}`], manifest.written);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
