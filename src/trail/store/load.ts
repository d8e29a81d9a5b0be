import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { RECORD_BITS } from '../event.ts';
import type { Batch, Done } from '../ingest/work.ts';
import { openWork } from '../ingest/work.ts';
import { LINE_COLUMNS, rowsFrom, STORED } from './columns.ts';
import { rowsOf } from './duckdb.ts';
import { filesIn } from './open.ts';
import { DUPLICATE_COLUMNS, filesOf } from './views.ts';

/** Measured in bench/trail.mjs: small row groups spare memory pages, bloom filters cost more than they save. */
const PARQUET = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480, WRITE_BLOOM_FILTER false';
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A record that the reader of JSON lines takes; longer ones come by `carefulLine`, which cuts them. */
const LONGEST_LINE = 5 << 20;

const lines = (path: string): string =>
  `read_json(${quoted(path)}, format = 'newline_delimited', columns = ${LINE_COLUMNS}, maximum_object_size = ${LONGEST_LINE}, ignore_errors = true, compression = 'uncompressed')`;

export interface Loaded {
  readonly done: readonly Done[];
}

/**
 * Takes a file of lines into the store as one batch: its events, sources and problems, all or nothing. Sources of which DuckDB refused a record are
 * read again with care, so that every record is in the store or told.
 */
