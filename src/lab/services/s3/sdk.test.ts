import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../server.ts';
import { addAccessKey, addUser, createAccount, newWorld } from '../../world/index.ts';

const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
let lab: RunningLab;
let client: s3.S3Client;
let abroad: s3.S3Client;

beforeAll(async () => {
  const world = newWorld({ seed: 's3' });
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  addUser(world, account, { name: 'ann', inline: { all: ANYTHING } });
  const key = addAccessKey(world, account, 'ann');
  lab = await startLab({ world });
  const open = (region: string) =>
    new s3.S3Client({ region, endpoint: lab.url, credentials: { accessKeyId: key.id, secretAccessKey: key.secret }, maxAttempts: 1 });
  [client, abroad] = [open('us-east-1'), open('eu-west-1')];
});
afterAll(async () => {
  client.destroy();
  abroad.destroy();
  await lab.close();
});
const refusal = (name: string, httpStatusCode: number) => expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode }) });
const Bucket = 'reports';

it('makes buckets where they are asked for, and insists on their own regions', async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const misplaced = { Bucket: 'far', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' as const } };
  await expect(abroad.send(new s3.CreateBucketCommand(misplaced))).rejects.toEqual(refusal('IllegalLocationConstraintException', 400));
  await abroad.send(new s3.CreateBucketCommand({ Bucket: 'far', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  await expect(abroad.send(new s3.CreateBucketCommand({ Bucket: 'far', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }))).rejects.toEqual(
    refusal('BucketAlreadyOwnedByYou', 409),
  );
  await expect(client.send(new s3.CreateBucketCommand({ Bucket: 'Not_A_Name' }))).rejects.toEqual(refusal('InvalidBucketName', 400));
  expect((await client.send(new s3.GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
  expect((await client.send(new s3.GetBucketLocationCommand({ Bucket: 'far' }))).LocationConstraint).toBe('eu-west-1');
  expect((await abroad.send(new s3.HeadBucketCommand({ Bucket: 'far' }))).BucketRegion).toBe('eu-west-1');
  await expect(client.send(new s3.HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toEqual(refusal('NotFound', 404));
  await expect(client.send(new s3.GetBucketPolicyCommand({ Bucket: 'far' }))).rejects.toEqual(refusal('PermanentRedirect', 301));
});
it('says the regions of buckets only when it is asked with a parameter, page by page', async () => {
  expect((await client.send(new s3.ListBucketsCommand({}))).Buckets).toEqual([
    expect.not.objectContaining({ BucketRegion: expect.anything() }),
    expect.not.objectContaining({ BucketRegion: expect.anything() }),
  ]);
  const first = await client.send(new s3.ListBucketsCommand({ MaxBuckets: 1 }));
  const second = await client.send(new s3.ListBucketsCommand({ MaxBuckets: 1, ContinuationToken: first.ContinuationToken }));
  expect([first, second].flatMap((page) => page.Buckets?.map((one) => [one.Name, one.BucketRegion]))).toEqual([
    ['far', 'eu-west-1'],
    [Bucket, 'us-east-1'],
  ]);
  expect(second.ContinuationToken).toBeUndefined();
  await expect(client.send(new s3.ListBucketsCommand({ MaxBuckets: 1, ContinuationToken: 'x' }))).rejects.toEqual(refusal('InvalidArgument', 400));
});
it('keeps small objects, byte for byte, whatever is in key and body', async () => {
  const body = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256));
  const Key = 'a folder/naïve & <odd>+%.bin';
  const { ETag } = await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: body, ContentType: 'application/x-odd', Metadata: { case: 'ir-1' } }));
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(body)).toBe(true);
  expect(got).toMatchObject({ ETag, ContentType: 'application/x-odd', ContentLength: 70_000, Metadata: { case: 'ir-1' } });
  const part = await client.send(new s3.GetObjectCommand({ Bucket, Key, Range: 'bytes=10-19' }));
  expect(Buffer.from(await part.Body!.transformToByteArray()).equals(body.subarray(10, 20))).toBe(true);
  expect(await client.send(new s3.HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ETag, ContentLength: 70_000 });
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
  expect(await (await client.send(new s3.GetObjectCommand({ Bucket, Key: 'empty' }))).Body!.transformToString()).toBe('');
  await expect(client.send(new s3.GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toEqual(refusal('NoSuchKey', 404));
  await expect(client.send(new s3.DeleteBucketCommand({ Bucket }))).rejects.toEqual(refusal('BucketNotEmpty', 409));
});
it('lists by prefix, delimiter and page', async () => {
  for (const Key of ['logs/1', 'logs/2', 'logs/2026/1', 'logs/2026/2', 'z']) await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }));
  const folder = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: 'logs/', Delimiter: '/' }));
  expect([folder.Contents?.map((one) => one.Key), folder.CommonPrefixes?.map((one) => one.Prefix)]).toEqual([['logs/1', 'logs/2'], ['logs/2026/']]);
  const keys: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: s3.ListObjectsV2CommandOutput = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: 'logs/', MaxKeys: 3, ContinuationToken }));
    keys.push(...(page.Contents ?? []).map((one) => one.Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  expect(keys).toEqual(['logs/1', 'logs/2', 'logs/2026/1', 'logs/2026/2']);
});
it('refuses a public policy until the public access block is gone, and forgets a deleted one', async () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
  });
  await expect(client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }))).rejects.toEqual(refusal('AccessDenied', 403));
  await expect(client.send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read' }))).rejects.toEqual(refusal('AccessControlListNotSupported', 400));
  await client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
  await expect(client.send(new s3.GetPublicAccessBlockCommand({ Bucket }))).rejects.toEqual(refusal('NoSuchPublicAccessBlockConfiguration', 404));
  await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  expect((await client.send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
  await expect(client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: '{' }))).rejects.toEqual(refusal('MalformedPolicy', 400));
  await client.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
  await expect(client.send(new s3.GetBucketPolicyCommand({ Bucket }))).rejects.toEqual(refusal('NoSuchBucketPolicy', 404));
  const ownership = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }));
  await client.send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  const { Grants } = await client.send(new s3.GetBucketAclCommand({ Bucket }));
  expect(Grants?.map((one) => [one.Grantee?.Type, one.Permission])).toEqual([
    ['CanonicalUser', 'FULL_CONTROL'],
    ['Group', 'READ'],
  ]);
});
it('replicates only what is versioned, and keeps rules as they were given', async () => {
  const Destination = { Bucket: 'arn:aws:s3:::elsewhere', Account: '999988887777' };
  const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/r', Rules: [{ ID: 'all', Status: 'Enabled' as const, Prefix: '', Destination }] };
  await expect(client.send(new s3.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))).rejects.toEqual(refusal('InvalidRequest', 400));
  await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await client.send(new s3.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
  expect((await client.send(new s3.GetBucketReplicationCommand({ Bucket }))).ReplicationConfiguration).toEqual(ReplicationConfiguration);
  const Rules = [{ ID: 'soon', Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }];
  await client.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect((await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
  await client.send(new s3.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: 'l/' } } }));
  expect((await client.send(new s3.GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toEqual({ TargetBucket: Bucket, TargetPrefix: 'l/' });
  await client.send(new s3.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
  expect((await client.send(new s3.GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined();
});
it('leaves events under the names CloudTrail uses, and none of what was written or read', () => {
  const trail = lab.world.accounts['111122223333']!.trail.map(({ record }) => record);
  const names = new Set(trail.map((record) => record.eventName));
  for (const name of ['CreateBucket', 'DeleteBucketPublicAccessBlock', 'PutBucketLifecycle', 'PutBucketReplication']) expect(names).toContain(name);
  for (const name of ['PutObject', 'GetObject', 'ListObjectsV2', 'DeletePublicAccessBlock']) expect(names).not.toContain(name);
  expect(trail.find((record) => record.eventName === 'PutBucketVersioning')?.requestParameters.bucketName).toBe(Bucket);
});
