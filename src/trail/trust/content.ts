import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

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

/**
 * The content: gzip taken off, twice where a copy was packed once more. `seen` gets every layer's pieces (0: as at hand), so that whoever hashes
 * needs no second pass. At most `most` bytes a layer, and not more than two layers.
 */
async function* layers(bytes: Bytes, most: number, seen: (layer: number, piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  async function* watched(source: AsyncIterable<Uint8Array>, layer: number) {
    for await (const piece of source) {
      seen(layer, piece);
      yield piece;
    }
  }
  let source: AsyncIterable<Uint8Array> = watched(capped(pieces(bytes), most), 0);
  for (let layer = 1; ; layer++) {
    const { head, whole } = await opened(source);
    if (!isGzip(head) || layer > 2) return yield* whole;
    source = watched(capped(unpacked(whole), most), layer);
  }
}
const unread = (error: unknown): Unread => {
  if (error instanceof TooLarge) return { broken: 'too-large', detail: '' };
  const { code, message } = error as NodeJS.ErrnoException;
  return { broken: code?.startsWith('Z_') || /unexpected end of file/.test(message) ? 'gzip' : 'unreadable', detail: String(code ?? message).slice(0, 200) };
};

/** SHA-256 of every layer, uncompressed content last: CloudTrail's digests name that one. Never more than a few pieces in memory. */
export async function contentHashes(bytes: Bytes, most: number): Promise<readonly string[] | Unread> {
  const hashes = [createHash('sha256')];
  try {
    const content = layers(bytes, most, (layer, piece) => (hashes[layer] ??= createHash('sha256')).update(piece));
    for await (const _ of content);
  } catch (error) {
    return unread(error);
  }
  return hashes.map((hash) => hash.digest('hex'));
}
/** The whole content, for small files. */
export async function contentOf(bytes: Bytes, most: number): Promise<Buffer | Unread> {
  const all: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of layers(bytes, most, () => undefined)) {
      all.push(piece);
      size += piece.length;
    }
  } catch (error) {
    return unread(error);
  }
  return Buffer.concat(all, size);
}
export const isUnread = (value: object): value is Unread => 'broken' in value;
