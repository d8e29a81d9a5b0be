import { createHash } from 'node:crypto';
import { isObject } from '../event.ts';
import { type Bytes, contentOf, isUnread } from './content.ts';
import type { Signed, Verifier } from './keys.ts';
import { digestName } from './names.ts';

/** What a digest's head-object says, or as much of it as a copy kept. */
export interface DigestMetadata {
  /** Hexadecimal. */
  readonly signature?: string | undefined;
  readonly algorithm?: string | undefined;
}
/** A digest file at hand. */
export interface DigestFile {
  /** Where it lies, for people. */
  readonly file: string;
  open(): Bytes | Promise<Bytes>;
  /** Metadata of the S3 object: from S3, or from a sidecar (`readSidecar`); undefined when the copy lost it. */
  metadata?(): Promise<DigestMetadata | undefined> | DigestMetadata | undefined;
}
export interface NamedLog {
  readonly bucket: string;
  readonly object: string;
  /** SHA-256 of the uncompressed content, hexadecimal; undefined when the digest says another algorithm. */
  readonly hash: string | undefined;
  readonly oldest: number;
  readonly newest: number;
}
/** What a digest says of itself and of the one before. Times are UTC milliseconds. */
export interface Head {
  readonly files: string[];
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly backfill: boolean;
  readonly start: number;
  readonly end: number;
  readonly bucket: string;
  readonly object: string;
  /** SHA-256 of its uncompressed content. */
  readonly hash: string;
  readonly fingerprint: string;
  /** The text that CloudTrail signs, without the hash's neighbours: see `signedText`. */
  readonly endText: string;
  readonly previous: { readonly bucket: string; readonly object: string; readonly hash: string; readonly signature: string } | undefined;
  readonly logs: number;
  readonly oldest: number;
  readonly newest: number;
  /** Its own signature, from the metadata. */
  own: Signed | 'no-signature' | 'unsupported';
}
export type Unusable = { readonly file: string; readonly why: 'too-large' | 'gzip' | 'unreadable' | 'not-json' | 'not-a-digest'; readonly detail: string };

export const MOST_DIGEST_BYTES = 64 << 20;
const DEEPEST = 16;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const HASH = /^[0-9a-f]{64}$/;
const timeOf = (value: unknown): number => (typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN);
const short = (value: unknown, most = 1100): value is string => typeof value === 'string' && value.length > 0 && value.length <= most;

/** JSON.parse makes an object of every bracket: deep nesting is refused before it costs memory. */
function tooDeep(content: Uint8Array): boolean {
  let depth = 0;
  let inside = false;
  for (let i = 0; i < content.length; i++) {
    const byte = content[i];
    if (inside) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inside = false;
    } else if (byte === 0x22) inside = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > DEEPEST) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

/** What CloudTrail signs of a digest: end time, S3 path, hash of the content and the signature of the digest before, `null` for none. */
export const signedText = (head: Pick<Head, 'endText' | 'bucket' | 'object' | 'hash' | 'previous'>): string =>
  `${head.endText}\n${head.bucket}/${head.object}\n${head.hash}\n${head.previous?.signature ?? 'null'}`;

function previousOf(value: Record<string, unknown>): Head['previous'] | 'malformed' {
  const [bucket, object, hash, signature] = ['previousDigestS3Bucket', 'previousDigestS3Object', 'previousDigestHashValue', 'previousDigestSignature'].map(
    (member) => value[member] ?? null,
  );
  if (bucket === null && object === null && hash === null && signature === null) return undefined;
  const algorithm = value.previousDigestHashAlgorithm ?? 'SHA-256';
  if (!short(bucket) || !short(object) || !short(signature, 2048) || !short(hash, 128) || algorithm !== 'SHA-256') return 'malformed';
  return { bucket, object, hash: hash.toLowerCase(), signature };
}

