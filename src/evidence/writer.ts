import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Clock, utc } from '../kernel/clock.ts';
import { AplombError, EXIT } from '../kernel/error.ts';
import type { CaseFile, LedgerBodies, LedgerEntry, LedgerKind, Stored } from '../kernel/evidence.ts';
import type { JsonObject } from '../kernel/json.ts';
import { brokenCase, fileFault } from './faults.ts';
import { itemsOf } from './items.ts';
import { fingerprintOf, loadSigner, type Signer } from './keys.ts';
import { layout } from './layout.ts';
import { advance, headOf, isSha256, lineOf, newChain, readLines, seal, splitLines, type Unsealed } from './ledger.ts';
import { type Held, takeLease, withLock } from './lock.ts';
import { copiesFault, ledgerBytes, loader, openingOf } from './reader.ts';
import { fsyncDir, hashFile, openStore, writeAll } from './store.ts';
import { restrict } from './values.ts';

/** A case open for writing. */
export interface OpenCase extends CaseFile {
  /** Of the key that signs here; for the notebook. */
  readonly fingerprint: string;
  /** See `takeLease`; released by `close()` too. */
  lease(name?: string): () => void;
  /** Lets another responder's key (64 hexadecimal digits) sign further entries. */
  admit(publicKey: string, responder: string): LedgerEntry<'key'>;
}
interface Writer {
  readonly clock: Clock;
  readonly host: string;
  readonly responder: string | undefined;
  readonly tool: string;
  readonly patience?: number;
}

