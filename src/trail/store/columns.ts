/**
 * The members of a record that the store keeps, as DuckDB reads them from JSON lines and as they lie in Parquet. What a later record version
 * adds stays in the source, and is told.
 * Source: "CloudTrail record contents" up to event version 1.11, AWS CloudTrail User Guide.
 */
const IDENTITY = `STRUCT(
  type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR,
  identityProvider VARCHAR, credentialId VARCHAR, onBehalfOf JSON, inScopeOf JSON, delegatedBy JSON,
  sessionContext STRUCT(
    sessionIssuer STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR),
    attributes STRUCT(creationDate VARCHAR, mfaAuthenticated VARCHAR),
    sourceIdentity VARCHAR, ec2RoleDelivery VARCHAR, assumedRoot VARCHAR, ec2IssuedInVpc VARCHAR, webIdFederationData JSON))`;

/** Text members that most records have: a column each. */
const COMMON = [
  ...['eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage'],
  ...['requestID', 'eventID', 'eventType', 'recipientAccountId', 'eventCategory'],
] as const;
const RARE = ['apiVersion', 'managementEvent', 'sharedEventID', 'vpcEndpointId', 'vpcEndpointAccountId', 'sessionCredentialFromConsole'] as const;
const COMMON_JSON = ['requestParameters', 'responseElements', 'additionalEventData', 'resources', 'tlsDetails'] as const;
const RARE_JSON = ['serviceEventDetails', 'addendum', 'edgeDeviceDetails', 'insightDetails', 'eventContext'] as const;

/** Members whose value is text (numbers and booleans are read as text). */
export const TEXTS: readonly string[] = [...COMMON, ...RARE];
/** Members whose value is kept as JSON text. */
export const JSONS: readonly string[] = [...COMMON_JSON, ...RARE_JSON];
export const MEMBERS: ReadonlySet<string> = new Set(['eventVersion', 'userIdentity', 'eventTime', 'readOnly', ...TEXTS, ...JSONS]);
export const IDENTITY_TEXTS = ['type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy', 'identityProvider', 'credentialId'] as const;

/** For `read_json(columns = ...)`. `n` is `number * 100 + minor event version`. */
export const LINE_COLUMNS: string = `{n: 'UBIGINT', eventVersion: 'VARCHAR', userIdentity: '${IDENTITY.replace(/\s+/g, ' ')}', eventTime: 'VARCHAR', readOnly: 'VARCHAR', ${[
  ...TEXTS.map((name) => `${name}: 'VARCHAR'`),
  ...JSONS.map((name) => `${name}: 'JSON'`),
].join(', ')}}`;

const CONTEXT = 'userIdentity.sessionContext';
const ISSUER = `${CONTEXT}.sessionIssuer`;
/** A column that is nearly always null costs as much as another: those lie together in `rest`, a JSON object, which is null for most events. */
const REST: Readonly<Record<string, { readonly from: string; readonly json?: true }>> = {
  apiVersion: { from: 'apiVersion' },
  // Says the same as the category, nearly always.
  managementEvent: { from: `CASE WHEN (managementEvent = 'true') IS DISTINCT FROM (eventCategory = 'Management') THEN managementEvent END` },
  ...Object.fromEntries(RARE.filter((name) => name !== 'apiVersion' && name !== 'managementEvent').map((name) => [name, { from: name }])),
  ...Object.fromEntries(RARE_JSON.map((name) => [name, { from: name, json: true }])),
  identityProvider: { from: 'userIdentity.identityProvider' },
  credentialId: { from: 'userIdentity.credentialId' },
  onBehalfOf: { from: 'userIdentity.onBehalfOf', json: true },
  inScopeOf: { from: 'userIdentity.inScopeOf', json: true },
  delegatedBy: { from: 'userIdentity.delegatedBy', json: true },
  sourceIdentity: { from: `${CONTEXT}.sourceIdentity` },
  ec2RoleDelivery: { from: `${CONTEXT}.ec2RoleDelivery` },
  assumedRoot: { from: `${CONTEXT}.assumedRoot` },
  ec2IssuedInVpc: { from: `${CONTEXT}.ec2IssuedInVpc` },
  webIdFederationData: { from: `${CONTEXT}.webIdFederationData`, json: true },
  // Not as CloudTrail writes them: kept as they stand.
  eventTimeText: { from: `CASE WHEN eventTime IS NOT NULL AND (time IS NULL OR length(eventTime) != 20) THEN eventTime END` },
  eventVersionText: { from: 'eventVersion' },
};
/** Web identity is `{}` where there is none. */
const present = ({ from, json }: { readonly from: string; readonly json?: true }): string =>
  json ? `(${from} IS NOT NULL AND ${from}::VARCHAR != '{}')` : `${from} IS NOT NULL`;
