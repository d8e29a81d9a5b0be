import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date, pageOf, plain } from '../paging.ts';
import { type Bucket, bucketArn, bucketAt, buckets, canonicalId, objects, strangers } from './shared.ts';
import { markers, older } from './versions.ts';

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const MOST = 10_000;

function refuseName(name: string): void {
  if (
    !NAME.test(name) ||
    name.includes('..') ||
    /^\d+\.\d+\.\d+\.\d+$/.test(name) ||
    /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3)$/.test(name)
  )
    throw new LabError('InvalidBucketName', 'The specified bucket is not valid.', { status: 400 });
}
/** us-east-1 takes no constraint; every other region insists on its own name. */
function placed(ctx: LabContext, constraint: string | undefined): void {
  const here = ctx.region.name;
  if (here === 'us-east-1' ? constraint !== undefined : (constraint === 'EU' ? 'eu-west-1' : constraint) !== here)
    throw new LabError(
      here === 'us-east-1' ? 'InvalidLocationConstraint' : 'IllegalLocationConstraintException',
      here === 'us-east-1'
        ? 'The specified location-constraint is not valid'
        : `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      { status: 400 },
    );
}

export const operations: LabOperations = {
  CreateBucket: {
    constraints: {
      ACL: { enum: ['private', 'public-read', 'public-read-write', 'authenticated-read'] },
      ObjectOwnership: { enum: ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'] },
    },
    resources: bucketArn,
    run(input, ctx) {
      refuseName(input.Bucket);
      placed(ctx, input.CreateBucketConfiguration?.LocationConstraint);
      const mine = buckets.find(ctx, input.Bucket);
      if (mine && mine.region === 'us-east-1' && ctx.region.name === 'us-east-1') return { Location: `/${input.Bucket}` };
      if (mine)
        throw new LabError('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', { status: 409 });
      if (strangers(ctx, input.Bucket))
        throw new LabError('BucketAlreadyExists', 'The requested bucket name is not available. The bucket namespace is shared by all users of the system.', {
          status: 409,
        });
      if (buckets.all(ctx).length >= MOST) throw new LabError('TooManyBuckets', 'You have attempted to create more buckets than allowed', { status: 400 });
      const ownership: Bucket['ownership'] = input.ObjectOwnership ?? 'BucketOwnerEnforced';
      if (input.ACL && input.ACL !== 'private' && ownership === 'BucketOwnerEnforced')
        throw new LabError('InvalidBucketAclWithObjectOwnership', "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", {
          status: 400,
        });
      // Since April 2023 a new bucket blocks all public access and has its ACLs switched off.
      const closed = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
      if (input.ACL && input.ACL !== 'private')
        throw new LabError('InvalidBucketAclWithBlockPublicAccessError', 'Bucket cannot have public ACLs set with BlockPublicAccess enabled', { status: 400 });
      buckets.put(ctx, input.Bucket, {
        name: input.Bucket,
        region: ctx.region.name,
        created: ctx.now(),
        ownership,
        acl: 'private',
        publicAccessBlock: closed,
        objectLock: input.ObjectLockEnabledForBucket === true,
        ...(input.ObjectLockEnabledForBucket === true ? { versioning: 'Enabled' } : {}),
        ...(input.CreateBucketConfiguration?.Tags ? { tags: plain(input.CreateBucketConfiguration.Tags) } : {}),
      });
      return { Location: ctx.region.name === 'us-east-1' ? `/${input.Bucket}` : `http://${input.Bucket}.s3.amazonaws.com/`, BucketArn: bucketArn(input)[0] };
    },
  },
  ListBuckets: {
    constraints: { MaxBuckets: { min: 1, max: 10_000 } },
    run(input, ctx) {
      const all = buckets
        .all(ctx)
        .filter((one) => one.name.startsWith(input.Prefix ?? '') && (input.BucketRegion === undefined || one.region === input.BucketRegion))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      // Only a request with a parameter is answered in pages and with regions.
      const asked = [input.MaxBuckets, input.Prefix, input.BucketRegion, input.ContinuationToken].some((one) => one !== undefined);
      const { items, next } = asked
        ? pageOf(ctx, all, { token: input.ContinuationToken, max: input.MaxBuckets, size: 10_000 }, [
            'InvalidArgument',
            'The continuation token provided is incorrect',
          ])
        : { items: all, next: undefined };
      return {
        Buckets: items.map((one) => ({
          Name: one.name,
          CreationDate: date(one.created),
          ...(asked ? { BucketRegion: one.region, BucketArn: `arn:aws:s3:::${one.name}` } : {}),
        })),
        Owner: { ID: canonicalId(ctx.account.id) },
        ...(next !== undefined ? { ContinuationToken: next } : {}),
        ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
      };
    },
  },
  HeadBucket: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      return { BucketRegion: bucket.region, AccessPointAlias: false, BucketArn: `arn:aws:s3:::${bucket.name}` };
    },
  },
  GetBucketLocation: {
    resources: bucketArn,
    run(input, ctx) {
      const { region } = bucketAt(ctx, input, true);
      return region === 'us-east-1' ? {} : { LocationConstraint: region };
    },
  },
  DeleteBucket: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      if ([...objects.all(ctx), ...older.all(ctx), ...markers.all(ctx)].some((one) => one.bucket === bucket.name))
        throw new LabError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
      buckets.drop(ctx, bucket.name);
    },
  },
  GetBucketTagging: {
    resources: bucketArn,
    run(input, ctx) {
      const { tags } = bucketAt(ctx, input);
      if (!tags?.length) throw new LabError('NoSuchTagSet', 'The TagSet does not exist', { status: 404 });
      return { TagSet: tags };
    },
  },
  PutBucketTagging: {
    resources: bucketArn,
    run(input, ctx) {
      bucketAt(ctx, input).tags = plain(input.Tagging.TagSet);
    },
  },
};
