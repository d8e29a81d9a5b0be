import { expect, test } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import { ACCOUNT, OUTSIDER, ordinary } from '../testing/ordinary.ts';
import { grantOf, type Known, readPolicy } from './index.ts';

const background = { accounts: new Set([ACCOUNT]) };
const call = (api: string, requestParameters: Json, more: TrailRecord = {}) => {
  const [service, eventName] = api.split(':');
  return ordinary({ eventSource: `${service}.amazonaws.com`, eventName, requestParameters, ...more });
};
const of = (api: string, request: Json, more?: TrailRecord, known?: Known) => grantOf(call(api, request, more), background, known);
const ADMIN = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const trust = (Principal: Json) => JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
const worker = { userIdentity: { type: 'AssumedRole' } };

test('policies written into and attached to identities', () => {
  expect(of('iam:PutUserPolicy', { userName: 'alice', policyName: 'x', policyDocument: ADMIN })).toMatchObject({
    to: 'user/alice',
    self: true,
    powers: [{ kind: 'admin' }],
  });
  expect(of('iam:PutRolePolicy', { roleName: 'worker', policyDocument: ADMIN }, worker)).toMatchObject({ to: 'role/worker', self: true });
  expect(of('iam:PutRolePolicy', { roleName: 'worker', policyDocument: ADMIN })).toMatchObject({ self: false });
  expect(of('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })).toMatchObject({
    to: 'user/bob',
    self: false,
    powers: [{ kind: 'admin' }],
  });
  expect(of('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })?.powers.map(({ kind }) => kind)).not.toContain(
    'admin',
  );
  const own = of('iam:AttachUserPolicy', { userName: 'bob', policyArn: `arn:aws:iam::${ACCOUNT}:policy/AdministratorAccess` });
  expect(own?.powers).toEqual([]);
  expect(own?.unclear?.en).toContain('not in this event');
  const policyOf = () => readPolicy(ADMIN).policy;
  expect(of('iam:AttachUserPolicy', { userName: 'bob', policyArn: `arn:aws:iam::${ACCOUNT}:policy/x` }, {}, { policyOf })?.powers).toMatchObject([
    { kind: 'admin' },
  ]);
});
test('groups are the actor’s own when it is known that he is in them', () => {
  const request = { groupName: 'admins', policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess' };
  expect(of('iam:AttachGroupPolicy', request)?.self).toBe(false);
  expect(of('iam:AttachGroupPolicy', request, {}, { groupsOf: () => new Set(['admins']) })?.self).toBe(true);
  expect(of('iam:AddUserToGroup', { groupName: 'admins', userName: 'alice' })?.self).toBe(true);
  expect(of('iam:AddUserToGroup', { groupName: 'admins', userName: 'bob' })?.self).toBe(false);
});
test('refused, failed and dry calls, quarantines and other APIs grant nothing', () => {
  const request = { userName: 'alice', policyDocument: ADMIN };
  for (const errorCode of ['AccessDenied', 'LimitExceededException', 'Client.DryRunOperation'])
    expect(of('iam:PutUserPolicy', request, { errorCode })).toBeUndefined();
  expect(of('iam:PutUserPolicy', request, { errorCode: 'AccessDenied' }, { refused: true })?.powers).toMatchObject([{ kind: 'admin' }]);
  expect(of('iam:PutUserPolicy', null, { errorCode: 'AccessDenied' }, { refused: true })?.unclear?.en).toContain('does not show');
  expect(of('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' })).toBeUndefined();
  expect(of('iam:PutUserPolicy', { userName: 'bob', policyDocument: ADMIN.replace('Allow', 'Deny') })).toBeUndefined();
  expect(of('iam:GetUser', { userName: 'bob' })).toBeUndefined();
});
test('versions of policies', () => {
  expect(of('iam:CreatePolicyVersion', { policyArn: 'arn:p', policyDocument: ADMIN, setAsDefault: true })).toMatchObject({
    to: 'policy/arn:p',
    powers: [{ kind: 'admin' }],
  });
  expect(of('iam:CreatePolicyVersion', { policyArn: 'arn:p', policyDocument: ADMIN })?.why.en).toContain('does not count yet');
  expect(of('iam:SetDefaultPolicyVersion', { policyArn: 'arn:p', versionId: 'v1' })?.unclear).toBeDefined();
  expect(of('iam:DeleteUserPermissionsBoundary', { userName: 'alice' })).toMatchObject({ to: 'user/alice', self: true });
  expect(of('iam:CreatePolicy', { policyName: 'p', policyDocument: '{' })?.unclear?.en).toBe('It is not valid JSON.');
});
test('trust of roles', () => {
  expect(of('iam:UpdateAssumeRolePolicy', { roleName: 'r', policyDocument: trust({ AWS: `arn:aws:iam::${OUTSIDER}:root` }) })).toMatchObject({
    to: 'role/r',
    outsiders: [{ who: 'account', account: OUTSIDER }],
  });
  expect(of('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) })?.outsiders).toEqual([]);
  expect(of('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: ACCOUNT }) })?.outsiders).toEqual([]);
});
test('credentials of oneself and of others', () => {
  expect(of('iam:CreateAccessKey', null)).toMatchObject({ to: 'user/alice', self: true });
  expect(of('iam:CreateAccessKey', { userName: 'bob' })).toMatchObject({ to: 'user/bob', self: false, powers: [{ kind: 'credentials' }] });
  expect(of('iam:CreateAccessKey', null, { userIdentity: { type: 'Root' } })).toMatchObject({ to: 'root', self: true, powers: [{ kind: 'admin' }] });
  expect(of('iam:UpdateLoginProfile', { userName: 'bob' })?.self).toBe(false);
});
test('roles passed to code', () => {
  const profile = `arn:aws:iam::${ACCOUNT}:instance-profile/admin`;
  expect(of('ec2:RunInstances', { iamInstanceProfile: { arn: profile } })).toMatchObject({ to: 'code', powers: [{ kind: 'escalation', on: [profile] }] });
  expect(of('ec2:RunInstances', { instanceType: 't3.micro' })).toBeUndefined();
  expect(of('lambda:CreateFunction20150331', { role: `arn:aws:iam::${ACCOUNT}:role/admin` })?.to).toBe('code');
  expect(of('lambda:CreateFunction20150331', { role: `arn:aws:iam::${ACCOUNT}:role/worker` }, worker)).toMatchObject({ self: false, powers: [] });
});
test('policies on resources', () => {
  const open = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
  const text = JSON.stringify(open);
  const worst = (api: string, request: Json) => of(api, request)?.outsiders[0]?.who;
  expect(worst('s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: open })).toBe('anyone');
  expect(worst('kms:PutKeyPolicy', { keyId: 'k', policy: text })).toBe('anyone');
  expect(worst('sqs:SetQueueAttributes', { queueUrl: 'q', attributes: { Policy: text } })).toBe('anyone');
  expect(worst('sns:SetTopicAttributes', { topicArn: 't', attributeName: 'Policy', attributeValue: text })).toBe('anyone');
  expect(worst('ecr:SetRepositoryPolicy', { repositoryName: 'r', policyText: text })).toBe('anyone');
  expect(worst('secretsmanager:PutResourcePolicy', { secretId: 's', resourcePolicy: text })).toBe('anyone');
  expect(worst('backup:PutBackupVaultAccessPolicy', { backupVaultName: 'v', policy: text })).toBe('anyone');
  expect(worst('glacier:SetVaultAccessPolicy', { vaultName: 'v', policy: { policy: text } })).toBe('anyone');
  expect(worst('lambda:AddPermission20150331v2', { functionName: 'f', principal: '*', action: 'lambda:InvokeFunction' })).toBe('anyone');
  expect(worst('lambda:AddPermission20150331v2', { functionName: 'f', principal: OUTSIDER, action: 'lambda:InvokeFunction' })).toBe('account');
  expect(worst('events:PutPermission', { principal: OUTSIDER })).toBe('account');
  expect(worst('kms:CreateGrant', { keyId: 'k', granteePrincipal: `arn:aws:iam::${OUTSIDER}:root` })).toBe('account');
  expect(worst('sqs:AddPermission', { queueUrl: 'q', aWSAccountIds: [OUTSIDER] })).toBe('account');
  expect(worst('s3:PutBucketAcl', { bucketName: 'b', 'x-amz-acl': ['public-read'] })).toBe('anyone');
  expect(of('lambda:AddPermission20150331v2', { functionName: 'f', principal: 's3.amazonaws.com' })?.outsiders).toEqual([]);
  expect(of('lambda:AddPermission20150331v2', { functionName: 'f', principal: '*', principalOrgID: 'o-abcdefghij' })?.outsiders).toEqual([]);
  expect(of('kms:CreateGrant', { keyId: 'k', granteePrincipal: 'rds.us-east-1.amazonaws.com' })?.outsiders).toEqual([]);
  expect(of('sqs:SetQueueAttributes', { queueUrl: 'q', attributes: { DelaySeconds: '1' } })).toBeUndefined();
  expect(of('sns:SetTopicAttributes', { attributeName: 'DisplayName', attributeValue: 'x' })).toBeUndefined();
});
test('Identity Center', () => {
  expect(
    of('sso:AttachManagedPolicyToPermissionSet', { permissionSetArn: 'a/ps-1', managedPolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  ).toMatchObject({
    to: 'permission-set/ps-1',
    powers: [{ kind: 'admin' }],
  });
  expect(of('sso:PutInlinePolicyToPermissionSet', { permissionSetArn: 'a/ps-1', inlinePolicy: ADMIN })?.powers).toMatchObject([{ kind: 'admin' }]);
});
test('hostile records grant nothing and break nothing', () => {
  for (const value of [null, 7, 'x', [], [null], {}, { policyDocument: {} }, { policyDocument: [1] }, { policy: 7 }] as Json[])
    for (const api of [
      'iam:PutUserPolicy',
      'iam:AttachRolePolicy',
      'iam:CreateRole',
      's3:PutBucketPolicy',
      's3:PutBucketAcl',
      'lambda:AddPermission',
      'sqs:AddPermission',
      'constructor:constructor',
    ])
      expect(() => grantOf(call(api, value, { userIdentity: null }), background)).not.toThrow();
});
