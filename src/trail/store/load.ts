import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { RECORD_BITS } from '../event.ts';
import type { Batch, Done } from '../ingest/work.ts';
import { openWork } from '../ingest/work.ts';
import {
  END_COLUMNS,
  endRows,
  IDENTITY_COLUMNS,
  identityRows,
  PACKED_COLUMNS,
  packedRows,
  STORED,
  WHOLE_COLUMNS,
  wholeEnds,
  wholeIdentities,
  wholeRows,
} from './columns.ts';
import { rowsOf } from './duckdb.ts';
import { BATCHES, fileName, filesIn } from './open.ts';
import { DUPLICATE_COLUMNS, filesOf, storedIn } from './views.ts';

/** Measured in bench/trail.mjs: small row groups spare memory pages, bloom filters cost more than they save. */
const PARQUET = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480, WRITE_BLOOM_FILTER false';
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A record that the reader of JSON lines takes; longer ones come by `carefulLine`, which cuts them. */
const LONGEST_LINE = 5 << 20;

const lines = (path: string, columns: string): string =>
  `read_json(${quoted(path)}, format = 'newline_delimited', columns = ${columns}, maximum_object_size = ${LONGEST_LINE}, ignore_errors = true, compression = 'uncompressed')`;

export interface Loaded {
  readonly done: readonly Done[];
}

/**
 * Takes a file of lines into the store as one batch: its events, sources and problems, all or nothing. Sources of which DuckDB refused a record are
 * read again with care, so that every record is in the store or told.
 */
export async function loadBatch(connection: DuckDBConnection, dir: string, name: string, batch: Batch, scratch: string): Promise<Loaded> {
  const draft = newDraft(dir, name);
  let done = batch.done;
  const expected = done.reduce((sum, { written }) => sum + written, 0);
  const rows = await writeEvents(connection, draft, batch);
  if (rows.events !== expected || rows.identities !== batch.identities || rows.ends !== batch.ends) done = await again(connection, draft, batch, scratch);
  await writeTables(connection, draft, done);
  renameSync(draft, join(dir, BATCHES, name));
  return { done };
}

