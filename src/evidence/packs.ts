import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Kept, LedgerEntry } from '../kernel/evidence.ts';
import { ofKind } from '../kernel/evidence.ts';
import { canonical } from '../kernel/json.ts';
import { isSha256 } from './ledger.ts';
import { valueFault } from './values.ts';

/** A pack that is larger was not written by this program; its lines are not looked at. */
const MOST_BYTES = 64 << 20;
const LF = 0x0a;

/** One answer as a line of a pack: canonical JSON `{bytes, sha256, text}`, or `base64` in place of `text` where the bytes are no UTF-8. */
export function packLine(data: Uint8Array, sha256: string): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const content = isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
  return Buffer.from(`${canonical({ bytes: bytes.length, sha256, ...content })}\n`, 'utf8');
}

/** The lines of a pack without their LF; a rest without one comes last. */
export function* packLines(pack: Buffer): Generator<Buffer> {
  for (let start = 0; start < pack.length; ) {
    const found = pack.indexOf(LF, start);
    const end = found < 0 ? pack.length : found;
    yield pack.subarray(start, end);
    start = end + 1;
  }
}

/** The answer of one line. @throws Error saying what is wrong with it. */
export function unpackLine(line: Buffer): { readonly sha256: string; readonly data: Buffer } {
  const source = line.toString('utf8');
  const value = JSON.parse(source) as { bytes: unknown; sha256: unknown; text?: unknown; base64?: unknown };
  if (valueFault(value) !== undefined || canonical(value) !== source) throw new Error('it is not in canonical form');
  const shape = Object.keys(value).sort().join();
  if (!isSha256(value.sha256) || (shape !== 'bytes,sha256,text' && shape !== 'base64,bytes,sha256')) throw new Error('it is not a packed answer');
  const coded = value.base64;
  if (coded !== undefined && !(typeof coded === 'string' && coded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(coded)))
    throw new Error('it is not base64');
  if (coded === undefined && typeof value.text !== 'string') throw new Error('it is not a packed answer');
  const data = coded === undefined ? Buffer.from(value.text as string, 'utf8') : Buffer.from(coded as string, 'base64');
  if (data.length !== value.bytes || createHash('sha256').update(data).digest('hex') !== value.sha256) throw new Error('the answer does not hash to its name');
  return { sha256: value.sha256, data };
}

/** What is wrong with a pack that is said to hold so many answers; undefined when nothing is. */
export function packFault(file: string, answers: unknown): string | undefined {
  if (statSync(file).size > MOST_BYTES) return `it is no pack: larger than ${MOST_BYTES} bytes`;
  const pack = readFileSync(file);
  if (pack.at(-1) !== LF) return 'it is no pack: its last line has no end';
  let number = 0;
  for (const line of packLines(pack)) {
    try {
      unpackLine(line);
    } catch (error) {
      return `line ${number} of the pack: ${error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message}`;
    }
    number++;
  }
  return number === answers ? undefined : `it holds ${number} answers, the ledger says ${String(answers).slice(0, 20)}`;
}

/** The packs that entries name. */
export const packsOf = (entries: readonly LedgerEntry[]): Kept[] =>
  entries.filter(ofKind('reads')).flatMap((entry) => (Array.isArray(entry.body.kept) ? entry.body.kept.filter((one) => one?.answers !== undefined) : []));

/** Finds answers inside packs. Which answer lies where is read from the packs themselves, once, when one is first asked for. */
export function packFinder(entries: readonly LedgerEntry[], load: (sha256: string) => Promise<Buffer>): (sha256: string) => Promise<Buffer | undefined> {
  const places = new Map<string, string>();
  let seen = 0;
  return async (sha256) => {
    if (!places.has(sha256)) {
      const fresh = entries.slice(seen);
      seen = entries.length;
      for (const pack of packsOf(fresh)) for (const line of packLines(await load(pack.sha256))) places.set(unpackLine(line).sha256, pack.sha256);
    }
    const pack = places.get(sha256);
    if (pack === undefined) return undefined;
    for (const line of packLines(await load(pack))) {
      const answer = unpackLine(line);
      if (answer.sha256 === sha256) return answer.data;
    }
    return undefined;
  };
}
