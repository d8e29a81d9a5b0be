import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AplombError } from '../../kernel/index.ts';
import { isObject } from '../event.ts';
import { BUILT_IN } from './built-in.ts';
import { meant } from './columns.ts';
import type { Search } from './search.ts';

/** A statement for `sql`, or what `search` takes. */
export type Query = { readonly sql: string; readonly search?: undefined } | { readonly search: Search; readonly sql?: undefined };
export interface Saved {
  readonly name: string;
  readonly query: Query;
  /** It came with the product: `BUILT_IN` says what it tells. */
  readonly builtIn: boolean;
}
const FILE = 'queries.json';
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const MOST = 500;
const LARGEST = 4 * 1024 * 1024;
const fault = (message: string, fix: string, cause?: unknown) => new AplombError('TrailSavedQuery', message, { fix, exit: 2, cause });

const texts = (value: unknown, most: number): boolean => typeof value === 'string' && value.length > 0 && value.length <= most;
function isQuery(value: unknown): value is Query {
  if (!isObject(value)) return false;
  if ('sql' in value) return texts(value.sql, 100_000) && Object.keys(value).length === 1;
  const { search } = value;
  if (!isObject(search) || Object.keys(value).length !== 1) return false;
  const { fields, regex, text, limit, ...more } = search;
  return (
    Object.keys(more).length === 0 &&
    (fields === undefined || (Array.isArray(fields) && fields.length <= 50 && fields.every((field) => texts(field, 4_000)))) &&
    (regex === undefined || texts(regex, 1_000)) &&
    (text === undefined || texts(text, 1_000)) &&
    (limit === undefined || Number.isInteger(limit))
  );
}

/** The queries in the file, by name; none when there is no file. */
function own(dir: string): Map<string, Query> {
  const path = join(dir, FILE);
  let written: string;
  try {
    written = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw fault(`${path} cannot be read.`, 'Look at its permissions.', cause);
  }
  const broken = (cause?: unknown) =>
    fault(`${path} is not a file of saved queries.`, 'Put it right or move it away; the queries that come with Aplomb remain.', cause);
  if (written.length > LARGEST) throw broken();
  let queries: unknown;
  try {
    queries = JSON.parse(written);
  } catch (cause) {
    throw broken(cause);
  }
  if (!isObject(queries)) throw broken();
  const entries = Object.entries(queries);
  for (const [name, query] of entries) if (!NAME.test(name) || !isQuery(query)) throw broken();
  return new Map(entries as unknown as [string, Query][]);
}

/**
 * Keeps a query under a name in `queries.json` of a folder, in place of one with the same name. The file is replaced as a whole: a reader finds the old one or the
 * new one.
 * @param dir a derived folder of the case; made when it is not there
 * @throws AplombError TrailSavedQuery: a name that is none or comes with the product, a query that is none, a file that is broken
 */
export function saveQuery(dir: string, name: string, query: Query): void {
  if (!NAME.test(name)) throw fault(`“${name.slice(0, 80)}” is not a name for a query.`, 'Use up to 64 small letters, digits and hyphens: night-writes.');
  if (Object.hasOwn(BUILT_IN, name)) throw fault(`The query ${name} comes with Aplomb.`, 'Choose another name.');
  if (!isQuery(query)) throw fault('This is neither a statement nor a search.', 'Give {sql} or {search: {fields, regex, text, limit}}.');
  const queries = own(dir).set(name, query);
  if (queries.size > MOST) throw fault(`There are ${MOST} saved queries already.`, `Take some out of ${join(dir, FILE)}.`);
  const sorted = Object.fromEntries([...queries].sort(([a], [b]) => (a < b ? -1 : 1)));
  mkdirSync(dir, { recursive: true });
  const draft = join(dir, `.${FILE}.${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, join(dir, FILE));
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
}

/** All saved queries by name: those that come with the product, and those of the folder. @throws AplombError TrailSavedQuery: the file is broken */
export function savedQueries(dir: string): Saved[] {
  const kept = [...own(dir)].filter(([name]) => !Object.hasOwn(BUILT_IN, name)).map(([name, query]) => ({ name, query, builtIn: false }));
  return [...Object.entries(BUILT_IN).map(([name, { sql }]) => ({ name, query: { sql }, builtIn: true })), ...kept].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The saved query of that name. @throws AplombError TrailSavedQuery with the names that may have been meant */
export function savedQuery(dir: string, name: string): Saved {
  const all = savedQueries(dir);
  const found = all.find((saved) => saved.name === name);
  if (found) return found;
  const near = meant(
    name,
    all.map((saved) => saved.name),
  );
  throw fault(
    `There is no saved query “${name.slice(0, 80)}”.`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : `There are: ${all
          .map((saved) => saved.name)
          .join(', ')
          .slice(0, 1_000)}.`,
  );
}
