/**
 * The members of a record that the store keeps, as DuckDB reads them from JSON lines and as they lie in Parquet. A packed line names its identity and the members
 * that end it by number; a line of its own has all. What a later record version adds stays in the source, and is told.
 * Source: "CloudTrail record contents" up to event version 1.11, AWS CloudTrail User Guide.
 */
const IDENTITY = `STRUCT(
  type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR,
  identityProvider VARCHAR, credentialId VARCHAR, onBehalfOf JSON, inScopeOf JSON, delegatedBy JSON,
  sessionContext STRUCT(
    sessionIssuer STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR),
    attributes STRUCT(creationDate VARCHAR, mfaAuthenticated VARCHAR),
    sourceIdentity VARCHAR, ec2RoleDelivery VARCHAR, assumedRoot VARCHAR, ec2IssuedInVpc VARCHAR, webIdFederationData JSON))`.replace(/\s+/g, ' ');

/** Members between the identity and the end. */
const CALL_TEXTS = ['eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestID', 'eventID'] as const;
const CALL_JSONS = ['requestParameters', 'responseElements', 'additionalEventData'] as const;
/** Members that end a record. */
const END_TEXTS = [
  ...['readOnly', 'eventType', 'apiVersion', 'managementEvent', 'recipientAccountId', 'sharedEventID'],
  ...['vpcEndpointId', 'vpcEndpointAccountId', 'eventCategory', 'sessionCredentialFromConsole'],
] as const;
const END_JSONS = ['resources', 'serviceEventDetails', 'addendum', 'edgeDeviceDetails', 'tlsDetails', 'insightDetails', 'eventContext'] as const;

/** Members whose value is text (numbers and booleans are read as text). */
export const TEXTS: readonly string[] = [...CALL_TEXTS, ...END_TEXTS.filter((name) => name !== 'readOnly')];
/** Members whose value is kept as JSON text. */
export const JSONS: readonly string[] = [...CALL_JSONS, ...END_JSONS];
export const MEMBERS: ReadonlySet<string> = new Set(['eventVersion', 'userIdentity', 'eventTime', 'readOnly', ...TEXTS, ...JSONS]);
export const IDENTITY_TEXTS = ['type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy', 'identityProvider', 'credentialId'] as const;

const read = (columns: Readonly<Record<string, string>>): string =>
  `{${Object.entries(columns)
    .map(([name, type]) => `${name}: '${type}'`)
    .join(', ')}}`;
const all = (names: readonly string[], type: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, type]));
const CALL = { n: 'UBIGINT', eventVersion: 'VARCHAR', eventTime: 'VARCHAR', ...all(CALL_TEXTS, 'VARCHAR'), ...all(CALL_JSONS, 'JSON') };
const END = { ...all(END_TEXTS, 'VARCHAR'), ...all(END_JSONS, 'JSON') };
/** For `read_json(columns = ...)`. `n` is `number * 100 + minor event version`; `i` and `e` name the identity and the end. */
export const PACKED_COLUMNS = read({ ...CALL, i: 'BIGINT', e: 'BIGINT', ...END });
export const WHOLE_COLUMNS = read({ ...CALL, userIdentity: IDENTITY, ...END });
export const IDENTITY_COLUMNS = read({ id: 'BIGINT', userIdentity: IDENTITY });
/** Members that do not end a record: where one stands behind the end after all, the end is refused. */
const BEFORE = [...CALL_TEXTS, ...CALL_JSONS, 'eventVersion', 'eventTime', 'userIdentity'];
export const END_COLUMNS = read({ id: 'BIGINT', ...END, ...all(BEFORE, 'VARCHAR') });

/** Rare things lie together in a JSON object that is null for nearly all: a column of nulls costs as much as another. */
const restOf = (members: Readonly<Record<string, string>>): string =>
  `CASE WHEN ${Object.values(members)
    .map((from) => `${from} IS NOT NULL`)
    .join(' OR ')} THEN to_json(struct_pack(${Object.entries(members)
    .map(([name, from]) => `${name} := ${from}`)
    .join(', ')}))::VARCHAR END`;
