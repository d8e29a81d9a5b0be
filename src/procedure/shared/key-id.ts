import { AplombError, EXIT } from '../../kernel/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const WHAT_IT_IS: Readonly<Record<string, string>> = {
  ABIA: 'an STS service bearer token: it ends by itself, contain who got it',
  ACCA: 'a context-specific credential',
  AIDA: 'the id of an IAM user, not of a key',
  AROA: 'the id of a role, not of a key',
  AGPA: 'the id of a group, not of a key',
  AIPA: 'the id of an instance profile, not of a key',
  ANPA: 'the id of a managed policy, not of a key',
  APKA: 'the id of a public key',
  ASCA: 'the id of a certificate',
};

/** A key that is no access key but names one who can be contained. The secret in it is read here and kept nowhere. */
export type BearerKey =
  | { readonly kind: 'bedrock'; readonly userName: string; readonly account: string }
  | { readonly kind: 'session'; readonly accessKeyId: string };

const decoded = (base64: string): string => (/^[A-Za-z0-9+/_=-]{16,8192}$/.test(base64) ? Buffer.from(base64, 'base64').toString('latin1') : '');
/**
 * What an Amazon Bedrock API key says of its holder, offline. A long-term one (ABSK...) holds the name of its IAM user and the
 * account; a short-term one is a presigned request that names the session it was made with. Null: not of that form.
 * Source: published research on the structure of Bedrock API keys; Bedrock User Guide, "API keys".
 */
export function bearerKey(given: unknown): BearerKey | null {
  const id = typeof given === 'string' ? given.trim() : '';
  if (id.startsWith('ABSK')) {
    const [, userName, account] = /^([A-Za-z0-9_+=,.@-]{1,128})-at-(\d{12}):/.exec(decoded(id.slice(4))) ?? [];
    return userName && account ? { kind: 'bedrock', userName, account } : null;
  }
  const [, accessKeyId] = id.startsWith('bedrock-api-key-')
    ? (/X-Amz-Credential=((?:AKIA|ASIA)[A-Z2-7]{16})(?:\/|%2F)/i.exec(decoded(id.slice(16))) ?? [])
    : [];
  return accessKeyId ? { kind: 'session', accessKeyId } : null;
}

const FORM = /^(AKIA|ASIA)[A-Z2-7]{16}$/;
export const isAccessKeyId = (value: unknown): value is string => typeof value === 'string' && FORM.test(value);

/** @throws AplombError NotAKey, saying what it looks like instead. */
export function parseAccessKeyId(given: unknown): { accessKeyId: string; kind: 'long-term' | 'temporary' } {
  const id = typeof given === 'string' ? given.trim() : '';
  if (FORM.test(id)) return { accessKeyId: id, kind: id.startsWith('AKIA') ? 'long-term' : 'temporary' };
  const bearer = bearerKey(id);
  if (bearer?.kind === 'session')
    throw new AplombError('BearerKey', `this is a short-term Amazon Bedrock API key, made with the credential ${bearer.accessKeyId}`, {
      fix: `contain that credential: aplomb contain-key ${bearer.accessKeyId}`,
      exit: EXIT.usage,
    });
  if (bearer)
    throw new AplombError('BearerKey', `this is a long-term Amazon Bedrock API key of the IAM user ${bearer.userName} in account ${bearer.account}`, {
      fix: `it is a service-specific credential of that user, and the user outlives it: aws iam list-service-specific-credentials --user-name '${bearer.userName}', then aws iam update-service-specific-credential --status Inactive; denying the user everything (policy AWSDenyAll) ends it too. Do not paste the key anywhere again: it is a secret`,
      exit: EXIT.usage,
    });
  const looks = /^[A-Za-z0-9/+=]{40}$/.test(id)
    ? 'it has the form of a secret key: the id stands beside it and begins with AKIA or ASIA'
    : id.startsWith('ABSK') || id.startsWith('bedrock-api-key-')
      ? 'it has the form of an Amazon Bedrock API key, a secret that names no user here: find its user with aws iam list-service-specific-credentials --all-users and contain the user'
      : id.startsWith('ASOR')
        ? 'it has the form of a refresh token of aws login, a secret: revoke it with signin:RevokeOAuth2TokenWithIAM; access tokens issued with it live up to an hour, so deny the user or role too'
        : (WHAT_IT_IS[id.slice(0, 4)] ?? 'an id has 20 characters, begins with AKIA or ASIA and goes on with A to Z and 2 to 7');
  // A value that might be a secret is never repeated.
  const shown = /^[A-Z2-7]{4,24}$/.test(id) ? `"${id}" ` : 'this ';
  throw new AplombError('NotAKey', `${shown}is not an access key id: ${looks}`, {
    fix: 'give the 20 characters of the access key id, for example --key AKIA...',
    exit: EXIT.usage,
  });
}

/**
 * The account a key id was made for, decoded from the id itself. Only for keys made since 2019 (older ones have I or J
 * in the fifth place and encode nothing); never proof, since nonsense decodes too.
 * Source: published research on the structure of AWS key ids.
 * @example derivedAccount('ASIAQNZGKIQY56JQ7WML') // '029608264753'
 */
export function derivedAccount(accessKeyId: string): string | null {
  if (!isAccessKeyId(accessKeyId) || /^....[IJ]/.test(accessKeyId)) return null;
  const bits = [...accessKeyId.slice(4)].reduce((sum, letter) => (sum << 5n) | BigInt(ALPHABET.indexOf(letter)), 0n);
  const first48 = bits >> 32n;
  const account = ((first48 & 0x7fffffffff80n) >> 7n).toString().padStart(12, '0');
  return account.length === 12 ? account : null;
}
