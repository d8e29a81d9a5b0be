import path from 'node:path';
import { AplombError, EXIT, isAplombError } from '../kernel/error.ts';
import type { LedgerEntry } from '../kernel/evidence.ts';
import { hashFiles } from './hashing.ts';
import { evidenceItems } from './items.ts';
import { fingerprintOf, signatureHoldsAsync } from './keys.ts';
import { itemPath } from './layout.ts';
import { advance, headOf, isFault, isSha256, lineOf, newChain, parseLine, signersFor, splitLines } from './ledger.ts';
import { packFault, packsOf } from './packs.ts';
import { openingOf } from './reader.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

export interface VerifyOptions {
  /** Fingerprint of the key the case was opened with (`SHA256:...`), or the public key itself in hexadecimal. */
  readonly key?: string;
  /** A head kept elsewhere, as `seq:hash`. */
  readonly head?: string;
}
export interface Problem {
  /** Line of the ledger, from 0. */
  readonly entry?: number;
  /** Path inside the case. A hostile name: clean it before showing it. */
  readonly file?: string;
  readonly what: string;
}
export interface Verification {
  /** Entries read. */
  readonly entries: number;
  /** Evidence files hashed, and the sum of their sizes. */
  readonly evidence: number;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** `authenticated`: the case was opened with the key that was asked for, and every entry is signed by it or one it admitted. */
  readonly signer: { readonly fingerprints: readonly string[]; readonly authenticated: boolean };
  readonly head: { readonly seq: number; readonly hash: string } | null;
}

/**
 * Checks every byte of a case against its ledger, and the ledger against itself. Reads only; no AWS code, no network.
 * @throws AplombError `NotACase`, `NewerCase`, `BadFingerprint`, `BadHead` (exit 2). Everything wrong inside a case is a problem.
 */
export async function verifyCase(dir: string, options: VerifyOptions = {}): Promise<Verification> {
  const wanted = options.key === undefined ? undefined : fingerprint(options.key);
  const kept = options.head === undefined ? undefined : givenHead(options.head);
  const root = path.resolve(dir);
  const snapshot = takeSnapshot(root);
  try {
    openingOf(root, snapshot.ledger);
  } catch (error) {
    // A broken opening is reported with everything else.
    if (!isAplombError(error) || error.code !== 'CaseBroken') throw error;
  }
  const problems: Problem[] = [...snapshot.problems];
  const { entries, lines, fingerprints, signatures } = readLedger(snapshot, problems);
  copies(snapshot, entries, problems);
  const last = entries.at(-1);
  if (kept && entries[kept.seq]?.hash !== kept.hash)
    problems.push(
      kept.seq < lines
        ? { entry: kept.seq, what: 'this is not the entry of the head that was given' }
        : { file: 'ledger.jsonl', what: `it ends before entry ${kept.seq} of the head that was given: its end was cut off` },
    );

  const { evidence, bytes } = await checkEvidence(root, snapshot, entries, problems);
  for (const [entry, signed] of await Promise.all(signatures)) if (!signed) problems.push({ entry, what: 'its signature is not one of a key of this case' });
  const chainHolds = !problems.some((problem) => problem.entry !== undefined);
  if (wanted !== undefined && fingerprints[0] !== wanted)
    problems.push({ entry: 0, what: `the case was opened with the key ${fingerprints[0] ?? '(none)'}, not with ${wanted}` });
  problems.sort((one, other) => (one.entry ?? Number.MAX_SAFE_INTEGER) - (other.entry ?? Number.MAX_SAFE_INTEGER));
  return {
    entries: lines,
    evidence,
    bytes,
    problems,
    signer: { fingerprints, authenticated: wanted !== undefined && fingerprints[0] === wanted && chainHolds },
    head: last ? { seq: last.seq, hash: last.hash } : null,
  };
}

/** The ledger's own consistency. Sound entries stand at their line's index; signatures are checked meanwhile on the thread pool. */
function readLedger(snapshot: Snapshot, problems: Problem[]) {
  const chain = newChain();
  const entries: LedgerEntry[] = [];
  const signatures: Promise<[number, boolean]>[] = [];
  const { lines, torn } = splitLines(snapshot.ledger);
  lines.forEach((line, index) => {
    const entry = parseLine(line);
    if (isFault(entry)) {
      problems.push({ entry: index, what: entry.fault });
      chain.seq = undefined;
      chain.prev = undefined;
      return;
    }
    const keys = signersFor(chain, entry);
    signatures.push(
      Promise.all(keys.map((key) => signatureHoldsAsync(entry.hash, entry.sig, key))).then((results): [number, boolean] => [index, results.includes(true)]),
    );
    for (const what of advance(chain, entry)) problems.push({ entry: index, what });
    entries[index] = entry;
  });
  if (lines.length === 0) problems.push({ file: 'ledger.jsonl', what: 'it holds no entry' });
  if (torn.length > 0)
    problems.push({
      entry: lines.length,
      what: `the last line is torn (${torn.length} bytes without an end), as a crash leaves it; the next command that writes in the case keeps it aside and enters it`,
    });
  return { entries, lines: lines.length, fingerprints: [...chain.keys.values()].map((key) => key.fingerprint), signatures };
}