const IS_MINOR = `coalesce(length(eventVersion) = 4 AND regexp_full_match(eventVersion, '1[.][0-9][0-9]'), false)`;
/** Not as CloudTrail writes them: kept as they stand. */
const ODD_TEXTS = {
  eventTimeText: `CASE WHEN eventTime IS NOT NULL AND (time IS NULL OR length(eventTime) != 20) THEN eventTime END`,
  eventVersionText: `CASE WHEN NOT ${IS_MINOR} THEN eventVersion END`,
};
/** As `issuedKeyOf` of event.ts; a test holds them equal. The text is looked at before the JSON is parsed. */
const ISSUED = `CASE WHEN contains(responseElements::VARCHAR, '"accessKeyId"')
  THEN coalesce(responseElements->>'$.credentials.accessKeyId', responseElements->>'$.accessKey.accessKeyId') END`;
const call = (i: string, e: string, rest: Readonly<Record<string, string>>): string => `
  (n // 100)::BIGINT AS n, ${i} AS i, ${e} AS e, CASE WHEN n % 100 > 0 THEN n % 100 WHEN ${IS_MINOR} THEN substr(eventVersion, 3)::UTINYINT ELSE 0 END::UTINYINT AS minorVersion, try_cast(eventTime AS TIMESTAMP) AS time,
  ${[...CALL_TEXTS, ...CALL_JSONS].join(', ')}, ${ISSUED} AS issuedKey, ${restOf(rest)} AS rest`;
const NOTHING = '(eventName IS NULL AND eventSource IS NULL AND errorCode IS NULL)';

/** Members of the end that stand before it: not as CloudTrail writes them. */
const EARLY = [...END_TEXTS, ...END_JSONS].map((name) => `${name} IS NOT NULL`).join(' OR ');
/** Rows of events from packed lines. What is left out here is missed by its number, and its source is read again with care. */
export const packedRows = (lines: string): string =>
  `SELECT ${call('i', 'e', ODD_TEXTS)} FROM ${lines} WHERE n IS NOT NULL AND i IS NOT NULL AND e IS NOT NULL AND NOT ${NOTHING} AND NOT (${EARLY})`;

/** A row that says nothing of its identity although there was one, or nothing of an event: left out, its source is read again with care. */
const ODD = `coalesce((${NOTHING} AND eventType IS NULL) OR (userIdentity IS NOT NULL
  AND coalesce(${IDENTITY_TEXTS.map((name) => `userIdentity.${name}`).join(', ')}) IS NULL AND userIdentity.sessionContext IS NULL AND userIdentity.onBehalfOf IS NULL), false)`;
const wholeLines = (lines: string): string => `${lines} WHERE n IS NOT NULL AND NOT ${ODD}`;
/** Identity and end of a line of its own are called by the negative of its number. */
const OWN = '-(n // 100)::BIGINT';
export const wholeRows = (lines: string): string => `SELECT ${call(OWN, OWN, ODD_TEXTS)} FROM ${wholeLines(lines)}`;

const CONTEXT = 'userIdentity.sessionContext';
const RARE_IDENTITY = {
  ...Object.fromEntries(['identityProvider', 'credentialId', 'onBehalfOf', 'inScopeOf', 'delegatedBy'].map((name) => [name, `userIdentity.${name}`])),
  ...Object.fromEntries(['ec2RoleDelivery', 'assumedRoot', 'ec2IssuedInVpc', 'webIdFederationData'].map((name) => [name, `${CONTEXT}.${name}`])),
};
const IDENTITY_JSON = ['onBehalfOf', 'inScopeOf', 'delegatedBy', 'webIdFederationData'];
/** As `principalOf` of event.ts; a test holds them equal. */
const PRINCIPAL = `coalesce(nullif(${CONTEXT}.sessionIssuer.arn, ''),
  CASE WHEN userIdentity.type = 'AssumedRole'
    THEN regexp_replace(userIdentity.arn, '^arn:([^:]*):sts::(\\d*):assumed-role/(.+)/[^/]*$', 'arn:\\1:iam::\\2:role/\\3') ELSE userIdentity.arn END,
  userIdentity.invokedBy, userIdentity.principalId, userIdentity.userName, userIdentity.accountId, userIdentity.type, 'unknown')`;
