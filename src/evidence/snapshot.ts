import fs from 'node:fs';
import path from 'node:path';
import { LOCK_NAMES, layout } from './layout.ts';
import { isSha256 } from './ledger.ts';
import { isGone, readOwner } from './owner.ts';
import { ledgerBytes, plainBytes } from './reader.ts';
import type { Problem } from './verify.ts';

/** A case folder at one moment, between two entries of a writer that may be at work. */
export interface Snapshot {
  readonly ledger: Buffer;
  readonly caseJson: Buffer | undefined;
  readonly head: Buffer | undefined;
  /** Names of the plain files in their right place in evidence/. */
  readonly items: ReadonlySet<string>;
  /** Is the item there now? Also true for one that came since. */
  has(sha256: string): boolean;
  /** What does not belong in the folder. */
  readonly problems: readonly Problem[];
}

const pause = (milliseconds: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** @throws AplombError `NotACase` */
export function takeSnapshot(root: string): Snapshot {
  const places = layout(root);
  const writing = () => {
    const lock = readOwner(places.lock);
    return lock?.owner && !isGone(lock.owner) ? lock.owner.nonce : undefined;
  };
  // The lock is not taken: the folder may be on read-only media. A living writer is waited for, a little.
  for (let attempt = 0; ; attempt++) {
    const before = writing();
    const problems: Problem[] = [];
    const items = listing(root, problems);
    const ledger = ledgerBytes(root);
    const head = plainBytes(places.head);
    const caseJson = plainBytes(places.case);
    const torn = ledger.length > 0 && ledger.at(-1) !== 0x0a;
    const quiet = before === undefined && writing() === undefined && !torn && sizeOf(places.ledger) === ledger.length;
    // A torn line with nobody writing will not mend itself.
    if (quiet || (torn && before === undefined && attempt > 2) || attempt > 100) {
      const has = (sha256: string) => fs.lstatSync(path.join(places.evidence, sha256.slice(0, 2), sha256), { throwIfNoEntry: false })?.isFile() ?? false;
      return { ledger, caseJson, head, items, has, problems };
    }
    pause(10);
  }
}

const sizeOf = (file: string) => fs.lstatSync(file, { throwIfNoEntry: false })?.size;

function listing(root: string, problems: Problem[]): Set<string> {
  const items = new Set<string>();
  const extra = (file: string, what = 'this does not belong in a case') => problems.push({ file, what });
  for (const entry of fs.readdirSync(root, { withFileTypes: true })) {
    const { name } = entry;
    if (name === 'evidence' || name === 'derived') {
      if (!entry.isDirectory()) extra(name, 'it is not a folder');
    } else if (name === 'case.json' || name === 'head.json' || name === 'ledger.jsonl' || LOCK_NAMES.test(name)) {
      if (!entry.isFile()) extra(name, 'it is not a plain file');
    } else extra(name);
  }
  const { evidence } = layout(root);
  if (!fs.lstatSync(evidence, { throwIfNoEntry: false })?.isDirectory()) return items;
  for (const folder of fs.readdirSync(evidence, { withFileTypes: true })) {
    if (!folder.isDirectory() || !/^[0-9a-f]{2}$/.test(folder.name)) {
      extra(`evidence/${folder.name}`);
      continue;
    }
    for (const file of fs.readdirSync(path.join(evidence, folder.name), { withFileTypes: true })) {
      if (file.isFile() && isSha256(file.name) && file.name.startsWith(folder.name)) items.add(file.name);
      else extra(`evidence/${folder.name}/${file.name}`, file.isSymbolicLink() ? 'it is a link, not evidence' : undefined);
    }
  }
  return items;
}
