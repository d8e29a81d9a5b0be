import { createHash, type KeyObject } from 'node:crypto';
import type { LedgerBodies, LedgerEntry } from '../kernel/evidence.ts';
import { canonical } from '../kernel/json.ts';
import { fingerprintOf, publicKeyObject, type Signer, signatureHolds } from './keys.ts';
import { valueFault } from './values.ts';

export const FORMAT = 'aplomb-case-1';
/** `prev` of entry 0. */
export const FIRST_PREV = '0'.repeat(64);
const LF = 0x0a;
const FIELDS = 'actor,body,hash,kind,prev,seq,sig,time';
const ACTOR_FIELDS = 'callerArn,host,responder';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HEX64 = /^[0-9a-f]{64}$/;
const HEX128 = /^[0-9a-f]{128}$/;
export const isSha256 = (value: unknown): value is string => typeof value === 'string' && HEX64.test(value);

export type Unsealed = Omit<LedgerEntry, 'hash' | 'sig'>;

const hashOf = (entry: Unsealed | LedgerEntry): string => {
  const { seq, time, actor, kind, body, prev } = entry;
  return createHash('sha256').update(canonical({ seq, time, actor, kind, body, prev })).digest('hex');
};
/** Hash and signature of an entry whose values are already restricted. */
export function seal(entry: Unsealed, signer: Signer): LedgerEntry {
  const hash = hashOf(entry);
  return { ...entry, hash, sig: signer.sign(hash) };
}
/** The bytes of one line, LF included. */
export const lineOf = (entry: LedgerEntry): Buffer => Buffer.from(`${canonical(entry)}\n`, 'utf8');

/** The bytes of head.json. */
export const headOf = ({ seq, hash, sig }: Pick<LedgerEntry, 'seq' | 'hash' | 'sig'>): Buffer => Buffer.from(`${canonical({ seq, hash, sig })}\n`, 'utf8');

/** What the next entry must continue from. `undefined` after a line that could not be read: then nothing is known. */
export interface Chain {
  seq: number | undefined;
  prev: string | undefined;
  /** Keys that may sign, by raw public key. */
  readonly keys: Map<string, { readonly fingerprint: string; readonly object: KeyObject }>;
}
export const newChain = (): Chain => ({ seq: 0, prev: FIRST_PREV, keys: new Map() });

/** Complete lines (without LF) and the torn rest. */
export function splitLines(bytes: Buffer): { lines: Buffer[]; torn: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, torn: bytes.subarray(start) };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const keysOf = (value: unknown) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).sort().join() : '');

/** One line as an entry of the right shape and in its own canonical form, or what is wrong with it. */
export function parseLine(line: Buffer): LedgerEntry | { readonly fault: string } {
  let value: LedgerEntry;
  let source: string;
  try {
    source = decoder.decode(line);
    value = JSON.parse(source) as LedgerEntry;
  } catch {
    return { fault: 'the line is not JSON in UTF-8' };
  }
  const fault = valueFault(value);
  if (fault) return { fault: `the line holds ${fault}` };
  if (canonical(value) !== source) return { fault: 'the line is not in canonical form' };
  if (keysOf(value) !== FIELDS || keysOf(value.actor) !== ACTOR_FIELDS) return { fault: 'the entry does not have exactly the fields of an entry' };
  const { actor, body, hash, kind, prev, seq, sig, time } = value;
  const shaped =
    typeof actor.responder === 'string' &&
    typeof actor.host === 'string' &&
    (actor.callerArn === null || typeof actor.callerArn === 'string') &&
    typeof kind === 'string' &&
    body !== null &&
    typeof body === 'object' &&
    !Array.isArray(body) &&
    isSha256(hash) &&
    isSha256(prev) &&
    Number.isSafeInteger(seq) &&
    seq >= 0 &&
    typeof sig === 'string' &&
    HEX128.test(sig) &&
    typeof time === 'string' &&
    TIME.test(time);
  return shaped ? value : { fault: 'a field of the entry has the wrong form' };
}
export const isFault = (value: LedgerEntry | { readonly fault: string }): value is { readonly fault: string } => 'fault' in value;

/**
 * Everything about an entry but its signature: place in the chain, hash, the case or key it introduces. Moves the chain
 * on as the entry itself says, so that one fault is reported once; call it after the signature was checked against `chain.keys`.
 */
export function advance(chain: Chain, entry: LedgerEntry): string[] {
  const faults: string[] = [];
  if (chain.seq !== undefined && entry.seq !== chain.seq)
    faults.push(`number ${entry.seq} stands where ${chain.seq} belongs: an entry was removed, inserted, moved or repeated`);
  if (chain.prev !== undefined && entry.prev !== chain.prev) faults.push('it does not continue the entry before it');
  if (hashOf(entry) !== entry.hash) faults.push('its hash does not match its content');
  if ((entry.kind === 'case') !== (entry.seq === 0)) faults.push('entry 0, and no other, opens the case');
  if (entry.kind === 'case' || entry.kind === 'key') {
    const fault = addKey(chain, entry.body as LedgerBodies['key']);
    if (fault) faults.push(fault);
  }
  chain.seq = entry.seq + 1;
  chain.prev = entry.hash;
  return faults;
}

function addKey(chain: Chain, body: LedgerBodies['key']): string | undefined {
  if (!isSha256(body.publicKey)) return 'its public key has the wrong form';
  const fingerprint = fingerprintOf(body.publicKey);
  try {
    chain.keys.set(body.publicKey, { fingerprint, object: publicKeyObject(body.publicKey) });
  } catch {
    return 'its public key is not an Ed25519 key';
  }
  return fingerprint === body.fingerprint ? undefined : 'its fingerprint does not belong to its public key';
}

/** The keys an entry may be signed with: entry 0 brings its own, every other one needs an earlier key. */
export function signersFor(chain: Chain, entry: LedgerEntry): KeyObject[] {
  if (entry.seq === 0 && entry.kind === 'case' && chain.keys.size === 0) {
    const own = (entry.body as LedgerBodies['case']).publicKey;
    if (!isSha256(own)) return [];
    try {
      return [publicKeyObject(own)];
    } catch {
      return [];
    }
  }
  return [...chain.keys.values()].map((key) => key.object);
}

/** The whole check of one line that continues `chain`, or all of it but the signature. */
export function readLine(chain: Chain, line: Buffer, withSignature = true): LedgerEntry | { readonly fault: string } {
  const entry = parseLine(line);
  if (isFault(entry)) return entry;
  const signed = !withSignature || signersFor(chain, entry).some((key) => signatureHolds(entry.hash, entry.sig, key));
  const faults = advance(chain, entry);
  if (!signed) faults.push('its signature is not one of a key of this case');
  return faults.length === 0 ? entry : { fault: faults.join('; ') };
}

/**
 * Lines that continue `chain`, up to the first fault. Of the signatures, those are checked that the rest hangs on: of every entry
 * that brings a key, and of the last one, whose hash covers all before. `verifyCase` checks each.
 */
export function readLines(chain: Chain, lines: readonly Buffer[]): { entries: LedgerEntry[]; fault: string | undefined } {
  const entries: LedgerEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = readLine(chain, line, index === lines.length - 1 || KEY_KIND.some((kind) => line.includes(kind)));
    if (isFault(entry)) return { entries, fault: entry.fault };
    entries.push(entry);
  }
  return { entries, fault: undefined };
}
/** Also found inside a text, which then costs one check more; never missed, since the line is canonical. */
const KEY_KIND = ['"kind":"case"', '"kind":"key"'];
