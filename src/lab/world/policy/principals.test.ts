import { describe, expect, it } from 'vitest';
import { allow, type Case, DENIED, decide, deny, NONE, ROLE, USER, when } from './table.ts';

/** Pages of the IAM User Guide and the STS API reference. */
const GLOBAL = 'AWS global condition context keys';
const BOUNDARY = 'IAM: Permissions boundaries';
const SESSION = 'IAM: Session policies';
const REVOKE = 'IAM: Revoking role temporary security credentials';
const STS = 'STS API: GetSessionToken, GetFederationToken';
const TRUST = 'IAM: JSON policy elements, Principal';
const MANAGED = 'AWS Managed Policy Reference';

const cases: Case[] = [
  {
    source: REVOKE,
    rule: 'sessions issued before the cut-off are denied',
    who: 'role',
    policy: [allow(), deny('*', when('DateLessThan', 'aws:TokenIssueTime', '2100-01-01T00:00:00Z'))],
    expect: DENIED,
  },
  {
    source: REVOKE,
    rule: 'sessions issued after it pass',
    who: 'role',
    policy: [allow(), deny('*', when('DateLessThan', 'aws:TokenIssueTime', '2020-01-01T00:00:00Z'))],
    expect: 'yes',
  },
  {
    source: REVOKE,
    rule: 'long-term keys have no issue time',
    policy: [allow(), deny('*', when('DateLessThan', 'aws:TokenIssueTime', '2100-01-01T00:00:00Z'))],
    expect: 'yes',
  },
  {
    source: REVOKE,
    rule: 'the same deny on a user ends its GetSessionToken sessions',
    who: 'session',
    policy: [allow(), deny('*', when('DateLessThan', 'aws:TokenIssueTime', '2100-01-01T00:00:00Z'))],
    expect: DENIED,
  },
  {
    source: GLOBAL,
    rule: 'aws:PrincipalArn of a session is the role',
    who: 'role',
    policy: [allow('*', when('ArnEquals', 'aws:PrincipalArn', ROLE))],
    expect: 'yes',
  },
  {
    source: GLOBAL,
    rule: 'aws:userid of a session is role id and session name',
    who: 'role',
    policy: [allow('*', when('StringLike', 'aws:userid', 'AROA*:i-1'))],
    expect: 'yes',
  },
  {
    source: GLOBAL,
    rule: 'MFA is absent on long-term keys, so a deny on false spares them',
    policy: [allow(), deny('*', when('Bool', 'aws:MultiFactorAuthPresent', 'false'))],
    expect: 'yes',
  },
  {
    source: GLOBAL,
    rule: 'MFA is false on sessions without it',
    who: 'session',
    policy: [allow(), deny('*', when('Bool', 'aws:MultiFactorAuthPresent', 'false'))],
    expect: DENIED,
  },
  { source: STS, rule: 'GetSessionToken sessions follow the user', who: 'session', policy: [allow()], expect: 'yes' },
  {
    source: STS,
    rule: 'they cannot call IAM without MFA',
    who: 'session',
    policy: [allow()],
    action: 'iam:ListUsers',
    expect: /security token included in the request is invalid/,
  },
  { source: STS, rule: 'with MFA they can', who: 'mfa', policy: [allow()], action: 'iam:ListUsers', expect: 'yes' },
  {
    source: STS,
    rule: 'of STS they may call AssumeRole and GetCallerIdentity only',
    who: 'session',
    policy: [allow()],
    action: 'sts:GetFederationToken',
    expect: /Cannot call GetFederationToken/,
  },
  { source: STS, rule: 'GetCallerIdentity works under an explicit deny', policy: [deny()], action: 'sts:GetCallerIdentity', expect: 'yes' },
  {
    source: STS,
    rule: 'federated users have what user and session policy share',
    who: 'federated',
    policy: [allow()],
    session: [allow('ec2:*')],
    expect: 'yes',
  },
  { source: STS, rule: 'without a session policy they have nothing', who: 'federated', policy: [allow()], expect: /no session policy allows/ },
  { source: STS, rule: 'they cannot call IAM', who: 'federated', policy: [allow()], session: [allow()], action: 'iam:ListUsers', expect: /security token/ },
  { source: BOUNDARY, rule: 'a boundary limits', policy: [allow()], boundary: [allow('s3:*')], expect: /no permissions boundary allows/ },
  { source: BOUNDARY, rule: 'a boundary grants nothing', policy: [], boundary: [allow()], expect: NONE },
  { source: BOUNDARY, rule: 'policy and boundary together', policy: [allow('ec2:*')], boundary: [allow()], expect: 'yes' },
  {
    source: BOUNDARY,
    rule: 'a deny in the boundary',
    policy: [allow()],
    boundary: [allow(), deny('ec2:*')],
    expect: /explicit deny in a permissions boundary/,
  },
  { source: SESSION, rule: 'a session policy limits a role', who: 'role', policy: [allow()], session: [allow('s3:*')], expect: /no session policy allows/ },
  { source: SESSION, rule: 'a session policy grants nothing', who: 'role', policy: [], session: [allow()], expect: NONE },
  { source: SESSION, rule: 'a deny in it', who: 'role', policy: [allow()], session: [allow(), deny('ec2:*')], expect: /explicit deny in a session policy/ },
  { source: MANAGED, rule: 'AWSDenyAll ends everything', policy: [allow()], attached: ['AWSDenyAll'], expect: DENIED },
  { source: MANAGED, rule: 'PowerUserAccess leaves IAM out', policy: [], attached: ['PowerUserAccess'], action: 'iam:CreateUser', expect: NONE },
  { source: MANAGED, rule: 'ReadOnlyAccess does not stop instances', policy: [], attached: ['ReadOnlyAccess'], action: 'ec2:StopInstances', expect: NONE },
  {
    source: MANAGED,
    rule: 'quarantine denies LookupEvents to the quarantined',
    policy: [allow()],
    attached: ['AWSCompromisedKeyQuarantineV3'],
    action: 'cloudtrail:LookupEvents',
    expect: DENIED,
  },
  {
    source: MANAGED,
    rule: 'quarantine does not deny AssumeRole or StopLogging',
    policy: [allow()],
    attached: ['AWSCompromisedKeyQuarantineV2'],
    action: 'cloudtrail:StopLogging',
    expect: 'yes',
  },
  { source: TRUST, rule: 'a trust policy that names the user is enough', policy: [], trust: { Principal: { AWS: USER } }, expect: 'yes' },
  {
    source: TRUST,
    rule: 'one that names the account leaves it to the identity policy',
    policy: [],
    trust: { Principal: { AWS: '111122223333' } },
    expect: NONE,
  },
  {
    source: TRUST,
    rule: 'account named and identity policy allows',
    policy: [allow('sts:AssumeRole', { Resource: ROLE })],
    trust: { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    expect: 'yes',
  },
  {
    source: TRUST,
    rule: 'an identity policy alone is not enough',
    policy: [allow()],
    trust: { Principal: { Service: 'ec2.amazonaws.com' } },
    expect: /no resource-based policy allows/,
  },
  { source: TRUST, rule: 'a deny in the identity policy overrides', policy: [deny('sts:*')], trust: { Principal: { AWS: USER } }, expect: DENIED },
  {
    source: TRUST,
    rule: 'an external id must match',
    policy: [allow()],
    trust: { Principal: { AWS: '111122223333' }, ...when('StringEquals', 'sts:ExternalId', 'x') },
    conditions: { 'sts:ExternalId': 'y' },
    expect: /no resource-based policy allows/,
  },
  {
    source: TRUST,
    rule: 'the root user may not assume roles',
    who: 'root',
    trust: { Principal: { AWS: '111122223333' } },
    expect: /may not be assumed by root/,
  },
];

describe('policy evaluation: principals', () => {
  for (const test of cases)
    it(`${test.rule} (${test.source})`, () => {
      if (test.expect === 'yes') expect(decide(test)).toEqual({ allowed: true });
      else expect(decide(test)).toMatchObject({ allowed: false, why: expect.stringMatching(test.expect) });
    });
});