type Parsed = { readonly head: Head; readonly logFiles: readonly unknown[] };
function parse(file: string, content: Uint8Array): Parsed | Unusable {
  const unusable = (why: Unusable['why'], detail = ''): Unusable => ({ file, why, detail });
  if (tooDeep(content)) return unusable('not-a-digest', 'nesting');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8'));
  } catch {
    return unusable('not-json');
  }
  if (!isObject(value)) return unusable('not-a-digest');
  const own = Object.assign(Object.create(null), value) as Record<string, unknown>;
  const { awsAccountId: account, digestS3Bucket: bucket, digestS3Object: object, digestPublicKeyFingerprint: fingerprint, logFiles } = own;
  const [start, end] = [timeOf(own.digestStartTime), timeOf(own.digestEndTime)];
  const wrong = (member: string) => unusable('not-a-digest', member);
  if (!short(account) || !/^\d{12}$/.test(account)) return wrong('awsAccountId');
  if (!short(bucket, 255)) return wrong('digestS3Bucket');
  const name = short(object) ? digestName(object) : undefined;
  if (!short(object) || name === undefined) return wrong('digestS3Object');
  if (!short(fingerprint, 128)) return wrong('digestPublicKeyFingerprint');
  if (Number.isNaN(start) || Number.isNaN(end) || end < start) return wrong('digestStartTime, digestEndTime');
  if (!Array.isArray(logFiles)) return wrong('logFiles');
  const previous = previousOf(own);
  if (previous === 'malformed') return wrong('previousDigest...');
  const head: Head = {
    files: [file],
    account,
    region: name.region,
    trail: `${name.trail} (${name.home})`,
    backfill: name.backfill,
    start,
    end,
    bucket,
    object,
    hash: createHash('sha256').update(content).digest('hex'),
    fingerprint,
    endText: own.digestEndTime as string,
    previous,
    logs: logFiles.length,
    oldest: timeOf(own.oldestEventTime),
    newest: timeOf(own.newestEventTime),
    own: own.digestSignatureAlgorithm === 'SHA256withRSA' ? 'no-signature' : 'unsupported',
  };
  return { head, logFiles };
}

async function read(file: DigestFile): Promise<Parsed | Unusable> {
  let content: Awaited<ReturnType<typeof contentOf>>;
  try {
    content = await contentOf(await file.open(), MOST_DIGEST_BYTES);
  } catch (error) {
    return { file: file.file, why: 'unreadable', detail: (error as Error).message.slice(0, 200) };
  }
  return isUnread(content) ? { file: file.file, why: content.broken, detail: content.detail } : parse(file.file, content);
}
export const isUnusable = (value: object): value is Unusable => 'why' in value;

/** Reads a digest and checks its own signature, where the metadata is at hand. Its list of log files is not kept. */
export async function readHead(file: DigestFile, check: Verifier): Promise<Head | Unusable> {
  const parsed = await read(file);
  if (isUnusable(parsed)) return parsed;
  const { head } = parsed;
  let metadata: DigestMetadata | undefined;
  try {
    metadata = await file.metadata?.();
  } catch {
    metadata = undefined;
  }
  if (metadata?.signature !== undefined && head.own !== 'unsupported') {
    const supported = metadata.algorithm === undefined || metadata.algorithm === 'SHA256withRSA';
    head.own = supported ? check(head.fingerprint, signedText(head), metadata.signature) : 'unsupported';
  }
  return head;
}

/** The log files that a digest names, read again; undefined when the digest is not any more what it was. What is no such entry is left out and counted. */
export async function namedLogs(file: DigestFile, hash: string): Promise<{ readonly logs: readonly NamedLog[]; readonly malformed: number } | undefined> {
  const parsed = await read(file);
  if (isUnusable(parsed) || parsed.head.hash !== hash) return undefined;
  const logs: NamedLog[] = [];
  let malformed = 0;
  for (const one of parsed.logFiles) {
    const object = isObject(one) ? one.s3Object : undefined;
    if (!isObject(one) || !short(object)) {
      malformed++;
      continue;
    }
    const value = one.hashAlgorithm === 'SHA-256' && typeof one.hashValue === 'string' ? one.hashValue.toLowerCase() : '';
    logs.push({
      bucket: short(one.s3Bucket, 255) ? one.s3Bucket : '',
      object,
      hash: HASH.test(value) ? value : undefined,
      oldest: timeOf(one.oldestEventTime),
      newest: timeOf(one.newestEventTime),
    });
  }
  return { logs, malformed };
}

/**
 * What a sidecar keeps: the answer of `aws s3api head-object` for the digest (`Metadata.signature`, `Metadata.signature-algorithm`), or the headers
 * themselves (`x-amz-meta-signature`). undefined when it is something else.
 */
export function readSidecar(text: string): DigestMetadata | undefined {
  if (text.length > 1 << 20) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const members = new Map<string, unknown>();
  for (const from of [value, value.Metadata]) if (isObject(from)) for (const [name, member] of Object.entries(from)) members.set(name.toLowerCase(), member);
  const take = (name: string) => {
    const found = members.get(name) ?? members.get(`x-amz-meta-${name}`);
    return typeof found === 'string' ? found : undefined;
  };
  const signature = take('signature');
  return signature === undefined ? undefined : { signature, algorithm: take('signature-algorithm') };
}
