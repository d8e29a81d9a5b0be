import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { iamFound, listed, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::IAM::User',
  scope: 'global',
  title: text('IAM users', 'Usuarios de IAM'),
  permissions: ['iam:ListUsers'],
  createdByEvents: ['CreateUser'],
  changedByEvents: [
    'AttachUserPolicy',
    'PutUserPolicy',
    'DetachUserPolicy',
    'DeleteUserPolicy',
    'AddUserToGroup',
    'UpdateLoginProfile',
    'CreateLoginProfile',
    'PutUserPermissionsBoundary',
    'DeleteUserPermissionsBoundary',
    'UpdateUser',
  ],
  names: ['userName'],
  async *scan(ctx, region) {
    const users = listed<{ UserName?: string; Arn?: string; CreateDate?: string; PasswordLastUsed?: string }>(ctx, 'iam', region, 'ListUsers', 'Users');
    for await (const one of users) {
      if (one.UserName === undefined || one.Arn === undefined) continue;
      yield iamFound(ctx, 'AWS::IAM::User', region, one.Arn, one.UserName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ passwordLastUsed: time(one.PasswordLastUsed) }),
      });
    }
  },
};
