import { lstatSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AplombError, EXIT } from '../../kernel/index.ts';
import type { Source } from '../../trail/ingest/ingest.ts';
import { folderSource } from '../../trail/listing/folder-source.ts';
import { type ListingOptions, listTrail } from '../../trail/listing/list.ts';
import type { Io } from '../io.ts';

export interface Listed {
  readonly sources: Source[];
  readonly skipped: { readonly file: string; readonly why: string }[];
}

/** The files of paths that were named: each file itself, of a folder all that the selection wants. */
export async function localSources(io: Io, paths: readonly string[], options: ListingOptions): Promise<Listed> {
  const sources: Source[] = [];
  const skipped: { file: string; why: string }[] = [];
  for (const given of paths) {
    const path = resolve(io.cwd, given);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat)
      throw new AplombError('NotFound', `there is no file or folder ${path}`, {
        exit: EXIT.usage,
        fix: 'Name a log file, a folder with log files, or s3://BUCKET/PREFIX.',
      });
    if (!stat.isDirectory()) {
      sources.push({ path, file: basename(path) });
      continue;
    }
    if (lstatSync(path).isSymbolicLink()) io.err(`${given} is a link: what it points to is read`);
    const listing = await listTrail(
      folderSource(path, (key, why) => skipped.push({ file: key, why: `${why}: not followed` })),
      '',
      options,
    );
    for await (const { key } of listing) sources.push({ path: join(path, key), file: key });
    for (const { prefix, why } of listing.problems) skipped.push({ file: prefix, why });
  }
  return { sources, skipped };
}
