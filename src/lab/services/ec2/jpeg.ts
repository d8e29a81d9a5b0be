/** A baseline grey JPEG (ITU-T T.81): flat quantisation and flat Huffman codes, which suits small pictures of text. */
const STEP = 32;
const EOB = 0x00;
const SIXTEEN_ZEROS = 0xf0;

const DC_SYMBOLS = Array.from({ length: 12 }, (_, size) => size);
const AC_SYMBOLS = [EOB, SIXTEEN_ZEROS, ...Array.from({ length: 16 }, (_, run) => Array.from({ length: 10 }, (_, size) => (run << 4) | (size + 1))).flat()];
/** Every symbol has a code of the same length: its place in the list. The code of all ones stays free, as T.81 asks. */
const DC_BITS = 4;
const AC_BITS = 8;
const AC_CODE = new Map(AC_SYMBOLS.map((symbol, index) => [symbol, index]));

const ZIGZAG = Array.from({ length: 64 }, (_, index) => [index >> 3, index & 7] as const)
  .sort(([ay, ax], [by, bx]) => ax + ay - (bx + by) || ((ax + ay) % 2 ? ay - by : ax - bx))
  .map(([y, x]) => y * 8 + x);
const COSINE = Array.from({ length: 64 }, (_, index) => {
  const [frequency, place] = [index >> 3, index & 7];
  return ((frequency ? 1 : Math.SQRT1_2) / 2) * Math.cos(((2 * place + 1) * frequency * Math.PI) / 16);
});

/** Quantised coefficients of one 8x8 block, in zigzag order. */
function transform(block: Float64Array): number[] {
  const rows = new Float64Array(64);
  for (let y = 0; y < 8; y++) for (let u = 0; u < 8; u++) for (let x = 0; x < 8; x++) rows[y * 8 + u]! += block[y * 8 + x]! * COSINE[u * 8 + x]!;
  const both = new Float64Array(64);
  for (let u = 0; u < 8; u++) for (let v = 0; v < 8; v++) for (let y = 0; y < 8; y++) both[v * 8 + u]! += rows[y * 8 + u]! * COSINE[v * 8 + y]!;
  return ZIGZAG.map((place) => Math.round(both[place]! / STEP));
}

function bitWriter() {
  const bytes: number[] = [];
  let pending = 0;
  let count = 0;
  const write = (value: number, bits: number): void => {
    for (let bit = bits - 1; bit >= 0; bit--) {
      pending = (pending << 1) | ((value >> bit) & 1);
      if (++count < 8) continue;
      bytes.push(pending);
      if (pending === 0xff) bytes.push(0);
      pending = 0;
      count = 0;
    }
  };
  return { bytes, write, flush: () => write(0x7f, (8 - count) % 8) };
}
const sizeOf = (value: number): number => 32 - Math.clz32(Math.abs(value));
/** T.81 F.1.2.1: negative values in ones' complement. */
const bitsOf = (value: number): number => (value < 0 ? value + (1 << sizeOf(value)) - 1 : value);

const marker = (code: number, body: number[]): number[] => [0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
const huffman = (id: number, bits: number, symbols: number[]): number[] => [
  id,
  ...Array.from({ length: 16 }, (_, index) => (index + 1 === bits ? symbols.length : 0)),
  ...symbols,
];

/** @param pixels grey values, row by row; width and height are multiples of 8. */
export function greyJpeg(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const { bytes, write, flush } = bitWriter();
  let last = 0;
  const block = new Float64Array(64);
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      for (let index = 0; index < 64; index++) block[index] = pixels[(top + (index >> 3)) * width + left + (index & 7)]! - 128;
      const [dc = 0, ...ac] = transform(block);
      const step = dc - last;
      last = dc;
      write(sizeOf(step), DC_BITS);
      write(bitsOf(step), sizeOf(step));
      let run = 0;
      for (const value of ac.slice(0, ac.findLastIndex((item) => item !== 0) + 1)) {
        if (value === 0) {
          run++;
          continue;
        }
        for (; run > 15; run -= 16) write(AC_CODE.get(SIXTEEN_ZEROS)!, AC_BITS);
        write(AC_CODE.get((run << 4) | sizeOf(value))!, AC_BITS);
        write(bitsOf(value), sizeOf(value));
        run = 0;
      }
      if (ac[62] === 0) write(AC_CODE.get(EOB)!, AC_BITS);
    }
  flush();
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...marker(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...marker(0xdb, [0, ...Array<number>(64).fill(STEP)]),
    ...marker(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    ...marker(0xc4, huffman(0x00, DC_BITS, DC_SYMBOLS)),
    ...marker(0xc4, huffman(0x10, AC_BITS, AC_SYMBOLS)),
    ...marker(0xda, [1, 1, 0x00, 0, 63, 0]),
    ...bytes,
    ...[0xff, 0xd9],
  ]);
}
