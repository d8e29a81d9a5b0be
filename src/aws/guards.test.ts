import { describe, expect, it } from 'vitest';
import { type Change, type Plan, text, type Value } from '../kernel/index.ts';
import { identityGuard, selfLockoutGuard } from './guards.ts';
import type { Identity } from './types.ts';

const user: Identity = { arn: 'arn:aws:iam::111122223333:user/team/Ana', account: '111122223333', userId: 'AIDA', accessKeyId: 'AKIAANA' };
const role: Identity = { arn: 'arn:aws:sts::111122223333:assumed-role/Responder/ana', account: '111122223333', userId: 'AROA:ana', accessKeyId: 'ASIAANA' };
const aws = (identity: Identity) => ({ identity: async () => identity });
const plan = (operation: string, input: Value, action = 'contain', service = 'iam'): Plan => ({
  action,
  target: {},
  steps: [
    {
      id: 'step',
      why: text('w', 'w'),
      call: { service, operation, region: 'us-east-1', input },
      repeat: 'safe',
      probe: { call: { service, operation, region: 'us-east-1', input }, done: [] },
      undo: { never: text('n', 'n') },
      danger: [],
    } satisfies Change,
  ],
});

describe('identityGuard', () => {
  it.each([
    [user, { accessKeyId: 'AKIAANA' }],
    [user, { userName: 'ana' }],
    [user, { arn: 'arn:aws:iam::111122223333:user/Ana' }],
    [role, { arn: 'arn:aws:sts::111122223333:assumed-role/Responder/mallory' }],
    [role, { arn: 'arn:aws:iam::111122223333:role/path/Responder' }],
  ])('refuses %o for %o', async (identity, compromised) => {
    await expect(identityGuard(aws(identity), compromised)).rejects.toMatchObject({
      code: 'CompromisedIdentity',
      exit: 2,
      fix: expect.stringContaining('root'),
    });
  });
  it.each([
    [user, { accessKeyId: 'AKIAOTHER', userName: 'bob', arn: 'arn:aws:iam::111122223333:user/bob' }],
    [user, { arn: 'arn:aws:iam::999999999999:user/Ana' }],
    [role, { userName: 'Responder' }],
    [role, {}],
  ])('lets %o work on %o', async (identity, compromised) => {
    await expect(identityGuard(aws(identity), compromised)).resolves.toBeUndefined();
  });
});

describe('selfLockoutGuard', () => {
  it.each([
    [user, plan('UpdateAccessKey', { UserName: 'x', AccessKeyId: 'AKIAANA', Status: 'Inactive' })],
    [user, plan('DeleteAccessKey', { AccessKeyId: 'AKIAANA' })],
    [user, plan('AttachUserPolicy', { UserName: 'ANA', PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' })],
    [user, plan('PutUserPolicy', { UserName: 'Ana' })],
    [role, plan('PutRolePolicy', { RoleName: 'Responder' })],
  ])('refuses for %o', (identity, refused) => {
    expect(() => selfLockoutGuard(refused, identity)).toThrow(
      expect.objectContaining({ code: 'SelfLockout', exit: 2, message: expect.stringContaining('step') }),
    );
  });
  it.each([
    [user, plan('UpdateAccessKey', { UserName: 'x', AccessKeyId: 'AKIAOTHER', Status: 'Inactive' })],
    [user, plan('UpdateAccessKey', { AccessKeyId: 'AKIAANA', Status: 'Active' })],
    [user, plan('PutUserPolicy', { UserName: 'bob' })],
    [user, plan('PutRolePolicy', { RoleName: 'Ana' })],
    [role, plan('PutUserPolicy', { UserName: 'Responder' })],
    [role, plan('DeleteRolePolicy', { RoleName: 'Responder' }, 'undo:contain')],
    [user, plan('PutUserPolicy', { UserName: 'Ana' }, 'contain', 'evidence')],
  ])('lets pass for %o', (identity, harmless) => {
    expect(() => selfLockoutGuard(harmless, identity)).not.toThrow();
  });
});
