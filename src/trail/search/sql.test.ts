import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, rowsOf } from '../store/duckdb.ts';
import { ordinary } from '../testing/ordinary.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { sql as run } from './sql.ts';

const connection = { interrupt: () => expect.unreachable() };
const sql = (store: MemoryStore, ...rest: [string, { limit?: number; timeout?: number }?]) => run({ query: store.query, connection }, ...rest);

describe('sql', () => {
  let store: MemoryStore;
  beforeAll(async () => {
    store = await storeOf(Array.from({ length: 30 }, (_, i) => ordinary({ eventName: i % 3 ? 'GetUser' : 'ListUsers' })));
  });
  afterAll(() => store.close());

  it.each([
    ['SELECT count(*) AS c FROM events', { c: 30 }],
    ['select eventName, count(*) AS c from events group by all order by c desc;', { eventName: 'GetUser', c: 20 }],
    ['-- what is there\nFROM events SELECT 7 AS x LIMIT 1 -- end', { x: 7 }],
    ['WITH a AS (SELECT 1 AS x) SELECT * FROM a', { x: 1 }],
    ['VALUES (5)', { col0: 5 }],
    ["SELECT 'COPY; DROP -- ATTACH' AS t", { t: 'COPY; DROP -- ATTACH' }],
    ['DESCRIBE events', { column_name: 'n' }],
    ['SHOW TABLES', { name: 'events' }],
    ["PIVOT (SELECT eventName, 1 AS one FROM events) ON eventName IN ('GetUser') USING sum(one)", { GetUser: 20 }],
    ['SELECT * FROM (SELECT 2 AS x UNION SELECT 1) ORDER BY x', { x: 1 }],
  ])('runs %s', async (statement, row) => expect((await sql(store, statement)).rows[0]).toMatchObject(row));
  it('explains', async () => {
    for (const statement of ['EXPLAIN SELECT * FROM events', '/* why */ explain analyze\nselect count(*) from events'])
      expect(JSON.stringify((await sql(store, statement)).rows)).toMatch(/every|SEQ_SCAN|TABLE_SCAN/i);
  });
  it('gives no more rows than its limit, in their order, and says so', async () => {
    const answer = await sql(store, 'SELECT n FROM events ORDER BY n DESC', { limit: 3 });
    expect(answer).toEqual({ rows: [{ n: 29 }, { n: 28 }, { n: 27 }], more: true, limit: 3 });
    expect((await sql(store, 'SELECT n FROM events', { limit: 30 })).more).toBe(false);
    expect((await sql(store, 'SELECT * FROM range(1000000000)')).rows.length).toBe(1_000);
  });

  const file = join(mkdtempSync(join(tmpdir(), 'sql-')), 'secret.csv');
  writeFileSync(file, 'a\n1\n');
  it.each([
    "COPY events TO '/tmp/x.csv'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'PRAGMA version',
    'SET threads = 1',
    'RESET threads',
    'CREATE TABLE x (a INT)',
    'CREATE OR REPLACE VIEW events AS SELECT 1',
    'CREATE MACRO f() AS 1',
    'INSERT INTO sources VALUES (1)',
    'UPDATE sources SET file = NULL',
    'DELETE FROM sources',
    'DROP VIEW events',
    'ALTER TABLE sources ADD COLUMN x INT',
    'CALL duckdb_settings()',
    'CHECKPOINT',
    'VACUUM',
    'BEGIN',
    'USE memory',
    'PREPARE p AS SELECT 1',
    "EXPORT DATABASE '/tmp/x'",
    'SELECT 1; SELECT 2',
    'SELECT 1; DROP VIEW events',
    'EXPLAIN DROP VIEW events',
    'EXPLAIN ANALYZE DELETE FROM sources',
    'EXPLAIN SELECT 1; DROP VIEW events',
    'EXPLAIN ANALYZE SELECT 1; DELETE FROM sources',
    'SELECT 1) LIMIT 5; DROP VIEW events; SELECT * FROM (SELECT 1',
    'WITH x AS (DELETE FROM sources RETURNING *) SELECT * FROM x',
    `SELECT * FROM read_csv('${file}')`,
    `SELECT * FROM read_text('${file}')`,
    `SELECT (SELECT content FROM read_text('${file}'))`,
    `FROM '${file}'`,
    "SELECT * FROM glob('/etc/*')",
    'SELECT * FROM checkpoint()',
    "SELECT * FROM query('SELECT * FROM checkpoint()')",
    "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT * FROM pragma_table_info('events')",
    '',
    ';',
    '-- nothing',
    'SELEC 1',
  ])('does not run %s', async (statement) => {
    await expect(sql(store, statement)).rejects.toMatchObject({ code: 'TrailSql', exit: 2, fix: expect.any(String) });
    expect((await sql(store, 'SELECT count(*) AS c FROM events')).rows).toEqual([{ c: 30 }]);
    expect((await sql(store, 'SELECT count(*) AS c FROM sources')).rows).toEqual([{ c: 1 }]);
  });
  it('passes DuckDB’s own complaint on, with what it proposes', async () => {
    await expect(sql(store, 'SELECT evntName FROM events')).rejects.toMatchObject({
      code: 'TrailSql',
      message: expect.stringContaining('evntName'),
      fix: expect.stringContaining('eventName'),
    });
    await expect(sql(store, 'SELECT 1', { limit: 1.5 })).rejects.toMatchObject({ code: 'TrailSql' });
  });
});

