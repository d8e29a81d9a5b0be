import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contentHash, contentOf } from './content.ts';

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const inPieces = async function* (data: Uint8Array, size: number) {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
};
const MOST = 64 << 20;
/** Small files are taken whole, large ones in pieces: both must say the same. */
const SMALL = randomBytes(3000);
const LARGE = randomBytes(6 << 20);

describe('content', () => {
  it.each([
    ['small', SMALL],
    ['large', LARGE],
    ['empty', Buffer.alloc(0)],
    ['of one byte', Buffer.from([0x1f])],
  ])('%s: plain, packed and packed twice are the same', async (_, data) => {
    for (const bytes of [data, gzipSync(data), gzipSync(gzipSync(data)), Buffer.concat([gzipSync(data.subarray(0, 10)), gzipSync(data.subarray(10))])]) {
      expect(await contentHash(bytes, MOST)).toBe(sha256(data));
      expect(await contentHash(inPieces(bytes, 1000), MOST)).toBe(sha256(data));
    }
    expect(data.equals((await contentOf(inPieces(gzipSync(data), 700), MOST)) as Buffer)).toBe(true);
  });

  it.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('%s: cut or damaged, and larger than allowed', async (_, data) => {
    const packed = gzipSync(data);
    for (const bytes of [
      packed.subarray(0, -5),
      packed.subarray(0, packed.length >> 1),
      Buffer.concat([packed.subarray(0, 1000), randomBytes(1000), packed.subarray(2000)]),
    ])
      expect(await contentHash(bytes, MOST)).toMatchObject({ broken: 'gzip' });
    expect(await contentHash(packed, data.length - 1)).toMatchObject({ broken: 'too-large' });
    expect(await contentHash(data, data.length - 1)).toMatchObject({ broken: 'too-large' });
    expect(await contentHash(data, data.length)).toBe(sha256(data));
  });

  it('of a bomb is not unpacked beyond the limit, though it is small itself', async () => {
    const bomb = gzipSync(Buffer.alloc(100 << 20));
    expect(await contentHash(bomb, 80 << 20)).toMatchObject({ broken: 'too-large' });
    expect(await contentHash(bomb, 128 << 20)).toBe(sha256(Buffer.alloc(100 << 20)));
  });
});
