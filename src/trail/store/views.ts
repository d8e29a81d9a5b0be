import { DERIVED, END_TABLE, EVENT_TABLE, IDENTITY_TABLE, IDENTITY_TEXTS, JSONS, TEXTS } from './columns.ts';

const struct = (members: Readonly<Record<string, string>>): string =>
  `struct_pack(${Object.entries(members)
    .map(([name, expression]) => `"${name}" := ${expression}`)
    .join(', ')})`;
const same = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, `"${name}"`]));

const SESSION = struct({
  sessionIssuer: struct({ type: 'issuerType', principalId: 'issuerPrincipalId', arn: 'issuerArn', accountId: 'issuerAccountId', userName: 'issuerUserName' }),
  attributes: struct({ creationDate: 'sessionCreated', mfaAuthenticated: 'mfaAuthenticated' }),
  ...same(['sourceIdentity', 'ec2RoleDelivery', 'assumedRoot', 'webIdFederationData', 'ec2IssuedInVpc']),
});
const USER_IDENTITY = struct({
  ...Object.fromEntries(IDENTITY_TEXTS.map((name) => [name, name === 'type' ? 'identityType' : `"${name}"`])),
  ...same(['onBehalfOf', 'inScopeOf', 'delegatedBy']),
  sessionContext: SESSION,
});
/** The record as the store holds it: members that it does not know stand in the source only, and what was absent is null. */
const RAW = `to_json(${struct({ eventVersion: 'eventVersion', userIdentity: USER_IDENTITY, ...same(['eventTime', 'readOnly', ...TEXTS, ...JSONS]) })})::VARCHAR`;

/** Columns of `events`, `insights` and `network_activity`. */
const WIDE = `n, (n >> 26)::INTEGER AS source, (n & 67108863)::INTEGER AS record, * EXCLUDE (n, rest, minorVersion),
  ${Object.entries(DERIVED)
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ')}`;
const EVENT = `*, ${RAW} AS raw`;

export const SOURCE_COLUMNS =
  'source INTEGER, file VARCHAR, path VARCHAR, sha256 VARCHAR, bytes BIGINT, records BIGINT, kind VARCHAR, etag VARCHAR, version VARCHAR, account VARCHAR, region VARCHAR, loaded VARCHAR';
export const PROBLEM_COLUMNS = 'source INTEGER, file VARCHAR, "offset" BIGINT, why VARCHAR, lost BOOLEAN';
export const DUPLICATE_COLUMNS = 'n BIGINT, kept BIGINT, conflict BOOLEAN';

/** Parquet files of one kind; an empty table of the same columns when there are none. */
export const filesOf = (paths: readonly string[], columns: string): string =>
  paths.length > 0
    ? `read_parquet([${paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}])`
    : `(SELECT ${columns
        .split(', ')
        .map((column) => `NULL::${column.split(' ')[1]} AS ${column.split(' ')[0]}`)
        .join(', ')} WHERE false)`;

const columns = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

export interface StoreFiles {
  readonly events: readonly string[];
  readonly identities: readonly string[];
  readonly ends: readonly string[];
  readonly sources: readonly string[];
  readonly problems: readonly string[];
  readonly duplicates: readonly string[];
}
/**
 * Rows of events with their identities and ends; `n`, `i` and `e` among the columns.
 * @param only a table of `n`, `i` and `e`: no more than these are looked at
 */
export const storedIn = (files: StoreFiles, only = ''): string => {
  const rows = (from: string, key: string): string => (only === '' ? from : `(SELECT * FROM ${from} SEMI JOIN ${only} USING (${key}))`);
  return `(SELECT * FROM ${rows(filesOf(files.events, columns(EVENT_TABLE)), 'n')} AS calls
  JOIN ${rows(filesOf(files.identities, columns(IDENTITY_TABLE)), 'i')} AS identities USING (i) JOIN ${rows(filesOf(files.ends, columns(END_TABLE)), 'e')} AS ends USING (e))`;
};
export const duplicatesTable = (files: StoreFiles): string => `CREATE TABLE duplicates AS SELECT * FROM ${filesOf(files.duplicates, DUPLICATE_COLUMNS)}`;
/** Statements that make the views over the files of a store, beside the table `duplicates`. */
export function viewsOf(files: StoreFiles, duplicates: boolean): string[] {
  const once = duplicates ? 'all_events ANTI JOIN duplicates USING (n)' : 'all_events';
  return [
    // Apart, where the listing of views does not show them: for those who scan few columns and spare the joins.
    'CREATE SCHEMA parts',
    `CREATE VIEW parts.calls AS SELECT * FROM ${filesOf(files.events, columns(EVENT_TABLE))}`,
    `CREATE VIEW parts.identities AS SELECT * FROM ${filesOf(files.identities, columns(IDENTITY_TABLE))}`,
    `CREATE VIEW parts.ends AS SELECT * FROM ${filesOf(files.ends, columns(END_TABLE))}`,
    `CREATE VIEW sources AS SELECT * FROM ${filesOf(files.sources, SOURCE_COLUMNS)}`,
    `CREATE VIEW problems AS SELECT * FROM ${filesOf(files.problems, PROBLEM_COLUMNS)}`,
    `CREATE VIEW stored AS SELECT * EXCLUDE (i, e) FROM ${storedIn(files)}`,
    `CREATE VIEW all_events AS SELECT ${EVENT} FROM (SELECT ${WIDE} FROM stored)`,
    `CREATE VIEW events AS SELECT * FROM ${once} WHERE eventCategory IS NULL OR eventCategory NOT IN ('Insight', 'NetworkActivity')`,
    `CREATE VIEW insights AS SELECT * FROM ${once} WHERE eventCategory = 'Insight'`,
    `CREATE VIEW network_activity AS SELECT * FROM ${once} WHERE eventCategory = 'NetworkActivity'`,
  ];
}
