import { createHash } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AplombError, type ListedObject, OBJECT_LIMIT, type ObjectSource, type ReadObject, type ReadOptions, utc } from '../../kernel/index.ts';

/** A folder read as if it were a bucket. Keys are paths below it. Links are not followed: they could lead out of it, or round in circles. */
export function folderSource(root: string, onSkipped: (key: string, why: string) => void = () => {}): ObjectSource {
  const pathOf = (key: string): string => {
    if (key.startsWith('/') || key.split('/').includes('..') || key.includes('\0'))
      throw new AplombError('InvalidKey', `${JSON.stringify(key.slice(0, 200))} leads out of the folder.`);
    return join(root, ...key.split('/'));
  };
  const listed = (key: string, stat: Stats): ListedObject => ({
    key,
    bytes: stat.size,
    etag: `${stat.size.toString(16)}-${Math.round(stat.mtimeMs).toString(16)}`,
    modified: utc(Math.round(stat.mtimeMs)),
  });
  /** Names of one folder as S3 would order them: a folder's counts with its slash. */
  const level = async (folder: string): Promise<{ key: string; isFolder: boolean }[]> => {
    let entries: Dirent[];
    try {
      entries = await readdir(folder === '' ? root : pathOf(folder), { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
      throw error;
    }
    const rows: { key: string; isFolder: boolean; bytes: Buffer }[] = [];
    for (const entry of entries) {
      const key = `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      if (entry.isDirectory() || entry.isFile()) rows.push({ key, isFolder: entry.isDirectory(), bytes: Buffer.from(key) });
      else onSkipped(key, entry.isSymbolicLink() ? 'a link' : 'no regular file');
    }
    return rows.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  };
  async function* walk(folder: string, prefix: string, after: string): AsyncGenerator<ListedObject> {
    for (const { key, isFolder } of await level(folder)) {
      if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) continue;
      // A folder all of whose keys come before is not opened.
      if (isFolder ? key < after && !after.startsWith(key) : key <= after) continue;
      if (isFolder) yield* walk(key, prefix, after);
      else yield listed(key, await lstat(pathOf(key)));
    }
  }
  return {
    name: root,
    list: (prefix, options = {}) => walk(parentOf(prefix), prefix, options.after ?? ''),
    async *folders(prefix) {
      for (const { key, isFolder } of await level(parentOf(prefix))) {
        if (!key.startsWith(prefix) || key === prefix) continue;
        if (isFolder) yield { folder: key };
        else yield listed(key, await lstat(pathOf(key)));
      }
    },
    async read(key, { etag, limit = OBJECT_LIMIT }: ReadOptions = {}): Promise<ReadObject> {
      const handle = await open(pathOf(key), 'r');
      try {
        const stat = await handle.stat();
        if (!stat.isFile()) throw new AplombError('InvalidKey', `${key} is no file.`);
        if (stat.size > limit) throw tooLarge(key, stat.size, limit);
        const at = listed(key, stat);
        if (etag !== undefined && etag !== at.etag) throw changed(key);
        const data = await handle.readFile();
        return { ...at, bytes: data.length, data, sha256: createHash('sha256').update(data).digest('hex'), metadata: {} };
      } finally {
        await handle.close();
      }
    },
    metadata: async (key) => ({ ...listed(key, await lstat(pathOf(key))), metadata: {} }),
  };
}
const parentOf = (prefix: string): string => prefix.slice(0, prefix.lastIndexOf('/') + 1);
const tooLarge = (key: string, bytes: number, limit: number): AplombError =>
  new AplombError('TooLarge', `${key} has ${bytes} bytes; more than ${limit} are not read.`, { fix: 'If it is wanted, raise the limit.' });
const changed = (key: string): AplombError =>
  new AplombError('ObjectChanged', `${key} is not the one that was listed: it has changed since.`, { fix: 'List it again.' });