const restOf = `CASE WHEN ${Object.values(REST).map(present).join(' OR ')} THEN to_json(struct_pack(${Object.entries(REST)
  .map(([name, { from }]) => `${name} := ${from}`)
  .join(', ')}))::VARCHAR END`;

const PLAIN_IDENTITY = ['principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'] as const;
/** A row that says nothing of its identity although there was one, or nothing of an event: left out here, its source is read again with care. */
const ODD = `(eventName IS NULL AND eventSource IS NULL AND eventType IS NULL)
  OR (userIdentity IS NOT NULL AND coalesce(${IDENTITY_TEXTS.map((name) => `userIdentity.${name}`).join(', ')}) IS NULL AND ${CONTEXT} IS NULL AND userIdentity.onBehalfOf IS NULL)`;

/** From lines to the rows of a Parquet file. Lines that are no JSON come as rows of nulls. */
export const rowsFrom = (lines: string): string => `SELECT
  (n // 100)::BIGINT AS n,
  (n % 100)::UTINYINT AS minorVersion,
  try_cast(eventTime AS TIMESTAMP) AS time,
  userIdentity.type AS identityType, ${PLAIN_IDENTITY.map((name) => `userIdentity.${name} AS ${name}`).join(', ')},
  ${ISSUER}.type AS issuerType, ${ISSUER}.principalId AS issuerPrincipalId, ${ISSUER}.arn AS issuerArn, ${ISSUER}.accountId AS issuerAccountId, ${ISSUER}.userName AS issuerUserName,
  ${CONTEXT}.attributes.creationDate AS sessionCreated, ${CONTEXT}.attributes.mfaAuthenticated AS mfaAuthenticated,
  CASE lower(readOnly) WHEN 'true' THEN true WHEN 'false' THEN false END AS readOnly,
  ${COMMON.join(', ')}, ${COMMON_JSON.join(', ')},
  ${restOf} AS rest
  FROM ${lines} WHERE n IS NOT NULL AND NOT coalesce(${ODD}, false)`;

/** Columns of a Parquet file of events, `n` apart. Two copies of an event are the same when these are. */
export const STORED: Readonly<Record<string, string>> = {
  minorVersion: 'UTINYINT',
  time: 'TIMESTAMP',
  ...Object.fromEntries(['identityType', ...PLAIN_IDENTITY].map((name) => [name, 'VARCHAR'])),
  ...Object.fromEntries(
    ['issuerType', 'issuerPrincipalId', 'issuerArn', 'issuerAccountId', 'issuerUserName', 'sessionCreated', 'mfaAuthenticated'].map((name) => [
      name,
      'VARCHAR',
    ]),
  ),
  readOnly: 'BOOLEAN',
  ...Object.fromEntries(COMMON.map((name) => [name, 'VARCHAR'])),
  ...Object.fromEntries(COMMON_JSON.map((name) => [name, 'JSON'])),
  rest: 'VARCHAR',
};
/** Columns made of `rest` and of others when they are asked for. */
export const DERIVED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(REST).map(([name, { json }]) => [name, json ? `(rest->'$.${name}')` : `(rest->>'$.${name}')`])),
  managementEvent: `coalesce(rest->>'$.managementEvent', CASE WHEN eventCategory IS NOT NULL THEN (eventCategory = 'Management')::VARCHAR END)`,
  eventVersion: `coalesce(rest->>'$.eventVersionText', CASE WHEN minorVersion > 0 THEN printf('1.%02d', minorVersion) END)`,
  eventTime: `coalesce(rest->>'$.eventTimeText', strftime(time, '%Y-%m-%dT%H:%M:%SZ'))`,
};
