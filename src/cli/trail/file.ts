import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AplombError, EXIT } from '../../kernel/index.ts';

/** Writes a file whole or not at all. @returns bytes written */
export async function writeFileWhole(path: string, chunks: AsyncIterable<string>): Promise<number> {
  const draft = `${path}.draft`;
  let bytes = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      bytes += Buffer.byteLength(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(counted()), createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, path);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof AplombError) throw error;
    throw new AplombError('CannotWrite', `${path} could not be written: ${(error as Error).message}`, {
      fix: 'Name a file in a folder that exists and that you may write to.',
      exit: EXIT.failed,
      cause: error,
    });
  }
}
