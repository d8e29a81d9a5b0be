import { expect, test } from 'vitest';
import type { Json } from '../../../kernel/index.ts';
import { ACCOUNT, allow, OUTSIDER } from './examples.ts';
import { ANYONE, accountOf, openTo, openToPrincipal, outsider } from './outside.ts';

const record = { recipientAccountId: ACCOUNT };
const background = { accounts: new Set(['444455556666']) };
const who = (policy: Json) => openTo(policy, record, background)?.en;
const when = (condition: { [operator: string]: Json }) => who(allow('*', { Condition: condition }));

test('accounts are read from ids, ARNs and addresses of queues', () => {
  expect(accountOf(OUTSIDER)).toBe(OUTSIDER);
  expect(accountOf(`arn:aws:iam::${OUTSIDER}:root`)).toBe(OUTSIDER);
  expect(accountOf(`https://sqs.us-east-1.amazonaws.com/${OUTSIDER}/q`)).toBe(OUTSIDER);
  for (const none of ['', 'AIDAEXAMPLE', 'arn:aws:s3:::bucket', 'arn:aws:iam::cloudfront:user/x', '1234567890123']) expect(accountOf(none)).toBeUndefined();
});
test('our own accounts and those that deliver logs for AWS are no outsiders', () => {
  for (const ours of [ACCOUNT, '444455556666', '127311923021', undefined]) expect(outsider(ours, record, background)).toBeUndefined();
  expect(outsider(OUTSIDER, record, background)).toBe(OUTSIDER);
});
test('whom a policy lets in', () => {
  expect(who(allow('*'))).toBe(ANYONE.en);
  expect(who(allow({ AWS: '*' }))).toBe(ANYONE.en);
  expect(who(JSON.stringify(allow({ AWS: [`arn:aws:iam::${OUTSIDER}:root`, ACCOUNT] })))).toBe(`account ${OUTSIDER}`);
  expect(who({ Statement: { Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: '*', Resource: '*' } })).toBe(ANYONE.en);
  for (const policy of [
    allow('*', { Effect: 'Deny' }),
    allow({ Service: 'cloudtrail.amazonaws.com' }),
    allow({ AWS: ACCOUNT }),
    '{',
    '',
    null,
    { Statement: 7 },
  ])
    expect(who(policy)).toBeUndefined();
});
test('conditions that keep strangers out are heeded, those that do not are not', () => {
  expect(when({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toBeUndefined();
  expect(when({ ArnLike: { 'AWS:SourceArn': `arn:aws:sns:us-east-1:${ACCOUNT}:t` } })).toBeUndefined();
  expect(when({ IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } })).toBeUndefined();
  expect(when({ StringEquals: { 'aws:SourceAccount': OUTSIDER } })).toBe(`account ${OUTSIDER}`);
  expect(when({ IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '0.0.0.0/0'] } })).toBe(ANYONE.en);
  expect(when({ StringLike: { 'aws:PrincipalArn': '*' } })).toBe(ANYONE.en);
  expect(when({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toBe(ANYONE.en);
  expect(when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } })).toBe(ANYONE.en);
  expect(when({ Bool: { 'aws:SecureTransport': 'true' } })).toBe(ANYONE.en);
});
test('a principal by itself', () => {
  expect(openToPrincipal('*', record, background)).toEqual(ANYONE);
  expect(openToPrincipal(OUTSIDER, record, background)?.es).toBe(`la cuenta ${OUTSIDER}`);
  for (const none of [undefined, ACCOUNT, 's3.amazonaws.com']) expect(openToPrincipal(none, record, background)).toBeUndefined();
});