/** head.json and case.json against the ledger. A head that is an ancestor is what a crash leaves, and no problem. */
function copies(snapshot: Snapshot, entries: readonly LedgerEntry[], problems: Problem[]): void {
  const { caseJson, head } = snapshot;
  if (caseJson === undefined) problems.push({ file: 'case.json', what: 'it is missing' });
  else if (!entries[0] || !lineOf(entries[0]).equals(caseJson)) problems.push({ file: 'case.json', what: 'it is not a copy of entry 0' });
  if (head === undefined) {
    problems.push({ file: 'head.json', what: 'it is missing' });
    return;
  }
  let seq: unknown;
  try {
    seq = (JSON.parse(head.toString('utf8')) as { seq?: unknown } | null)?.seq;
  } catch {
    // Told below: it is no entry's head.
  }
  const entry = Number.isSafeInteger(seq) ? entries[seq as number] : undefined;
  if (entry && headOf(entry).equals(head)) return;
  const beyond = Number.isSafeInteger(seq) && (seq as number) >= entries.length;
  problems.push(
    beyond
      ? { file: 'ledger.jsonl', what: `it ends before entry ${seq}, which head.json names: its end was cut off, or head.json was altered` }
      : { file: 'head.json', what: 'it does not agree with the ledger' },
  );
}

/** Every named item must be there with its content, and nothing else may be. */
async function checkEvidence(root: string, snapshot: Snapshot, entries: readonly LedgerEntry[], problems: Problem[]) {
  const sizes = new Map<string, number>();
  const named = new Set<string>();
  for (const item of evidenceItems(entries.filter((entry) => entry !== undefined))) {
    if (!isSha256(item.sha256)) {
      if (!item.optional) problems.push({ entry: item.seq, what: 'it names an item by something that is not a SHA-256' });
      continue;
    }
    named.add(item.sha256);
    if (sizes.has(item.sha256) && sizes.get(item.sha256) !== item.bytes)
      problems.push({ entry: item.seq, what: `it gives another size for the item ${item.sha256}` });
    sizes.set(item.sha256, item.bytes);
    if (!item.optional && !snapshot.has(item.sha256)) problems.push({ entry: item.seq, file: fileOf(item.sha256), what: 'the item is missing' });
  }
  const present = [...snapshot.items].filter((sha256) => {
    if (named.has(sha256)) return true;
    problems.push({ file: fileOf(sha256), what: 'no entry names this file' });
    return false;
  });
  for (const sha256 of named) if (!snapshot.items.has(sha256) && snapshot.has(sha256)) present.push(sha256);
  const packs = new Map(packsOf(entries.filter((entry) => entry !== undefined)).map((pack) => [pack.sha256, pack.answers]));
  let bytes = 0;
  for await (const { sha256, found } of hashFiles(root, present)) {
    bytes += found?.bytes ?? 0;
    const fault = found?.sha256 === sha256 && packs.has(sha256) ? packFault(itemPath(root, sha256), packs.get(sha256)) : undefined;
    if (fault !== undefined) problems.push({ file: fileOf(sha256), what: fault });
    if (found === undefined) problems.push({ file: fileOf(sha256), what: 'it cannot be read as a plain file' });
    else if (found.sha256 !== sha256) problems.push({ file: fileOf(sha256), what: 'its content was altered: it does not hash to its name' });
    else if (found.bytes !== sizes.get(sha256))
      problems.push({ file: fileOf(sha256), what: `it has ${found.bytes} bytes, the ledger says ${sizes.get(sha256)}` });
  }
  return { evidence: present.length, bytes };
}
const fileOf = (sha256: string) => `evidence/${sha256.slice(0, 2)}/${sha256}`;

function fingerprint(key: string): string {
  if (/^[0-9a-f]{64}$/.test(key)) return fingerprintOf(key);
  const found = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/.exec(key.trim());
  if (found) return `SHA256:${found[1]}`;
  throw new AplombError('BadFingerprint', 'This is not the fingerprint of a signing key.', {
    fix: 'Give it as `aplomb open` printed it: SHA256: and 43 characters.',
    exit: EXIT.usage,
  });
}

function givenHead(head: string): { seq: number; hash: string } {
  const found = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(head.trim());
  if (found) return { seq: Number(found[1]), hash: found[2]!.toLowerCase() };
  throw new AplombError('BadHead', 'This is not the head of a ledger.', {
    fix: 'Give it as SEQ:HASH, the two values of a head.json kept elsewhere.',
    exit: EXIT.usage,
  });
}
