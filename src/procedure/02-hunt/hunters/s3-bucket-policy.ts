import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { bucketFound, bucketSetting, ofBuckets } from '../hunting/buckets.ts';

const TYPE = 'AWS::S3::BucketPolicy';

/** Who may read, write or delete what is in a bucket, everybody included. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'global',
  title: text('S3 bucket policies', 'Políticas de buckets de S3'),
  permissions: ['s3:ListAllMyBuckets', 's3:GetBucketPolicy', 's3:GetBucketPublicAccessBlock'],
  createdByEvents: ['PutBucketPolicy'],
  names: ['bucketName'],
  arn: (id, { partition }) => `arn:${partition}:s3:::${id}`,
  scan: (ctx, region) =>
    ofBuckets(ctx, region, async (bucket) => {
      const policy = (await bucketSetting<{ Policy?: string }>(ctx, bucket, 'GetBucketPolicy'))?.Policy;
      if (policy === undefined) return [];
      const who = outsiders(policy, ctx.facts.account);
      type Block = { PublicAccessBlockConfiguration?: { RestrictPublicBuckets?: boolean } };
      const block = who.public ? await bucketSetting<Block>(ctx, bucket, 'GetPublicAccessBlock') : undefined;
      // With this switch on a public policy lets in nobody from outside, until the switch is turned off.
      const held = block?.PublicAccessBlockConfiguration?.RestrictPublicBuckets === true;
      return [
        bucketFound(ctx, TYPE, bucket, {
          createdAt: null,
          reasons: held ? [] : outsideReasons(who),
          detail: { ...outsideDetail(who), ...(held ? { heldBack: 'RestrictPublicBuckets' } : {}) },
        }),
      ];
    }),
};
