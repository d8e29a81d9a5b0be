import { packLine } from '../evidence/index.ts';
import { type CaseFile, canonical, type Kept, type Stored } from '../kernel/index.ts';
import type { Purpose } from './types.ts';

/** One HTTP attempt. Holds digests only: no header, no body, no secret. */
export interface Attempt {
  readonly time: string;
  readonly phase: string;
  readonly purpose: Purpose;
  /** The set of credentials that signed, when not the responder's own. */
  readonly as?: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string | null;
  readonly attempt: number;
  readonly host: string;
  readonly milliseconds: number;
  /** SHA-256 over "METHOD path?query\n" and the body. */
  readonly request: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly response: string | null;
  readonly bytes: number | null;
  readonly kept: boolean;
  /** The error's code; known once the answer is parsed. */
  code?: string;
  /** The session that the responder was given by this call (AssumeRole, AssumeRoot): public facts only. */
  issued?: { readonly accessKeyId: string; readonly of: string; readonly session: string; readonly expires: string };
}

export interface Recorder {
  add(attempt: Attempt): void;
  /** Takes response bytes before anything parses them. They are on disk once a pack is full, and at the latest after the next flush. */
  keep(bytes: Uint8Array, sha256: string, phase: string): Promise<Stored | null>;
  /** Puts everything taken so far on the ledger; `more` is kept in the same entry. */
  flush(phase: string, more?: readonly Kept[]): Promise<Stored | null>;
}
export interface RecorderLimits {
  /** A larger body is an item of its own. */
  readonly alone: number;
  /** Bytes of bodies that fill a pack. */
  readonly pack: number;
  /** Attempts that make an entry by themselves, so that a long phase does not hold its log. */
  readonly attempts: number;
}
const LIMITS: RecorderLimits = { alone: 1 << 20, pack: 8 << 20, attempts: 5000 };

/** Collects the attempts and answers of a phase: a JSONL log, bodies by themselves or in packs, and one `reads` entry. */
export function createRecorder(file: CaseFile | null, limits: RecorderLimits = LIMITS): Recorder {
  let attempts: Attempt[] = [];
  let kept = new Map<string, Kept>();
  let answers = new Map<string, Uint8Array>();
  let held = 0;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (phase: string, more: readonly Kept[]): Promise<Stored | null> => {
    if (!file || (attempts.length === 0 && kept.size === 0 && answers.size === 0 && more.length === 0)) return null;
    const [log, alone, packed] = [attempts, kept, answers];
    [attempts, kept, answers, held] = [[], new Map(), new Map(), 0];
    const [stored, pack] = await Promise.all([
      file.store(Buffer.from(log.map((attempt) => `${canonical(attempt)}\n`).join(''))),
      packed.size === 0 ? undefined : packed.size === 1 ? file.store([...packed.values()][0]!) : file.store(Buffer.concat([...packed].map(lineOf))),
    ]);
    const bodies = pack ? [packed.size === 1 ? pack : { ...pack, answers: packed.size }] : [];
    file.append('reads', { phase, calls: log.length, log: stored, kept: [...alone.values(), ...bodies, ...more] });
    return stored;
  };
  /** One batch after the other: whoever waits for a flush knows that everything taken before is on the ledger. */
  const flush = (phase: string, more: readonly Kept[] = []): Promise<Stored | null> => {
    const next = last.then(() => write(phase, more));
    last = next.catch(() => undefined);
    return next;
  };
  return {
    add(attempt) {
      if (file) attempts.push(attempt);
    },
    async keep(bytes, sha256, phase) {
      if (!file) return null;
      if (bytes.length > limits.alone) {
        const stored = await file.store(bytes);
        kept.set(sha256, stored);
        return stored;
      }
      if (!answers.has(sha256)) held += bytes.length;
      answers.set(sha256, bytes);
      // Whoever fills the batch writes it, and waits for the disk: memory stays bounded.
      if (held >= limits.pack || attempts.length >= limits.attempts) await flush(phase);
      return { sha256, bytes: bytes.length };
    },
    flush,
  };
}
const lineOf = ([sha256, bytes]: readonly [string, Uint8Array]): Buffer => packLine(bytes, sha256);
