import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { hunter as policies } from '../../src/procedure/02-hunt/hunters/s3-bucket-policy.ts';
import { failure, fakeContext } from '../../src/procedure/testing/fake-context.ts';
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

it('asks each bucket in its own region; one that may not be looked at is named and hides no other', async () => {
  const Buckets = [
    { Name: 'open', BucketRegion: 'eu-west-1' },
    { Name: 'closed', BucketRegion: 'us-west-2' },
    { Name: 'gone', BucketRegion: 'us-east-1' },
    { Name: 'plain', BucketRegion: 'us-east-1' },
  ];
  const ctx = fakeContext({
    answers: {
      's3:ListBuckets': { Buckets },
      's3:GetBucketPolicy@eu-west-1 {"Bucket":"open"}': { Policy: policy('open', '*') },
      's3:GetBucketPolicy@us-west-2 {"Bucket":"closed"}': failure('AccessDenied', 403),
      's3:GetBucketPolicy@us-east-1 {"Bucket":"gone"}': failure('NoSuchBucket', 404),
      's3:GetBucketPolicy@us-east-1 {"Bucket":"plain"}': failure('NoSuchBucketPolicy', 404),
      's3:GetPublicAccessBlock@eu-west-1': failure('NoSuchPublicAccessBlockConfiguration', 404),
    },
  });
  const seen: [string, string, string | undefined][] = [];
  const scan = async () => {
    for await (const one of policies.scan(ctx, 'us-east-1', '2026-11-22T00:00:00.000Z')) seen.push([one.id, one.region, one.reasons?.[0]?.code]);
  };
  await expect(scan()).rejects.toMatchObject({ code: 'AccessDenied', message: expect.stringMatching(/^1 of 4 buckets could not be looked at: closed /) });
  expect(seen).toEqual([['open', 'eu-west-1', 'public']]);
});
it('does not call a policy public that the public access block holds back', async () => {
  const ctx = fakeContext({
    answers: {
      's3:ListBuckets': { Buckets: [{ Name: 'open', BucketRegion: 'eu-west-1' }] },
      's3:GetBucketPolicy': { Policy: policy('open', '*') },
      's3:GetPublicAccessBlock': { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
    },
  });
  for await (const one of policies.scan(ctx, 'us-east-1', '2026-11-22T00:00:00.000Z')) {
    expect(one.reasons).toBeUndefined();
    expect(one.detail).toMatchObject({ public: true, heldBack: 'RestrictPublicBuckets' });
  }
  expect(ctx.calls.map((call) => call.operation)).toEqual(['ListBuckets', 'GetBucketPolicy', 'GetPublicAccessBlock']);
});
