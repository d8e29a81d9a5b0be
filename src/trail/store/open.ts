import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { readRecord, type TrailEvent } from '../event.ts';
import { lockDown, openDatabase, type Row, rowsOf, streamOf, type Value } from './duckdb.ts';
import { duplicatesTable, type StoreFiles, viewsOf } from './views.ts';

export interface TrailStore {
  /** The folder of the store. */
  readonly dir: string;
  /** SQL over the views (docs/trail-views.md): `events`, `insights`, `network_activity`, `duplicates`, `sources`, `problems`. External access is off. */
  query(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Parsed events for which this condition over `events` holds, in order of time, then number. */
  events(where: string, values?: readonly Value[]): AsyncIterable<TrailEvent>;
  /** For those who need statements of their own; external access is off and stays so. */
  readonly connection: DuckDBConnection;
  close(): void;
}

/** The folder's name tells the form of the store: one of another form is not read, and its files are loaded again. */
export const BATCHES = 'batches-1';

const isWhole = (dir: string, name: string): boolean => /^[0-9]{8}$/.test(name) && existsSync(join(dir, BATCHES, name, 'events.parquet'));
/** Batches that are whole, oldest first. */
export const batchesOf = (dir: string): string[] =>
  existsSync(join(dir, BATCHES))
    ? readdirSync(join(dir, BATCHES))
        .filter((name) => isWhole(dir, name))
        .sort()
    : [];

/** Of a table in a batch: of a batch that came in parts each part has its file. */
export const fileName = (table: string, part = 0): string => `${table}${part > 0 ? `-${part}` : ''}.parquet`;

export function filesIn(dir: string): StoreFiles {
  const all = batchesOf(dir).flatMap((batch) => {
    const folder = join(dir, BATCHES, batch);
    return readdirSync(folder).map((file) => ({ table: /^([a-z]+)(?:-\d+)?\.parquet$/.exec(file)?.[1], path: join(folder, file) }));
  });
  const each = (table: string): string[] => all.filter((one) => one.table === table).map(({ path }) => path);
  const duplicates = join(dir, 'duplicates.parquet');
  return {
    events: each('events'),
    identities: each('identities'),
    ends: each('ends'),
    sources: each('sources'),
    problems: each('problems'),
    duplicates: existsSync(duplicates) ? [duplicates] : [],
  };
}

/** Opens what was loaded. A store without events is an empty one. */
export async function openStore(dir: string, options: { threads?: number; memory?: string } = {}): Promise<TrailStore> {
  const database = await openDatabase({ temp: join(dir, '.temp'), ...options });
  const connection = await database.connect();
  const files = filesIn(dir);
  await connection.run(duplicatesTable(files));
  const [{ copies = 0 } = {}] = await rowsOf(connection, 'SELECT count(*) AS copies FROM duplicates');
  for (const statement of viewsOf(files, Number(copies) > 0)) await connection.run(statement);
  await lockDown(connection, [dir]);
  return {
    dir,
    connection,
    query: (sql, values) => rowsOf(connection, sql, values),
    async *events(where, values) {
      for await (const [n, raw] of streamOf(await database.connect(), `SELECT n, raw FROM events WHERE ${where} ORDER BY time, n`, values))
        yield { n: Number(n), record: readRecord(raw as string) };
    },
    close() {
      connection.closeSync();
      database.closeSync();
    },
  };
}
