import fs from 'node:fs';
import path from 'node:path';
import type { CaseFile, LedgerBodies, LedgerEntry } from '../kernel/evidence.ts';
import { brokenCase, fileFault, newerCase, notACase } from './faults.ts';
import { layout } from './layout.ts';
import { FORMAT, headOf, lineOf, newChain, readLines, splitLines } from './ledger.ts';
import { packFinder } from './packs.ts';
import { openStore, type Store } from './store.ts';

/** A case that is only read. `torn` says that a crash left an unfinished last line, which the next writer puts in order. */
export type CaseView = Pick<CaseFile, 'dir' | 'info' | 'entries' | 'load' | 'pathOf'> & { readonly torn: boolean };

/**
 * Reads a case without writing anything; works on read-only media. The chain is verified.
 * @throws AplombError `NotACase`, `NewerCase` (exit 2), `CaseBroken` (exit 7)
 */
export function readCase(dir: string): CaseView {
  const root = path.resolve(dir);
  const bytes = ledgerBytes(root);
  const info = openingOf(root, bytes);
  const { lines, torn } = splitLines(bytes);
  const { entries, fault: broken } = readLines(newChain(), lines);
  if (broken) throw brokenCase(root, broken, entries.length);
  const fault = copiesFault(root, entries);
  if (fault) throw brokenCase(root, fault);
  const store = openStore(root);
  return { dir: root, info, entries, load: loader(store, entries), pathOf: store.pathOf, torn: torn.length > 0 };
}

/** Bytes of an item, or else of an answer that lies in a pack. */
export function loader(store: Pick<Store, 'has' | 'load'>, entries: readonly LedgerEntry[]): CaseFile['load'] {
  const find = packFinder(entries, store.load);
  return async (sha256) => (store.has(sha256) ? undefined : await find(sha256)) ?? store.load(sha256);
}

export function ledgerBytes(root: string): Buffer {
  const { ledger } = layout(root);
  try {
    const stat = fs.lstatSync(ledger);
    if (!stat.isFile()) throw notACase(root, 'its ledger.jsonl is not a plain file');
    return fs.readFileSync(ledger);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw notACase(root, fs.existsSync(root) ? 'it holds no ledger.jsonl' : 'it does not exist');
    if (code === 'ENOTDIR') throw notACase(root, 'it is a file');
    throw fileFault(error, 'read the ledger', ledger);
  }
}

const formatIn = (line: Buffer): { format: string; info: LedgerBodies['case'] } | undefined => {
  try {
    const entry = JSON.parse(line.toString('utf8')) as { body?: LedgerBodies['case'] } | null;
    const format = entry?.body?.format as unknown;
    return typeof format === 'string' && format.startsWith('aplomb-case-') ? { format, info: entry?.body as LedgerBodies['case'] } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * What entry 0 says, before anything is believed: is it a case, and of a format that we know? A damaged first line is told
 * from a foreign or newer folder by case.json, its copy.
 * @throws AplombError `NotACase`, `NewerCase`, `CaseBroken`
 */
export function openingOf(root: string, bytes: Buffer): LedgerBodies['case'] {
  const first = bytes.subarray(0, bytes.indexOf(0x0a) + 1);
  const copy = plainBytes(layout(root).case) ?? Buffer.alloc(0);
  const opening = formatIn(first);
  if (opening?.format === FORMAT) return opening.info;
  if (!opening && !formatIn(copy)) throw notACase(root, 'its ledger.jsonl does not begin by opening a case');
  if (opening && copy.equals(first)) throw newerCase(root, opening.format.slice(0, 40).replace(/[^a-z0-9.-]/g, '?'));
  throw brokenCase(root, 'it does not open the case as case.json does', 0);
}

/** How head.json and case.json disagree with the ledger. A head that is an ancestor is what a crash leaves, and no fault. */
export function copiesFault(root: string, entries: readonly LedgerEntry[]): string | undefined {
  const places = layout(root);
  const copy = plainBytes(places.case);
  if (copy === undefined) return 'case.json is missing';
  if (entries[0] && !lineOf(entries[0]).equals(copy)) return 'case.json is not a copy of entry 0';
  const head = plainBytes(places.head);
  if (head === undefined) return 'head.json is missing';
  let seq: unknown;
  try {
    seq = (JSON.parse(head.toString('utf8')) as { seq?: unknown } | null)?.seq;
  } catch {
    seq = undefined;
  }
  if (!Number.isSafeInteger(seq) || (seq as number) < 0) return 'head.json is not a head';
  const entry = entries[seq as number];
  if (entry === undefined) return `it ends before entry ${seq}, which head.json names: its end was cut off`;
  return headOf(entry).equals(head) ? undefined : `head.json does not agree with entry ${seq}`;
}

/** The bytes of a small file that is neither a link nor anything else but a file. */
export function plainBytes(file: string): Buffer | undefined {
  try {
    const stat = fs.lstatSync(file);
    return stat.isFile() && stat.size < 1 << 24 ? fs.readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}
