import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TrailRecord } from '../event.ts';

/**
 * CloudTrail's delivery to a bucket, made up in a folder: log files, and hourly digest files that are chained and really signed.
 * Form of names, members and signing string: AWS CloudTrail User Guide, "CloudTrail digest file structure" and "Custom implementations of
 * CloudTrail log file integrity validation". For tests only.
 */
export interface SigningKey {
  /** As in `digestPublicKeyFingerprint`: 32 hexadecimal digits. */
  readonly fingerprint: string;
  /** An element of what ListPublicKeys answers. */
  readonly listed: { readonly Value: string; readonly ValidityStartTime: string; readonly ValidityEndTime: string; readonly Fingerprint: string };
  readonly pem: string;
  /** SHA256withRSA, hexadecimal. */
  sign(text: string): string;
}
export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'pkcs1', format: 'der' });
  const fingerprint = createHash('md5').update(der).digest('hex');
  return {
    fingerprint,
    listed: { Value: der.toString('base64'), ValidityStartTime: '2020-01-01T00:00:00Z', ValidityEndTime: '2040-01-01T00:00:00Z', Fingerprint: fingerprint },
    pem: publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
    sign: (text) => createSign('RSA-SHA256').update(text).sign(privateKey, 'hex'),
  };
}

/** One log file: when it came, and what it holds. */
export interface LogPlan {
  /** Seconds after the beginning of the digest's hour at which it was delivered. Default 600. */
  readonly at?: number;
  readonly records: readonly TrailRecord[];
}
export interface DeliveryPlan {
  readonly dir: string;
  readonly key: SigningKey;
  /** Beginning of the first digest's hour, `2026-03-02T10:01:31Z`. */
  readonly begin: string;
  /** Log files of each hour; an empty list is a quiet hour, which has a digest all the same. */
  readonly hours: readonly (readonly LogPlan[])[];
  readonly account?: string;
  readonly region?: string;
  readonly homeRegion?: string;
  readonly trail?: string;
  readonly bucket?: string;
  /** Of the bucket, without slashes at its ends. */
  readonly prefix?: string;
  /** o-xxxxxxxxxx: the trail is the organisation's. */
  readonly organization?: string;
  /** The chain goes on from this digest; default: a starting digest, whose `previous` members are null. */
  readonly after?: DeliveredDigest;
  /** They are a chain of their own, with `_backfill` at the end of their names. */
  readonly backfill?: boolean;
  /** Write the sidecar that keeps the object's metadata (`aws s3api head-object`). Default: all of them. */
  readonly sidecars?: 'all' | 'none';
}
export interface DeliveredLog {
  readonly path: string;
  readonly object: string;
  /** Of the uncompressed content. */
  readonly sha256: string;
}
export interface DeliveredDigest {
  readonly path: string;
  readonly bucket: string;
  readonly object: string;
  readonly sha256: string;
  readonly signature: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly logs: readonly DeliveredLog[];
}
/** Beside a digest: its object's metadata. */
export const SIDECAR = '.metadata.json';

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const compact = (ms: number): string => stamp(ms).replace(/[-:]/g, '');
const day = (ms: number): string => stamp(ms).slice(0, 10).replaceAll('-', '/');
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
function write(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
}

/** What CloudTrail signs of a digest. */
export const signedText = (content: Readonly<Record<string, unknown>>, hash: string): string =>
  [content.digestEndTime, `${content.digestS3Bucket}/${content.digestS3Object}`, hash, content.previousDigestSignature ?? 'null'].join('\n');

/** Writes a digest and its sidecar; also to write one anew after tampering with `content`. */
export function writeDigest(path: string, content: Readonly<Record<string, unknown>>, key: SigningKey, sidecar: Record<string, string> | false = {}) {
  const json = JSON.stringify(content);
  const hash = sha256(json);
  const signature = key.sign(signedText(content, hash));
  const packed = gzipSync(json);
  write(path, packed);
  const head = {
    AcceptRanges: 'bytes',
    LastModified: content.digestEndTime,
    ContentLength: packed.length,
    ETag: `"${createHash('md5').update(packed).digest('hex')}"`,
    ContentType: 'application/json',
    Metadata: { signature, 'signature-algorithm': 'SHA256withRSA', ...sidecar },
  };
  if (sidecar) write(path + SIDECAR, JSON.stringify(head, null, 4));
  return { hash, signature };
}

/** Writes the delivery. @returns its digests, oldest first, each with the log files that it names. */
export function deliver(plan: DeliveryPlan): readonly DeliveredDigest[] {
  const { account = '111122223333', region = 'eu-west-1', trail = 'management', bucket = 'company-trail', key, dir } = plan;
  const root = [plan.prefix, 'AWSLogs', plan.organization, account].filter(Boolean).join('/');
  const digests: DeliveredDigest[] = [];
  let previous = plan.after;
  plan.hours.forEach((files, hour) => {
    const from = Date.parse(plan.begin) + hour * 3_600_000;
    const until = from + 3_600_000;
    const logs = files.map(({ at = 600, records }) => {
      const came = from + at * 1000;
      const name = `${account}_CloudTrail_${region}_${compact(came).slice(0, 13)}Z_${randomBytes(12).toString('base64').replace(/[+/]/g, 'x')}.json.gz`;
      const object = `${root}/CloudTrail/${region}/${day(came)}/${name}`;
      const json = JSON.stringify({ Records: records });
      const times = records.map((record) => String(record.eventTime)).sort();
      write(join(dir, object), gzipSync(json));
      return { path: join(dir, object), object, sha256: sha256(json), oldest: times[0] ?? null, newest: times.at(-1) ?? null };
    });
    const end = `${account}_CloudTrail-Digest_${region}_${trail}_${plan.homeRegion ?? region}_${compact(until)}${plan.backfill ? '_backfill' : ''}.json.gz`;
    const object = `${root}/CloudTrail-Digest/${region}/${day(until)}/${end}`;
    const times = logs.flatMap(({ oldest, newest }) => (oldest && newest ? [oldest, newest] : [])).sort();
    const content = {
      awsAccountId: account,
      digestStartTime: stamp(from),
      digestEndTime: stamp(until),
      digestS3Bucket: bucket,
      digestS3Object: object,
      digestPublicKeyFingerprint: key.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: times.at(-1) ?? null,
      oldestEventTime: times[0] ?? null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.object ?? null,
      previousDigestHashValue: previous?.sha256 ?? null,
      previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
      previousDigestSignature: previous?.signature ?? null,
      logFiles: logs.map((log) => ({
        s3Bucket: bucket,
        s3Object: log.object,
        hashValue: log.sha256,
        hashAlgorithm: 'SHA-256',
        newestEventTime: log.newest,
        oldestEventTime: log.oldest,
      })),
    };
    const path = join(dir, object);
    const more: Record<string, string> = plan.backfill ? { 'backfill-generation-timestamp': stamp(until + 86_400_000) } : {};
    const { hash, signature } = writeDigest(path, content, key, plan.sidecars === 'none' ? false : more);
    previous = {
      path,
      bucket,
      object,
      sha256: hash,
      signature,
      content,
      logs: logs.map((log) => ({ path: log.path, object: log.object, sha256: log.sha256 })),
    };
    digests.push(previous);
  });
  return digests;
}

/** What `aws cloudtrail list-public-keys` prints. */
export const listedKeys = (...keys: readonly SigningKey[]): string => JSON.stringify({ PublicKeyList: keys.map((key) => key.listed) }, null, 4);
