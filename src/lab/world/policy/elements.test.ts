import { describe, expect, it } from 'vitest';
import { allow, type Case, DENIED, decide, deny, NONE, ROLE, USER, variable, when } from './table.ts';

/** Pages of the IAM User Guide and the STS API reference. */
const LOGIC = 'IAM: Policy evaluation logic';
const ACTION = 'IAM: JSON policy elements, Action and NotAction';
const RESOURCE = 'IAM: JSON policy elements, Resource and NotResource';
const VARIABLES = 'IAM: Variables and tags';

const cases: Case[] = [
  { source: LOGIC, rule: 'nothing is allowed by default', policy: [], expect: NONE },
  { source: LOGIC, rule: 'an allow allows', policy: [allow('ec2:DescribeInstances')], expect: 'yes' },
  { source: LOGIC, rule: 'an allow for another action does not', policy: [allow('ec2:StopInstances')], expect: NONE },
  { source: LOGIC, rule: 'an explicit deny overrides every allow', policy: [allow(), deny('ec2:*')], expect: DENIED },
  { source: LOGIC, rule: 'the order of statements does not matter', policy: [deny('ec2:*'), allow()], expect: DENIED },
  { source: LOGIC, rule: 'a deny of another action leaves this one', policy: [allow(), deny('iam:*')], expect: 'yes' },
  { source: LOGIC, rule: 'the root user needs no policy', who: 'root', policy: [], expect: 'yes' },
  { source: LOGIC, rule: 'a group grants', policy: [], group: [allow('ec2:*')], expect: 'yes' },
  { source: LOGIC, rule: 'a group denies', policy: [allow()], group: [deny()], expect: DENIED },
  { source: ACTION, rule: 'action names are not case-sensitive', policy: [allow('EC2:describeINSTANCES')], expect: 'yes' },
  { source: ACTION, rule: '* matches any run', policy: [allow('ec2:Desc*Inst*')], expect: 'yes' },
  { source: ACTION, rule: '? matches exactly one character', policy: [allow('ec2:DescribeInstance?')], expect: 'yes' },
  { source: ACTION, rule: '? does not match none', policy: [allow('ec2:DescribeInstances?')], expect: NONE },
  { source: ACTION, rule: 'a prefix without wildcard is not enough', policy: [allow('ec2:Describe')], expect: NONE },
  { source: ACTION, rule: 'NotAction allows everything else', policy: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], expect: 'yes' },
  { source: ACTION, rule: 'NotAction does not allow what it names', policy: [{ Effect: 'Allow', NotAction: ['iam:*', 'ec2:*'], Resource: '*' }], expect: NONE },
  {
    source: ACTION,
    rule: 'deny with NotAction denies everything else',
    policy: [allow(), { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }],
    expect: DENIED,
  },
  { source: ACTION, rule: 'an allow with NotAction denies nothing', policy: [allow(), { Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }], expect: 'yes' },
  {
    source: RESOURCE,
    rule: 'the resource must match',
    policy: [allow('iam:*', { Resource: USER })],
    action: 'iam:GetUser',
    resource: `${USER}x`,
    expect: NONE,
  },
  {
    source: RESOURCE,
    rule: 'resources are case-sensitive',
    policy: [allow('iam:*', { Resource: USER })],
    action: 'iam:GetUser',
    resource: USER.replace('ann', 'Ann'),
    expect: NONE,
  },
  {
    source: RESOURCE,
    rule: 'wildcards cross slashes',
    policy: [allow('iam:*', { Resource: 'arn:aws:iam::*:user/*' })],
    action: 'iam:GetUser',
    resource: USER,
    expect: 'yes',
  },
  {
    source: RESOURCE,
    rule: 'NotResource excludes',
    policy: [allow('iam:*', { Resource: undefined, NotResource: USER })],
    action: 'iam:GetUser',
    resource: USER,
    expect: NONE,
  },
  {
    source: RESOURCE,
    rule: 'NotResource takes all others',
    policy: [allow('iam:*', { Resource: undefined, NotResource: ROLE })],
    action: 'iam:GetUser',
    resource: USER,
    expect: 'yes',
  },
  {
    source: RESOURCE,
    rule: 'deny with NotResource spares what it names',
    policy: [allow(), deny('iam:*', { Resource: undefined, NotResource: USER })],
    action: 'iam:GetUser',
    resource: USER,
    expect: 'yes',
  },
  {
    source: VARIABLES,
    rule: `${variable('aws:username')} in a resource`,
    policy: [allow('iam:*', { Resource: `arn:aws:iam::*:user/team/${variable('aws:username')}` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: 'yes',
  },
  {
    source: VARIABLES,
    rule: 'a variable without value matches nothing',
    policy: [allow('*', { Resource: `arn:aws:iam::*:user/${variable('aws:SourceIdentity')}*` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: NONE,
  },
  {
    source: VARIABLES,
    rule: 'a default stands in for an absent value',
    policy: [allow('*', { Resource: `arn:aws:iam::*:user/${variable("aws:SourceIdentity, 'team'")}/*` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: 'yes',
  },
  {
    source: VARIABLES,
    rule: `${variable('*')} is a literal star`,
    policy: [allow('*', { Resource: `arn:aws:iam::*:user/team/${variable('*')}` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: NONE,
  },
  { source: VARIABLES, rule: 'a role session has no aws:username', who: 'role', policy: [allow('*', when('StringLike', 'aws:username', '*'))], expect: NONE },
  {
    source: VARIABLES,
    rule: 'version 2008-10-17 knows no variables',
    version: '2008-10-17',
    policy: [allow('*', { Resource: `arn:aws:iam::*:user/team/${variable('aws:username')}` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: NONE,
  },
  {
    source: VARIABLES,
    rule: 'a wildcard in a tag value is literal',
    tags: { team: '*' },
    policy: [allow('*', { Resource: `arn:aws:iam::*:user/${variable('aws:PrincipalTag/team')}/ann` })],
    action: 'iam:GetUser',
    resource: USER,
    expect: NONE,
  },
  {
    source: VARIABLES,
    rule: 'variables in condition values',
    policy: [allow('*', when('StringEquals', 'ec2:Owner', `${variable('aws:username')}`))],
    conditions: { 'ec2:Owner': 'ann' },
    expect: 'yes',
  },
];

describe('policy evaluation: elements', () => {
  for (const test of cases)
    it(`${test.rule} (${test.source})`, () => {
      if (test.expect === 'yes') expect(decide(test)).toEqual({ allowed: true });
      else expect(decide(test)).toMatchObject({ allowed: false, why: expect.stringMatching(test.expect) });
    });
});
