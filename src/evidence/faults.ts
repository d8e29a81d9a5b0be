import { AplombError, EXIT, isAplombError } from '../kernel/error.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);

/** An error of the file system in words: what could not be done, to what, and the way out. */
export function fileFault(error: unknown, doing: string, path: string): AplombError {
  if (isAplombError(error)) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (FULL.has(code))
    return new AplombError('DiskFull', `The disk is full: could not ${doing} (${path}). The case is unchanged by this.`, {
      fix: 'Free space on that disk, or move the case folder to a larger one, and run the same command again.',
      cause: error,
    });
  if (READ_ONLY.has(code))
    return new AplombError('CaseReadOnly', `No permission to write: could not ${doing} (${path}).`, {
      fix: 'Make the folder writable for this user, or copy the case to a place that is. Reading and verifying need no permission to write.',
      cause: error,
    });
  return new AplombError('CaseUnwritable', `Could not ${doing} (${path}): ${code || String(error)}.`, { cause: error });
}

export const notACase = (dir: string, why: string) =>
  new AplombError('NotACase', `${dir} is not a case folder: ${why}.`, {
    fix: 'Give the folder of a case with --case DIR (or APLOMB_CASE), or open a new one: aplomb open --case DIR',
    exit: EXIT.usage,
  });

export const newerCase = (dir: string, format: string) =>
  new AplombError('NewerCase', `${dir} was written in a format this version does not know (${format}).`, {
    fix: 'Use the version of aplomb that wrote it, or a newer one.',
    exit: EXIT.usage,
  });

export const brokenCase = (dir: string, what: string, entry?: number) =>
  new AplombError('CaseBroken', `The ledger of ${dir} is broken${entry === undefined ? '' : ` at entry ${entry}`}: ${what}.`, {
    fix: `Nothing was written. Keep a copy of the folder as it is and look at every problem with: aplomb verify --case DIR`,
    exit: EXIT.integrity,
  });
