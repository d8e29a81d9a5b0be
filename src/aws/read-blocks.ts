import type { BlockSource } from '../kernel/index.ts';

export interface Block {
  readonly index: number;
  readonly data: Uint8Array;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
}

/**
 * Every written block, read ahead. `concurrency` blocks (default 32, 16 MiB) are in flight or waiting; `ordered: false`
 * gives them as they come. Leaving the loop early or an error waits for what is in flight.
 * @example for await (const block of readBlocks(source)) hash.update(block.data);
 */
export async function* readBlocks(source: BlockSource, options: { concurrency?: number; ordered?: boolean } = {}): AsyncGenerator<Block> {
  const { concurrency = 32, ordered = true } = options;
  const indexes = source.blocks()[Symbol.asyncIterator]();
  const flying = new Map<number, Promise<Block>>();
  let more = true;
  const launch = (index: number): void => {
    const reading = source.block(index).then((block) => ({ index, ...block }));
    // Errors are met when the block is waited for; until then they must not count as unhandled.
    reading.catch(() => {});
    flying.set(index, reading);
  };
  try {
    for (;;) {
      while (more && flying.size < concurrency) {
        const { value, done } = await indexes.next();
        if (done) more = false;
        else launch(value);
      }
      if (flying.size === 0) return;
      const first = flying.values().next().value as Promise<Block>;
      const block = await (ordered ? first : Promise.race(flying.values()));
      flying.delete(block.index);
      yield block;
    }
  } finally {
    await Promise.allSettled(flying.values());
    await indexes.return?.();
  }
}
