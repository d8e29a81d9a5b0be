import { expect, test } from 'vitest';
import type { WireRequest } from './request.ts';
import { readClaim, verifySignature } from './sigv4.ts';

const request = (parts: Partial<WireRequest> & { search?: string }): WireRequest => ({
  method: 'GET',
  path: '/',
  query: new URLSearchParams(parts.search ?? ''),
  headers: {},
  rawBody: Buffer.alloc(0),
  body: Buffer.alloc(0),
  ...parts,
});

/** "get-vanilla" of AWS's Signature Version 4 test suite. */
const vanilla = request({
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
});
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const SIGNED_AT = Date.UTC(2015, 7, 30, 12, 36, 0);
const check = (changes: Partial<WireRequest>, secret = SECRET, now = SIGNED_AT) => {
  const changed = { ...vanilla, ...changes };
  return verifySignature(changed, readClaim(changed)!, secret, now);
};

test("AWS's own example verifies, and says who signed for what", () => {
  expect(readClaim(vanilla)).toMatchObject({ accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1', service: 'service', date: '20150830', presigned: false });
  expect(check({})).toEqual({ ok: true });
});

test('whatever is changed, the signature no longer fits', () => {
  expect(check({}, 'another secret')).toMatchObject({ ok: false, reason: 'signature' });
  expect(check({ method: 'POST' })).toMatchObject({ ok: false, reason: 'signature' });
  expect(check({ path: '/x' })).toMatchObject({ ok: false, reason: 'signature' });
  expect(check({ query: new URLSearchParams('a=b') })).toMatchObject({ ok: false, reason: 'signature' });
  expect(check({ rawBody: Buffer.from('x') })).toMatchObject({ ok: false, reason: 'signature' });
  expect(check({ headers: { ...vanilla.headers, host: 'example.org' } })).toMatchObject({ ok: false, reason: 'signature' });
  const declared = { ...vanilla.headers, 'x-amz-content-sha256': '0'.repeat(64) };
  expect(check({ headers: declared })).toMatchObject({ ok: false, reason: 'hash' });
});

test('a signature lives fifteen minutes either way', () => {
  const minutes = (n: number) => check({}, SECRET, SIGNED_AT + n * 60_000);
  expect([minutes(15), minutes(-15)]).toEqual([{ ok: true }, { ok: true }]);
  expect(minutes(15.1)).toMatchObject({
    reason: 'expired',
    detail: expect.stringContaining('Signature expired: 20150830T123600Z is now earlier than 20150830T123606Z'),
  });
  expect(minutes(-15.1)).toMatchObject({ reason: 'future' });
});

test("a presigned address is read from the query (Amazon S3's example) and ends when it says", () => {
  const search = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request',
    'X-Amz-Date=20130524T000000Z',
    'X-Amz-Expires=86400',
    'X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&');
  const presigned = request({ path: '/test.txt', search, headers: { host: 'examplebucket.s3.amazonaws.com' } });
  const claim = readClaim(presigned)!;
  expect(claim).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', service: 's3', presigned: true });
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const at = Date.UTC(2013, 4, 24);
  expect(verifySignature(presigned, claim, secret, at + 86_400_000)).toEqual({ ok: true });
  expect(verifySignature(presigned, claim, secret, at + 86_401_000)).toMatchObject({ reason: 'expired' });
});

test('a session token beside the signature must be signed', () => {
  expect(check({ headers: { ...vanilla.headers, 'x-amz-security-token': 'token' } })).toMatchObject({ ok: false, reason: 'incomplete' });
});

test('an unsigned request makes no claim, a garbled one is an error', () => {
  expect(readClaim(request({}))).toBeUndefined();
  for (const authorization of ['AWS4-HMAC-SHA256 Credential=x', 'AWS AKID:signature', 'AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d', '']) {
    expect(() => readClaim(request({ headers: { authorization } })), authorization).toThrow(TypeError);
  }
});
