import type { ActionContext, Json } from '../../kernel/index.ts';

/** A list that may be too long to hold: written to the case in parts as it grows, and read back part by part. */
export interface Spool<T> {
  readonly size: number;
  /** Waits for the disk when a part is full. */
  add(item: T): Promise<void>;
  /** No more items; only then may it be read, as often as wanted. The answer brings the spool back after an interruption. */
  end(): Promise<Spooled>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}
/** What is remembered of a spool; `openSpool` makes a list of it again. */
export type Spooled = { readonly name: string; readonly parts: number; readonly size: number };

let begunSoFar = 0;
/** Characters of JSON that fill a part. */
const PART = 256 * 1024;

/** @param name unique within the observation; the parts of a spool that was not ended are never taken for those of another */
export function spool<T>(ctx: ActionContext, name: string): Spool<T> {
  const begun = `${name} @${ctx.now()}.${++begunSoFar}`;
  let part: T[] = [];
  let length = 0;
  let parts = 0;
  let size = 0;
  const write = async (): Promise<void> => {
    const full = part;
    part = [];
    length = 0;
    await ctx.once(`${begun} #${parts++}`, async () => full as unknown as Json);
  };
  return {
    get size() {
      return size;
    },
    async add(item) {
      part.push(item);
      size += 1;
      length += JSON.stringify(item).length;
      if (length >= PART) await write();
    },
    async end() {
      if (part.length > 0) await write();
      return { name: begun, parts, size };
    },
    [Symbol.asyncIterator]: () => openSpool<T>(ctx, { name: begun, parts, size })[Symbol.asyncIterator](),
  };
}

/** A spool that was ended, one part in memory at a time. */
export async function* openSpool<T>(ctx: ActionContext, { name, parts }: Spooled): AsyncGenerator<T> {
  for (let number = 0; number < parts; number++) {
    const part = await ctx.once(`${name} #${number}`, () => Promise.reject(new Error(`the part ${number} of "${name}" is gone`)));
    yield* part as unknown as T[];
  }
}
