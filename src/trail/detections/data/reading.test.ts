import { expect, test } from 'vitest';
import type { Json } from '../../../kernel/index.ts';
import type { TrailRecord } from '../../event.ts';
import { byService, call } from './examples.ts';
import { asked, askedNumber, askedText, list, longTermKey, machinery, named, no, noted, strings, yes } from './reading.ts';

test('members are found whatever their case, and inside of the wrapper that younger EC2 APIs have', () => {
  expect(askedText(call('account:EnableRegion', { RegionName: 'af-south-1' }), 'regionName')).toBe('af-south-1');
  expect(askedText(call('rds:DeleteDBInstance', { dBInstanceIdentifier: 'shop' }), 'dbInstanceIdentifier')).toBe('shop');
  expect(askedText(call('ec2:ExportImage', { ExportImageRequest: { ImageId: 'ami-1' } }), 'imageId')).toBe('ami-1');
  expect(askedText(call('ec2:ModifyInstanceAttribute', { disableApiTermination: { value: true } }), 'disableApiTermination')).toBe('true');
  expect(asked(call('s3:GetObject'), 'bucketName')).toBeUndefined();
  expect(asked({ requestParameters: 'text' }, 'length')).toBeUndefined();
});
test('numbers are read; nothing is no number', () => {
  expect(askedNumber(call('logs:PutRetentionPolicy', { retentionInDays: 7 }), 'retentionInDays')).toBe(7);
  expect(askedNumber(call('logs:PutRetentionPolicy', { retentionInDays: null }), 'retentionInDays')).toBeNaN();
  expect(askedNumber(call('logs:PutRetentionPolicy', { retentionInDays: '' }), 'retentionInDays')).toBeNaN();
});
test('lists come in every form CloudTrail has for them', () => {
  expect(list({ items: [{ a: 1 }] })).toEqual([{ a: 1 }]);
  expect(list([1, 2])).toEqual([1, 2]);
  expect(list({ Status: 'Enabled' })).toEqual([{ Status: 'Enabled' }]);
  for (const nothing of [undefined, null, '', {}, { items: null }] as (Json | undefined)[]) expect(list(nothing)).toEqual([]);
});
test('text is bounded however large or deep the request is', () => {
  let deep: Json = 'x';
  for (let i = 0; i < 1_000; i += 1) deep = [deep];
  expect(strings(deep)).toEqual([]);
  expect(strings(Array.from({ length: 100_000 }, () => 'x')).length).toBeLessThanOrEqual(5_000);
  expect(named(call('s3:GetObject', { key: 'k'.repeat(10_000) }), 'key').length).toBeLessThan(200);
  expect(named(call('s3:GetObject'), 'key')).toBe('?');
  expect(noted(call('s3:GetObject'), 'key') + noted(call('s3:GetObject', { key: 'k' }), 'key')).toBe(' (k)');
});
test('true and false are known in each spelling, and nothing is neither', () => {
  expect([true, 'true', 'True', { value: true }].every(yes)).toBe(true);
  expect([false, 'false', { value: false }].every(no)).toBe(true);
  expect([undefined, null, '', 0, [], {}].some((one) => yes(one) || no(one))).toBe(false);
});
test('services at their own work are told from people, and from services that carry out what people wrote', () => {
  expect(machinery(byService('autoscaling', 'ec2:RunInstances'))).toBe(true);
  const through = (sourceIPAddress: string): TrailRecord => ({ userIdentity: { type: 'AssumedRole' }, sourceIPAddress });
  expect(machinery(through('cloudformation.amazonaws.com'))).toBe(false);
  expect(machinery(through('AWS Internal'))).toBe(false);
  expect(machinery(through('198.51.100.10'))).toBe(false);
  expect(machinery(through('rds.amazonaws.com'))).toBe(true);
  expect(machinery({ userIdentity: null })).toBe(false);
  expect(longTermKey({ userIdentity: { accessKeyId: 'ASIAX' } }) || longTermKey({ userIdentity: null })).toBe(false);
});
