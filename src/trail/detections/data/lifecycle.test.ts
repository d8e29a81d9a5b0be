import { expect, test } from 'vitest';
import type { Json } from '../../../kernel/index.ts';
import { call } from './examples.ts';
import { shortestExpiry } from './lifecycle.ts';

const expiry = (rule: Json, whole = false) =>
  shortestExpiry(call('s3:PutBucketLifecycle', { bucketName: 'b', LifecycleConfiguration: { Rule: rule } }, { eventTime: '2026-03-04T10:00:00Z' }), whole);

test('the shortest of the enabled rules counts', () => {
  expect(
    expiry([
      { Status: 'Enabled', Expiration: { Days: 30 } },
      { Status: 'Enabled', Expiration: { Days: 3 } },
      { Status: 'Disabled', Expiration: { Days: 1 } },
    ]),
  ).toBe(3);
  expect(expiry({ Status: 'Enabled', Expiration: { Date: '2026-03-06T10:00:00Z' } })).toBe(2);
  expect(expiry({ Status: 'Enabled', Expiration: { Date: 'never' } })).toBe(Number.POSITIVE_INFINITY);
  expect(expiry({ Status: 'Enabled', Transition: { Days: 1 } })).toBe(Number.POSITIVE_INFINITY);
});
test('rules for some objects do not count for the whole bucket', () => {
  expect(expiry({ Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }, true)).toBe(Number.POSITIVE_INFINITY);
  expect(expiry({ Status: 'Enabled', Filter: { And: { Prefix: '', Tag: {} } }, Expiration: { Days: 1 } }, true)).toBe(Number.POSITIVE_INFINITY);
  for (const filter of [{ Prefix: '' }, { Prefix: '*' }, '']) expect(expiry({ Status: 'Enabled', Filter: filter, Expiration: { Days: 1 } }, true)).toBe(1);
});
