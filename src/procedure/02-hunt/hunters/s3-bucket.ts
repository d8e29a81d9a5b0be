import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { type Bucket, bucketFound, bucketSetting, ofBuckets } from '../hunting/buckets.ts';
import { present } from '../hunting/found.ts';

const TYPE = 'AWS::S3::Bucket';
interface Acl {
  Owner?: { ID?: string };
  Grants?: { Grantee?: { Type?: string; ID?: string; URI?: string }; Permission?: string }[];
}
interface Block {
  PublicAccessBlockConfiguration?: Record<string, boolean | undefined>;
}
/** Grants of the access control list to others. S3's own log delivery writes by such a grant too. */
function granted(acl: Acl, ignored: boolean): Reason[] {
  const reasons: Reason[] = [];
  for (const { Grantee: who, Permission: what } of acl.Grants ?? []) {
    if (/\/(AllUsers|AuthenticatedUsers)$/.test(who?.URI ?? '') && !ignored)
      reasons.push({
        code: 'public',
        text: text(`its access list gives ${oneLine(what, 20)} to anybody`, `su lista de acceso da ${oneLine(what, 20)} a cualquiera`),
      });
    if (who?.ID !== undefined && who.ID !== acl.Owner?.ID)
      reasons.push({
        code: 'shared-outside',
        text: text(
          `its access list gives ${oneLine(what, 20)} to another account, canonical id ${oneLine(who.ID, 70)}`,
          `su lista de acceso da ${oneLine(what, 20)} a otra cuenta, id canónico ${oneLine(who.ID, 70)}`,
        ),
      });
  }
  return reasons;
}

/** Buckets that were made, perhaps to carry data away or to serve something from. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'global',
  title: text('S3 buckets', 'Buckets de S3'),
  permissions: ['s3:ListAllMyBuckets', 's3:GetBucketAcl', 's3:GetBucketPublicAccessBlock', 's3:GetBucketVersioning', 's3:GetBucketLogging'],
  createdByEvents: ['CreateBucket'],
  changedByEvents: [
    'PutBucketAcl',
    'PutBucketPublicAccessBlock',
    'DeleteBucketPublicAccessBlock',
    'PutBucketOwnershipControls',
    'PutBucketVersioning',
    'PutBucketLogging',
    'PutBucketEncryption',
    'DeleteBucketEncryption',
    'PutBucketWebsite',
    'PutBucketNotification',
    'PutObjectLockConfiguration',
    'PutBucketObjectLockConfiguration',
    'DeleteBucketPolicy',
    'DeleteBucketReplication',
    'DeleteBucketLifecycle',
  ],
  names: ['bucketName'],
  arn: (id, { partition }) => `arn:${partition}:s3:::${id}`,
  scan: (ctx, region) =>
    ofBuckets(ctx, region, async (bucket: Bucket) => {
      const [acl, block, versioning, logging] = await Promise.all([
        bucketSetting<Acl>(ctx, bucket, 'GetBucketAcl'),
        bucketSetting<Block>(ctx, bucket, 'GetPublicAccessBlock'),
        bucketSetting<{ Status?: string }>(ctx, bucket, 'GetBucketVersioning'),
        bucketSetting<{ LoggingEnabled?: { TargetBucket?: string } }>(ctx, bucket, 'GetBucketLogging'),
      ]);
      const blocks = block?.PublicAccessBlockConfiguration ?? {};
      const off = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].filter((name) => blocks[name] !== true);
      return [
        bucketFound(ctx, TYPE, bucket, {
          createdAt: bucket.createdAt,
          reasons: granted(acl ?? {}, blocks.IgnorePublicAcls === true),
          detail: present({
            publicAccessBlockOff: off.join(', '),
            versioning: versioning?.Status ?? 'never on',
            logsTo: oneLine(logging?.LoggingEnabled?.TargetBucket, 63),
          }),
        }),
      ];
    }),
};
