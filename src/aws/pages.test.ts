import { createRequire } from 'node:module';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/index.ts';
import { mergePages, nextToken, pagingOf } from './pages.ts';

const require = createRequire(import.meta.url);
const paging = (service: string, operation: string) => {
  const schema = require(`@aws-sdk/client-${service}`)[`${operation}$`];
  return pagingOf(NormalizedSchema.of(schema[4]), NormalizedSchema.of(schema[5]));
};

describe('how an operation is paged', () => {
  it.each([
    ['ec2', 'DescribeInstances', 'NextToken', 'NextToken'],
    ['batch', 'ListJobs', 'nextToken', 'nextToken'],
    ['lambda', 'ListFunctions', 'Marker', 'NextMarker'],
    ['iam', 'ListUsers', 'Marker', 'Marker'],
    ['s3', 'ListBuckets', 'ContinuationToken', 'ContinuationToken'],
    ['s3', 'ListObjectsV2', 'ContinuationToken', 'NextContinuationToken'],
    ['lightsail', 'GetInstances', 'pageToken', 'nextPageToken'],
  ])('%s:%s is asked on with %s from %s', (service, operation, input, output) => {
    expect(paging(service, operation)).toEqual({ input, output });
  });
  it('a single answer has no pages', () => expect(paging('sts', 'GetCallerIdentity')).toBeNull());
});

describe('the pages of a list', () => {
  const marker = { input: 'Marker', output: 'Marker' };
  it('end where there is no token, or where AWS says that nothing is left', () => {
    expect(nextToken(marker, { Marker: 'm', IsTruncated: true })).toBe('m');
    expect(nextToken(marker, { Marker: 'm', IsTruncated: false })).toBeUndefined();
    expect(nextToken(marker, { Marker: '' })).toBeUndefined();
    expect(nextToken(marker, {})).toBeUndefined();
  });
  it('are one answer: lists after each other, maps joined, the last of everything else, no token', () => {
    const pages: JsonObject[] = [
      { Users: [1], ByName: { a: 1 }, Count: 1, Marker: 'm' },
      { Users: [2, 3], ByName: { b: 2 }, Count: 2, Marker: '' },
    ];
    expect(mergePages(pages, marker)).toEqual({ Users: [1, 2, 3], ByName: { a: 1, b: 2 }, Count: 2 });
  });
});
