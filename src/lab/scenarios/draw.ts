import { createCipheriv, createHash } from 'node:crypto';

/** Reproducible choices: the same seed and label give the same sequence. */
export interface Draw {
  /** 0 <= x < 1 */
  fraction(): number;
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** `count` different items, in random order. */
  sample<T>(items: readonly T[], count: number): T[];
  hex(length: number): string;
  /** Letters and digits, both cases. */
  word(length: number): string;
  uuid(): string;
  bytes(length: number): Buffer;
  /** An independent sequence, so that one part's draws do not move another's. */
  fork(label: string): Draw;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** SHA-256 in counter mode over the seed: slow for a generator, plenty for a story. */
export function draw(seed: string): Draw {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const take = (length: number): Buffer => {
    while (pool.length < length) pool = Buffer.concat([pool, createHash('sha256').update(`${seed}\0${counter++}`).digest()]);
    const out = pool.subarray(0, length);
    pool = pool.subarray(length);
    return out;
  };
  const fraction = () => take(6).readUIntBE(0, 6) / 2 ** 48;
  const int = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1));
  const self: Draw = {
    fraction,
    int,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[int(0, items.length - 1)]!;
    },
    sample: (items, count) => {
      if (count > items.length) throw new RangeError(`cannot pick ${count} different items out of ${items.length}`);
      const rest = [...items];
      return Array.from({ length: count }, () => rest.splice(int(0, rest.length - 1), 1)[0]!);
    },
    hex: (length) =>
      take(Math.ceil(length / 2))
        .toString('hex')
        .slice(0, length),
    word: (length) => Array.from({ length }, () => ALPHABET[int(0, ALPHABET.length - 1)]!).join(''),
    uuid: () => {
      const hex = take(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    bytes: (length) => createCipheriv('aes-128-ctr', take(16), Buffer.alloc(16)).update(Buffer.alloc(length)),
    fork: (label) => draw(`${seed}/${label}`),
  };
  return self;
}
