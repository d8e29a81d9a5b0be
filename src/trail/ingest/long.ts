import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Doubt, type LongFile, openLong, readLong } from '../readers/long.ts';
import type { Limits } from '../readers/unpack.ts';
import { openParts } from '../store/load.ts';
import { type Lines, openLines } from './lines.ts';
import { type Done, type Job, knownDone, namesOf, unreadable } from './work.ts';

export interface LongOptions {
  readonly connection: DuckDBConnection;
  /** The store's folder. */
  readonly dir: string;
  /** Name of the next batch. */
  name(): string;
  /** Folder for the file of lines. */
  readonly scratch: string;
  known(sha256: string): boolean;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
}
/** Lines are handed to the store in parts of about so many bytes. */
const PART = 64 << 20;

/**
 * Reads a file that is too long to be held at once into the store, as one batch. Its records are parsed by the store; when it refuses one, or the file is
 * damaged, all of it is read again with care.
 */
export async function loadLong(job: Job, options: LongOptions): Promise<Done> {
  let file: LongFile | undefined;
  try {
    let sha256: string;
    try {
      file = openLong(job.path);
      sha256 = await file.sha256();
    } catch (error) {
      return await keep(unreadable(job, error), options);
    }
    if (options.known(sha256)) return knownDone(job, sha256, file.size);
    const lines = openLines(join(options.scratch, 'long'));
    try {
      return await read(job, file, sha256, lines, options);
    } finally {
      lines.remove();
    }
  } finally {
    file?.close();
  }
}

async function read(job: Job, file: LongFile, sha256: string, lines: Lines, options: LongOptions): Promise<Done> {
  const { connection, dir, limits, signal } = options;
  const name = options.name();
  for (const careful of [false, true]) {
    const parts = openParts(connection, dir, name);
    let rows = 0;
    const add = async (written: number): Promise<void> => {
      lines.finish();
      rows += await parts.add({ path: lines.path, bytes: lines.size(), packed: 0 });
      lines.again();
      if (rows !== written && !careful) throw new Doubt();
    };
    try {
      const found = await readLong(file, job.source, lines, {
        careful,
        limits,
        async after({ written }) {
          signal?.throwIfAborted();
          if (lines.size() >= Math.min(PART, limits.whole)) await add(written);
          return true;
        },
      });
      const done = { ...namesOf(job), sha256, bytes: file.size, ...found };
      if (found.written === 0) {
        // A bomb; what it began with counts for nothing.
        parts.drop();
        return await keep(done, options);
      }
      await add(found.written);
      const more = [
        ...(rows !== found.written ? [`the store refused ${found.written - rows} of its records`] : []),
        ...((await file.changed(sha256)) ? ['the file changed while it was read'] : []),
      ].map((why) => ({ offset: null, why, lost: true }));
      const told = { ...done, problems: [...done.problems, ...more] };
      await parts.finish(told);
      return told;
    } catch (error) {
      parts.drop();
      if (!(error instanceof Doubt)) throw error;
    }
    lines.again();
  }
  throw new Error('read with care, and still in doubt');
}

/** Takes a file into the store that gave no event. */
async function keep(done: Done, { connection, dir, name, scratch }: LongOptions): Promise<Done> {
  const none = openLines(join(scratch, 'none'));
  const parts = openParts(connection, dir, name());
  await parts.add({ path: none.path, bytes: 0, packed: 0 });
  none.remove();
  await parts.finish(done);
  return done;
}
