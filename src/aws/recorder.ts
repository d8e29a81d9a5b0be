import { type CaseFile, canonical, type Stored } from '../kernel/index.ts';
import type { Purpose } from './types.ts';

/** One HTTP attempt. Holds digests only: no header, no body, no secret. */
export interface Attempt {
  readonly time: string;
  readonly phase: string;
  readonly purpose: Purpose;
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
}

export interface Recorder {
  add(attempt: Attempt): void;
  /** Puts response bytes into the case's store, before anything parses them. */
  keep(bytes: Uint8Array): Promise<Stored | null>;
  flush(phase: string): Promise<Stored | null>;
}

/** Collects the attempts of a phase; they become one JSONL evidence item and one `reads` entry. */
export function createRecorder(file: CaseFile | null): Recorder {
  let attempts: Attempt[] = [];
  let kept = new Map<string, Stored>();
  return {
    add(attempt) {
      if (file) attempts.push(attempt);
    },
    async keep(bytes) {
      if (!file) return null;
      const stored = await file.store(bytes);
      kept.set(stored.sha256, stored);
      return stored;
    },
    async flush(phase) {
      if (!file || (attempts.length === 0 && kept.size === 0)) return null;
      const [log, bodies] = [attempts, [...kept.values()]];
      attempts = [];
      kept = new Map();
      const stored = await file.store(Buffer.from(log.map((attempt) => `${canonical(attempt)}\n`).join('')));
      file.append('reads', { phase, calls: log.length, log: stored, kept: bodies });
      return stored;
    },
  };
}
