import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CaseFile, Lang } from '../kernel/index.ts';
import { renderReport } from './page.ts';
import { loadShown } from './shown.ts';

export { renderReport };

/** Writes the report beside the evidence (or to `out`) and answers with its path. Never half-written. */
export async function writeReport(file: Pick<CaseFile, 'dir' | 'entries' | 'load'>, options: { lang: Lang; out?: string | undefined }): Promise<string> {
  const path = options.out ? resolve(options.out) : join(file.dir, 'derived', 'report.html');
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  await writeFile(draft, renderReport(file.entries, options.lang, await loadShown(file.entries, (sha256) => file.load(sha256))));
  await rename(draft, path);
  return path;
}
