import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { utc } from '../kernel/clock.ts';
import { AplombError, EXIT } from '../kernel/error.ts';
import type { Stored } from '../kernel/evidence.ts';
import { fileFault } from './faults.ts';
import { itemPath, layout } from './layout.ts';
import { isSha256 } from './ledger.ts';
import { isGone, readOwner, selfOwner } from './owner.ts';

/**
 * The content-addressed store. Items are first complete in a folder of this process under derived/.incoming, and move to
 * evidence/ab/abcdef... when an entry names them, so that a crash in between leaves no evidence that the ledger does not know.
 */
export interface Store {
  add(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Stored>;
  addSync(data: Uint8Array): Stored;
  has(sha256: string): boolean;
  /** Of these items, the ones that are not in evidence/ yet. */
  waiting(items: readonly string[]): string[];
  /** Moves items into evidence/; all of them or none. Only under the case's lock. */
  place(items: readonly string[]): void;
  /** Takes `place` back, when the entry could not be written. */
  unplace(items: readonly string[]): void;
  pathOf(sha256: string): string;
  load(sha256: string): Promise<Buffer>;
  /** Takes over what processes that died had complete but not named. Only under the case's lock. */
  inherit(): Stored[];
  /** Removes what nobody named. */
  close(): void;
}

const fsync = promisify(fs.fsync);

export function fsyncDir(dir: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
export function writeAll(fd: number, data: Uint8Array): void {
  for (let offset = 0; offset < data.length; ) offset += fs.writeSync(fd, data, offset, data.length - offset);
}

export function openStore(dir: string): Store {
  const places = layout(dir);
  const mine = path.join(places.incoming, randomBytes(6).toString('hex'));
  let made = false;
  const incoming = () => {
    if (!made) {
      fs.mkdirSync(mine, { recursive: true, mode: 0o700 });
      fs.writeFileSync(path.join(mine, 'owner'), JSON.stringify(selfOwner(utc(Date.now()))), { mode: 0o600 });
      made = true;
    }
    return mine;
  };
  const staged = (sha256: string) => path.join(mine, sha256);

  /** A draft that becomes an item under its own hash, or nothing. */
  const begin = () => {
    const draft = path.join(incoming(), `draft-${randomBytes(6).toString('hex')}`);
    const fd = fs.openSync(draft, 'wx', 0o400);
    const hash = createHash('sha256');
    let bytes = 0;
    return {
      write: (chunk: Uint8Array) => {
        writeAll(fd, chunk);
        hash.update(chunk);
        bytes += chunk.length;
      },
      fd,
      /** The content must be on disk before. */
      finish: (): Stored => {
        fs.closeSync(fd);
        const sha256 = hash.digest('hex');
        if (fs.existsSync(itemPath(dir, sha256)) || fs.existsSync(staged(sha256))) fs.rmSync(draft);
        else fs.renameSync(draft, staged(sha256));
        return { sha256, bytes };
      },
      abandon: () => {
        try {
          fs.closeSync(fd);
        } catch {
          // It was closed already.
        }
        fs.rmSync(draft, { force: true });
      },
    };
  };
  const fault = (error: unknown) => fileFault(error, 'store an item of evidence', places.evidence);

  const addSync = (data: Uint8Array): Stored => {
    let draft: ReturnType<typeof begin> | undefined;
    try {
      draft = begin();
      draft.write(data);
      fs.fsyncSync(draft.fd);
      return draft.finish();
    } catch (error) {
      draft?.abandon();
      throw fault(error);
    }
  };
  const add = async (data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Stored> => {
    let draft: ReturnType<typeof begin>;
    try {
      draft = begin();
    } catch (error) {
      throw fault(error);
    }
    try {
      for await (const chunk of data instanceof Uint8Array ? [data] : data) {
        try {
          draft.write(chunk);
        } catch (error) {
          throw fault(error);
        }
      }
    } catch (error) {
      // An error of the source stays the source's own.
      draft.abandon();
      throw error;
    }
    try {
      // On the thread pool: items of requests that run side by side reach the disk side by side.
      await fsync(draft.fd);
      return draft.finish();
    } catch (error) {
      draft.abandon();
      throw fault(error);
    }
  };

  const pathOf = (sha256: string): string => {
    const placed = itemPath(dir, sha256);
    return !fs.existsSync(placed) && fs.existsSync(staged(sha256)) ? staged(sha256) : placed;
  };

  const inherit = (): Stored[] => {
    const items: Stored[] = [];
    for (const entry of listing(places.incoming)) {
      const from = path.join(places.incoming, entry);
      if (from === mine) continue;
      const stat = fs.lstatSync(from, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      const old = Date.now() - stat.mtimeMs > 60_000;
      if (!stat.isDirectory()) {
        if (old) fs.rmSync(from, { force: true });
        continue;
      }
      const owner = readOwner(path.join(from, 'owner'));
      // A folder without a readable owner may be one that is just being made.
      if (owner?.owner ? !isGone(owner.owner) : !old) continue;
      for (const name of listing(from).filter(isSha256)) {
        const item = hashFile(path.join(from, name));
        if (item?.sha256 !== name) continue;
        fs.renameSync(path.join(from, name), path.join(incoming(), name));
        items.push(item);
      }
      fs.rmSync(from, { recursive: true, force: true });
    }
    return items;
  };

  const unplace = (items: readonly string[]) => {
    for (const item of items) fs.renameSync(itemPath(dir, item), path.join(incoming(), item));
  };

  return {
    add,
    addSync,
    pathOf,
    inherit,
    waiting: (items) => items.filter((item) => !fs.existsSync(itemPath(dir, item))),
    has: (sha256) => fs.existsSync(pathOf(sha256)),
    unplace,
    place: (items) => {
      const moved: string[] = [];
      const folders = new Set<string>();
      try {
        for (const item of items) {
          const target = itemPath(dir, item);
          const folder = path.dirname(target);
          if (fs.existsSync(target)) continue;
          if (!fs.existsSync(folder)) {
            fs.mkdirSync(folder, { mode: 0o700 });
            folders.add(places.evidence);
          }
          fs.renameSync(staged(item), target);
          moved.push(item);
          folders.add(folder);
        }
        for (const folder of folders) fsyncDir(folder);
      } catch (error) {
        unplace(moved);
        throw fault(error);
      }
    },
    load: async (sha256) => {
      const file = pathOf(sha256);
      let data: Buffer;
      try {
        data = await fs.promises.readFile(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new AplombError('ItemMissing', `The evidence item ${sha256} is not in ${dir}.`, {
          fix: 'aplomb verify says what else is missing.',
          exit: EXIT.integrity,
        });
      }
      if (createHash('sha256').update(data).digest('hex') !== sha256)
        throw new AplombError('ItemAltered', `The evidence item ${file} no longer has the content it was stored with.`, {
          fix: 'Keep a copy of the folder as it is. aplomb verify says what else was altered.',
          exit: EXIT.integrity,
        });
      return data;
    },
    close: () => {
      if (made) fs.rmSync(mine, { recursive: true, force: true });
      made = false;
    },
  };
}

const listing = (dir: string): string[] => {
  try {
    return fs.readdirSync(dir);
  } catch {
    return [];
  }
};

/** Hash of a plain file, in pieces; undefined when it is not one. */
export function hashFile(file: string): Stored | undefined {
  let fd: number;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    if (!fs.fstatSync(fd).isFile()) return undefined;
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    for (let read = fs.readSync(fd, buffer); read > 0; read = fs.readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    fs.closeSync(fd);
  }
}
