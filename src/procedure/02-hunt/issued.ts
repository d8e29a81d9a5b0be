import { isAccessKeyId } from '../shared/key.ts';

/** A credential that an event gave out, as its answer says. */
export interface Issued {
  /** An access key id, or the id of a service-specific credential (ACCA...). */
  readonly credential: string;
  readonly role?: string;
  readonly userName?: string;
  /** Of the session: arn:aws:sts::111122223333:assumed-role/Ops/jane, .../federated-user/jane. */
  readonly arn?: string;
  /** AROA...:session. */
  readonly principalId?: string;
}

type Loose = Record<string, unknown>;
const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const orNull = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const defined = (members: Record<string, string | undefined>): Partial<Issued> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const STS = /^(AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|AssumeRoot|GetSessionToken|GetFederationToken)$/;
/** Names of service-specific credentials' ids as AWS gives them. */
const SERVICE_CREDENTIAL = /^ACCA[A-Z0-9]{12,124}$/;

/**
 * Which credential an event issued. GetSigninToken turns a session into one of the console and names the latter's key in its answer.
 * Source: CloudTrail User Guide, "CloudTrail record contents"; IAM User Guide, "Logging IAM and AWS STS API calls".
 */
export function issuedBy(name: string, source: string, request: Loose, response: Loose): Issued | null {
  if (source === 'sts.amazonaws.com' && STS.test(name)) {
    const { accessKeyId } = object(response.credentials);
    if (!isAccessKeyId(accessKeyId)) return null;
    const session = object(response.assumedRoleUser ?? response.federatedUser);
    return {
      credential: accessKeyId,
      ...defined({ role: orNull(request.roleArn), arn: orNull(session.arn), principalId: orNull(session.assumedRoleId) ?? orNull(session.federatedUserId) }),
    };
  }
  if (source === 'signin.amazonaws.com' && name === 'GetSigninToken') {
    const { accessKeyId } = object(response.credentials);
    return isAccessKeyId(accessKeyId) ? { credential: accessKeyId } : null;
  }
  if (source !== 'iam.amazonaws.com') return null;
  if (name === 'CreateAccessKey') {
    const made = object(response.accessKey);
    return isAccessKeyId(made.accessKeyId)
      ? { credential: made.accessKeyId, ...defined({ userName: orNull(made.userName) ?? orNull(request.userName) }) }
      : null;
  }
  if (name === 'CreateServiceSpecificCredential' || name === 'ResetServiceSpecificCredential') {
    const made = object(response.serviceSpecificCredential);
    const id = made.serviceSpecificCredentialId;
    return typeof id === 'string' && SERVICE_CREDENTIAL.test(id)
      ? { credential: id, ...defined({ userName: orNull(made.userName) ?? orNull(request.userName) }) }
      : null;
  }
  return null;
}
