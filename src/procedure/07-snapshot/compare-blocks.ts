import { createHash } from 'node:crypto';
import { type BlockSource, type Json, sha256 } from '../../kernel/index.ts';

/** Two snapshots, block by block. What a snapshot does not hold is zeros: a copy may hold zero blocks that the original does not. */

/** Compared together, and kept with the case: what an interruption leaves to do again at most. */
export const PIECE = 1024;
const AT_ONCE = 16;

export interface Counts {
  readonly original: number;
  readonly copy: number;
  /** Blocks that either of them holds. */
  readonly either: number;
}
/** `[index, SHA-256]` of each block that both agree on: the checksum AWS sends, which is also that of the bytes that came. */
export type Piece = {
  equal: [number, string][];
  /** `[index, SHA-256 of the original's, SHA-256 of the copy's]`. */
  different: [number, string, string][];
};

/** Indexes that either of two sources holds, ascending. */
export async function* either(a: BlockSource, b: BlockSource): AsyncGenerator<number> {
  const [left, right] = [a.blocks()[Symbol.asyncIterator](), b.blocks()[Symbol.asyncIterator]()];
  let [one, other] = [await left.next(), await right.next()];
  while (!one.done || !other.done) {
    const [x, y] = [one.done ? Number.POSITIVE_INFINITY : one.value, other.done ? Number.POSITIVE_INFINITY : other.value];
    yield Math.min(x, y);
    if (x <= y) one = await left.next();
    if (y <= x) other = await right.next();
  }
}
export async function count(a: BlockSource, b: BlockSource): Promise<Counts> {
  const of = async (blocks: AsyncIterable<number>): Promise<number> => {
    let found = 0;
    for await (const _ of blocks) found += 1;
    return found;
  };
  return { original: await of(a.blocks()), copy: await of(b.blocks()), either: await of(either(a, b)) };
}

/**
 * Which of `total` places are looked at in a sample of `wanted`: drawn from the seed (Floyd's algorithm over SHA-256), so that
 * anybody can draw the same again. Null: all of them.
 */
export function draw(total: number, wanted: number | undefined, seed: string): ReadonlySet<number> | null {
  if (wanted === undefined || wanted >= total) return null;
  const chosen = new Set<number>();
  for (let place = total - wanted; place < total; place++) {
    const digest = createHash('sha256').update(`${seed}/${place}`).digest();
    const drawn = Number(digest.readBigUInt64BE() % BigInt(place + 1));
    chosen.add(chosen.has(drawn) ? place : drawn);
  }
  return chosen;
}

/** Indexes in pieces; of a sample those whose places were drawn. */
export async function* pieces(a: BlockSource, b: BlockSource, places: ReadonlySet<number> | null): AsyncGenerator<number[]> {
  let piece: number[] = [];
  let place = 0;
  for await (const index of either(a, b)) {
    if (places === null || places.has(place)) piece.push(index);
    place += 1;
    if (piece.length === PIECE) {
      yield piece;
      piece = [];
    }
  }
  if (piece.length > 0) yield piece;
}

/** @param read called after each block that was compared */
export async function comparePiece(a: BlockSource, b: BlockSource, indexes: readonly number[], read: () => void): Promise<Piece> {
  const piece: Piece = { equal: [], different: [] };
  const rows: (readonly [number, string, string])[] = [];
  const left = indexes.values();
  const worker = async (): Promise<void> => {
    for (const index of left) {
      const [mine, theirs] = await Promise.all([a.block(index), b.block(index)]);
      rows.push([index, mine.checksum, theirs.checksum]);
      read();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const [index, mine, theirs] of rows.sort((x, y) => x[0] - y[0]))
    if (mine === theirs) piece.equal.push([index, mine]);
    else piece.different.push([index, mine, theirs]);
  return piece;
}
/** One hash for all pieces: SHA-256 over their canonical texts' hashes, in order. */
export const chained = (before: string, piece: Piece): string => sha256(`${before}\n${sha256(JSON.stringify(piece satisfies Json))}`);
