import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseFile } from '../../kernel/index.ts';
import { trailDir } from './case.ts';

/** In the case, wherever it lies now. */
const WITHIN = /[/\\]derived[/\\]trail[/\\]((?:delivery|lookup)[/\\].+)$/s;

/**
 * Where the bytes of a file that was loaded are now: where they were; in the case's copy of the bucket, if the case was moved; else, of an
 * object of a bucket, in its evidence. Undefined: nowhere.
 */
export function standsAt(file: Pick<CaseFile, 'dir' | 'pathOf'>, source: { readonly path: string; readonly sha256: string }): string | undefined {
  const copy = WITHIN.exec(source.path)?.[1];
  const places = [source.path, ...(copy === undefined ? [] : [join(trailDir(file.dir), copy)])];
  if (/^[0-9a-f]{64}$/.test(source.sha256)) places.push(file.pathOf(source.sha256));
  return places.find((path) => existsSync(path));
}