export function openWriter(root: string, given: Signer | undefined, { clock, host, responder, tool, patience }: Writer): OpenCase {
  const places = layout(root);
  const info = openingOf(root, ledgerBytes(root));
  try {
    fs.accessSync(root, fs.constants.W_OK);
    fs.accessSync(places.ledger, fs.constants.W_OK);
  } catch (error) {
    throw fileFault(error, 'write in the case', root);
  }
  const store = openStore(root);
  const chain = newChain();
  const entries: LedgerEntry[] = [];
  const leases: (() => void)[] = [];
  let signer: Signer | undefined = given;
  let end = 0;
  let lastLine: Buffer = Buffer.alloc(0);
  let headSeq = -1;
  let caller: string | null = null;
  let closed = false;

  /** Runs `work` as the only writer, on the ledger as it is on disk now. */
  const exclusively = <T>(work: (fd: number, held: Held) => T): T =>
    withLock(
      root,
      (held) => {
        let fd: number;
        try {
          fd = fs.openSync(places.ledger, fs.constants.O_RDWR | fs.constants.O_APPEND | (fs.constants.O_NOFOLLOW ?? 0));
        } catch (error) {
          throw fileFault(error, 'open the ledger', places.ledger);
        }
        try {
          catchUp(fd, held);
          if (held.left?.placing) enter(fd, held, orphans(held.left.placing));
          return work(fd, held);
        } finally {
          fs.closeSync(fd);
        }
      },
      patience,
    );

  /** Reads what other processes appended since; puts a torn last line in order. */
  const catchUp = (fd: number, held: Held): void => {
    const { size } = fs.fstatSync(fd);
    if (size < end) throw brokenCase(root, 'entries that this command had read are gone');
    const known = Buffer.alloc(lastLine.length);
    fs.readSync(fd, known, 0, known.length, end - known.length);
    if (!known.equals(lastLine)) throw brokenCase(root, 'it was altered while this command ran', entries.length - 1);
    if (size === end) return;
    const { lines, torn } = splitLines(readRange(fd, end, size));
    const read = readLines(chain, lines);
    if (read.fault) throw brokenCase(root, read.fault, entries.length + read.entries.length);
    entries.push(...read.entries);
    end = size - torn.length;
    const last = lines.at(-1);
    if (last) lastLine = Buffer.concat([last, Buffer.of(0x0a)]);
    if (headSeq < 0) {
      // Before anything is put in order: an end that was cut off is not a torn line.
      const fault = copiesFault(root, entries);
      if (fault) throw brokenCase(root, fault);
      headSeq = (JSON.parse(fs.readFileSync(places.head, 'utf8')) as { seq: number }).seq;
    }
    if (torn.length === 0) return;
    if (entries.length === 0) throw brokenCase(root, 'its first line is torn', 0);
    signer ??= signerFor(new Set(chain.keys.keys()), info);
    const item = store.addSync(torn);
    placeAll(held, [item.sha256]);
    try {
      fs.ftruncateSync(fd, end);
      fs.fsyncSync(fd);
    } catch (error) {
      throw fileFault(error, 'set the torn line aside', places.ledger);
    }
    write(fd, held, 'torn', { item });
  };

  const placeAll = (held: Held, items: readonly string[]): string[] => {
    const waiting = store.waiting(items);
    const absent = waiting.find((item) => !store.has(item));
    if (absent !== undefined)
      throw new AplombError('ItemMissing', `The ledger cannot name the item ${absent}: it was never stored in this case.`, {
        fix: 'This is a defect of the program, not of the case: nothing was written. Please report it with the command you ran.',
      });
    if (waiting.length > 0) {
      try {
        held.note(waiting);
      } catch (error) {
        throw fileFault(error, 'store evidence', places.evidence);
      }
      store.place(waiting);
    }
    return waiting;
  };

  const write = <K extends LedgerKind>(fd: number, held: Held, kind: K, body: LedgerBodies[K]): LedgerEntry<K> => {
    const { value, replaced } = restrict(body);
    const marked = replaced.length === 0 ? value : { ...(value as JsonObject), surrogatesReplaced: replaced };
    const items = itemsOf(kind, marked as never);
    const bad = items.find((item) => !item.optional && !isSha256(item.sha256));
    if (bad) throw new TypeError('the ledger names items by 64 lower-case hexadecimal digits');
    const placed = placeAll(held, [
      ...new Set(items.filter((item) => !item.optional || (isSha256(item.sha256) && store.has(item.sha256))).map((item) => item.sha256)),
    ]);
    const unsealed = restrict({
      seq: chain.seq,
      time: utc(clock.now()),
      actor: { responder: responder ?? info.responder, host, callerArn: caller },
      kind,
      prev: chain.prev,
    }).value as unknown as Unsealed;
    signer ??= signerFor(new Set(chain.keys.keys()), info);
    const entry = seal({ ...unsealed, body: marked as never }, signer);
    const line = lineOf(entry);
    try {
      writeAll(fd, line);
      fs.fsyncSync(fd);
    } catch (error) {
      // Half a line is no entry: the ledger goes back to where it was, and so do the items.
      try {
        fs.ftruncateSync(fd, end);
        store.unplace(placed);
      } catch {
        // Then the next writer finds a torn line and puts it in order.
      }
      throw fileFault(error, 'append to the ledger', places.ledger);
    }
    advance(chain, entry);
    entries.push(entry);
    end += line.length;
    lastLine = line;
    return entry as LedgerEntry<K>;
  };

  /** Items in evidence/ that a dead writer had moved there without naming them. */
  const orphans = (placing: readonly string[]): Stored[] => {
    const named = new Set(entries.flatMap((entry) => itemsOf(entry.kind, entry.body).map((item) => item.sha256)));
    return placing.filter((sha256) => isSha256(sha256) && !named.has(sha256)).flatMap((sha256) => hashFile(store.pathOf(sha256)) ?? []);
  };
  const enter = (fd: number, held: Held, left: readonly Stored[]): void => {
    if (left.length === 0) return;
    const source = { tool, time: utc(clock.now()) };
    write(fd, held, 'evidence', {
      items: left.map((item) => ({ ...item, name: 'left by an interrupted command', mediaType: 'application/octet-stream', source })),
    });
  };

  exclusively((fd, held) => {
    signer ??= signerFor(new Set(chain.keys.keys()), info);
    enter(fd, held, store.inherit());
  });

  const writeHead = (): void => {
    const last = entries.at(-1)!;
    if (last.seq === headSeq) return;
    const draft = path.join(places.incoming, `head-${randomBytes(6).toString('hex')}`);
    try {
      fs.mkdirSync(places.incoming, { recursive: true, mode: 0o700 });
      const fd = fs.openSync(draft, 'wx', 0o600);
      try {
        writeAll(fd, headOf(last));
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
      fs.renameSync(draft, places.head);
      fsyncDir(root);
      headSeq = last.seq;
    } catch (error) {
      fs.rmSync(draft, { force: true });
      throw fileFault(error, 'write head.json', places.head);
    }
  };

  const append = <K extends LedgerKind>(kind: K, body: LedgerBodies[K]): LedgerEntry<K> => {
    if (closed) throw new TypeError('the case was closed');
    return exclusively((fd, held) => write(fd, held, kind, body));
  };

  return {
    dir: root,
    info,
    entries,
    fingerprint: signer!.fingerprint,
    append,
    store: store.add,
    load: loader(store, entries),
    pathOf: store.pathOf,
    setCaller: (arn) => {
      caller = arn;
    },
    lease: (name) => {
      const release = takeLease(root, name);
      leases.push(release);
      return release;
    },
    admit: (publicKey, name) => append('key', { publicKey, fingerprint: fingerprintOf(publicKey), responder: name }),
    close: () => {
      if (closed) return;
      closed = true;
      try {
        if (entries.at(-1)!.seq !== headSeq) exclusively(writeHead);
      } finally {
        for (const release of leases) release();
        store.close();
      }
    },
  };
}

function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  for (let read = 0; read < bytes.length; ) {
    const got = fs.readSync(fd, bytes, read, bytes.length - read, from + read);
    if (got === 0) break;
    read += got;
  }
  return bytes;
}

/** This machine's key, if it may sign in the case. */
function signerFor(known: ReadonlySet<string>, info: LedgerBodies['case']): Signer {
  const signer = loadSigner();
  if (!signer)
    throw new AplombError('NoKey', `This machine has no signing key, and the case ${info.id} continues only with one of its own.`, {
      fix: `Work on the machine where the case was opened, or bring its key file along (fingerprint ${info.fingerprint}).`,
      exit: EXIT.usage,
    });
  if (!known.has(signer.publicKey))
    throw new AplombError('ForeignKey', `The signing key of this machine (${signer.fingerprint}) is not one of the case ${info.id}.`, {
      fix: `Let a responder whose key is in the case admit this one, or use the key it was opened with (${info.fingerprint}). Its public half: ${signer.publicKey}`,
      exit: EXIT.usage,
    });
  return signer;
}
