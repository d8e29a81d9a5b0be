import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export type Value = string | number | boolean | null;
export type Row = Record<string, unknown>;

/** A database in memory. `temp` takes what does not fit. */
export async function openDatabase(options: { temp: string; threads?: number; memory?: string }): Promise<DuckDBInstance> {
  const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
  return Instance.create(':memory:', {
    threads: String(options.threads ?? Math.max(1, Math.min(8, availableParallelism()))),
    memory_limit: options.memory ?? '800MB',
    temp_directory: options.temp,
    preserve_insertion_order: 'false',
    // Nothing is ever fetched: what is needed is built in.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
}
/** From here on only files under these folders can be read, and no statement can change that. */
export async function lockDown(connection: DuckDBConnection, folders: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_directories = [${folders.map((folder) => `'${folder.replaceAll("'", "''")}'`).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** BIGINT as number while it is safe, TIMESTAMP as ISO text, lists and structs as plain values. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  const { micros, items, entries } = value as { micros?: bigint; items?: readonly unknown[]; entries?: object };
  if (typeof micros === 'bigint' && value.constructor.name.startsWith('DuckDBTimestamp')) return new Date(Number(micros / 1000n)).toISOString();
  if (Array.isArray(items)) return items.map(plain);
  if (Array.isArray(entries)) return entries.map((entry) => ({ key: plain(entry.key), value: plain(entry.value) }));
  if (entries) return Object.fromEntries(Object.entries(entries).map(([name, item]) => [name, plain(item)]));
  return String(value);
}
/** Whole numbers are bound as BIGINT, others as DOUBLE. */
const bound = (values: readonly Value[]) => values.map((value) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value));

export async function rowsOf(connection: DuckDBConnection, sql: string, values: readonly Value[] = []): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql, bound(values));
  return objects(reader.deduplicatedColumnNames(), reader.getRows());
}
const objects = (names: readonly string[], rows: readonly (readonly unknown[])[]): Row[] =>
  rows.map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, plain(value)])));

/** Rows as they come: memory stays flat. */
export async function* streamOf(connection: DuckDBConnection, sql: string, values: readonly Value[] = []): AsyncGenerator<readonly unknown[]> {
  const result = await connection.stream(sql, bound(values));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield* chunk.getRows() as unknown[][];
  }
}
