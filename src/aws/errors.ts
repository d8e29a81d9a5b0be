import { AplombError, type AwsFailure, EXIT } from '../kernel/index.ts';

/** An AWS answer that is an error, or no answer at all (`status` undefined). */
export class AwsError extends Error implements AwsFailure {
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  constructor(code: string, message: string, answer: { status?: number; requestId?: string; cause?: unknown } = {}) {
    super(message, { cause: answer.cause });
    this.name = 'AwsFailure';
    this.code = code;
    this.status = answer.status;
    this.requestId = answer.requestId;
  }
}
export const isAwsFailure = (error: unknown): error is AwsFailure => error instanceof Error && error.name === 'AwsFailure';

/** The wire code without a trailing `Exception`: NoSuchEntity, InvalidGroup.Duplicate, Throttling. */
export const codeOf = (error: any): string => String(error?.Code ?? error?.Error?.Code ?? error?.name ?? error?.code ?? 'Unknown').replace(/Exception$/, '');

// A connection that broke has a Node code (ECONNRESET), which says more than the class name "Error".
const networkCode = (error: any): string =>
  typeof error?.code === 'string' && error.name !== 'TimeoutError' ? error.code : error?.name === 'Error' ? 'NetworkError' : codeOf(error);

/** What a person can make of a failure without an answer; the SDK's own text stays in the cause. */
const UNANSWERED: readonly (readonly [RegExp, string])[] = [
  [/^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'no answer in time'],
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/, 'the connection broke off'],
  [/^ENOTFOUND$/, 'no host of that name was found'],
  [/^EAI_AGAIN$/, 'the name server does not answer'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/, 'there is no way to the host'],
];

const EXPIRED = new Set(['ExpiredToken', 'TokenRefreshRequired', 'RequestExpiredToken']);

/** Any error of the SDK as AwsFailure, or as AplombError when no retry and no other call could succeed. */
export function toFailure(error: any, what: string): Error {
  if (error instanceof AplombError || error instanceof AwsError || error?.name === 'AbortError') return error;
  const status: number | undefined = error?.$response?.statusCode ?? error?.$metadata?.httpStatusCode;
  if (error?.name === 'CredentialsProviderError' || error?.name === 'TokenProviderError') return credentialsError(error);
  const code = status === undefined ? networkCode(error) : codeOf(error);
  if (EXPIRED.has(code)) {
    return new AplombError('ExpiredCredentials', `The responder's credentials have expired (${what}).`, {
      fix: 'Get fresh credentials (aws sso login, a new assume-role session) and run the same command again; it goes on where it stopped.',
      cause: error,
    });
  }
  const plain = status === undefined ? UNANSWERED.find(([pattern]) => pattern.test(code))?.[1] : undefined;
  return new AwsError(code, plain ? `${plain} (${what})` : String(error?.message || code), { status, requestId: error?.$metadata?.requestId, cause: error });
}

/** GetCallerIdentity works for every valid credential, so its refusals are about the credentials themselves. */
export function identityError(error: any): Error {
  if (!isAwsFailure(error) || error.status === undefined) return error;
  if (
    /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|AccessDenied)$/.test(
      error.code,
    )
  ) {
    return new AplombError('InvalidCredentials', `AWS does not accept the responder's credentials: ${error.code}.`, {
      fix: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (all three belong together), or choose another --profile.',
      cause: error,
    });
  }
  return error;
}

function credentialsError(error: Error): AplombError {
  if (/expired|refresh failed|sso login/i.test(error.message)) {
    return new AplombError('ExpiredCredentials', `The responder's session has expired: ${error.message}`, {
      fix: 'Sign in again (aws sso login) and run the same command; it goes on where it stopped.',
      cause: error,
    });
  }
  return new AplombError('NoCredentials', `No AWS credentials were found: ${error.message}`, {
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile. Use a responder identity, never the compromised one.',
    cause: error,
  });
}

export const unknownProfile = (profile: string, files: string): AplombError =>
  new AplombError('UnknownProfile', `The profile "${profile}" is in neither of ${files}.`, {
    fix: 'Check the name: aws configure list-profiles',
    exit: EXIT.usage,
  });
export const noRegion = (): AplombError =>
  new AplombError('NoRegion', 'No default region is set.', { fix: 'Add --region, or set AWS_REGION.', exit: EXIT.usage });
