import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock: enough to tell a live holder from one that died, also when its pid was given to another process since. */
export interface Owner {
  readonly host: string;
  /** The pid namespace: a pid of another container says nothing here. */
  readonly space: string;
  readonly pid: number;
  /** Boot id and start time in clock ticks since boot; empty where the system does not tell. */
  readonly start: string;
  /** UTC, for people. */
  readonly since: string;
  readonly nonce: string;
  /** Items being moved into the store while the lock is held; see store.ts. */
  readonly placing?: readonly string[];
}

const quietly = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};
const bootId = quietly(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
const space = quietly(() => fs.readlinkSync('/proc/self/ns/pid'));

/** State letter and start of a process from /proc/PID/stat (proc(5), fields 3 and 22); undefined when there is no such process. */
function processStat(pid: number | 'self'): { state: string; start: string } | undefined {
  const stat = quietly(() => fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The command name in brackets may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.length > 19 ? { state: fields[0]!, start: `${bootId}/${fields[19]}` } : undefined;
}

export const selfOwner = (now: string): Owner => ({
  host: hostname(),
  space,
  pid: process.pid,
  start: processStat('self')?.start ?? '',
  since: now,
  nonce: randomBytes(8).toString('hex'),
});

/** True only when the holder surely no longer runs: same machine, and the process is gone, defunct, or a later one. */
export function isGone(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  if (owner.start !== '' && bootId !== '') {
    if (!owner.start.startsWith(`${bootId}/`)) return true;
    if (owner.space !== space) return false;
    const stat = processStat(owner.pid);
    return stat === undefined || stat.state === 'Z' || stat.state === 'X' || stat.start !== owner.start;
  }
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** An owner file's content, or undefined when it is absent; one that cannot be read as an owner counts as unknown, never as gone. */
export function readOwner(file: string): { owner: Owner | undefined; text: string; modified: number } | undefined {
  let text: string;
  let modified: number;
  try {
    const stat = fs.lstatSync(file);
    if (!stat.isFile() || stat.size > 1_000_000) return { owner: undefined, text: '', modified: stat.mtimeMs };
    modified = stat.mtimeMs;
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const owner = JSON.parse(text) as Owner;
    const sound = typeof owner.host === 'string' && Number.isSafeInteger(owner.pid) && owner.pid > 0 && typeof owner.start === 'string';
    return { owner: sound ? owner : undefined, text, modified };
  } catch {
    return { owner: undefined, text, modified };
  }
}
