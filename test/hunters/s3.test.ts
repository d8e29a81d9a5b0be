import { expect } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { type Call_, testHunter } from './stand.ts';

const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const HOME = 'us-east-1';
const OUTSIDER = '999988887777';
const make = async (as: Call_, ...names: string[]): Promise<string[]> => {
  for (const Bucket of names) await as('s3', 'CreateBucket', { Bucket }, HOME);
  return names;
};
const policy = (Bucket: string, Principal: object | string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }] });
const replicate = async (as: Call_, Bucket: string, Destination: JsonObject) => {
  await as('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }, HOME);
  const ReplicationConfiguration = {
    Role: 'arn:aws:iam::111122223333:role/replication',
    Rules: [{ Status: 'Enabled', Priority: 1, Filter: { Prefix: '' }, DeleteMarkerReplication: { Status: 'Disabled' }, Destination }],
  };
  await as('s3', 'PutBucketReplication', { Bucket, ReplicationConfiguration }, HOME);
};
const expire = async (as: Call_, Bucket: string, Days: number, Prefix = '') =>
  as(
    's3',
    'PutBucketLifecycleConfiguration',
    { Bucket, LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Filter: { Prefix }, Expiration: { Days } }] } },
    HOME,
  );

testHunter({
  type: 'AWS::S3::Bucket',
  plant: (as) => make(as, 'loot-of-today', 'loot-of-yesterday', 'loot-of-tomorrow'),
  innocent: (as) => make(as, 'quarterly-reports'),
});
testHunter({
  type: 'AWS::S3::BucketPolicy',
  before: async (as) => void (await make(as, 'invoices', 'payroll', 'website')),
  plant: async (as) => {
    for (const Bucket of ['invoices', 'payroll'])
      await as('s3', 'PutBucketPolicy', { Bucket, Policy: policy(Bucket, { AWS: `arn:aws:iam::${OUTSIDER}:root` }) }, HOME);
    return ['invoices', 'payroll'];
  },
  innocent: async (as) => {
    await as('s3', 'PutBucketPolicy', { Bucket: 'website', Policy: policy('website', { Service: 'cloudfront.amazonaws.com' }) }, HOME);
    return ['website'];
  },
  looks: { reasons: because('shared-outside'), detail: { otherAccounts: [OUTSIDER] } },
});
testHunter({
  type: 'AWS::S3::Replication',
  before: async (as) => void (await make(as, 'invoices', 'payroll', 'website', 'website-copy')),
  plant: async (as) => {
    await replicate(as, 'invoices', { Bucket: 'arn:aws:s3:::far-away-bucket', Account: OUTSIDER });
    await replicate(as, 'payroll', { Bucket: 'arn:aws:s3:::far-away-bucket' });
    return ['invoices', 'payroll'];
  },
  innocent: async (as) => {
    await replicate(as, 'website', { Bucket: 'arn:aws:s3:::website-copy' });
    return ['website'];
  },
  looks: { reasons: because('shared-outside'), roles: ['arn:aws:iam::111122223333:role/replication'] },
});
testHunter({
  type: 'AWS::S3::Lifecycle',
  before: async (as) => void (await make(as, 'audit-logs', 'audit-logs-2', 'builds')),
  plant: async (as) => {
    await expire(as, 'audit-logs', 1);
    await expire(as, 'audit-logs-2', 2, 'AWSLogs/');
    return ['audit-logs', 'audit-logs-2'];
  },
  innocent: async (as) => {
    await expire(as, 'builds', 1, 'tmp/');
    return ['builds'];
  },
  looks: { reasons: because('blinded') },
});
