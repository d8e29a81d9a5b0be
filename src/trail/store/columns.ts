/**
 * The members of a record that the store keeps, as DuckDB reads them from JSON lines and as they lie in Parquet. What a later record version
 * adds stays in the source, and is told (see `unknownMembers`).
 * Source: "CloudTrail record contents" up to event version 1.11, AWS CloudTrail User Guide.
 */
const IDENTITY = `STRUCT(
  type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR,
  identityProvider VARCHAR, credentialId VARCHAR, onBehalfOf JSON, inScopeOf JSON, delegatedBy JSON,
  sessionContext STRUCT(
    sessionIssuer STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR),
    attributes STRUCT(creationDate VARCHAR, mfaAuthenticated VARCHAR),
    sourceIdentity VARCHAR, ec2RoleDelivery VARCHAR, assumedRoot VARCHAR, webIdFederationData JSON, ec2IssuedInVpc VARCHAR))`;

/** Members whose value is text (numbers and booleans are read as text). */
export const TEXTS = [
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestID',
  'eventID',
  'eventType',
  'apiVersion',
  'managementEvent',
  'recipientAccountId',
  'sharedEventID',
  'vpcEndpointId',
  'vpcEndpointAccountId',
  'eventCategory',
  'sessionCredentialFromConsole',
] as const;
/** Members whose value is kept as JSON text. */
export const JSONS = [
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'resources',
  'serviceEventDetails',
  'addendum',
  'edgeDeviceDetails',
  'tlsDetails',
  'insightDetails',
  'eventContext',
] as const;
export const MEMBERS: ReadonlySet<string> = new Set(['eventVersion', 'userIdentity', 'eventTime', 'readOnly', ...TEXTS, ...JSONS]);
export const IDENTITY_TEXTS = ['type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy', 'identityProvider', 'credentialId'] as const;

/** For `read_json(columns = ...)`. `n` is `number * 100 + minor event version`. */
export const LINE_COLUMNS: string = `{n: 'UBIGINT', eventVersion: 'VARCHAR', userIdentity: '${IDENTITY.replace(/\s+/g, ' ')}', eventTime: 'VARCHAR', readOnly: 'VARCHAR', ${[
  ...TEXTS.map((name) => `${name}: 'VARCHAR'`),
  ...JSONS.map((name) => `${name}: 'JSON'`),
].join(', ')}}`;

const ISSUER = 'userIdentity.sessionContext.sessionIssuer';
const ATTRIBUTES = 'userIdentity.sessionContext.attributes';
/** From lines to the rows of a Parquet file. */
export const ROW = `
  (n // 100)::BIGINT AS n,
  CASE WHEN eventVersion IS NOT NULL THEN eventVersion WHEN n % 100 > 0 THEN printf('1.%02d', n % 100) END AS eventVersion,
  try_cast(eventTime AS TIMESTAMP) AS time,
  CASE WHEN time IS NULL OR length(eventTime) != 20 THEN eventTime END AS eventTimeText,
  ${IDENTITY_TEXTS.map((name) => `userIdentity.${name} AS ${name === 'type' ? 'identityType' : name}`).join(', ')},
  userIdentity.onBehalfOf AS onBehalfOf, userIdentity.inScopeOf AS inScopeOf, userIdentity.delegatedBy AS delegatedBy,
  ${ISSUER}.type AS issuerType, ${ISSUER}.principalId AS issuerPrincipalId, ${ISSUER}.arn AS issuerArn, ${ISSUER}.accountId AS issuerAccountId, ${ISSUER}.userName AS issuerUserName,
  ${ATTRIBUTES}.creationDate AS sessionCreated, ${ATTRIBUTES}.mfaAuthenticated AS mfaAuthenticated,
  userIdentity.sessionContext.sourceIdentity AS sourceIdentity, userIdentity.sessionContext.ec2RoleDelivery AS ec2RoleDelivery,
  userIdentity.sessionContext.assumedRoot AS assumedRoot, userIdentity.sessionContext.webIdFederationData AS webIdFederationData,
  userIdentity.sessionContext.ec2IssuedInVpc AS ec2IssuedInVpc,
  CASE lower(readOnly) WHEN 'true' THEN true WHEN 'false' THEN false END AS readOnly,
  ${TEXTS.join(', ')}, ${JSONS.join(', ')}`;

/** A row that says nothing of its identity although there was one, or nothing of an event: such sources are read again with care. */
export const ODD = `(eventName IS NULL AND eventSource IS NULL AND eventType IS NULL) OR (userIdentity IS NOT NULL AND coalesce(${IDENTITY_TEXTS.map((name) => `userIdentity.${name}`).join(', ')}) IS NULL AND userIdentity.sessionContext IS NULL AND userIdentity.onBehalfOf IS NULL)`;

/** Every column of a Parquet file of events but `n` and `odd`: two copies of an event are the same when these are. */
export const BODY: readonly string[] = [
  ...['eventVersion', 'time', 'eventTimeText', 'identityType', ...IDENTITY_TEXTS.filter((name) => name !== 'type')],
  ...['onBehalfOf', 'inScopeOf', 'delegatedBy', 'issuerType', 'issuerPrincipalId', 'issuerArn', 'issuerAccountId', 'issuerUserName'],
  ...['sessionCreated', 'mfaAuthenticated', 'sourceIdentity', 'ec2RoleDelivery', 'assumedRoot', 'webIdFederationData', 'ec2IssuedInVpc', 'readOnly'],
  ...TEXTS,
  ...JSONS,
];