export async function loadBatch(connection: DuckDBConnection, dir: string, name: string, batch: Batch, scratch: string): Promise<Loaded> {
  const draft = join(dir, 'batches', `.${name}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const events = join(draft, 'events.parquet');
  await connection.run(`COPY (${rowsFrom(lines(batch.path))}) TO ${quoted(events)} (${PARQUET})`);
  const expected = batch.done.reduce((sum, { written }) => sum + written, 0);
  const [seen] = await rowsOf(connection, `SELECT count(*) AS rows FROM read_parquet(${quoted(events)})`);
  let done = batch.done;
  if (seen!.rows !== expected) done = await again(connection, draft, batch, scratch);
  await writeTables(connection, draft, done);
  renameSync(draft, join(dir, 'batches', name));
  return { done };
}

async function again(connection: DuckDBConnection, draft: string, { done }: Batch, scratch: string): Promise<readonly Done[]> {
  const [events, good, careful] = [join(draft, 'events.parquet'), join(draft, 'good.parquet'), join(draft, 'careful.parquet')];
  const counts = await rowsOf(connection, `SELECT (n >> ${RECORD_BITS})::INTEGER AS source, count(*) AS rows FROM read_parquet(${quoted(events)}) GROUP BY 1`);
  const rows = new Map(counts.map((row) => [row.source as number, row.rows as number]));
  const wrong = done.filter(({ source, written }) => (rows.get(source) ?? 0) !== written);
  const anew = openWork(join(scratch, 'careful.ndjson'), () => false);
  for (const { source, path, file, etag, version } of wrong)
    anew.read({ source, path, file, careful: true, ...(etag ? { etag } : {}), ...(version ? { version } : {}) });
  const batch = anew.batch();
  const list = wrong.map(({ source }) => source).join(', ');
  await connection.run(`COPY (SELECT * FROM read_parquet(${quoted(events)}) WHERE (n >> ${RECORD_BITS}) NOT IN (${list})) TO ${quoted(good)} (${PARQUET})`);
  await connection.run(`COPY (${rowsFrom(lines(batch.path))}) TO ${quoted(careful)} (${PARQUET})`);
  await connection.run(`COPY (SELECT * FROM read_parquet([${quoted(good)}, ${quoted(careful)}])) TO ${quoted(events)} (${PARQUET})`);
  const kept = await rowsOf(connection, `SELECT (n >> ${RECORD_BITS})::INTEGER AS source, count(*) AS rows FROM read_parquet(${quoted(careful)}) GROUP BY 1`);
  const counted = new Map(kept.map((row) => [row.source as number, row.rows as number]));
  anew.remove();
  for (const path of [good, careful]) rmSync(path);
  const read = new Map(
    batch.done.map((one) => {
      const refused = one.written - (counted.get(one.source) ?? 0);
      const why = `the store refused ${refused} of its records`;
      return [one.source, refused > 0 ? { ...one, problems: [...one.problems, { offset: null, why, lost: true }] } : one] as const;
    }),
  );
  return done.map((one) => {
    const careful = read.get(one.source);
    // The file may have changed meanwhile: then its hash no longer is that of what was read.
    return careful
      ? careful.sha256 === one.sha256
        ? careful
        : { ...careful, problems: [...careful.problems, { offset: null, why: 'the file changed while it was read', lost: true }] }
      : one;
  });
}

async function writeTables(connection: DuckDBConnection, draft: string, done: readonly Done[]): Promise<void> {
  const loaded = new Date().toISOString();
  const sources = done
    .filter(({ known }) => !known)
    .map(({ source, file, path, sha256, bytes, records, kind, etag, version }) => ({
      source,
      file,
      path,
      sha256,
      bytes,
      records,
      kind,
      etag,
      version,
      ...placeOf(file),
      loaded,
    }));
  const problems = done.flatMap(({ source, file, problems }) => problems.map(({ offset, why, lost }) => ({ source, file, offset, why, lost })));
  const table = async (name: string, rows: readonly object[], columns: string): Promise<void> => {
    const text = join(draft, `${name}.ndjson`);
    writeFileSync(text, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
    await connection.run(
      `COPY (SELECT * FROM read_json(${quoted(text)}, format = 'newline_delimited', columns = ${columns})) TO ${quoted(join(draft, `${name}.parquet`))} (${PARQUET})`,
    );
    rmSync(text);
  };
  await table(
    'sources',
    sources,
    `{source: 'INTEGER', file: 'VARCHAR', path: 'VARCHAR', sha256: 'VARCHAR', bytes: 'BIGINT', records: 'BIGINT', kind: 'VARCHAR', etag: 'VARCHAR', version: 'VARCHAR', account: 'VARCHAR', region: 'VARCHAR', loaded: 'VARCHAR'}`,
  );
  if (problems.length > 0) await table('problems', problems, `{source: 'INTEGER', file: 'VARCHAR', "offset": 'BIGINT', why: 'VARCHAR', lost: 'BOOLEAN'}`);
}

/** Account and Region as the folders say; what the events say counts more. */
function placeOf(file: string): { account: string | null; region: string | null } {
  const found =
    /(?:^|\/)(\d{12})\/CloudTrail[^/]*\/([a-z]{2}(?:-[a-z]+)+-\d)\//.exec(file) ?? /(?:^|\/)(\d{12})_CloudTrail[^/_]*_([a-z]{2}(?:-[a-z]+)+-\d)_/.exec(file);
  return { account: found?.[1] ?? null, region: found?.[2] ?? null };
}

/** Finds events that came more than once: the same id and recipient account. The first copy counts; a copy with another body is a conflict. */
export async function findDuplicates(connection: DuckDBConnection, dir: string): Promise<{ duplicates: number; conflicts: number }> {
  const { events } = filesIn(dir);
  const [draft, final] = [join(dir, '.duplicates.parquet'), join(dir, 'duplicates.parquet')];
  if (events.length === 0) return { duplicates: 0, conflicts: 0 };
  const every = filesOf(events, '');
  await connection.run(
    `COPY (
      WITH twice AS (SELECT eventID, recipientAccountId FROM ${every} WHERE eventID IS NOT NULL GROUP BY ALL HAVING count(*) > 1),
      copies AS (
        SELECT n, first_value(n) OVER same AS kept, hash(${Object.keys(STORED)
          .map((name) => `every."${name}"`)
          .join(', ')}) AS body, first_value(body) OVER same AS first
        FROM ${every} AS every JOIN twice ON every.eventID = twice.eventID AND every.recipientAccountId IS NOT DISTINCT FROM twice.recipientAccountId
        WINDOW same AS (PARTITION BY every.eventID, every.recipientAccountId ORDER BY n))
      SELECT n, kept, body != first AS conflict FROM copies WHERE n != kept
    ) TO ${quoted(draft)} (${PARQUET})`,
  );
  renameSync(draft, final);
  const [row] = await rowsOf(
    connection,
    `SELECT count(*) AS duplicates, coalesce(count_if(conflict), 0) AS conflicts FROM ${filesOf(existsSync(final) && statSync(final).size > 0 ? [final] : [], DUPLICATE_COLUMNS)}`,
  );
  return { duplicates: row!.duplicates as number, conflicts: row!.conflicts as number };
}
