import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ordinary } from '../testing/ordinary.ts';
import { readSource } from './read.ts';

/** Faults that fuzzing found, one by one; test/property/trail-readers.test.ts goes on looking. */
const one = (id: string): string => JSON.stringify(ordinary({ eventID: id }));
const file = (...ids: string[]): string => `{"Records":[${ids.map(one).join(',')}]}`;
function read(bytes: string | Buffer): { ids: string[]; why: string[] } {
  const lines: string[] = [];
  const { problems } = readSource(Buffer.from(bytes), 1, { write: (some) => void lines.push(Buffer.from(some).toString()) }, { careful: true });
  return { ids: [...lines.join('').matchAll(/"eventID":"([a-e])"/g)].map(([, id]) => id!), why: problems.filter(({ lost }) => lost).map(({ why }) => why) };
}

it.each<[string, string | Buffer, string[], string[]]>([
  ['two files, one after the other', file('a', 'b') + file('c'), ['a', 'b', 'c'], []],
  ['a file a line', `${file('a')}\n${file('b')}\n`, ['a', 'b'], []],
  ['two packed files in one', Buffer.concat([gzipSync(file('a')), gzipSync(file('b'))]), ['a', 'b'], []],
  ['a packed file after zeros', Buffer.concat([gzipSync(file('a')), Buffer.alloc(99), gzipSync(file('b'))]), ['a', 'b'], []],
  [
    'a packed file after what is none',
    Buffer.concat([gzipSync(file('a')), Buffer.from('junk'), gzipSync(file('b'))]),
    ['a', 'b'],
    [expect.stringContaining('gzip is damaged') as unknown as string],
  ],
  ['UTF-16', Buffer.from(`\ufeff${file('a')}`, 'utf16le'), ['a'], []],
  ['a quote too many', file('a', 'b', 'c', 'd').replace('"eventID":"b"', '"eventID":""b"'), ['a', 'c', 'd'], ['a record is damaged']],
  ['a head that is gone', file('a', 'b', 'c').slice(400), ['b', 'c'], [expect.any(String) as unknown as string]],
  [
    'brackets that close too much',
    file('a', 'b').replace('"requestParameters":null', '"requestParameters":]]]'),
    ['b'],
    [expect.any(String), expect.any(String)] as unknown as string[],
  ],
])('%s: every record is there', (_, bytes, ids, why) => {
  const found = read(bytes);
  expect(found.ids).toEqual(ids);
  expect(found.why).toEqual(why);
});
