import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';
import { perUser } from '../hunting/principals.ts';

/** Passwords with which a user enters the console. */
export const hunter: Hunter = {
  type: 'AWS::IAM::LoginProfile',
  scope: 'global',
  title: text('Console passwords', 'Contraseñas de la consola'),
  permissions: ['iam:ListUsers', 'iam:GetLoginProfile'],
  createdByEvents: ['CreateLoginProfile'],
  changedByEvents: ['UpdateLoginProfile'],
  names: ['userName'],
  arn: (id, { partition: name, account }) => iamArn(name, account, 'login-profile', id),
  async *scan(ctx, region) {
    yield* perUser<{ CreateDate?: string; PasswordResetRequired?: boolean }>(ctx, region, 'GetLoginProfile', 'LoginProfile', (one, userName) => {
      const arn = iamArn(partition(ctx).name, ctx.facts.account ?? '', 'login-profile', userName);
      const detail = present({ userName, resetRequired: one.PasswordResetRequired });
      return foundAt(ctx, 'AWS::IAM::LoginProfile', region, arn, userName, { createdAt: time(one.CreateDate), detail });
    });
  },
};