describe('a statement that takes too long', () => {
  it('is stopped, told once with a way out, and the store answers on', async () => {
    const database = await openDatabase({ temp: tmpdir() });
    const connection = await database.connect();
    const store = { connection, query: (text: string, values?: readonly (string | number | boolean | null)[]) => rowsOf(connection, text, values) };
    const begun = performance.now();
    for (const statement of [
      'SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range % 7 = 3',
      'EXPLAIN ANALYZE SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range % 7 = 3',
    ])
      await expect(run(store, statement, { timeout: 0.3 })).rejects.toMatchObject({
        code: 'TrailSqlTime',
        exit: 1,
        message: expect.stringContaining('0.3 s'),
        fix: expect.stringContaining('--timeout'),
      });
    // Hours without the limit.
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect((await run(store, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect((await connection.runAndReadAll('SELECT 2 AS two')).getRowObjects()).toEqual([{ two: 2 }]);
    connection.closeSync();
    database.closeSync();
  });
  it('is not stopped any more once it was answered', async () => {
    let stopped = 0;
    const query = async (text: string) => (text.startsWith('SELECT json') ? [{ tree: '{"error":false,"statements":[{}]}' }] : [{ one: 1 }]);
    const store = { query, connection: { interrupt: () => void (stopped += 1) } };
    expect((await run(store, 'SELECT 1', { timeout: 0.05 })).rows).toEqual([{ one: 1 }]);
    await new Promise((done) => setTimeout(done, 150));
    expect(stopped).toBe(0);
  });
  it('is told again to stop until it does', async () => {
    let stopped = 0;
    let end = (_: Error): void => undefined;
    const query = (text: string): Promise<Record<string, unknown>[]> =>
      text.startsWith('SELECT json') ? Promise.resolve([{ tree: '{"error":false,"statements":[{}]}' }]) : new Promise((_, reject) => (end = reject));
    const interrupt = () => {
      stopped += 1;
      if (stopped === 3) end(new Error('INTERRUPT Error: Interrupted!'));
    };
    await expect(run({ query, connection: { interrupt } }, 'SELECT 1', { timeout: 0.01 })).rejects.toMatchObject({ code: 'TrailSqlTime' });
    expect(stopped).toBe(3);
  });
  it.each([0, -1, Number.NaN, 86_401, Number.POSITIVE_INFINITY])('has no limit of %s seconds', async (timeout) => {
    await expect(run({ query: () => expect.unreachable(), connection }, 'SELECT 1', { timeout })).rejects.toMatchObject({ code: 'TrailSql', exit: 2 });
  });
});
