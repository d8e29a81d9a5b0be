import { closeSync, createReadStream, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from './content.ts';
import { type DigestFile, readSidecar } from './digest-file.ts';
import type { LogFile } from './logs.ts';
import { digestName } from './names.ts';

/** Beside a digest `x.json.gz`, its object's metadata: `aws s3api head-object ... > x.json.gz.metadata.json`. Copies lose it otherwise. */
export const SIDECAR = '.metadata.json';
const DEEPEST = 40;
const SMALL = 4 << 20;

/** The sidecar of a digest file on disk; undefined when there is none that can be read. */
export async function sidecarOf(file: string): Promise<ReturnType<typeof readSidecar>> {
  try {
    const handle = await open(file + SIDECAR);
    try {
      if ((await handle.stat()).size > 1 << 20) return undefined;
      return readSidecar(await readFile(handle, 'utf8'));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
/** A small file at once, without the round trips through the thread pool that would cost more than its hashing; a large one in pieces. */
function bytesOf(file: string): Bytes {
  const fd = openSync(file, 'r');
  try {
    if (fstatSync(fd).size <= SMALL) return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}
/** A digest on disk, for `validateDigests`. */
export const digestOnDisk = (file: string): DigestFile => ({ file, open: () => bytesOf(file), metadata: () => sidecarOf(file) });
export const logOnDisk = (file: string): LogFile => ({ file, open: () => bytesOf(file) });

/** The digests and log files of a delivery that was copied to a folder. Digests are known by their names or their `CloudTrail-Digest` folder; links are not followed. */
export async function deliveryIn(folder: string): Promise<{ readonly digests: DigestFile[]; readonly logs: LogFile[] }> {
  const [digests, logs]: [DigestFile[], LogFile[]] = [[], []];
  const todo: { readonly dir: string; readonly depth: number }[] = [{ dir: folder, depth: 0 }];
  for (let next = todo.pop(); next; next = todo.pop()) {
    for await (const entry of await opendir(next.dir)) {
      const file = join(next.dir, entry.name);
      if (entry.isDirectory()) {
        if (next.depth < DEEPEST) todo.push({ dir: file, depth: next.depth + 1 });
      } else if (!entry.isFile() || entry.name.endsWith(SIDECAR)) continue;
      else if (!/\.json(?:\.gz)?$/.test(entry.name)) continue;
      else if (digestName(entry.name) || /[/\\]CloudTrail-Digest[/\\]/.test(file)) digests.push(digestOnDisk(file));
      else logs.push(logOnDisk(file));
    }
  }
  return { digests, logs };
}
