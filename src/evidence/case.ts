import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { type Clock, systemClock, utc } from '../kernel/clock.ts';
import { AplombError, EXIT } from '../kernel/error.ts';
import { TOOL } from '../kernel/tool.ts';
import { fileFault } from './faults.ts';
import { ensureSigner } from './keys.ts';
import { layout } from './layout.ts';
import { FIRST_PREV, FORMAT, headOf, lineOf, seal } from './ledger.ts';
import { fsyncDir, writeAll } from './store.ts';
import { restrict } from './values.ts';
import { type OpenCase, openWriter } from './writer.ts';

export interface CreateOptions {
  /** Reference of the case, [A-Za-z0-9._-]; default: the day and four random letters. It goes into tags and descriptions. */
  readonly id?: string;
  readonly title: string;
  readonly responder: string;
  /** Default: this machine's name. */
  readonly host?: string;
  /** Program and version; default: this one. */
  readonly tool?: string;
  readonly clock?: Clock;
}
export interface OpenOptions {
  /** Who acts now; default: who opened the case. */
  readonly responder?: string;
  readonly host?: string;
  readonly tool?: string;
  readonly clock?: Clock;
  /** Milliseconds to wait for another writer, each time; default 15000. An append takes a few. */
  readonly patience?: number;
}

/**
 * Opens a new case in a folder that does not exist or is empty. Either the whole case is on disk afterwards, or nothing.
 * @throws AplombError `NotEmpty`, `BadCaseId`, `DiskFull`, `CaseReadOnly`
 */
export function createCase(dir: string, options: CreateOptions): OpenCase {
  const root = path.resolve(dir);
  const { clock = systemClock, host = hostname(), tool = TOOL } = options;
  const signer = ensureSigner();
  const time = utc(clock.now());
  const id = options.id ?? newId(time);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id))
    throw new AplombError(
      'BadCaseId',
      'A case reference is made of 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or a digit.',
      {
        fix: 'Choose another one, for example 20260301-web1, or leave it out.',
        exit: EXIT.usage,
      },
    );
  const { value } = restrict({
    seq: 0,
    time,
    actor: { responder: options.responder, host, callerArn: null },
    kind: 'case',
    body: { format: FORMAT, id, title: options.title, responder: options.responder, publicKey: signer.publicKey, fingerprint: signer.fingerprint, tool },
    prev: FIRST_PREV,
  });
  const entry = seal(value as never, signer);
  write(root, lineOf(entry), headOf(entry));
  return openWriter(root, signer, { clock, host, responder: options.responder, tool });
}

function write(root: string, line: Buffer, head: Buffer): void {
  const existed = fs.existsSync(root);
  if (existed) {
    let content: string[];
    try {
      content = fs.readdirSync(root);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? taken(root, 'is a file') : fileFault(error, 'open a case', root);
    }
    if (content.length > 0) throw taken(root, content.includes('ledger.jsonl') ? 'holds a case already' : 'is not empty');
  }
  const places = layout(root);
  const draft = path.join(root, '.opening');
  const made: string[] = [];
  let claimed = false;
  try {
    makeFolders(root, made);
    fs.mkdirSync(places.evidence, { mode: 0o700 });
    // Of two processes that open a case here at once, only one gets this far.
    claimed = true;
    fs.mkdirSync(places.derived, { mode: 0o700 });
    for (const [file, bytes] of [
      [places.case, line],
      [places.head, head],
      [draft, line],
    ] as const) {
      const fd = fs.openSync(file, 'wx', 0o600);
      try {
        writeAll(fd, bytes);
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
    }
    // The ledger comes last and whole: a folder without it is not a case.
    fs.renameSync(draft, places.ledger);
    fsyncDir(root);
  } catch (error) {
    if (claimed) {
      for (const file of [places.ledger, draft, places.head, places.case]) fs.rmSync(file, { force: true });
      for (const folder of [places.derived, places.evidence]) fs.rmSync(folder, { recursive: true, force: true });
    }
    // Folders that were made on the way go too; one that others use meanwhile stays.
    for (const folder of made.reverse()) {
      try {
        fs.rmdirSync(folder);
      } catch {
        break;
      }
    }
    throw fileFault(error, 'open a case', root);
  }
}

/** Makes a folder and what it lies in, outermost first. Node's own recursion reports a read-only parent as an absent one. */
function makeFolders(folder: string, made: string[]): void {
  if (fs.existsSync(folder)) return;
  makeFolders(path.dirname(folder), made);
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
    made.push(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

const taken = (root: string, what: string) =>
  new AplombError('NotEmpty', `No case can be opened in ${root}: it ${what}.`, { fix: 'Give a folder that does not exist yet: --case DIR', exit: EXIT.usage });

function newId(time: string): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return `${time.slice(0, 10).replaceAll('-', '')}-${Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')}`;
}

/**
 * Opens a case to write in it. The whole chain is verified; what a crash left is put in order (a torn line is kept as
 * evidence and entered).
 * @throws AplombError `NotACase`, `NewerCase` (exit 2), `CaseBroken` (exit 7), `CaseLocked`, `CaseReadOnly`, `DiskFull`, `NoKey`, `ForeignKey`
 */
export function openCase(dir: string, options: OpenOptions = {}): OpenCase {
  const { clock = systemClock, host = hostname(), tool = TOOL, responder, patience } = options;
  return openWriter(path.resolve(dir), undefined, { clock, host, responder, tool, patience });
}
