import { DERIVED, IDENTITY_TEXTS, JSONS, STORED, TEXTS } from './columns.ts';

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

/** As `principalOf` of event.ts; a test holds them equal. */
const PRINCIPAL = `coalesce(
  nullif(issuerArn, ''),
  CASE WHEN identityType = 'AssumedRole' THEN regexp_replace(arn, '^arn:([^:]*):sts::(\\d*):assumed-role/(.+)/[^/]*$', 'arn:\\1:iam::\\2:role/\\3') ELSE arn END,
  invokedBy, principalId, userName, accountId, identityType, 'unknown')`;
const ISSUED = `coalesce(responseElements->>'$.credentials.accessKeyId', responseElements->>'$.accessKey.accessKeyId')`;

/** Columns of `events`, `insights` and `network_activity`. */
const WIDE = `n, (n >> 26)::INTEGER AS source, (n & 67108863)::INTEGER AS record, * EXCLUDE (n, rest, minorVersion),
  ${Object.entries(DERIVED)
    .filter(([name]) => !name.endsWith('Text'))
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ')}`;
const EVENT = `*, ${PRINCIPAL} AS principal, ${ISSUED} AS issuedKey, ${RAW} AS raw`;

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

const EVENT_COLUMNS = Object.entries({ n: 'BIGINT', ...STORED })
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

export interface StoreFiles {
  readonly events: readonly string[];
  readonly sources: readonly string[];
  readonly problems: readonly string[];
  readonly duplicates: readonly string[];
}
/** Statements that make the views over the files of a store. */
export function viewsOf(files: StoreFiles): string[] {
  const once = 'all_events ANTI JOIN duplicates USING (n)';
  return [
    `CREATE VIEW stored AS SELECT * FROM ${filesOf(files.events, EVENT_COLUMNS)}`,
    `CREATE TABLE duplicates AS SELECT * FROM ${filesOf(files.duplicates, DUPLICATE_COLUMNS)}`,
    `CREATE VIEW sources AS SELECT * FROM ${filesOf(files.sources, SOURCE_COLUMNS)}`,
    `CREATE VIEW problems AS SELECT * FROM ${filesOf(files.problems, PROBLEM_COLUMNS)}`,
    `CREATE VIEW all_events AS SELECT ${EVENT} FROM (SELECT ${WIDE} FROM stored)`,
    `CREATE VIEW events AS SELECT * FROM ${once} WHERE eventCategory IS NULL OR eventCategory NOT IN ('Insight', 'NetworkActivity')`,
    `CREATE VIEW insights AS SELECT * FROM ${once} WHERE eventCategory = 'Insight'`,
    `CREATE VIEW network_activity AS SELECT * FROM ${once} WHERE eventCategory = 'NetworkActivity'`,
  ];
}
