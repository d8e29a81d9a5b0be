import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, rowsOf } from '../store/duckdb.ts';
import { packed, unpacked } from './packed.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase({ temp: '/nowhere', threads: 1 });
});
afterAll(() => database.closeSync());

const TEXTS = [null, '', 'a', '=', '[', '["x"]', '\u001f', 'a\u001fb', '\u001e', '"', '\\', '\n', 'ñ𝄞', '='.repeat(300)];
test('texts come back as they were, whatever they hold', async () => {
  const connection = await database.connect();
  await connection.run('CREATE TABLE texts (id INTEGER, a VARCHAR, b VARCHAR, c VARCHAR)');
  const all = TEXTS.flatMap((a) => TEXTS.flatMap((b) => TEXTS.map((c) => [a, b, c])));
  const literal = (text: string | null) => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`);
  await connection.run(`INSERT INTO texts VALUES ${all.map((texts, id) => `(${[id, ...texts.map(literal)].join(', ')})`).join(', ')}`);
  const rows = await rowsOf(connection, `SELECT ${packed(['a', 'b', 'c'])} AS text FROM texts ORDER BY id`);
  expect(rows.map(({ text }) => unpacked(text as string))).toEqual(all);
  // Both ways of packing were taken.
  expect(new Set(rows.map(({ text }) => String(text).startsWith('[')))).toEqual(new Set([true, false]));
});
