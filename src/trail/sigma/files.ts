import { lstat, opendir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import type { Placeholders } from './encode.ts';
import { readRules, stemOf } from './read.ts';
import type { RuleFile, RuleSet, Unsupported } from './rule.ts';

const LIMITS = { files: 20_000, entries: 200_000, bytes: 1024 * 1024, depth: 20 } as const;

/**
 * Reads a rule file, or every .yml and .yaml under a folder in order of their paths. Links are not followed, files above 1 MiB not read:
 * both are listed in `unsupported`. The first line of text of the nearest LICENSE within the folder goes with rules that name none.
 * @throws AplombError NoRules when the path cannot be read or holds no rule file
 */
export async function readRulesFrom(path: string, placeholders: Placeholders = {}): Promise<RuleSet> {
  const skipped: Unsupported[] = [];
  const files: RuleFile[] = [];
  const take = async (file: string, licence: string): Promise<void> => {
    const stat = await lstat(file);
    const skip = (why: Unsupported['why']): unknown => skipped.push({ rule: stemOf(file), file, why });
    if (stat.isSymbolicLink()) skip(text('it is a link, and links are not followed', 'es un enlace, y los enlaces no se siguen'));
    else if (!stat.isFile()) skip(text('it is no ordinary file', 'no es un archivo corriente'));
    else if (stat.size > LIMITS.bytes) skip(text('the file is larger than 1 MiB', 'el archivo ocupa más de 1 MiB'));
    else if (files.length >= LIMITS.files) skip(text('more than 20,000 files were given', 'se dieron más de 20 000 archivos'));
    else files.push({ path: file, text: await readFile(file, 'utf8'), licence });
  };
  let entries = 0;
  const walk = async (folder: string, above: string, depth: number): Promise<void> => {
    const names: string[] = [];
    const folders: string[] = [];
    let licence = above;
    for await (const entry of await opendir(folder)) {
      if (++entries > LIMITS.entries) break;
      const rule = /\.ya?ml$/i.test(entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && entry.name !== 'node_modules') folders.push(entry.name);
      } else if (rule) names.push(entry.name);
      else if (entry.isFile() && /^LICEN[SC]E(\.(md|txt))?$/i.test(entry.name)) licence = await licenceOf(join(folder, entry.name));
    }
    for (const name of names.sort()) await take(join(folder, name), licence);
    for (const name of folders.sort()) if (depth < LIMITS.depth) await walk(join(folder, name), licence, depth + 1);
  };
  try {
    // The path itself is the caller's choice, link or not.
    const top = (await lstat(path)).isSymbolicLink() ? await realpath(path) : path;
    if ((await lstat(top)).isDirectory()) await walk(top, '', 0);
    else await take(top, await licenceOf(join(dirname(top), 'LICENSE')));
  } catch (error) {
    throw noRules(path, error);
  }
  if (files.length === 0 && skipped.length === 0) throw noRules(path, undefined);
  const set = readRules(files, placeholders);
  return { ...set, unsupported: [...skipped, ...set.unsupported] };
}
const noRules = (path: string, cause: unknown): AplombError =>
  new AplombError('NoRules', `No Sigma rules were read from ${path}.`, {
    fix: 'Give a .yml or .yaml file, or a folder that holds some.',
    exit: EXIT.usage,
    cause,
  });

/** Name of a licence: the Detection Rule License when the text names it, else its first line. '' when there is no such file. */
async function licenceOf(file: string): Promise<string> {
  try {
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size > LIMITS.bytes) return '';
    const content = (await readFile(file, 'utf8')).slice(0, 20_000);
    const named = /Detection Rule License(?: \(DRL\))?(?: (\d+\.\d+))?/i.exec(content);
    if (named) return `Detection Rule License ${/\bDRL\)? (\d+\.\d+)/.exec(content)?.[1] ?? named[1] ?? ''}`.trim();
    return (content.split('\n').find((line) => /\w/.test(line)) ?? basename(file))
      .replace(/^[#\s]+/, '')
      .trim()
      .slice(0, 120);
  } catch {
    return '';
  }
}
