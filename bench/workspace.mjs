import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const LAUNCHER = join(ROOT, 'bin/aplomb.js');
/** A module of the built product. */
export const product = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);

/** A temporary folder for the time of `work`; signing keys made meanwhile lie in it too, never in the home folder. */
export async function inTemporary(work) {
  const folder = mkdtempSync(join(tmpdir(), 'aplomb-bench-'));
  const before = process.env.APLOMB_CONFIG_DIR;
  process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
  try {
    return await work(folder);
  } finally {
    if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
    else process.env.APLOMB_CONFIG_DIR = before;
    rmSync(folder, { recursive: true, force: true });
  }
}
