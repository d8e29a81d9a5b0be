import { LabError, type LabOperations } from '../../contract.ts';
import { plain } from '../paging.ts';
import { bucketArn, bucketAt, buckets } from './shared.ts';

const invalid = (message: string): LabError => new LabError('InvalidRequest', message, { status: 400 });
const MALFORMED = 'The XML you provided was not well-formed or did not validate against our published schema';
/** S3 names a rule that came without an id. */
const named = (rules: any[], uuid: () => string): any[] => plain(rules).map((rule) => ({ ...rule, ID: rule.ID ?? uuid().replaceAll('-', '') }));

export const operations: LabOperations = {
  PutBucketVersioning: {
    resources: bucketArn,
    constraints: { 'VersioningConfiguration.Status': { enum: ['Enabled', 'Suspended'] } },
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const status = input.VersioningConfiguration.Status;
      if (status === undefined) throw new LabError('IllegalVersioningConfigurationException', 'The Versioning element must be specified', { status: 400 });
      if (status === 'Suspended' && (bucket.objectLock || bucket.replication))
        throw new LabError(
          'InvalidBucketState',
          bucket.objectLock
            ? 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.'
            : 'A replication configuration is present on this bucket, so the versioning state cannot be changed.',
          { status: 409 },
        );
      bucket.versioning = status;
    },
  },
  GetBucketVersioning: {
    resources: bucketArn,
    run(input, ctx) {
      const { versioning } = bucketAt(ctx, input);
      return versioning === undefined ? {} : { Status: versioning };
    },
  },
  PutBucketLogging: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const enabled = input.BucketLoggingStatus.LoggingEnabled;
      const target = enabled && buckets.find(ctx, enabled.TargetBucket);
      if (enabled && target?.region !== bucket.region)
        throw new LabError('InvalidTargetBucketForLogging', 'The target bucket for logging does not exist', { status: 400 });
      if (enabled) bucket.logging = plain(enabled);
      else delete bucket.logging;
    },
  },
  GetBucketLogging: {
    resources: bucketArn,
    run(input, ctx) {
      const { logging } = bucketAt(ctx, input);
      return logging ? { LoggingEnabled: logging } : {};
    },
  },
  PutBucketReplication: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const { Role, Rules } = input.ReplicationConfiguration;
      if (bucket.versioning !== 'Enabled') throw invalid("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
      if (!/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(Role)) throw new LabError('InvalidArgument', 'Invalid Amazon Resource Name for Role', { status: 400 });
      if (!Rules?.length) throw new LabError('MalformedXML', MALFORMED, { status: 400 });
      for (const rule of Rules) {
        const destination = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})$/.exec(rule.Destination?.Bucket ?? '')?.[1];
        if (!destination) throw new LabError('InvalidArgument', 'Invalid bucket ARN', { status: 400 });
        if (destination === bucket.name) throw invalid('Destination bucket cannot be the same as the source bucket.');
      }
      bucket.replication = { Role, Rules: named(Rules, ctx.uuid) };
    },
  },
  GetBucketReplication: {
    resources: bucketArn,
    run(input, ctx) {
      const { replication } = bucketAt(ctx, input);
      if (!replication) throw new LabError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', { status: 404 });
      return { ReplicationConfiguration: replication };
    },
  },
  DeleteBucketReplication: {
    resources: bucketArn,
    run(input, ctx) {
      delete bucketAt(ctx, input).replication;
    },
  },
  PutBucketLifecycleConfiguration: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const rules = input.LifecycleConfiguration?.Rules;
      if (!rules?.length || rules.length > 1000) throw new LabError('MalformedXML', MALFORMED, { status: 400 });
      for (const rule of rules) {
        if (rule.Expiration?.Days !== undefined && rule.Expiration.Days < 1)
          throw new LabError('InvalidArgument', "'Days' for Expiration action must be a positive integer", { status: 400 });
        const does = ['Expiration', 'Transitions', 'NoncurrentVersionExpiration', 'NoncurrentVersionTransitions', 'AbortIncompleteMultipartUpload'];
        if (!does.some((name) => rule[name] !== undefined)) throw invalid('At least one action needs to be specified in a rule');
      }
      const all = named(rules, ctx.uuid);
      if (new Set(all.map((rule) => rule.ID)).size < all.length)
        throw new LabError('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule', { status: 400 });
      bucket.lifecycle = { Rules: all };
      return { TransitionDefaultMinimumObjectSize: input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K' };
    },
  },
  GetBucketLifecycleConfiguration: {
    resources: bucketArn,
    run(input, ctx) {
      const { lifecycle } = bucketAt(ctx, input);
      if (!lifecycle) throw new LabError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', { status: 404 });
      return lifecycle;
    },
  },
  DeleteBucketLifecycle: {
    resources: bucketArn,
    run(input, ctx) {
      delete bucketAt(ctx, input).lifecycle;
    },
  },
  PutBucketEncryption: {
    resources: bucketArn,
    run(input, ctx) {
      bucketAt(ctx, input).encryption = plain(input.ServerSideEncryptionConfiguration);
    },
  },
  GetBucketEncryption: {
    resources: bucketArn,
    run(input, ctx) {
      const standard = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }] };
      return { ServerSideEncryptionConfiguration: bucketAt(ctx, input).encryption ?? standard };
    },
  },
};