const identity = (id: string): string => `SELECT ${id} AS i, userIdentity.type AS identityType,
  ${['principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'].map((name) => `userIdentity.${name} AS ${name}`).join(', ')},
  ${['type', 'principalId', 'arn', 'accountId', 'userName'].map((name) => `${CONTEXT}.sessionIssuer.${name} AS issuer${name[0]!.toUpperCase()}${name.slice(1)}`).join(', ')},
  ${CONTEXT}.attributes.creationDate AS sessionCreated, ${CONTEXT}.attributes.mfaAuthenticated AS mfaAuthenticated, ${CONTEXT}.sourceIdentity AS sourceIdentity,
  ${PRINCIPAL} AS principal,
  ${Object.entries(RARE_IDENTITY)
    .map(([name, from]) => `${from} AS ${name}`)
    .join(', ')}`;
export const identityRows = (lines: string): string => `${identity('id')} FROM ${lines} WHERE id IS NOT NULL`;
export const wholeIdentities = (lines: string): string => `${identity(OWN)} FROM ${wholeLines(lines)}`;

const end = (id: string): string => `SELECT ${id} AS e, CASE lower(readOnly) WHEN 'true' THEN true WHEN 'false' THEN false END AS readOnly,
  ${[...END_TEXTS.filter((name) => name !== 'readOnly'), ...END_JSONS].join(', ')}`;
export const endRows = (lines: string): string => `${end('id')} FROM ${lines} WHERE id IS NOT NULL AND coalesce(${BEFORE.join(', ')}) IS NULL`;
export const wholeEnds = (lines: string): string => `${end(OWN)} FROM ${wholeLines(lines)}`;

const typed = (names: readonly string[], json: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, json.includes(name) ? 'JSON' : 'VARCHAR']));
/** Columns of the Parquet files. */
export const EVENT_TABLE: Readonly<Record<string, string>> = {
  n: 'BIGINT',
  i: 'BIGINT',
  e: 'BIGINT',
  minorVersion: 'UTINYINT',
  time: 'TIMESTAMP',
  ...typed(CALL_TEXTS),
  ...typed(CALL_JSONS, CALL_JSONS),
  issuedKey: 'VARCHAR',
  rest: 'VARCHAR',
};
export const IDENTITY_TABLE: Readonly<Record<string, string>> = {
  i: 'BIGINT',
  ...typed([
    'identityType',
    'principalId',
    'arn',
    'accountId',
    'accessKeyId',
    'userName',
    'invokedBy',
    'issuerType',
    'issuerPrincipalId',
    'issuerArn',
    'issuerAccountId',
    'issuerUserName',
  ]),
  ...typed(['sessionCreated', 'mfaAuthenticated', 'sourceIdentity', 'principal']),
  ...typed(Object.keys(RARE_IDENTITY), IDENTITY_JSON),
};
export const END_TABLE: Readonly<Record<string, string>> = {
  e: 'BIGINT',
  readOnly: 'BOOLEAN',
  ...typed(END_TEXTS.filter((name) => name !== 'readOnly')),
  ...typed(END_JSONS, END_JSONS),
};

/** Columns of `events` made of others when they are asked for. */
export const DERIVED: Readonly<Record<string, string>> = {
  eventVersion: `coalesce(rest->>'$.eventVersionText', CASE WHEN minorVersion > 0 THEN printf('1.%02d', minorVersion) END)`,
  eventTime: `coalesce(rest->>'$.eventTimeText', strftime(time, '%Y-%m-%dT%H:%M:%SZ'))`,
};

/** Columns of the view `stored`, which is the tables joined and nothing made of them. */
export const STORED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ ...EVENT_TABLE, ...IDENTITY_TABLE, ...END_TABLE }).filter(([name]) => !['n', 'i', 'e'].includes(name)),
);
