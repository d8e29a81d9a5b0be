import { expect, test } from 'vitest';
import { readPolicy, trustOf } from './index.ts';

const OWN = new Set(['111122223333']);
const of = (Principal: unknown, Condition?: unknown, more: Record<string, unknown> = {}) =>
  trustOf(readPolicy({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition, ...more } }).policy!, OWN);
const told = (...args: Parameters<typeof of>) => of(...args).map(({ who, outside, account }) => [who, outside, account]);

test('accounts and principals, inside and outside', () => {
  expect(told({ AWS: '111122223333' })).toEqual([['account', false, '111122223333']]);
  expect(told({ AWS: ['arn:aws:iam::999988887777:root', 'arn:aws:iam::999988887777:role/x', 'AIDAORPHANEDPRINCIPAL'] })).toEqual([
    ['account', true, '999988887777'],
    ['principal', true, '999988887777'],
    ['principal', false, undefined],
  ]);
  expect(of({ AWS: '999988887777' }, { StringEquals: { 'sts:ExternalId': 'x1' } })[0]).toMatchObject({ outside: true, guards: { externalId: true } });
  expect(told({ AWS: 'arn:aws:iam::127311923021:root' })).toEqual([['account', false, '127311923021']]);
  expect(told({ Service: 'ec2.amazonaws.com' })).toEqual([['service', false, undefined]]);
  expect(told({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' })).toEqual([['principal', false, undefined]]);
});
test('anyone means whom the conditions leave', () => {
  const anyone = [['anyone', true, undefined]];
  expect(told('*')).toEqual(anyone);
  expect(told({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })).toEqual([['organisation', false, undefined]]);
  expect(told('*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })).toEqual(anyone);
  expect(told('*', { 'ForAllValues:StringEquals': { 'aws:PrincipalAccount': '111122223333' } })).toEqual(anyone);
  expect(told('*', { StringNotEquals: { 'aws:PrincipalAccount': '999988887777' } })).toEqual(anyone);
  expect(told('*', { StringEquals: { 'aws:SourceAccount': ['111122223333', '999988887777'] } })).toEqual([
    ['account', false, '111122223333'],
    ['account', true, '999988887777'],
  ]);
  expect(told('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } })).toEqual([['account', false, '111122223333']]);
  expect(told('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } })).toEqual(anyone);
  expect(told('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::my-bucket' } })).toEqual([['anyone', false, undefined]]);
  expect(told('*', { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c' } })).toEqual([['anyone', false, undefined]]);
  expect(told('*', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })).toEqual(anyone);
  expect(of('*', { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } })[0]).toMatchObject({ outside: true, guards: { addresses: true } });
  expect(told(undefined, undefined, { NotPrincipal: { AWS: '111122223333' } })).toEqual(anyone);
  expect(told({ AWS: 'arn:aws:iam::*:root' })).toEqual(anyone);
});
test('federation: a shared sign-in service needs a subject', () => {
  const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
  const sub = (value: string) => ({ StringLike: { 'token.actions.githubusercontent.com:sub': value } });
  expect(told({ Federated: github })).toEqual([['oidc', true, '111122223333']]);
  expect(told({ Federated: github }, { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } })).toEqual([
    ['oidc', true, '111122223333'],
  ]);
  expect(told({ Federated: github }, sub('repo:*'))).toEqual([['oidc', true, '111122223333']]);
  expect(told({ Federated: github }, sub('repo:ex*/app:ref:refs/heads/main'))).toEqual([['oidc', true, '111122223333']]);
  expect(told({ Federated: github }, sub('repo:example/*'))).toEqual([['oidc', false, '111122223333']]);
  expect(told({ Federated: github }, sub('repo:example/app:*'))).toEqual([['oidc', false, '111122223333']]);
  expect(told({ Federated: 'cognito-identity.amazonaws.com' }, { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:1-2' } })).toEqual([
    ['oidc', false, undefined],
  ]);
  expect(told({ Federated: 'arn:aws:iam::111122223333:saml-provider/okta' })).toEqual([['saml', false, '111122223333']]);
  expect(told({ Federated: 'arn:aws:iam::999988887777:saml-provider/okta' })).toEqual([['saml', true, '999988887777']]);
});
test('denies: only one of everything to everyone closes it', () => {
  const policy = (...more: unknown[]) => readPolicy({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }, ...more] }).policy!;
  expect(trustOf(policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }), OWN)).toEqual([]);
  expect(
    trustOf(policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), OWN),
  ).toHaveLength(1);
});
test('a Deny for all who are not one’s own counts as a condition', () => {
  const policy = (deny: Record<string, unknown>) =>
    readPolicy({
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' },
        { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'], ...deny },
      ],
    }).policy!;
  const outside = (deny: Record<string, unknown>) => trustOf(policy(deny), OWN).map(({ who, outside }) => [who, outside]);
  const others = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } };
  expect(outside({ Condition: others })).toEqual([['organisation', false]]);
  expect(outside({ Condition: { ...others, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } })).toEqual([['organisation', false]]);
  expect(outside({ Condition: { ...others, StringNotLike: { 'aws:UserAgent': 'x' } } })).toEqual([['anyone', true]]);
  expect(outside({ Condition: others, Action: 's3:PutObject' })).toEqual([['anyone', true]]);
  expect(outside({ Condition: others, Resource: 'arn:aws:s3:::b' })).toEqual([['anyone', true]]);
});
