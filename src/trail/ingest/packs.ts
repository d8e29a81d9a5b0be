import { type Lines, openLines } from './lines.ts';
import { PACK } from './pack.wasm.ts';

/** The part of it that is needed here; its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
/** What `assembly/pack.ts` exports. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  input(): number;
  windowSize(): number;
  output(region: number): number;
  size(region: number): number;
  consumed(): number;
  packedRecords(): number;
  wholeRecords(): number;
  count(region: number): number;
  written(): void;
  forget(): void;
  pack(length: number, last: boolean, first: number, longest: number): number;
}
const [LINES, WHOLE, IDENTITIES, ENDS] = [0, 1, 2, 3] as const;
const READ = 0;
let module: object | undefined;

export interface Packed {
  /** Records that became packed lines, and lines of their own. */
  readonly packed: number;
  readonly whole: number;
}
export interface Packs {
  /** Packed records. */
  readonly lines: Lines;
  /**
   * Takes a log file as CloudTrail writes it.
   * @param first number of its first record
   * @param longest bytes of a record
   * @returns undefined, and no line is written, when it is not like that
   */
  pack(bytes: Buffer, first: number, longest: number): Packed | undefined;
  /** How many identities and ends there are: the store must have as many. */
  count(): { readonly identities: number; readonly ends: number };
  finish(): void;
  again(): void;
  remove(): void;
}

const FIRST = Buffer.from('{"Records":[{"eventVersion":');
const LAST = Buffer.from('}]}');
/** Place of the first record's brace. */
const START = FIRST.indexOf('{', 1);

/**
 * Three files of lines: records without what many of them have alike, and what that is.
 * @param whole takes the records that are not quite like most, as lines of their own
 */
export function openPacks(place: string, whole: Lines): Packs {
  const [lines, identities, ends] = [openLines(`${place}.lines`), openLines(`${place}.identities`), openLines(`${place}.ends`)];
  const own = [lines, identities, ends];
  module ??= new WebAssembly.Module(Buffer.from(PACK, 'base64'));
  const kernel = new WebAssembly.Instance(module, { env: { abort: () => undefined } }).exports as Kernel;
  const regions: readonly (readonly [number, Lines])[] = [
    [LINES, lines],
    [WHOLE, whole],
    [IDENTITIES, identities],
    [ENDS, ends],
  ];
  const window = kernel.windowSize();
  const flush = (): void => {
    const memory = new Uint8Array(kernel.memory.buffer);
    for (const [region, to] of regions)
      if (kernel.size(region) > 0) to.write(memory.subarray(kernel.output(region), kernel.output(region) + kernel.size(region)));
    kernel.written();
  };
  return {
    lines,
    pack(bytes, first, longest) {
      const end = bytes.length - LAST.length + 1;
      if (end <= START || !bytes.subarray(0, FIRST.length).equals(FIRST) || !bytes.subarray(-LAST.length).equals(LAST)) return undefined;
      const before = [lines.size(), whole.size()] as const;
      const counted = { packed: 0, whole: 0 };
      for (let at = START; at < end; at += kernel.consumed()) {
        const length = Math.min(window, end - at);
        new Uint8Array(kernel.memory.buffer).set(bytes.subarray(at, at + length), kernel.input());
        const status = kernel.pack(length, at + length === end, first + counted.packed + counted.whole, longest);
        counted.packed += kernel.packedRecords();
        counted.whole += kernel.wholeRecords();
        flush();
        // Nothing consumed: a record that does not end in a whole window.
        if (status === READ && kernel.consumed() > 0) continue;
        lines.back(before[0]);
        whole.back(before[1]);
        return undefined;
      }
      return counted;
    },
    count: () => ({ identities: kernel.count(IDENTITIES), ends: kernel.count(ENDS) }),
    finish: () => {
      for (const one of own) one.finish();
    },
    again() {
      for (const one of own) one.again();
      kernel.forget();
    },
    remove: () => {
      for (const one of own) one.remove();
    },
  };
}
