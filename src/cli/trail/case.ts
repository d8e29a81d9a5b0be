import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCase, type OpenCase, openCase } from '../../evidence/index.ts';
import { AplombError, EXIT, isAplombError, TOOL } from '../../kernel/index.ts';
import { BATCHES, openStore, type TrailStore } from '../../trail/store/open.ts';
import { findCase, isCase, responderName } from '../case.ts';
import type { Io } from '../io.ts';
import { string, type Values } from '../spec.ts';

/** Where the store of a case lies: it can be built anew from the files. */
export const trailDir = (dir: string): string => join(dir, 'derived', 'trail');

/** The case to load into: the one that is named or alone here, else a new one in the current folder. Reading files needs no other command before. */
export function caseToLoad(io: Io, values: Values): OpenCase {
  const named = string(values, 'case') ?? io.env.APLOMB_CASE;
  let dir = named ? resolve(io.cwd, named) : undefined;
  if (dir === undefined) {
    try {
      dir = findCase(io, values);
    } catch (error) {
      if (!isAplombError(error) || error.code !== 'NoCase') throw error;
    }
  }
  if (dir !== undefined && isCase(dir)) return openCase(dir, { responder: responderName(io, values) });
  const id = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-trail-${Math.random().toString(36).slice(2, 6)}`;
  const at = dir ?? join(io.cwd, 'cases', id);
  const file = createCase(at, { id, title: 'CloudTrail analysis', responder: responderName(io, values), tool: TOOL });
  io.err(io.lang === 'es' ? `Caso nuevo: ${at}` : `New case: ${at}`);
  return file;
}

/** The store of the case, to read from. @throws AplombError NoTrail when nothing was loaded */
export async function openTrail(io: Io, values: Values): Promise<{ dir: string; store: TrailStore }> {
  const dir = findCase(io, values);
  if (!existsSync(join(trailDir(dir), BATCHES)))
    throw new AplombError('NoTrail', `no CloudTrail was loaded into ${dir}`, { exit: EXIT.usage, fix: 'Load it first: aplomb trail ingest FOLDER' });
  return { dir, store: await openStore(trailDir(dir)) };
}
