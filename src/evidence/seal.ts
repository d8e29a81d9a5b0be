import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AplombError, EXIT } from '../kernel/error.ts';
import type { CaseFile } from '../kernel/evidence.ts';
import { fileFault } from './faults.ts';
import { evidenceItems } from './items.ts';
import { layout } from './layout.ts';
import { headOf, isSha256, lineOf } from './ledger.ts';

/** One file of a case as it stood at one entry of its ledger. */
export interface SealedFile {
  /** Inside the case, with slashes: `evidence/ab/ab...`. Made of checked hashes only, never of names from the ledger. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The first bytes of a file that grows (ledger.jsonl); whole files otherwise. */
  readonly grows?: boolean;
  /** The content itself, where it is made for the copy: head.json as it was at that entry. */
  readonly text?: string;
}
export interface Seal {
  readonly id: string;
  readonly head: { readonly seq: number; readonly hash: string };
  /** The evidence first, then what names it, and the head last: a copy that was cut off is never a case that looks whole. */
  readonly files: readonly SealedFile[];
  readonly bytes: number;
}
const digest = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * A case frozen at its last entry: what is written from here on belongs to the next copy. Nothing is read but the ledger.
 * @param file opened for work or for reading
 */
export function sealOf(file: Pick<CaseFile, 'dir' | 'info' | 'entries' | 'pathOf'>): Seal {
  const { entries } = file;
  const last = entries.at(-1)!;
  const ledger = createHash('sha256');
  let length = 0;
  for (const entry of entries) {
    const line = lineOf(entry);
    ledger.update(line);
    length += line.length;
  }
  const items = new Map<string, SealedFile>();
  for (const { sha256, bytes, optional } of evidenceItems(entries)) {
    if (!isSha256(sha256) || items.has(sha256) || (optional && !fs.existsSync(file.pathOf(sha256)))) continue;
    items.set(sha256, { path: `evidence/${sha256.slice(0, 2)}/${sha256}`, bytes, sha256 });
  }
  const opening = lineOf(entries[0]!);
  const head = headOf(last);
  const files: SealedFile[] = [
    ...[...items.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    { path: 'case.json', bytes: opening.length, sha256: digest(opening) },
    { path: 'ledger.jsonl', bytes: length, sha256: ledger.digest('hex'), grows: true },
    { path: 'head.json', bytes: head.length, sha256: digest(head), text: head.toString('utf8') },
  ];
  return { id: file.info.id, head: { seq: last.seq, hash: last.hash }, files, bytes: files.reduce((sum, one) => sum + one.bytes, 0) };
}

/** Lines that `sha256sum -c` reads, beside the folder of the case. */
export const manifestText = ({ id, files }: Pick<Seal, 'id' | 'files'>): string =>
  [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ sha256, path: name }) => `${sha256}  ${id}/${name}\n`)
    .join('');

const KNOWN = /^(?:evidence\/[0-9a-f]{2}\/[0-9a-f]{64}|case\.json|ledger\.jsonl|head\.json)$/;
/**
 * A sealed file again, from what a plan on the ledger says of it: a copy that was interrupted goes on with the case as it was sealed.
 * @throws AplombError `NotSealed` when it is no file of this case
 */
export function sealedAgain(file: Pick<CaseFile, 'entries'>, named: { readonly path: string; readonly bytes: number; readonly sha256: string }): SealedFile {
  const { path: name, bytes, sha256 } = named;
  if (!KNOWN.test(name)) throw new AplombError('NotSealed', `${JSON.stringify(name.slice(0, 100))} is no file of a case.`);
  if (name !== 'head.json') return { path: name, bytes, sha256, ...(name === 'ledger.jsonl' ? { grows: true } : {}) };
  const entry = file.entries.findLast((one) => digest(headOf(one)) === sha256);
  if (!entry) throw altered({ path: name });
  return { path: name, bytes, sha256, text: headOf(entry).toString('utf8') };
}

