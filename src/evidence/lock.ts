import fs from 'node:fs';
import path from 'node:path';
import { utc } from '../kernel/clock.ts';
import { AplombError } from '../kernel/error.ts';
import { fileFault } from './faults.ts';
import { layout } from './layout.ts';
import { isGone, type Owner, readOwner, selfOwner } from './owner.ts';

/** Milliseconds a writer waits for another one; an append takes a few. */
const PATIENCE = 15_000;
/** A lock file that is not an owner's is the trace of a power cut: nobody writes one in place. */
const ILLEGIBLE_AFTER = 10_000;
const pause = (milliseconds: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

export interface Held {
  readonly file: string;
  /** What the holder left whose lock was taken over after its death. */
  readonly left: Owner | undefined;
  /** Writes down, on disk, which items are being moved into the store. */
  note(placing: readonly string[]): void;
  release(): void;
}

/** A file made complete and by one process only: a draft, then a link, which never replaces. False when it exists already. */
function claim(dir: string, file: string, owner: Owner): boolean {
  const draft = drafted(dir, owner);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    // A file system without hard links: exclusive creation, the content a moment later.
    try {
      fs.writeFileSync(file, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (second) {
      if ((second as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw second;
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function drafted(dir: string, owner: Owner, durable = false): string {
  const { incoming } = layout(dir);
  fs.mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const draft = path.join(incoming, `owner-${owner.nonce}`);
  const fd = fs.openSync(draft, 'wx', 0o600);
  try {
    fs.writeFileSync(fd, JSON.stringify(owner));
    if (durable) fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  return draft;
}

/** Removes the file of a holder that is gone. Only one process at a time may do so, or it could remove a fresh lock. */
function breakStale(dir: string, file: string, text: string, me: Owner): boolean {
  const guard = `${file}.breaking`;
  if (!claim(dir, guard, { ...me, nonce: `${me.nonce}-g` })) {
    const other = readOwner(guard);
    if (other && stale(other)) fs.rmSync(guard, { force: true });
    return false;
  }
  try {
    const now = readOwner(file);
    if (now === undefined || now.text !== text) return false;
    fs.unlinkSync(file);
    return true;
  } finally {
    fs.rmSync(guard, { force: true });
  }
}
const stale = (found: NonNullable<ReturnType<typeof readOwner>>): boolean =>
  found.owner ? isGone(found.owner) : Date.now() - found.modified > ILLEGIBLE_AFTER;

/** One attempt; the live holder when there is one. */
function attempt(dir: string, file: string, me: Owner): { held: Held } | { holder: Owner | undefined; text: string } {
  let left: Owner | undefined;
  for (let round = 0; round < 50; round++) {
    if (claim(dir, file, me)) return { held: held(dir, file, me, left) };
    const found = readOwner(file);
    if (found === undefined) continue;
    if (!stale(found)) return { holder: found.owner, text: found.text };
    if (breakStale(dir, file, found.text, me)) left = found.owner;
    else pause(5);
  }
  return { holder: undefined, text: '' };
}

const held = (dir: string, file: string, me: Owner, left: Owner | undefined): Held => ({
  file,
  left,
  note: (placing) => fs.renameSync(drafted(dir, { ...me, placing }, true), file),
  release: () => {
    // Only what is ours: a lock taken over from us after a wrong judgement belongs to another.
    if (readOwner(file)?.owner?.nonce === me.nonce) fs.rmSync(file, { force: true });
  },
});

/**
 * Runs `work` as the case's only writer. Locks of dead processes are taken over.
 * @throws AplombError `CaseLocked` when another process holds the lock for longer than `patience` milliseconds
 */
export function withLock<T>(dir: string, work: (held: Held) => T, patience = PATIENCE): T {
  const { lock } = layout(dir);
  const deadline = Date.now() + patience;
  const me = selfOwner(utc(Date.now()));
  for (;;) {
    let got: ReturnType<typeof attempt>;
    try {
      got = attempt(dir, lock, me);
    } catch (error) {
      throw fileFault(error, 'lock the ledger', lock);
    }
    if ('held' in got) {
      try {
        return work(got.held);
      } finally {
        got.held.release();
      }
    }
    if (Date.now() > deadline)
      throw new AplombError('CaseLocked', `The case ${dir} is being written by ${who(got.holder)}.`, {
        fix: `Wait for that command to end. If it surely no longer runs (another machine that is gone), remove ${lock}`,
      });
    pause(2 + Math.floor(Math.random() * 8));
  }
}

/**
 * The right to do one thing for longer than an append, such as `apply`: two of the same name never run at once, while
 * notes and reports go on. Returns its release; the end of the process releases it too.
 * @throws AplombError `CaseBusy`
 */
export function takeLease(dir: string, name = 'apply'): () => void {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) throw new TypeError(`not a lease name: ${name}`);
  const file = layout(dir).lease(name);
  let got: ReturnType<typeof attempt>;
  try {
    got = attempt(dir, file, selfOwner(utc(Date.now())));
  } catch (error) {
    throw fileFault(error, `take the lease "${name}"`, file);
  }
  if ('held' in got) return got.held.release;
  throw new AplombError('CaseBusy', `Another command (${who(got.holder)}) is at work on the case ${dir}; two may not change the account at once.`, {
    fix: `Wait for it to end; notes, status and reports work meanwhile. If it surely no longer runs (another machine that is gone), remove ${file}`,
  });
}

const who = (owner: Owner | undefined): string => (owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : 'another process');
