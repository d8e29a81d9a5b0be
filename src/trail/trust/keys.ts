import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { AplombError } from '../../kernel/index.ts';
import { isObject } from '../event.ts';

/** A public key of CloudTrail. The user or the API gave it: one that lies among the log files is nobody's word. */
export interface DigestKey {
  /** undefined: given without one; it is tried on every digest. */
  readonly fingerprint: string | undefined;
  readonly key: KeyObject;
}
/** An element of what ListPublicKeys answers: `Value` is PKCS#1 DER, as bytes or as base64. */
export interface ListedKey {
  readonly Value?: Uint8Array | string | undefined;
  readonly Fingerprint?: string | undefined;
}
const MOST_KEYS = 10_000;
const bad = (what: string, cause?: unknown) =>
  new AplombError('BadDigestKeys', `The file of CloudTrail's public keys cannot be used: ${what}.`, {
    fix: 'Give what `aws cloudtrail list-public-keys --region REGION --start-time ... --end-time ...` prints, or PEM.',
    cause,
  });

function rsa(make: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch (error) {
    throw bad('a key in it is none', error);
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw bad('CloudTrail signs with RSA keys of 2048 bits or more, and one in it is different');
  return key;
}
/** Keys as the API lists them. @throws AplombError `BadDigestKeys` */
export function keysOf(listed: Iterable<ListedKey>): DigestKey[] {
  const keys: DigestKey[] = [];
  for (const { Value, Fingerprint } of listed) {
    if (keys.length >= MOST_KEYS) throw bad(`it holds more than ${MOST_KEYS} keys`);
    const der = typeof Value === 'string' ? Buffer.from(Value, 'base64') : Buffer.from(Value ?? []);
    const key = rsa(() => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }));
    keys.push({ fingerprint: typeof Fingerprint === 'string' ? Fingerprint.toLowerCase() : undefined, key });
  }
  return keys;
}

const PEM = /-----BEGIN (RSA )?PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,8192}-----END (RSA )?PUBLIC KEY-----/g;
/**
 * Keys from a file's text: what list-public-keys prints (several answers in a list are fine), or PEM.
 * @throws AplombError `BadDigestKeys`
 */
export function readKeys(text: string): DigestKey[] {
  if (text.length > 16 << 20) throw bad('it is larger than 16 MB');
  if (!/^\s*[[{]/.test(text)) {
    const keys = Array.from(text.matchAll(PEM), ([pem]) => ({ fingerprint: undefined, key: rsa(() => createPublicKey(pem)) }));
    if (keys.length === 0) throw bad('it holds no key');
    return keys;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad('it is no JSON', error);
  }
  const listed = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    isObject(one) && Array.isArray(one.PublicKeyList) ? one.PublicKeyList : [one],
  );
  if (!listed.every(isObject)) throw bad('it is not a list of keys');
  const keys = keysOf(listed as ListedKey[]);
  if (keys.length === 0) throw bad('it holds no key');
  return keys;
}

/** `valid`, or why nothing is proved: the signature fails under the key of that fingerprint, or no such key was given. */
export type Signed = 'valid' | 'fails' | 'no-key' | 'malformed';
export type Verifier = (fingerprint: string, text: string, signature: string) => Signed;
/** Checks SHA256withRSA signatures, given in hexadecimal. */
export function verifier(keys: readonly DigestKey[]): Verifier {
  const nameless = keys.filter(({ fingerprint }) => fingerprint === undefined);
  const named = new Map<string, DigestKey[]>();
  for (const key of keys) if (key.fingerprint !== undefined) named.set(key.fingerprint, [...(named.get(key.fingerprint) ?? []), key]);
  return (fingerprint, text, signature) => {
    const mine = named.get(fingerprint.toLowerCase()) ?? [];
    if (mine.length + nameless.length === 0) return 'no-key';
    if (signature.length > 2048 || signature.length % 2 === 1 || !/^[0-9a-fA-F]+$/.test(signature)) return 'malformed';
    const [data, bytes] = [Buffer.from(text), Buffer.from(signature, 'hex')];
    for (const { key } of [...mine, ...nameless]) if (verify('RSA-SHA256', data, key, bytes)) return 'valid';
    // A key without a fingerprint that does not fit may simply be another one.
    return mine.length > 0 ? 'fails' : 'no-key';
  };
}
