import { describe, expect, it } from 'vitest';
import { type BlockSource, sha256 } from '../../kernel/index.ts';
import { chained, comparePiece, count, draw, either, PIECE, pieces } from './compare-blocks.ts';

const BLOCK = 64;
const bytes = (fill: string): Uint8Array => new Uint8Array(Buffer.alloc(BLOCK, fill));
/** A snapshot in memory: written blocks by index. */
function memory(blocks: Readonly<Record<number, string>>, size = 1 << 20): BlockSource & { readonly read: number[] } {
  const read: number[] = [];
  return {
    size,
    blockSize: BLOCK,
    read,
    async *blocks() {
      yield* Object.keys(blocks).map(Number);
    },
    async block(index) {
      read.push(index);
      const data = blocks[index] === undefined ? new Uint8Array(BLOCK) : bytes(blocks[index]);
      return { data, checksum: sha256(data) };
    },
    close: async () => undefined,
  };
}
const list = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('two snapshots', () => {
  it('are looked at wherever either holds something, each place once, in order', async () => {
    const [a, b] = [memory({ 0: 'a', 3: 'b', 9: 'c' }), memory({ 1: 'x', 3: 'b', 12: 'y' })];
    expect(await list(either(a, b))).toEqual([0, 1, 3, 9, 12]);
    expect(await list(either(memory({}), b))).toEqual([1, 3, 12]);
    expect(await count(a, b)).toEqual({ original: 3, copy: 3, either: 5 });
  });
  it('are equal where the copy holds zeros that the original does not, and differ where a byte does', async () => {
    let read = 0;
    const piece = await comparePiece(memory({ 0: 'a', 3: 'b' }), memory({ 0: 'a', 1: '\0', 3: 'B', 4: 'new' }), [0, 1, 3, 4], () => (read += 1));
    expect(piece.equal.map(([index]) => index)).toEqual([0, 1]);
    expect(piece.different).toEqual([
      [3, sha256(bytes('b')), sha256(bytes('B'))],
      [4, sha256(new Uint8Array(BLOCK)), sha256(bytes('new'))],
    ]);
    expect(read).toBe(4);
  });
  it('come in pieces that hold every place of the sample and no other', async () => {
    const many = memory(Object.fromEntries(Array.from({ length: PIECE + 5 }, (_, index) => [index * 2, 'x'])));
    expect((await list(pieces(many, memory({}), null))).map((piece) => piece.length)).toEqual([PIECE, 5]);
    expect(await list(pieces(many, memory({}), new Set([1, PIECE + 4])))).toEqual([[2, (PIECE + 4) * 2]]);
  });
});

describe('a sample', () => {
  it('is drawn from the seed alone: as many as wanted, each once, all within', () => {
    const drawn = draw(1000, 50, 'seed')!;
    expect(drawn.size).toBe(50);
    expect([...drawn].every((place) => place >= 0 && place < 1000)).toBe(true);
    expect(draw(1000, 50, 'seed')).toEqual(drawn);
    expect(draw(1000, 50, 'other')).not.toEqual(drawn);
  });
  it('is the whole when it is no smaller', () => {
    expect(draw(50, 50, 'seed')).toBeNull();
    expect(draw(50, undefined, 'seed')).toBeNull();
  });
  it('reaches every place', () => {
    const seen = new Set(Array.from({ length: 60 }, (_, round) => [...draw(10, 2, `round ${round}`)!]).flat());
    expect(seen.size).toBe(10);
  });
});

it('binds pieces together in their order', () => {
  const [one, other] = [
    { equal: [[0, 'a']] as [number, string][], different: [] },
    { equal: [[1, 'b']] as [number, string][], different: [] },
  ];
  expect(chained(chained('', one), other)).not.toBe(chained(chained('', other), one));
});
