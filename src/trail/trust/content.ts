import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';

/** Bytes of a file as it lies at hand, compressed or not. */
export type Bytes = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
export type Unread = { readonly broken: 'too-large' | 'gzip' | 'unreadable'; readonly detail: string };

const pieces = (bytes: Bytes): Readable => Readable.from(bytes instanceof Uint8Array ? [bytes] : bytes, { objectMode: false });
const isGzip = (head: Uint8Array): boolean => head.length > 2 && head[0] === 0x1f && head[1] === 0x8b;

class TooLarge extends Error {}
async function* capped(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > most) throw new TooLarge();
    yield piece;
  }
}
/** The first piece, at least three bytes of it where there are so many, and the whole. */
async function opened(source: AsyncIterable<Uint8Array>): Promise<{ head: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < 3 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* whole() {
    try {
      if (head.length > 0) yield head;
      while (!ended) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, whole: whole() };
}
async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const out = new PassThrough();
  const done = pipeline(Readable.from(source, { objectMode: false }), createGunzip(), out).catch((error) => void out.destroy(error as Error));
  try {
    for await (const piece of out) yield piece as Uint8Array;
  } finally {
    out.destroy();
    await done;
  }
}

/** Below this a file is taken whole: streams would cost more than the unpacking. */
const SMALL = 4 << 20;
const SMALL_UNPACKED = 64 << 20;

/** The whole of a small file; what was read of a larger one, and its rest. */
async function gathered(bytes: Bytes): Promise<{ readonly small: Uint8Array } | { readonly large: AsyncIterable<Uint8Array> }> {
  if (bytes instanceof Uint8Array) return bytes.length <= SMALL ? { small: bytes } : { large: pieces(bytes) };
  const source: AsyncIterable<Uint8Array> = pieces(bytes);
  const iterator = source[Symbol.asyncIterator]();
  const all: Uint8Array[] = [];
  let size = 0;
  for (let next = await iterator.next(); ; next = await iterator.next()) {
    if (next.done) return { small: Buffer.concat(all, size) };
    all.push(next.value);
    size += next.value.length;
    if (size <= SMALL) continue;
    async function* large() {
      yield* all;
      yield* { [Symbol.asyncIterator]: () => iterator };
    }
    return { large: large() };
  }
}
/** Its layers, packed first; undefined when one is too large to be unpacked at once. */
function unpackedAtOnce(bytes: Uint8Array): Uint8Array[] | undefined {
  const all = [bytes];
  try {
    while (all.length <= 2 && isGzip(all.at(-1)!)) all.push(gunzipSync(all.at(-1)!, { maxOutputLength: SMALL_UNPACKED }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
  return all;
}

/** The content: gzip taken off, twice where a copy was packed once more. At most `most` bytes a layer. */
async function* content(bytes: Bytes, most: number): AsyncGenerator<Uint8Array> {
  const all = await gathered(bytes);
  const atOnce = 'small' in all && all.small.length <= most ? unpackedAtOnce(all.small) : undefined;
  if (atOnce?.every((layer) => layer.length <= most)) return yield atOnce.at(-1)!;
  let source: AsyncIterable<Uint8Array> = capped('small' in all ? pieces(all.small) : all.large, most);
  for (let layer = 0; ; layer++) {
    const { head, whole } = await opened(source);
    if (!isGzip(head) || layer === 2) return yield* whole;
    source = capped(unpacked(whole), most);
  }
}
const unread = (error: unknown): Unread => {
  if (error instanceof TooLarge) return { broken: 'too-large', detail: '' };
  const { code, message } = error as NodeJS.ErrnoException;
  return { broken: code?.startsWith('Z_') || /unexpected end of file/.test(message) ? 'gzip' : 'unreadable', detail: String(code ?? message).slice(0, 200) };
};

/** SHA-256 of the uncompressed content, hexadecimal, as digests name it. Never more than a few pieces of a large file in memory. */
export async function contentHash(bytes: Bytes, most: number): Promise<string | Unread> {
  const hash = createHash('sha256');
  try {
    for await (const piece of content(bytes, most)) hash.update(piece);
  } catch (error) {
    return unread(error);
  }
  return hash.digest('hex');
}
/** The whole content, for small files. */
export async function contentOf(bytes: Bytes, most: number): Promise<Buffer | Unread> {
  const all: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of content(bytes, most)) {
      all.push(piece);
      size += piece.length;
    }
  } catch (error) {
    return unread(error);
  }
  return Buffer.concat(all, size);
}
export const isUnread = (value: object | string): value is Unread => typeof value === 'object' && 'broken' in value;
