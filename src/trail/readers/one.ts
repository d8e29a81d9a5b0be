import { Doubt, type LongFile, openLong, readLong } from './long.ts';
import { LIMITS, type Limits } from './unpack.ts';

export interface One {
  /** The file is there and has the hash it had. */
  readonly same: boolean;
  /** The bytes of the record as the file holds them; absent when there is none of that number, and of tables, which have rows and not records. */
  readonly text?: Buffer;
}

/**
 * Finds one record in a file of any length, part by part.
 * @param record its place in the file, from 0
 * @param isIt says whether it is the one that is meant: damaged files can be cut in two ways
 */
export async function recordIn(
  path: string,
  sha256: string,
  record: number,
  isIt: (text: Buffer) => boolean = () => true,
  limits: Limits = LIMITS,
): Promise<One> {
  let file: LongFile | undefined;
  try {
    file = openLong(path);
    if ((await file.sha256()) !== sha256) return { same: false };
    for (const careful of [false, true]) {
      const text = await find(file, record, careful, limits);
      if (text && isIt(text)) return { same: true, text };
    }
    return { same: true };
  } catch {
    return { same: false };
  } finally {
    file?.close();
  }
}

async function find(file: LongFile, record: number, careful: boolean, limits: Limits): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  const sink = {
    write: () => {},
    seen(number: number, text: Buffer) {
      if (number === record) found = Buffer.from(text);
    },
  };
  try {
    await readLong(file, 0, sink, { careful, limits, after: async ({ records }) => records <= record });
  } catch (error) {
    if (!(error instanceof Doubt)) throw error;
    return undefined;
  }
  return found;
}
