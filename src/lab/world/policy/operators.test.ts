import { describe, expect, it } from 'vitest';
import { allow, type Case, DENIED, decide, deny, NONE, NOW, USER, when } from './table.ts';

/** Pages of the IAM User Guide and the STS API reference. */
const OPERATORS = 'IAM: JSON policy elements, Condition operators';
const MULTI = 'IAM: Conditions with multiple context keys or values';

const cases: Case[] = [
  { source: OPERATORS, rule: 'StringEquals is case-sensitive', policy: [allow('*', when('StringEquals', 'aws:RequestedRegion', 'US-EAST-1'))], expect: NONE },
  {
    source: OPERATORS,
    rule: 'StringEqualsIgnoreCase is not',
    policy: [allow('*', when('StringEqualsIgnoreCase', 'aws:RequestedRegion', 'US-EAST-1'))],
    expect: 'yes',
  },
  { source: OPERATORS, rule: 'StringEquals takes no wildcards', policy: [allow('*', when('StringEquals', 'aws:RequestedRegion', 'us-*'))], expect: NONE },
  { source: OPERATORS, rule: 'StringLike does', policy: [allow('*', when('StringLike', 'aws:RequestedRegion', 'us-*'))], expect: 'yes' },
  {
    source: OPERATORS,
    rule: 'a region deny: StringNotEquals',
    policy: [allow(), deny('*', when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'eu-central-1']))],
    expect: DENIED,
  },
  {
    source: OPERATORS,
    rule: 'StringNotEquals with several values: none may match',
    policy: [allow(), deny('*', when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-east-1']))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'several values are alternatives',
    policy: [allow('*', when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-east-1']))],
    expect: 'yes',
  },
  {
    source: MULTI,
    rule: 'several keys must all hold',
    policy: [allow('*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalType': 'Account' } } })],
    expect: NONE,
  },
  {
    source: MULTI,
    rule: 'several operators must all hold',
    policy: [allow('*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' }, Bool: { 'aws:SecureTransport': 'false' } } })],
    expect: NONE,
  },
  {
    source: OPERATORS,
    rule: 'an absent key fails a positive operator',
    policy: [allow('*', when('StringEquals', 'aws:PrincipalTag/team', 'red'))],
    expect: NONE,
  },
  {
    source: OPERATORS,
    rule: 'an absent key holds a negated operator',
    policy: [allow('*', when('StringNotEquals', 'aws:PrincipalTag/team', 'red'))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'IfExists holds when the key is absent',
    policy: [allow('*', when('StringEqualsIfExists', 'aws:PrincipalTag/team', 'red'))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'IfExists tests a key that is there',
    tags: { team: 'blue' },
    policy: [allow('*', when('StringEqualsIfExists', 'aws:PrincipalTag/team', 'red'))],
    expect: NONE,
  },
  { source: OPERATORS, rule: 'Null true: the key must be absent', policy: [allow('*', when('Null', 'aws:TokenIssueTime', 'true'))], expect: 'yes' },
  { source: OPERATORS, rule: 'Null false: the key must be there', policy: [allow('*', when('Null', 'aws:TokenIssueTime', 'false'))], expect: NONE },
  {
    source: OPERATORS,
    rule: 'NumericLessThan compares numbers',
    policy: [allow('*', when('NumericLessThan', 's3:max-keys', '10'))],
    conditions: { 's3:max-keys': '9' },
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'NumericLessThanEquals at the edge',
    policy: [allow('*', when('NumericLessThanEquals', 's3:max-keys', '10'))],
    conditions: { 's3:max-keys': '10' },
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'a text is no number',
    policy: [allow('*', when('NumericGreaterThan', 's3:max-keys', '1'))],
    conditions: { 's3:max-keys': 'many' },
    expect: NONE,
  },
  {
    source: OPERATORS,
    rule: 'DateGreaterThan on the current time',
    policy: [allow('*', when('DateGreaterThan', 'aws:CurrentTime', '2026-11-22T14:59:59Z'))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'DateLessThan in the past fails',
    policy: [allow('*', when('DateLessThan', 'aws:CurrentTime', '2026-11-22T14:59:59Z'))],
    expect: NONE,
  },
  {
    source: OPERATORS,
    rule: 'dates may be epoch seconds',
    policy: [allow('*', when('DateLessThan', 'aws:CurrentTime', String(NOW / 1000 + 1)))],
    expect: 'yes',
  },
  { source: OPERATORS, rule: 'Bool', policy: [allow(), deny('*', when('Bool', 'aws:SecureTransport', 'false'))], expect: 'yes' },
  { source: OPERATORS, rule: 'IpAddress in a range', policy: [allow('*', when('IpAddress', 'aws:SourceIp', '203.0.113.0/24'))], expect: 'yes' },
  { source: OPERATORS, rule: 'IpAddress outside', policy: [allow('*', when('IpAddress', 'aws:SourceIp', ['198.51.100.0/24', '2001:db8::/32']))], expect: NONE },
  {
    source: OPERATORS,
    rule: 'IpAddress with IPv6',
    policy: [allow('*', when('IpAddress', 'aws:SourceIp', '2001:db8::/32'))],
    conditions: { 'aws:SourceIp': '2001:db8:1::7' },
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'NotIpAddress denies from elsewhere',
    policy: [allow(), deny('*', when('NotIpAddress', 'aws:SourceIp', '198.51.100.7'))],
    expect: DENIED,
  },
  {
    source: OPERATORS,
    rule: 'ArnLike checks each part on its own',
    policy: [allow('*', when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/team/*'))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'a wildcard of ArnLike crosses no colon',
    policy: [allow('*', when('ArnLike', 'aws:PrincipalArn', 'arn:*:user/team/ann'))],
    expect: NONE,
  },
  {
    source: OPERATORS,
    rule: 'ArnNotEquals exempts a role from a deny',
    policy: [allow(), deny('*', when('ArnNotEquals', 'aws:PrincipalArn', USER))],
    expect: 'yes',
  },
  {
    source: OPERATORS,
    rule: 'operator and key names: keys are not case-sensitive',
    policy: [allow('*', when('StringEquals', 'AWS:requestedregion', 'us-east-1'))],
    expect: 'yes',
  },
  {
    source: MULTI,
    rule: 'ForAllValues: all of the request in the policy',
    policy: [allow('*', when('ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b']))],
    conditions: { 'aws:TagKeys': ['a', 'b'] },
    expect: 'yes',
  },
  {
    source: MULTI,
    rule: 'ForAllValues: one too many',
    policy: [allow('*', when('ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b']))],
    conditions: { 'aws:TagKeys': ['a', 'c'] },
    expect: NONE,
  },
  { source: MULTI, rule: 'ForAllValues holds for an absent key', policy: [allow('*', when('ForAllValues:StringEquals', 'aws:TagKeys', ['a']))], expect: 'yes' },
  {
    source: MULTI,
    rule: 'ForAnyValue: one is enough',
    policy: [allow('*', when('ForAnyValue:StringLike', 'aws:TagKeys', 'ir:*'))],
    conditions: { 'aws:TagKeys': ['a', 'ir:case'] },
    expect: 'yes',
  },
  { source: MULTI, rule: 'ForAnyValue fails for an absent key', policy: [allow('*', when('ForAnyValue:StringEquals', 'aws:TagKeys', 'a'))], expect: NONE },
  {
    source: MULTI,
    rule: 'ForAnyValue with a negated operator: any value outside',
    policy: [allow('*', when('ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a'))],
    conditions: { 'aws:TagKeys': ['a', 'b'] },
    expect: 'yes',
  },
];

describe('policy evaluation: operators', () => {
  for (const test of cases)
    it(`${test.rule} (${test.source})`, () => {
      if (test.expect === 'yes') expect(decide(test)).toEqual({ allowed: true });
      else expect(decide(test)).toMatchObject({ allowed: false, why: expect.stringMatching(test.expect) });
    });
});
