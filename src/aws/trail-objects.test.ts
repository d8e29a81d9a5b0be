import { createHash } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { type Reply, type TestServer, testServer, xml } from '../../test/aws/endpoint.ts';
import { openAws } from './open.ts';
import { bucketRegion } from './trail-bucket.ts';
import { bucketSource } from './trail-objects.ts';
import type { Aws } from './types.ts';

let server: TestServer;
let aws: Aws;
const serve = async (reply: Reply): Promise<void> => {
  server = await testServer(reply);
  aws = await openAws({ env: server.env, loopbackOnly: true, rated: false });
};
afterEach(async () => {
  await aws.close();
  await server.close();
});
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const error = (code: string, more = ''): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`;

it('learns the region from whoever will tell: the owner’s call, the bucket’s own answer, a refusal', async () => {
  await serve((seen, response) => {
    const [, bucket = ''] = /^\/([a-z]+)/.exec(seen.url) ?? [];
    if (seen.url.includes('location')) {
      if (bucket === 'old') xml(response, 200, '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">EU</LocationConstraint>');
      else if (bucket === 'first') xml(response, 200, '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');
      else xml(response, bucket === 'gone' ? 404 : 403, error(bucket === 'gone' ? 'NoSuchBucket' : 'AccessDenied'));
    } else if (bucket === 'foreign') xml(response, 200, '', { 'x-amz-bucket-region': 'ap-south-1' });
    else if (bucket === 'closed') xml(response, 403, '', { 'x-amz-bucket-region': 'eu-south-2' });
    else if (bucket === 'moved') xml(response, 301, '', { 'x-amz-bucket-region': 'sa-east-1' });
    else if (bucket === 'liar') xml(response, 403, '', { 'x-amz-bucket-region': 'evil.example' });
    else xml(response, 404, '');
  });
  expect(await bucketRegion(aws, 'old')).toBe('eu-west-1');
  expect(await bucketRegion(aws, 'first')).toBe('us-east-1');
  expect(await bucketRegion(aws, 'foreign')).toBe('ap-south-1');
  expect(await bucketRegion(aws, 'closed')).toBe('eu-south-2');
  expect(await bucketRegion(aws, 'moved')).toBe('sa-east-1');
  await expect(bucketRegion(aws, 'liar')).rejects.toMatchObject({ code: 'BucketRegionUnknown' });
  await expect(bucketRegion(aws, 'gone')).rejects.toMatchObject({ code: 'UnknownBucket', exit: 2 });
});

it('reads what was listed and no more, again when it came wrong, and says when it stays wrong', async () => {
  let reads = 0;
  await serve((seen, response) => {
    const key = decodeURIComponent(seen.url.split('?')[0]!.split('/').slice(2).join('/'));
    reads += 1;
    const send = (status: number, body: string, headers: Record<string, string>): void => {
      response.writeHead(status, { 'last-modified': 'Fri, 01 Mar 2024 00:05:00 GMT', 'x-amz-request-id': `r${reads}`, ...headers });
      response.end(body);
    };
    if (key === 'once' && reads === 1) send(206, 'wrong', { etag: `"${md5('right')}"`, 'content-range': 'bytes 0-4/5' });
    else if (key === 'once')
      send(206, 'right', { etag: `"${md5('right')}"`, 'content-range': 'bytes 0-4/5', 'x-amz-version-id': 'v7', 'x-amz-meta-Signature': 'ab' });
    else if (key === 'always') send(206, 'wrong', { etag: `"${md5('right')}"`, 'content-range': 'bytes 0-4/5' });
    else if (key === 'kms') send(206, 'right', { etag: `"${md5('else')}"`, 'content-range': 'bytes 0-4/5', 'x-amz-server-side-encryption': 'aws:kms' });
    else if (key === 'grown') send(206, 'right', { etag: `"${md5('right')}"`, 'content-range': 'bytes 0-4/9' });
    else if (key === 'changed') xml(response, 412, error('PreconditionFailed'));
    else xml(response, 404, error('NoSuchKey'));
  });
  const source = await bucketSource(aws, 'logs', { region: 'eu-west-1' });
  const listed = { etag: md5('right'), bytes: 5 };
  expect(await source.read('once', listed)).toMatchObject({ version: 'v7', modified: '2024-03-01T00:05:00.000Z', metadata: { signature: 'ab' } });
  expect(reads).toBe(2);
  expect(server.seen[0]!.headers).toMatchObject({ range: 'bytes=0-4', 'if-match': `"${md5('right')}"` });
  expect(server.seen[0]!.headers['x-amz-request-payer']).toBeUndefined();
  await expect(source.read('always', listed)).rejects.toMatchObject({ code: 'ObjectCorrupt', exit: 7 });
  expect(reads).toBe(5);
  expect((await source.read('kms', { etag: md5('else'), bytes: 5 })).data.toString()).toBe('right');
  await expect(source.read('grown', listed)).rejects.toMatchObject({ code: 'ObjectChanged' });
  await expect(source.read('changed', listed)).rejects.toMatchObject({ code: 'ObjectChanged' });
  await expect(source.read('none', listed)).rejects.toMatchObject({ name: 'AwsFailure', code: 'NoSuchKey' });
  await expect(source.read('big', { ...listed, bytes: 10, limit: 9 })).rejects.toMatchObject({ code: 'TooLarge', exit: 3 });
});

it('lists keys that XML could not hold, page by page', async () => {
  const row = (key: string): string =>
    `<Contents><Key>${key}</Key><LastModified>2024-03-01T00:05:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>3</Size></Contents>`;
  await serve((seen, response) => {
    const more = !seen.url.includes('continuation-token');
    const body = more
      ? `${row('a+b%2Bc')}<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>`
      : `${row('z%01%25')}<IsTruncated>false</IsTruncated>`;
    xml(response, 200, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</ListBucketResult>`);
  });
  const source = await bucketSource(aws, 'logs', { region: 'eu-west-1' });
  const keys: string[] = [];
  for await (const one of source.list('p/', { after: 'p/q' })) keys.push(one.key);
  expect(keys).toEqual(['a b+c', 'z\u0001%']);
  expect(server.seen[0]!.url).toMatch(/start-after=p%2Fq/);
  expect(server.seen[0]!.url).toMatch(/encoding-type=url/);
});
