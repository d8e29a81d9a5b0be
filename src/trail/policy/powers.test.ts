import { expect, test } from 'vitest';
import { type PowerKind, powersOf, readPolicy } from './index.ts';
import { managedName, managedPolicy } from './managed.ts';

type Parts = Record<string, unknown>;
const of = (...statements: Parts[]) => powersOf(readPolicy({ Statement: statements.map((parts) => ({ Effect: 'Allow', Resource: '*', ...parts })) }).policy!);
const kinds = (...statements: Parts[]): PowerKind[] => [...new Set(of(...statements).map(({ kind }) => kind))];

test('everything is said once', () => {
  expect(of({ Action: '*' }).map(({ kind }) => kind)).toEqual(['admin']);
  expect(kinds({ Action: ['*:*'] })).toEqual(['admin']);
  expect(of({ Action: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })).toMatchObject([{ kind: 'admin', conditional: true }]);
});
test('permissions over IAM, nearly everything, and wildcards inside names', () => {
  expect(kinds({ Action: 'iam:*' })[0]).toBe('iam');
  expect(of({ Action: 'iam:*' }).filter(({ kind }) => kind === 'iam')).toHaveLength(1);
  const nearly = kinds({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'] });
  expect(nearly[0]).toBe('broad');
  expect(nearly).not.toContain('admin');
  expect(kinds({ Action: 'iam:Att*Policy' })).toEqual(['escalation']);
  expect(kinds({ Action: 'IAM:CREATEPOLICYVERSION' })).toEqual(['escalation']);
});
test.each([
  ['iam:CreatePolicyVersion'],
  ['iam:SetDefaultPolicyVersion'],
  ['iam:AttachUserPolicy'],
  ['iam:PutGroupPolicy'],
  ['iam:AddUserToGroup'],
  ['iam:UpdateAssumeRolePolicy'],
  ['iam:DeleteRolePermissionsBoundary'],
  ['lambda:UpdateFunctionCode'],
  ['ssm:SendCommand'],
  ['iam:CreateSAMLProvider'],
  ['rolesanywhere:CreateTrustAnchor'],
])('%s is a way up', (Action) => expect(kinds({ Action })).toContain('escalation'));
test('a way of two steps needs both, in any statements', () => {
  expect(kinds({ Action: 'iam:PassRole' })).toEqual([]);
  expect(kinds({ Action: 'lambda:CreateFunction' })).toEqual([]);
  expect(kinds({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/x' }, { Action: 'lambda:*' })).toContain('escalation');
  expect(of({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/x' }, { Action: 'lambda:CreateFunction' })).toMatchObject([
    { kind: 'escalation', on: ['arn:aws:iam::111122223333:role/x'] },
  ]);
});
test('denies count: everywhere, or for the same resource; a conditional one leaves something over', () => {
  expect(kinds({ Action: 's3:GetObject' }, { Effect: 'Deny', Action: 's3:*' })).toEqual([]);
  expect(kinds({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }, { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::a/*' })).toEqual([]);
  expect(kinds({ Action: 's3:GetObject' }, { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::a/*' })).toEqual(['data']);
  expect(kinds({ Action: 's3:GetObject' }, { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { x: 'y' } } })).toEqual(['data']);
  expect(kinds({ Action: '*' }, { Effect: 'Deny', Action: 'iam:*' })).toContain('broad');
  expect(kinds({ Effect: 'Deny', Action: '*' })).toEqual([]);
});
test('looking after one’s own keys is no power; neither is one named role', () => {
  const own = ['arn:aws:iam::*:user/$', '{aws:username}'].join('');
  expect(kinds({ Action: ['iam:CreateAccessKey', 'iam:UpdateLoginProfile'], Resource: own })).toEqual([]);
  expect(kinds({ Action: 'iam:CreateAccessKey' })).toEqual(['credentials']);
  expect(kinds({ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/app' })).toEqual([]);
  expect(kinds({ Action: 'sts:AssumeRole' })).toEqual(['movement']);
});
test('data, blinding, reading', () => {
  expect(kinds({ Action: ['secretsmanager:GetSecretValue', 'cloudtrail:StopLogging'] })).toEqual(['data', 'blinding']);
  expect(kinds({ Action: ['ec2:Describe*', 'iam:List*'] })).toEqual(['reading']);
  expect(of({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*', Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } })).toMatchObject([
    { kind: 'data', on: ['arn:aws:s3:::a/*'], conditional: true, actions: ['s3:GetObject'] },
  ]);
});
test('AWS managed policies by name; a customer’s own of the same name is not one', () => {
  expect(managedName('arn:aws:iam::aws:policy/AdministratorAccess')).toBe('AdministratorAccess');
  expect(managedName('arn:aws-cn:iam::aws:policy/service-role/AWSLambdaRole')).toBe('AWSLambdaRole');
  expect(managedName('arn:aws:iam::111122223333:policy/AdministratorAccess')).toBeUndefined();
  const of = (name: string) => [...new Set(powersOf(managedPolicy(name)!).map(({ kind }) => kind))];
  expect(of('AdministratorAccess')).toEqual(['admin']);
  expect(of('PowerUserAccess')[0]).toBe('broad');
  expect(of('IAMFullAccess')[0]).toBe('iam');
  expect(of('AmazonS3FullAccess')).toEqual(['data', 'sharing', 'destruction']);
  expect(of('AWSLambda_FullAccess')[0]).toBe('escalation');
  expect(of('AmazonDynamoDBFullAccess_v2')[0]).toBe('data');
  expect(of('AmazonEC2ReadOnlyAccess')).toEqual(['reading']);
  expect(of('ReadOnlyAccess')).toEqual(['data']);
  expect(of('AWSCompromisedKeyQuarantineV3')).toEqual([]);
  expect(of('AmazonS3ReadOnlyAccess')).toEqual(['data']);
  expect(of('IAMReadOnlyAccess')).toEqual(['reading']);
  expect(of('AWSLambdaBasicExecutionRole')).toEqual([]);
  expect(managedPolicy('AWSElasticBeanstalkService')).toBeUndefined();
  expect(managedPolicy('constructor')).toBeUndefined();
});
test('patterns that leave nothing out count as everything, for their own service only', () => {
  expect(of({ Action: 'iam:*', Resource: 'arn:aws:iam::111122223333:*' })[0]).toMatchObject({ kind: 'iam', on: undefined });
  expect(of({ Action: 'iam:CreateAccessKey', Resource: 'arn:aws:iam::*:user/*' })).toMatchObject([{ kind: 'credentials', on: undefined }]);
  expect(of({ Action: 'iam:PutRolePolicy', Resource: 'arn:aws:iam::111122223333:user/*' })[0]?.on).toEqual(['arn:aws:iam::111122223333:user/*']);
  expect(of({ Action: 's3:*', Resource: ['arn:aws:s3:::*', 'arn:aws:s3:::*/*'] })[0]).toMatchObject({ kind: 'data', on: undefined });
  expect(kinds({ Action: '*', Resource: 'arn:aws:s3:::*' })).not.toContain('admin');
  expect(kinds({ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/*' })).toEqual(['movement']);
});
test('a Deny with NotResource, or for another service, leaves the power over', () => {
  expect(kinds({ Action: '*' }, { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::*' })).toEqual(['admin']);
  expect(kinds({ Action: '*' }, { Effect: 'Deny', Action: '*', Resource: undefined, NotResource: 'arn:aws:s3:::a' })).toEqual(['admin']);
  expect(kinds({ Action: 's3:GetObject' }, { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::*' })).toEqual([]);
});
test('conditions that every request meets limit nothing', () => {
  expect(of({ Action: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).toMatchObject([{ kind: 'admin', conditional: false }]);
  expect(of({ Action: '*', Condition: { StringLike: { 'aws:username': '*' } } })).toMatchObject([{ kind: 'admin', conditional: false }]);
  expect(of({ Action: '*', Condition: { StringNotLike: { 'aws:username': '*' } } })).toMatchObject([{ kind: 'admin', conditional: true }]);
});
