import { expect, it } from 'vitest';
import { addIdentityCenter, addUser, type RoleRow } from '../../world/index.ts';
import { bench } from '../testing.ts';

const DENY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

it('a permission set reaches its role when it is provisioned, and IAM leaves that role alone', async () => {
  const { world, account, call, pass } = bench();
  const { arn: InstanceArn, storeId: IdentityStoreId } = addIdentityCenter(world, account, 'eu-west-1');
  addUser(world, account, { name: 'admin' });
  expect((await call('sso:ListInstances', {}, { region: 'us-east-1' })).Instances).toEqual([]);
  const { PermissionSetArn } = (await call('sso:CreatePermissionSet', { InstanceArn, Name: 'Support' })).PermissionSet;
  const { UserId } = await call('identitystore:CreateUser', {
    IdentityStoreId,
    UserName: 'ann',
    DisplayName: 'Ann',
    Name: { GivenName: 'Ann', FamilyName: 'B' },
  });
  const of = { InstanceArn, PermissionSetArn };
  const assignment = { ...of, TargetId: account.id, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId: UserId };
  await call('sso:CreateAccountAssignment', assignment);
  const role = Object.values(account.tables.roles as Record<string, RoleRow>).find((one) => one.name.startsWith('AWSReservedSSO_Support_'))!;
  expect(role.path).toBe('/aws-reserved/sso.amazonaws.com/eu-west-1/');

  await call('sso:PutInlinePolicyToPermissionSet', { ...of, InlinePolicy: DENY });
  expect(role.inline).toEqual({});
  const stale = { InstanceArn, AccountId: account.id, ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' };
  expect((await call('sso:ListPermissionSetsProvisionedToAccount', stale)).PermissionSets).toEqual([PermissionSetArn]);
  const { RequestId } = (await call('sso:ProvisionPermissionSet', { ...of, TargetType: 'ALL_PROVISIONED_ACCOUNTS' })).PermissionSetProvisioningStatus;
  expect(role.inline).toEqual({ AwsSSOInlinePolicy: DENY });
  const status = async () => {
    const asked = { InstanceArn, ProvisionPermissionSetRequestId: RequestId };
    return (await call('sso:DescribePermissionSetProvisioningStatus', asked)).PermissionSetProvisioningStatus.Status;
  };
  expect(await status()).toBe('IN_PROGRESS');
  pass(10);
  expect(await status()).toBe('SUCCEEDED');
  await expect(call('iam:PutRolePolicy', { RoleName: role.name, PolicyName: 'x', PolicyDocument: DENY })).rejects.toMatchObject({ code: 'UnmodifiableEntity' });
  await expect(call('sso:DeletePermissionSet', of)).rejects.toMatchObject({ code: 'ConflictException' });
  await call('sso:DeleteAccountAssignment', assignment);
  await call('sso:DeletePermissionSet', of);
  expect(account.tables.roles![role.name]).toBeUndefined();
});