/** Nothing in it counts before it has its name; what is left of one is removed by the next `ingest`. */
function newDraft(dir: string, name: string): string {
  const draft = join(dir, BATCHES, `.${name}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  return draft;
}

/** A batch of one file that comes in parts: it is in the store once it is finished, all or nothing. */
export interface Parts {
  /** @returns rows of events that the store took */
  add(lines: Pick<Batch, 'path' | 'bytes' | 'packed'>): Promise<number>;
  finish(done: Done): Promise<void>;
  drop(): void;
}
export function openParts(connection: DuckDBConnection, dir: string, name: string): Parts {
  const draft = newDraft(dir, name);
  let parts = 0;
  return {
    add: async (lines) => (await writeEvents(connection, draft, lines, parts++)).events,
    async finish(done) {
      await writeTables(connection, draft, [done]);
      renameSync(draft, join(dir, BATCHES, name));
    },
    drop: () => rmSync(draft, { recursive: true, force: true }),
  };
}

const TABLES = ['events', 'identities', 'ends'] as const;
type Table = (typeof TABLES)[number];

/** Writes what the lines hold. @returns rows of events, and of packed identities and ends */
async function writeEvents(
  connection: DuckDBConnection,
  draft: string,
  { path, bytes, packed }: Pick<Batch, 'path' | 'bytes' | 'packed'>,
  part = 0,
): Promise<Record<Table, number>> {
  const counted: Record<Table, number> = { events: 0, identities: 0, ends: 0 };
  const of: Record<Table, { packed: string; whole: string }> = {
    events: { packed: packedRows(lines(`${path}.lines`, PACKED_COLUMNS)), whole: wholeRows(lines(path, WHOLE_COLUMNS)) },
    identities: { packed: identityRows(lines(`${path}.identities`, IDENTITY_COLUMNS)), whole: wholeIdentities(lines(path, WHOLE_COLUMNS)) },
    ends: { packed: endRows(lines(`${path}.ends`, END_COLUMNS)), whole: wholeEnds(lines(path, WHOLE_COLUMNS)) },
  };
  for (const table of TABLES) {
    const parts = [...(packed > 0 ? [of[table].packed] : []), ...(bytes > 0 || packed === 0 ? [of[table].whole] : [])];
    const file = tableIn(draft, table, part);
    await connection.run(`COPY (${parts.join(' UNION ALL ')}) TO ${quoted(file)} (${PARQUET})`);
    const key = { events: 'n >= 0', identities: 'i >= 0', ends: 'e >= 0' }[table];
    const [row] = await rowsOf(connection, `SELECT count(*) AS rows FROM read_parquet(${quoted(file)}) WHERE ${key}`);
    counted[table] = row!.rows as number;
  }
  return counted;
}

/**
 * Reads again the sources of which a record is missing, or its identity or end: first record by record without packing (members may stand in another order than
 * CloudTrail's), and what is missing then with care.
 */
async function again(connection: DuckDBConnection, draft: string, { done }: Batch, scratch: string): Promise<readonly Done[]> {
  let all = done;
  for (const how of [{ plain: true }, { careful: true }] as const) {
    const there = await perSource(connection, draft);
    const wrong = all.filter(({ source, written }) => (there.get(source) ?? 0) !== written);
    if (wrong.length > 0) all = await replace(connection, draft, all, wrong, how, scratch);
  }
  const there = await perSource(connection, draft);
  return all.map((one) => {
    const refused = one.written - (there.get(one.source) ?? 0);
    // Not the hash of what was read then.
    const changed = one.sha256 !== done.find(({ source }) => source === one.source)!.sha256;
    const more = [
      ...(refused > 0 ? [{ offset: null, why: `the store refused ${refused} of its records`, lost: true }] : []),
      ...(changed ? [{ offset: null, why: 'the file changed while it was read', lost: true }] : []),
    ];
    return more.length > 0 ? { ...one, problems: [...one.problems, ...more] } : one;
  });
}
const tableIn = (draft: string, table: Table, part = 0): string => join(draft, fileName(table, part));

/** Records of each source that are there with their identities and ends. */
async function perSource(connection: DuckDBConnection, draft: string): Promise<ReadonlyMap<number, number>> {
  const [events, identities, ends] = TABLES.map((table) => `read_parquet(${quoted(tableIn(draft, table))})`);
  const rows = await rowsOf(
    connection,
    `SELECT (n >> ${RECORD_BITS})::INTEGER AS source, count(*) AS rows FROM ${events} WHERE i IN (SELECT i FROM ${identities}) AND e IN (SELECT e FROM ${ends}) GROUP BY 1`,
  );
  return new Map(rows.map((row) => [row.source as number, row.rows as number]));
}

async function replace(
  connection: DuckDBConnection,
  draft: string,
  done: readonly Done[],
  wrong: readonly Done[],
  how: { plain?: true; careful?: true },
  scratch: string,
): Promise<readonly Done[]> {
  const anew = openWork(join(scratch, 'again'), () => false);
  for (const { source, path, file, etag, version } of wrong)
    anew.read({ source, path, file, ...how, ...(etag ? { etag } : {}), ...(version ? { version } : {}) });
  const batch = anew.batch();
  const gone = wrong.map(({ source }) => source).join(', ');
  // What a line of its own brought goes with its source; what packed lines share stays.
  const own = (id: string): string => `NOT (${id} < 0 AND ((-${id}) >> ${RECORD_BITS}) IN (${gone}))`;
  const keep: Record<Table, string> = { events: `(n >> ${RECORD_BITS}) NOT IN (${gone})`, identities: own('i'), ends: own('e') };
  const fresh = join(draft, 'fresh');
  mkdirSync(fresh);
  await writeEvents(connection, fresh, batch);
  for (const table of TABLES) {
    const joined = join(draft, 'joined.parquet');
    const [old, more] = [tableIn(draft, table), tableIn(fresh, table)].map((path) => `read_parquet(${quoted(path)})`);
    await connection.run(`COPY (SELECT * FROM ${old} WHERE ${keep[table]} UNION ALL SELECT * FROM ${more}) TO ${quoted(joined)} (${PARQUET})`);
    renameSync(joined, tableIn(draft, table));
  }
  rmSync(fresh, { recursive: true });
  anew.remove();
  const read = new Map(batch.done.map((one) => [one.source, one]));
  return done.map((one) => read.get(one.source) ?? one);
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
  const files = filesIn(dir);
  const [draft, final] = [join(dir, '.duplicates.parquet'), join(dir, 'duplicates.parquet')];
  if (files.events.length === 0) return { duplicates: 0, conflicts: 0 };
  const events = filesOf(files.events, '');
  // Marks of ids alone first: they are nearly always all different. Two ids with one mark are told apart below.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE twice AS SELECT hash(eventID) AS mark FROM ${events} WHERE eventID IS NOT NULL GROUP BY mark HAVING count(*) > 1`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE alike AS SELECT n, i, e FROM ${events} SEMI JOIN twice ON hash(eventID) = mark WHERE eventID IS NOT NULL`);
  // Where each record has an identity of its own, joining all of them for a few takes a gigabyte; for many it is the quicker way.
  const [few] = await rowsOf(connection, 'SELECT count(*) < 100000 AS few FROM alike');
  const body = `hash(${Object.keys(STORED)
    .map((name) => `"${name}"`)
    .join(', ')})`;
  await connection.run(
    `COPY (
      WITH candidates AS MATERIALIZED (
        SELECT n, eventID, recipientAccountId, ${body} AS body FROM ${storedIn(files, few!.few ? 'alike' : '')} SEMI JOIN alike USING (n)),
      copies AS (
        SELECT n, first_value(n) OVER same AS kept, body, first_value(body) OVER same AS first FROM candidates
        WINDOW same AS (PARTITION BY eventID, recipientAccountId ORDER BY n))
      SELECT n, kept, body != first AS conflict FROM copies WHERE n != kept
    ) TO ${quoted(draft)} (${PARQUET})`,
  );
  renameSync(draft, final);
  const [row] = await rowsOf(
    connection,
    `SELECT count(*) AS duplicates, coalesce(count_if(conflict), 0) AS conflicts FROM ${filesOf([final], DUPLICATE_COLUMNS)}`,
  );
  return { duplicates: row!.duplicates as number, conflicts: row!.conflicts as number };
}
