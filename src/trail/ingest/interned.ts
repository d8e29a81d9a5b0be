/** Texts longer than this are not looked for: they hardly come twice. */
const LONGEST = 16 << 10;
/** So many different texts with one mark are compared; a file made to have more costs no more. */
const CHAIN = 8;
/** Every so many bytes one goes into the mark, and the last ones all. */
const STRIDE = 11;
const TAIL = 8;

export interface Interned {
  /** The number under which the same bytes came before, or -1: then they are known under `number` from now on. */
  find(bytes: Buffer, from: number, to: number, number: number): number;
  /** How many different ones. */
  count(): number;
  clear(): void;
}

/** Remembers byte texts by number, without making strings of them: a mark of some of their bytes finds candidates, all bytes decide. */
export function interned(): Interned {
  let arena = Buffer.allocUnsafeSlow(1 << 20);
  let used = 0;
  let size = 0;
  const first = new Map<number, number>();
  const [starts, lengths, numbers, next]: [number[], number[], number[], number[]] = [[], [], [], []];
  return {
    find(bytes, from, to, number) {
      const length = to - from;
      size++;
      if (length > LONGEST) return -1;
      let mark = length;
      for (let at = from; at < to; at += STRIDE) mark = (Math.imul(mark, 31) + bytes[at]!) | 0;
      for (let at = Math.max(from, to - TAIL); at < to; at++) mark = (Math.imul(mark, 31) + bytes[at]!) | 0;
      const head = first.get(mark);
      let chain = 0;
      for (let entry = head ?? -1; entry >= 0; entry = next[entry]!, chain++) {
        if (lengths[entry] !== length || arena.compare(bytes, from, to, starts[entry], starts[entry]! + length) !== 0) continue;
        size--;
        return numbers[entry]!;
      }
      if (chain >= CHAIN) return -1;
      if (used + length > arena.length) {
        const larger = Buffer.allocUnsafeSlow(arena.length * 2 + length);
        arena.copy(larger, 0, 0, used);
        arena = larger;
      }
      bytes.copy(arena, used, from, to);
      next.push(head ?? -1);
      first.set(mark, starts.push(used) - 1);
      lengths.push(length);
      numbers.push(number);
      used += length;
      return -1;
    },
    count: () => size,
    clear() {
      first.clear();
      for (const list of [starts, lengths, numbers, next]) list.length = 0;
      [used, size] = [0, 0];
    },
  };
}
