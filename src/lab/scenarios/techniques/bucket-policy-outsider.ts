import type { Technique } from '../technique.ts';

/** A bucket of the company opened to another account. */
export const technique: Technique = {
  id: 'bucket-policy-outsider',
  place: 'home',
  makes: [],
  changes: ['AWS::S3::Bucket'],
  needs: ['s3:PutBucketPolicy'],
  async before(act) {
    const name = act.name(['customer-exports', 'invoices', 'backups']);
    const elsewhere = act.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: act.region } };
    await act.call('s3', 'CreateBucket', { Bucket: name, ...elsewhere });
    act.kept.name = name;
  },
  async play(act) {
    const arn = `arn:aws:s3:::${act.kept.name}`;
    await act.call('s3', 'PutBucketPolicy', {
      Bucket: act.kept.name,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${act.company.outsider}:root` },
            Action: ['s3:GetObject', 's3:ListBucket'],
            Resource: [arn, `${arn}/*`],
          },
        ],
      }),
    });
    act.changed('AWS::S3::Bucket', act.kept.name!, arn, `account ${act.company.outsider} may read it`);
  },
  async innocent(act) {
    const name = act.name(['thumbnails', 'assets', 'exports-2']);
    const elsewhere = act.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: act.region } };
    await act.call('s3', 'CreateBucket', { Bucket: name, ...elsewhere });
    act.made('AWS::S3::Bucket', name, `arn:aws:s3:::${name}`);
  },
};
