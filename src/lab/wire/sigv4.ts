import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from './request.ts';

/** Who a request says it is from, before anything is believed. */
export interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly presigned: boolean;
  readonly sessionToken: string | undefined;
}
export type Verified = { ok: true } | { ok: false; reason: 'signature' | 'expired' | 'future' | 'hash' | 'incomplete'; detail: string };

const SKEW = 15 * 60_000;
const MAX_PRESIGNED = 7 * 24 * 3600;

/** The SigV4 claim in the Authorization header or the query, or undefined when the request is not signed. Throws TypeError when it is garbled. */
export function readClaim(request: WireRequest): Claim | undefined {
  const header = request.headers.authorization;
  const { query } = request;
  if (header === undefined && !query.has('X-Amz-Credential')) return undefined;
  const presigned = header === undefined;
  const algorithm = presigned ? query.get('X-Amz-Algorithm') : header.split(' ', 1)[0];
  if (algorithm !== 'AWS4-HMAC-SHA256') throw new TypeError(`Unsupported signing algorithm ${algorithm}`);
  const fields = new Map(
    presigned
      ? []
      : header
          .slice(header.indexOf(' ') + 1)
          .split(/\s*,\s*/)
          .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const field = (name: string) => (presigned ? query.get(`X-Amz-${name}`) : fields.get(name)) ?? '';
  const scope = field('Credential').split('/');
  const [accessKeyId = '', date = '', region = '', service = '', end = ''] = scope;
  const signedHeaders = field('SignedHeaders').split(';').filter(Boolean);
  const signature = field('Signature');
  if (scope.length !== 5 || end !== 'aws4_request' || signedHeaders.length === 0 || !/^[0-9a-f]{64}$/.test(signature)) {
    throw new TypeError('Authorization requires Credential, SignedHeaders and Signature of AWS Signature Version 4');
  }
  const sessionToken = presigned ? (query.get('X-Amz-Security-Token') ?? undefined) : request.headers['x-amz-security-token'];
  return { accessKeyId, date, region, service, signedHeaders, signature, presigned, sessionToken };
}

/**
 * Whether the request was signed with `secret` and is fresh at `now` (epoch ms). Signatures of single aws-chunked chunks are
 * not checked; the seed signature over the headers is.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: WireRequest, claim: Claim, secret: string, now: number): Verified {
  const amzDate = claim.presigned ? request.query.get('X-Amz-Date') : (request.headers['x-amz-date'] ?? compactDate(request.headers.date));
  const signedAt = parseAmzDate(amzDate ?? '');
  if (amzDate === null || signedAt === undefined || !amzDate.startsWith(claim.date)) {
    return { ok: false, reason: 'incomplete', detail: 'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP' };
  }
  if (!claim.signedHeaders.includes('host')) return { ok: false, reason: 'incomplete', detail: "'Host' must be a 'SignedHeader' in the AWS Authorization." };
  if (!claim.presigned && request.headers['x-amz-security-token'] !== undefined && !claim.signedHeaders.includes('x-amz-security-token')) {
    return { ok: false, reason: 'incomplete', detail: "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization." };
  }
  const bodySha = sha256(request.rawBody);
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined && /^[0-9a-f]{64}$/.test(declared) && declared !== bodySha) {
    return { ok: false, reason: 'hash', detail: "The provided 'x-amz-content-sha256' header does not match what was computed." };
  }
  const payload = claim.presigned && claim.service === 's3' ? (declared ?? 'UNSIGNED-PAYLOAD') : (declared ?? bodySha);
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonicalRequest(request, claim, payload))].join('\n');
  const expected = hmac(signingKey(secret, claim), toSign);
  if (!timingSafeEqual(expected, Buffer.from(claim.signature, 'hex'))) {
    return {
      ok: false,
      reason: 'signature',
      detail:
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    };
  }
  const lifetime = claim.presigned ? Math.min(Number(request.query.get('X-Amz-Expires')) || 0, MAX_PRESIGNED) * 1000 : SKEW;
  const limit = `(${new Date(now).toISOString()} - ${lifetime / 60_000} min.)`;
  if (now - signedAt > lifetime)
    return { ok: false, reason: 'expired', detail: `Signature expired: ${amzDate} is now earlier than ${compactDate(now - lifetime)} ${limit}` };
  if (signedAt - now > SKEW)
    return { ok: false, reason: 'future', detail: `Signature not yet current: ${amzDate} is still later than ${compactDate(now + SKEW)}` };
  return { ok: true };
}

function canonicalRequest(request: WireRequest, claim: Claim, payload: string): string {
  const query = [...request.query]
    .filter(([key]) => !(claim.presigned && key === 'X-Amz-Signature'))
    .map(([key, value]): [string, string] => [percent(key), percent(value)])
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
  const headers = claim.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`).join('');
  const path = claim.service === 's3' ? request.path : canonicalPath(request.path);
  return [request.method, path || '/', query, headers, claim.signedHeaders.join(';'), payload].join('\n');
}

/** Every service but S3 normalises the path and encodes its (already encoded) segments again. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(percent(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const percent = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** 20261122T174500Z */
const compactDate = (time: string | number | undefined): string | null => {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/[-:]|\.\d{3}/g, '');
};
const parseAmzDate = (text: string): number | undefined => {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined;
  const time = Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(time) ? undefined : time;
};

const keys = new Map<string, Buffer>();
function signingKey(secret: string, claim: Claim): Buffer {
  const id = [secret, claim.date, claim.region, claim.service].join('/');
  let key = keys.get(id);
  if (!key) {
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, claim.date), claim.region), claim.service), 'aws4_request');
    if (keys.size >= 500) keys.clear();
    keys.set(id, key);
  }
  return key;
}
