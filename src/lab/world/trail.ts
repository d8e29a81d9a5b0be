import type { Caller, World } from '../contract.ts';
import { elements, type Protocol, requestParameters } from './elements.ts';
import { userIdentity } from './identity.ts';
import { uuid } from './ids.ts';
import { between } from './random.ts';
import { sessionsOf } from './rows.ts';

export interface RecordedCall {
  caller: Caller;
  /** Signing name, e.g. `ec2`. */
  service: string;
  operation: string;
  /** The region whose endpoint was called. */
  region: string;
  /** By the protocol's wire: `ec2Query`, `awsQuery`, anything else. */
  protocol: string;
  requestId: string;
  /** When the call arrived, lab time in epoch milliseconds. */
  time: number;
  ip: string;
  userAgent: string;
  input: unknown;
  output?: unknown;
  error?: { code: string; message: string; status?: number | undefined } | undefined;
  mutates: boolean;
}

/** Since 22 November 2021 global services are recorded in us-east-1 only. */
const GLOBAL = new Set(['iam', 'cloudfront', 'route53', 'organizations', 'support', 'account']);
/** Their names do not say it: CloudTrail marks them as reads. */
const READ_STS = new Set(['AssumeRole', 'AssumeRoot', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'GetSessionToken', 'GetFederationToken']);

/** Where CloudTrail calls an event by another name than the operation. Amazon S3 User Guide, "Amazon S3 CloudTrail events". */
const EVENT_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: {
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
    PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
    GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
    PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
    GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
  },
};

/**
 * Lambda's events carry the version of the API that the operation came with. What is younger (function URLs, code signing, ...) has none.
 * AWS Lambda Developer Guide, "Logging AWS Lambda API calls using AWS CloudTrail".
 */
const LAMBDA_VERSIONS: Record<string, string> = {
  '20150331':
    'CreateFunction DeleteFunction ListFunctions CreateAlias UpdateAlias DeleteAlias GetAlias ListAliases PublishVersion ListVersionsByFunction CreateEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListEventSourceMappings',
  '20150331v2': 'GetFunction GetFunctionConfiguration UpdateFunctionCode UpdateFunctionConfiguration AddPermission RemovePermission GetPolicy',
  '20171031': 'PutFunctionConcurrency DeleteFunctionConcurrency',
  '20181031':
    'PublishLayerVersion DeleteLayerVersion GetLayerVersion GetLayerVersionByArn GetLayerVersionPolicy ListLayers ListLayerVersions AddLayerVersionPermission RemoveLayerVersionPermission',
};
const LAMBDA_NAMES = new Map(Object.entries(LAMBDA_VERSIONS).flatMap(([version, names]) => names.split(' ').map((name) => [name, name + version] as const)));
const eventName = (service: string, operation: string): string =>
  (service === 'lambda' ? LAMBDA_NAMES.get(operation) : EVENT_NAMES[service]?.[operation]) ?? operation;

const wireProtocol = (protocol: string): Protocol => (protocol === 'ec2Query' || protocol === 'awsQuery' ? protocol : 'other');
const errorCode = (service: string, code: string, status: number | undefined): string => {
  if (service === 'ec2') return `${(status ?? 400) >= 500 && code !== 'RequestLimitExceeded' ? 'Server' : 'Client'}.${code}`;
  return code === 'AccessDeniedException' ? 'AccessDenied' : code;
};

/**
 * Writes the CloudTrail management event of a call, denied and failed ones too; LookupEvents shows it after
 * `settings.trailDelay`. An AssumeRole into another account leaves a record in both, joined by sharedEventID.
 * CloudTrail User Guide, "CloudTrail record contents".
 */
export function recordCall(world: World, call: RecordedCall): void {
  const { caller, service, operation } = call;
  const account = world.accounts[caller.account];
  if (!account) return;
  const protocol = wireProtocol(call.protocol);
  const issues = service === 'sts' && READ_STS.has(operation);
  const region = GLOBAL.has(service) ? 'us-east-1' : call.region;
  const record: Record<string, any> = {
    eventVersion: '1.11',
    userIdentity: userIdentity(account, caller),
    eventTime: new Date(Math.floor(call.time / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName: eventName(service, operation),
    awsRegion: region,
    sourceIPAddress: call.ip,
    userAgent: call.userAgent,
    ...(call.error && { errorCode: errorCode(service, call.error.code, call.error.status), errorMessage: call.error.message }),
    requestParameters: requestParameters(service, operation, call.input, protocol),
    responseElements: call.error || !(call.mutates || issues) ? null : responseElements(call, protocol),
    requestID: call.requestId,
    eventID: uuid(world),
    ...(sessionsOf(account)[caller.accessKeyId]?.console && { sessionCredentialFromConsole: 'true' }),
    readOnly: issues || !call.mutates,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account.id,
    eventCategory: 'Management',
  };
  const role = operation === 'AssumeRole' ? /^arn:aws:iam::(\d{12}):role\//.exec(String((call.input as any)?.RoleArn)) : null;
  if (role && !call.error) record.resources = [{ accountId: role[1], type: 'AWS::IAM::Role', ARN: (call.input as any).RoleArn }];
  const owner = role && role[1] !== account.id && !call.error ? world.accounts[role[1]!] : undefined;
  if (owner) record.sharedEventID = uuid(world);
  const [min, max] = world.settings.trailDelay;
  account.trail.push({ visibleAt: call.time + between(world, min, max), region, record });
  if (owner) {
    const { accountId, principalId, type } = record.userIdentity;
    // The other side sees who came, not how the caller's own account names the key.
    const copy = {
      ...record,
      eventID: uuid(world),
      recipientAccountId: owner.id,
      userIdentity: { type: type === 'Root' ? 'Root' : 'AWSAccount', principalId, accountId },
    };
    owner.trail.push({ visibleAt: call.time + between(world, min, max), region, record: copy });
  }
}

function responseElements(call: RecordedCall, protocol: Protocol): any {
  const shaped = elements(call.output, protocol);
  if (protocol === 'ec2Query') return { requestId: call.requestId, ...(shaped && Object.keys(shaped).length > 0 ? shaped : { _return: true }) };
  return shaped === null || Object.keys(shaped).length === 0 ? null : shaped;
}
