import type { Scene } from './moves.ts';
import type { Actor, Stage } from './stage.ts';

/** One call as an SDK client takes it, by whoever makes the trail. */
type Call = (service: string, operation: string, input: object) => Promise<any>;
export interface TrailBucket {
  readonly bucket: string;
  /** Of the bucket and the trail. */
  readonly region: string;
  readonly account: string;
  readonly trail: string;
}

/**
 * The bucket of a trail, made before it: AWS refuses CreateTrail for a bucket that is not there or may not be written. AWS CloudTrail
 * User Guide, "Amazon S3 bucket policy for CloudTrail". Versions are kept, so that what is overwritten or deleted there is not gone.
 */
export async function makeTrailBucket(call: Call, { bucket, region, account, trail }: TrailBucket): Promise<void> {
  const elsewhere = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await call('s3', 'CreateBucket', { Bucket: bucket, ...elsewhere });
  await call('s3', 'PutBucketVersioning', { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const source = { 'aws:SourceArn': `arn:aws:cloudtrail:${region}:${account}:trail/${trail}` };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        Effect: 'Allow',
        Principal,
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringEquals: source },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        Effect: 'Allow',
        Principal,
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${bucket}/AWSLogs/${account}/*`,
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...source } },
      },
    ],
  });
  await call('s3', 'PutBucketPolicy', { Bucket: bucket, Policy });
}

/** A company's own trail over all regions, from two months ago. */
export interface CompanyTrail {
  readonly stage: Stage;
  readonly admin: Actor;
  readonly slug: string;
  readonly account: string;
  readonly region: string;
}
const nameOf = (slug: string): string => `${slug}-trail`;
export const bucketOf = (slug: string, account: string): string => `${slug}-trail-${account}`;

export async function makeCompanyTrail({ stage, admin, slug, account, region }: CompanyTrail): Promise<void> {
  const call: Call = (service, operation, input) => stage.call(admin, service, operation, input, region);
  const [trail, bucket] = [nameOf(slug), bucketOf(slug, account)];
  await makeTrailBucket(call, { bucket, region, account, trail });
  await call('cloudtrail', 'CreateTrail', { Name: trail, S3BucketName: bucket, IsMultiRegionTrail: true });
  await call('cloudtrail', 'StartLogging', { Name: trail });
}

/** Validation is turned on late: an hour of it is a signed digest a region, and two months of them would be twenty-five thousand. */
export const trailValidated = ({ stage, admin, slug, region }: CompanyTrail, at: number): Scene => ({
  at,
  play: async () => {
    await stage.call(admin, 'cloudtrail', 'UpdateTrail', { Name: nameOf(slug), EnableLogFileValidation: true }, region);
  },
});
