import { LabError } from './contract.ts';
import type { Protocol, WireService } from './wire/service.ts';

/** Why a call is turned away before its behaviour runs. */
export type Refusal =
  | 'unsigned'
  | 'garbled'
  | 'unknown-key'
  | 'inactive'
  | 'expired'
  | 'bad-token'
  | 'signature'
  | 'skew'
  | 'hash'
  | 'incomplete'
  | 'region'
  | 'denied';

type Row = readonly [code: string, status: number, message: string];
type Family = 'ec2' | 'query' | 'json' | 's3';

const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials';
const TOKEN_INVALID = 'The security token included in the request is invalid.';
const TOKEN_EXPIRED = 'The security token included in the request is expired';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Codes as the services of each family really answer them; JSON services take 400 (awsJson) or 403 (restJson). */
const TABLE: Record<Family, Record<Refusal, Row>> = {
  ec2: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    garbled: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    'unknown-key': ['AuthFailure', 401, NOT_VALIDATED],
    inactive: ['AuthFailure', 401, NOT_VALIDATED],
    expired: ['RequestExpired', 400, 'Request has expired.'],
    'bad-token': ['AuthFailure', 401, NOT_VALIDATED],
    signature: ['AuthFailure', 401, NOT_VALIDATED],
    skew: ['RequestExpired', 400, 'Request has expired.'],
    hash: ['AuthFailure', 401, NOT_VALIDATED],
    incomplete: ['AuthFailure', 401, NOT_VALIDATED],
    region: ['AuthFailure', 401, NOT_VALIDATED],
    denied: ['UnauthorizedOperation', 403, 'You are not authorized to perform this operation.'],
  },
  query: {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    garbled: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    'unknown-key': ['InvalidClientTokenId', 403, TOKEN_INVALID],
    inactive: ['InvalidClientTokenId', 403, TOKEN_INVALID],
    expired: ['ExpiredToken', 403, TOKEN_EXPIRED],
    'bad-token': ['InvalidClientTokenId', 403, TOKEN_INVALID],
    signature: ['SignatureDoesNotMatch', 403, MISMATCH],
    skew: ['SignatureDoesNotMatch', 403, 'Signature expired'],
    hash: ['SignatureDoesNotMatch', 403, MISMATCH],
    incomplete: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    region: ['InvalidClientTokenId', 403, TOKEN_INVALID],
    denied: ['AccessDenied', 403, 'Access denied'],
  },
  json: {
    unsigned: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
    garbled: ['IncompleteSignatureException', 400, 'The request signature does not conform to AWS standards.'],
    'unknown-key': ['UnrecognizedClientException', 400, TOKEN_INVALID],
    inactive: ['UnrecognizedClientException', 400, TOKEN_INVALID],
    expired: ['ExpiredTokenException', 400, TOKEN_EXPIRED],
    'bad-token': ['UnrecognizedClientException', 400, TOKEN_INVALID],
    signature: ['InvalidSignatureException', 400, MISMATCH],
    skew: ['InvalidSignatureException', 400, 'Signature expired'],
    hash: ['InvalidSignatureException', 400, MISMATCH],
    incomplete: ['IncompleteSignatureException', 400, 'The request signature does not conform to AWS standards.'],
    region: ['UnrecognizedClientException', 400, TOKEN_INVALID],
    denied: ['AccessDeniedException', 400, 'Access denied'],
  },
  s3: {
    unsigned: ['AccessDenied', 403, 'Access Denied'],
    garbled: ['AuthorizationHeaderMalformed', 400, 'The authorization header that you provided is not valid.'],
    'unknown-key': ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    inactive: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    expired: ['ExpiredToken', 400, 'The provided token has expired.'],
    'bad-token': ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    signature: [
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    skew: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
    hash: ['XAmzContentSHA256Mismatch', 400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
    incomplete: ['AuthorizationHeaderMalformed', 400, 'The authorization header that you provided is not valid.'],
    region: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
    denied: ['AccessDenied', 403, 'Access Denied'],
  },
};
const FAMILY: Record<Protocol, Family> = { ec2Query: 'ec2', awsQuery: 'query', awsJson1_0: 'json', awsJson1_1: 'json', restJson1: 'json', restXml: 's3' };

/** Query and JSON services say in words what was wrong; EC2 keeps quiet about credentials. */
const SPEAKS: Record<Family, readonly Refusal[]> = {
  ec2: ['denied'],
  query: ['skew', 'incomplete', 'garbled', 'denied'],
  json: ['skew', 'hash', 'incomplete', 'garbled', 'denied'],
  s3: ['incomplete', 'garbled', 'denied'],
};

export function refusal(service: WireService | undefined, reason: Refusal, detail?: string): LabError {
  const family = service ? FAMILY[service.protocol] : 'json';
  const [code, status, message] = TABLE[family][reason];
  const words = detail !== undefined && SPEAKS[family].includes(reason) ? (family === 'ec2' ? `${message} ${detail}` : detail) : message;
  return new LabError(code, words, { status: service?.protocol === 'restJson1' && status === 400 ? 403 : status });
}
