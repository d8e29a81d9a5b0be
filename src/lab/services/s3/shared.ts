import { createHash } from 'node:crypto';
import { type LabContext, LabError } from '../../contract.ts';
import { shelf } from '../shelf.ts';

/** One bucket. Its settings are kept as the client sent them. */
export interface Bucket {
  name: string;
  region: string;
  created: number;
  ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  acl: string | { grants: any[] };
  publicAccessBlock?: Record<string, boolean>;
  policy?: string;
  versioning?: string;
  logging?: any;
  replication?: any;
  lifecycle?: any;
  encryption?: any;
  objectLock: boolean;
  /** Retention that every new version gets. */
  objectLockRule?: { Mode: string; Days?: number; Years?: number };
  tags?: any[];
}
export interface StoredObject {
  bucket: string;
  key: string;
  /** base64 */
  body: string;
  size: number;
  etag: string;
  modified: number;
  contentType: string;
  metadata: Record<string, string>;
  /** In a bucket with versioning. */
  versionId?: string;
  /** base64; of an object that came in parts `<base64>-<parts>` over the parts' own. */
  checksum?: { sha256: string; type: 'FULL_OBJECT' | 'COMPOSITE' };
  retention?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; until: number };
  legalHold?: boolean;
}
export const MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;

const noSuchBucket = (): LabError => new LabError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
export const buckets = shelf<Bucket>('s3Buckets', noSuchBucket, 'account');
export const objects = shelf<StoredObject>('s3Objects', () => new LabError('NoSuchKey', 'The specified key does not exist.', { status: 404 }), 'account');
export const objectId = (bucket: string, key: string): string => `${bucket}/${key}`;

/** The account's canonical user id: 64 hexadecimal digits, the same at every call. */
export const canonicalId = (account: string): string => createHash('sha256').update(`canonical user ${account}`).digest('hex');

/** Another account's bucket of this name, if any: names are shared by all accounts of a partition. */
export const strangers = (ctx: LabContext, name: string): boolean =>
  Object.values(ctx.world.accounts).some(
    (account) => account.id !== ctx.account.id && account.tables.s3Buckets !== undefined && Object.hasOwn(account.tables.s3Buckets, name),
  );

/**
 * The caller's bucket, asked at its own region's endpoint as S3 insists.
 * @throws LabError NoSuchBucket, AccessDenied (another account's), PermanentRedirect (301)
 */
export function bucketAt(ctx: LabContext, input: { Bucket?: string }, anywhere = false): Bucket {
  const name = input.Bucket ?? '';
  const bucket = buckets.find(ctx, name);
  if (!bucket) {
    if (strangers(ctx, name)) throw new LabError('AccessDenied', 'Access Denied', { status: 403 });
    throw noSuchBucket();
  }
  if (!anywhere && bucket.region !== ctx.region.name)
    throw new LabError(
      'PermanentRedirect',
      `The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint: ${name}.s3.${bucket.region}.amazonaws.com.`,
      { status: 301 },
    );
  return bucket;
}
export const bucketArn = (input: { Bucket?: string }): string[] => [`arn:aws:s3:::${input.Bucket}`];
export const objectArn = (input: { Bucket?: string; Key?: string }): string[] => [`arn:aws:s3:::${input.Bucket}/${input.Key}`];

/** What "Block public policies" refuses, in short: an Allow for everybody without any condition. */
export function opensToAll(policy: any): boolean {
  const statements = Array.isArray(policy?.Statement) ? policy.Statement : [policy?.Statement];
  return statements.some((one: any) => {
    const aws = one?.Principal === '*' ? ['*'] : [one?.Principal?.AWS].flat();
    return one?.Effect === 'Allow' && aws.includes('*') && one.Condition === undefined;
  });
}
/** @throws LabError MalformedPolicy */
export function parsedPolicy(text: string, bucket: string): any {
  let policy: any;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new LabError('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'", { status: 400 });
  }
  const statements = Array.isArray(policy?.Statement) ? policy.Statement : [policy?.Statement];
  if (typeof policy !== 'object' || statements.length === 0 || statements.some((one: any) => typeof one !== 'object' || one === null))
    throw new LabError('MalformedPolicy', 'Missing required field Statement', { status: 400 });
  for (const one of statements) {
    if (one.Effect !== 'Allow' && one.Effect !== 'Deny') throw new LabError('MalformedPolicy', 'Invalid effect in policy', { status: 400 });
    if (one.Principal === undefined && one.NotPrincipal === undefined)
      throw new LabError('MalformedPolicy', 'Missing required field Principal', { status: 400 });
    const resources: unknown[] = [one.Resource ?? one.NotResource].flat();
    if (!resources.every((arn) => typeof arn === 'string' && new RegExp(`^arn:aws[a-z-]*:s3:::${bucket.replaceAll('.', '\\.')}(/|$|\\*)`).test(arn)))
      throw new LabError('MalformedPolicy', 'Policy has invalid resource', { status: 400 });
  }
  return policy;
}