/** Where the bytes of a sealed file are. */
const sealedPath = (dir: string, { path: name }: SealedFile): string => {
  const places = layout(dir);
  if (name === 'case.json') return places.case;
  if (name === 'ledger.jsonl') return places.ledger;
  return path.join(dir, ...name.split('/'));
};

/**
 * A piece of a sealed file, from the place it has in the case.
 * @throws AplombError `ItemMissing`, `ItemAltered` (exit 7) when it is shorter than the ledger says
 */
export async function readSealed(dir: string, file: SealedFile, start = 0, length = file.bytes): Promise<Buffer> {
  if (file.text !== undefined) return Buffer.from(file.text, 'utf8').subarray(start, start + length);
  let handle: fs.promises.FileHandle;
  try {
    handle = await fs.promises.open(sealedPath(dir, file), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw new AplombError('ItemMissing', `${file.path} of the case cannot be read.`, {
      fix: 'Nothing more was copied. aplomb verify says what else is missing.',
      exit: EXIT.integrity,
      cause,
    });
  }
  try {
    const data = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await handle.read(data, read, length - read, start + read);
      if (bytesRead === 0) throw altered(file);
      read += bytesRead;
    }
    return data;
  } finally {
    await handle.close();
  }
}
export const altered = (file: Pick<SealedFile, 'path'>): AplombError =>
  new AplombError('ItemAltered', `${file.path} of the case no longer has the content that the ledger gives it.`, {
    fix: 'Keep a copy of the folder as it is. aplomb verify says what else was altered.',
    exit: EXIT.integrity,
  });

const PIECE = 4 * 1024 * 1024;
/**
 * Copies a sealed case into a folder that does not exist yet: `<to>/<id>/` and `<to>/<id>.sha256`. Every byte is hashed on its way;
 * the folder gets its name when all of them are on disk.
 * @throws AplombError `NotEmpty` (exit 2), `ItemMissing`, `ItemAltered` (exit 7), `DiskFull`
 */
export async function copyCase(dir: string, seal: Seal, to: string, signal?: AbortSignal): Promise<{ folder: string; manifest: string }> {
  const folder = path.join(to, seal.id);
  const manifest = path.join(to, `${seal.id}.sha256`);
  const inside = path.relative(path.resolve(dir), path.resolve(folder));
  if (inside === '' || (!inside.startsWith('..') && !path.isAbsolute(inside)))
    throw new AplombError('InsideCase', 'The copy would lie inside the case itself.', { fix: 'Name another folder.', exit: EXIT.usage });
  for (const taken of [folder, manifest])
    if (fs.existsSync(taken))
      throw new AplombError('NotEmpty', `${taken} is there already.`, {
        fix: 'Nothing was copied. Name another folder: a copy is never written over.',
        exit: EXIT.usage,
      });
  const draft = path.join(to, `.${seal.id}.partial`);
  try {
    fs.rmSync(draft, { recursive: true, force: true });
    for (const file of seal.files) {
      signal?.throwIfAborted();
      await copyOne(dir, file, path.join(draft, ...file.path.split('/')), signal);
    }
    fs.renameSync(draft, folder);
    fs.writeFileSync(manifest, manifestText(seal), { mode: 0o400, flag: 'wx' });
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (error instanceof AplombError || signal?.aborted) throw error;
    throw fileFault(error, 'copy the case', to);
  }
  return { folder, manifest };
}

async function copyOne(dir: string, file: SealedFile, target: string, signal: AbortSignal | undefined): Promise<void> {
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  const handle = await fs.promises.open(target, 'wx', 0o400);
  const hash = createHash('sha256');
  try {
    for (let at = 0; at < file.bytes; at += PIECE) {
      signal?.throwIfAborted();
      const piece = await readSealed(dir, file, at, Math.min(PIECE, file.bytes - at));
      hash.update(piece);
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== file.sha256) throw altered(file);
}
