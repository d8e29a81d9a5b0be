import { expect, it } from 'vitest';
import { bench } from '../testing.ts';

const code = (name: string) => expect.objectContaining({ code: name });

it('takes a key through its life, and loses it when its waiting period is over', async () => {
  const { call, pass } = bench();
  const { KeyId, Arn } = (await call('kms:CreateKey', { Description: 'data' })).KeyMetadata;
  await call('kms:CreateAlias', { AliasName: 'alias/data', TargetKeyId: KeyId });
  expect((await call('kms:DescribeKey', { KeyId: 'alias/data' })).KeyMetadata).toMatchObject({ Arn, KeyState: 'Enabled', KeyManager: 'CUSTOMER' });
  await expect(call('kms:CreateAlias', { AliasName: 'alias/data', TargetKeyId: KeyId })).rejects.toEqual(code('AlreadyExistsException'));
  await call('kms:DisableKey', { KeyId: Arn });
  const grant = { KeyId, GranteePrincipal: 'arn:aws:iam::999988887777:root', Operations: ['Decrypt'] };
  await expect(call('kms:CreateGrant', grant)).rejects.toEqual(code('DisabledException'));
  await expect(call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 3 })).rejects.toEqual(code('ValidationException'));
  expect(await call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })).toMatchObject({ KeyState: 'PendingDeletion' });
  await expect(call('kms:EnableKey', { KeyId })).rejects.toEqual(code('KMSInvalidStateException'));
  await call('kms:CancelKeyDeletion', { KeyId });
  await call('kms:EnableKey', { KeyId });
  await call('kms:CreateGrant', grant);
  expect((await call('kms:ListGrants', { KeyId })).Grants).toMatchObject([{ GranteePrincipal: grant.GranteePrincipal, Operations: ['Decrypt'] }]);
  await call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  pass(7 * 86_400 + 1);
  await expect(call('kms:DescribeKey', { KeyId })).rejects.toEqual(code('NotFoundException'));
  expect((await call('kms:ListKeys')).Keys).toEqual([]);
});
it('refuses a policy that is none and a marker that it did not make', async () => {
  const { call } = bench();
  const { KeyId } = (await call('kms:CreateKey')).KeyMetadata;
  const before = await call('kms:GetKeyPolicy', { KeyId });
  await expect(call('kms:PutKeyPolicy', { KeyId, Policy: '{' })).rejects.toEqual(code('MalformedPolicyDocumentException'));
  expect(await call('kms:GetKeyPolicy', { KeyId })).toEqual(before);
  await expect(call('kms:ListKeys', { Marker: 'x' })).rejects.toEqual(code('InvalidMarkerException'));
});
