import { readSource } from './read.ts';

/**
 * The bytes of one record as its file holds them.
 * @param record its place in the file, from 0
 * @returns undefined when there is none of that number, or the file is a table, which has rows and not records
 */
export function recordIn(packed: Buffer, record: number): Buffer | undefined {
  let found: Buffer | undefined;
  // Line breaks are taken out in place.
  readSource(Buffer.from(packed), 0, {
    write: () => {},
    seen(number, text) {
      if (number === record) found = Buffer.from(text);
    },
  });
  return found;
}
