import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';
import { perUser } from '../hunting/principals.ts';

/** Keys that speak for a user until somebody disables them: how an intruder stays. */
export const hunter: Hunter = {
  type: 'AWS::IAM::AccessKey',
  scope: 'global',
  title: text('IAM access keys', 'Claves de acceso de IAM'),
  permissions: ['iam:ListUsers', 'iam:ListAccessKeys'],
  createdByEvents: ['CreateAccessKey'],
  changedByEvents: ['UpdateAccessKey', 'DeleteAccessKey'],
  names: ['accessKeyId'],
  async *scan(ctx, region) {
    yield* perUser<{ AccessKeyId?: string; Status?: string; CreateDate?: string }>(ctx, region, 'ListAccessKeys', 'AccessKeyMetadata', (one, userName) => {
      if (one.AccessKeyId === undefined) return undefined;
      const arn = iamArn(partition(ctx).name, ctx.facts.account ?? '', 'access-key', one.AccessKeyId);
      const detail = present({ userName, status: one.Status });
      return foundAt(ctx, 'AWS::IAM::AccessKey', region, arn, one.AccessKeyId, { createdAt: time(one.CreateDate), detail });
    });
  },
};
