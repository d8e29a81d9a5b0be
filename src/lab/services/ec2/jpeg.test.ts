import { describe, expect, it } from 'vitest';
import { greyJpeg } from './jpeg.ts';

/** A decoder for baseline grey JPEGs, written from ITU-T T.81 without looking at the encoder's tables: it reads them from the file. */
function decode(bytes: Uint8Array): { width: number; height: number; pixels: number[] } {
  const quantisation: number[] = [];
  const tables = new Map<number, Map<string, number>>();
  let [width, height, at] = [0, 0, 2];
  for (;;) {
    const code = bytes[at + 1]!;
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const body = bytes.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (code === 0xdb) quantisation.push(...body.subarray(1));
    if (code === 0xc0) [height, width] = [body[1]! * 256 + body[2]!, body[3]! * 256 + body[4]!];
    if (code === 0xc4) {
      const codes = new Map<string, number>();
      let [next, place] = [0, 17];
      for (let bits = 1; bits <= 16; bits++, next <<= 1)
        for (let count = body[bits]!; count > 0; count--) codes.set((next++).toString(2).padStart(bits, '0'), body[place++]!);
      tables.set(body[0]!, codes);
    }
    if (code === 0xda) break;
  }
  const data: number[] = [];
  for (; !(bytes[at] === 0xff && bytes[at + 1] === 0xd9); at++) {
    data.push(bytes[at]!);
    if (bytes[at] === 0xff) at++;
  }
  let cursor = 0;
  const bit = () => (data[cursor >> 3]! >> (7 - (cursor++ & 7))) & 1;
  const symbol = (table: number): number => {
    for (let text = ''; text.length <= 16; ) {
      text += bit();
      const found = tables.get(table)!.get(text);
      if (found !== undefined) return found;
    }
    throw new Error('no such code');
  };
  const value = (size: number): number => {
    let read = 0;
    for (let count = 0; count < size; count++) read = read * 2 + bit();
    return size && read < 2 ** (size - 1) ? read - 2 ** size + 1 : read;
  };
  const order: [number, number][] = [];
  for (let sum = 0; sum < 15; sum++) for (let step = 0; step <= sum; step++) order.push(sum % 2 ? [step, sum - step] : [sum - step, step]);
  const zigzag = order.filter(([y, x]) => y < 8 && x < 8);
  const pixels = Array<number>(width * height).fill(0);
  let dc = 0;
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      const wave = Array.from({ length: 8 }, () => Array<number>(8).fill(0));
      dc += value(symbol(0x00));
      wave[0]![0] = dc * quantisation[0]!;
      for (let index = 1; index < 64; index++) {
        const read = symbol(0x10);
        if (read === 0) break;
        index += read >> 4;
        const [y, x] = zigzag[index]!;
        wave[y]![x] = value(read & 15) * quantisation[index]!;
      }
      const scale = (frequency: number) => (frequency ? 1 : Math.SQRT1_2) / 2;
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          let sum = 128;
          for (let v = 0; v < 8; v++)
            for (let u = 0; u < 8; u++)
              sum += scale(u) * scale(v) * wave[v]![u]! * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
          pixels[(top + y) * width + left + x] = sum;
        }
    }
  return { width, height, pixels };
}

describe('a grey JPEG', () => {
  it.each([
    ['black', () => 0],
    ['a gradient', (x: number, y: number) => (x * 5 + y * 3) % 256],
    ['text-like dots', (x: number, y: number) => ((x >> 1) % 3 === 1 && (y >> 1) % 5 < 3 ? 200 : 0)],
    ['one corner', (x: number, y: number) => (x + y === 0 ? 255 : 0)],
  ])('of %s reads back as it was', (_, paint) => {
    const [width, height] = [48, 24];
    const pixels = Uint8Array.from({ length: width * height }, (_value, index) => paint(index % width, Math.floor(index / width)));
    const read = decode(greyJpeg(pixels, width, height));
    expect([read.width, read.height]).toEqual([width, height]);
    const error = Math.sqrt(read.pixels.reduce((sum, value, index) => sum + (value - pixels[index]!) ** 2, 0) / pixels.length);
    expect(error).toBeLessThan(12);
  });
});
