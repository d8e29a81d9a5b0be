import type { JsonObject } from '../../kernel/index.ts';
import { isObject, type TrailRecord, text } from '../event.ts';

/** The account whose trail the examples are. */
export const ACCOUNT = '111122223333';
/** An account that the examples know nothing of. */
export const OUTSIDER = '999988887777';

const user = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLEALICE00001',
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  accountId: ACCOUNT,
  accessKeyId: 'AKIAEXAMPLEALICE0001',
  userName: 'alice',
};
const session = (name: string) => ({
  sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLEROLE000001', arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, accountId: ACCOUNT, userName: name },
  webIdFederationData: {},
  attributes: { creationDate: '2026-03-04T09:30:00Z', mfaAuthenticated: 'false' },
});
/** By `userIdentity.type`, so that a partial record need say no more than the type. */
const identities: Readonly<Record<string, JsonObject>> = {
  IAMUser: user,
  Root: { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  AssumedRole: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLEROLE000001:session-1',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/session-1`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLEWORKER001',
    sessionContext: session('worker'),
  },
  FederatedUser: {
    type: 'FederatedUser',
    principalId: `${ACCOUNT}:guest`,
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLEGUEST0001',
    sessionContext: {
      sessionIssuer: { type: 'IAMUser', principalId: user.principalId, arn: user.arn, accountId: ACCOUNT, userName: 'alice' },
      attributes: { creationDate: '2026-03-04T09:30:00Z', mfaAuthenticated: 'false' },
    },
  },
  AWSService: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
  AWSAccount: { type: 'AWSAccount', principalId: 'AIDAEXAMPLEFOREIGN001', accountId: OUTSIDER },
  IdentityCenterUser: {
    type: 'IdentityCenterUser',
    accountId: ACCOUNT,
    onBehalfOf: { userId: 'u-1', identityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/d-1` },
  },
  WebIdentityUser: { type: 'WebIdentityUser', principalId: 'token.example.org:app:subject', userName: 'subject', identityProvider: 'token.example.org' },
  SAMLUser: { type: 'SAMLUser', principalId: 'base64=:subject', userName: 'subject', identityProvider: 'base64=' },
};

/** Objects are merged, everything else is replaced; `undefined` takes a member away. */
function merge(under: JsonObject, over: { readonly [member: string]: unknown }): JsonObject {
  const merged = new Map<string, unknown>(Object.entries(under));
  for (const [member, value] of Object.entries(over)) {
    const old = merged.get(member);
    if (value === undefined) merged.delete(member);
    else merged.set(member, isObject(value) && isObject(old) ? merge(old, value) : value);
  }
  return Object.fromEntries(merged) as JsonObject;
}

let made = 0;
/**
 * An ordinary complete record around the given members: Alice, an IAM user of ACCOUNT, from one address with the AWS CLI. Her identity makes way for an
 * ordinary one of the given `userIdentity.type`. Every record has its own eventID and requestID.
 */
export function ordinary(partial: TrailRecord): TrailRecord {
  made += 1;
  const tail = made.toString(16).padStart(12, '0');
  const identity = identities[text(partial, 'userIdentity.type') ?? 'IAMUser'] ?? {};
  const service = identity.type === 'AWSService' ? 'ec2.amazonaws.com' : '198.51.100.10';
  return merge(
    {
      eventVersion: '1.11',
      userIdentity: identity,
      eventTime: '2026-03-04T10:00:00Z',
      eventSource: 'iam.amazonaws.com',
      eventName: 'GetUser',
      awsRegion: 'us-east-1',
      sourceIPAddress: service,
      userAgent:
        service === 'ec2.amazonaws.com' ? service : 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13 md/prompt#off',
      requestParameters: null,
      responseElements: null,
      requestID: `00000000-0000-4000-9000-${tail}`,
      eventID: `00000000-0000-4000-8000-${tail}`,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    },
    partial,
  );
}
