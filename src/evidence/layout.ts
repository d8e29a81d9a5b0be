import path from 'node:path';
import { AplombError } from '../kernel/error.ts';
import { isSha256 } from './ledger.ts';

/** Every path of a case folder. Nothing read from evidence or from the ledger is ever joined into one, but checked hashes. */
export const layout = (dir: string) => ({
  case: path.join(dir, 'case.json'),
  ledger: path.join(dir, 'ledger.jsonl'),
  head: path.join(dir, 'head.json'),
  evidence: path.join(dir, 'evidence'),
  derived: path.join(dir, 'derived'),
  /** Unfinished writes, under derived/ since nothing in it counts yet. */
  incoming: path.join(dir, 'derived', '.incoming'),
  lock: path.join(dir, 'ledger.lock'),
  lease: (name: string) => path.join(dir, `${name}.lease`),
});

/** Path of a stored item. @throws AplombError `NotAHash` when the name is not 64 lower-case hexadecimal digits. */
export function itemPath(dir: string, sha256: string): string {
  if (!isSha256(sha256)) throw new AplombError('NotAHash', 'An evidence item is named by 64 lower-case hexadecimal digits.');
  return path.join(dir, 'evidence', sha256.slice(0, 2), sha256);
}
export const LOCK_NAMES = /^(?:ledger\.lock|ledger\.lock\.breaking|[a-z][a-z0-9-]{0,31}\.lease|[a-z][a-z0-9-]{0,31}\.lease\.breaking)$/;
