import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { AplombError, EXIT } from '../kernel/index.ts';
import type { Io } from './io.ts';
import { string, type Values } from './spec.ts';

export const isCase = (dir: string): boolean => existsSync(join(dir, 'ledger.jsonl'));

/** `--case`, else APLOMB_CASE, else the only case under ./cases. @throws AplombError (exit 2) when there is none or a choice. */
export function findCase(io: Io, values: Values): string {
  const given = string(values, 'case') ?? io.env.APLOMB_CASE;
  if (given) return resolve(io.cwd, given);
  const folder = join(io.cwd, 'cases');
  const found = existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name))
        .filter(isCase)
    : [];
  if (found.length === 1) return found[0]!;
  throw found.length === 0
    ? new AplombError('NoCase', 'there is no case here', {
        exit: EXIT.usage,
        fix: 'Open one with: aplomb open --title "what happened" — or name its folder with --case DIR.',
      })
    : new AplombError('ManyCases', `there are ${found.length} cases under ./cases`, {
        exit: EXIT.usage,
        fix: `Name one: --case ${found
          .map((dir) => join('cases', dir.slice(folder.length + 1)))
          .slice(0, 5)
          .join(' or --case ')}`,
      });
}

export const responderName = (io: Io, values: Values): string => string(values, 'responder') ?? io.env.APLOMB_RESPONDER ?? userInfo().username;
