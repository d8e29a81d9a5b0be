import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, iamFound, listed, present, time } from './describe.ts';

/** Every user is asked for its keys: a listing of all keys does not exist. */
export const hunter: Hunter = {
  type: 'AWS::IAM::AccessKey',
  scope: 'global',
  title: text('Access keys', 'Claves de acceso'),
  permissions: ['iam:ListUsers', 'iam:ListAccessKeys'],
  createdByEvents: ['CreateAccessKey'],
  changedByEvents: ['UpdateAccessKey', 'DeleteAccessKey'],
  names: ['accessKeyId'],
  async *scan(ctx, region) {
    const keysOf = async ({ UserName: userName }: { UserName?: string }): Promise<Found[]> => {
      if (userName === undefined) return [];
      // A user may be deleted while the hunt is under way.
      const answer = await readOrAbsent<{ AccessKeyMetadata?: { AccessKeyId?: string; Status?: string; CreateDate?: string }[] }>(
        ctx,
        { service: 'iam', operation: 'ListAccessKeys', region, input: { UserName: userName } },
        true,
      );
      return (answer?.output.AccessKeyMetadata ?? []).flatMap((one) => {
        if (one.AccessKeyId === undefined) return [];
        // AWS gives access keys no ARN; this one is made up in the same form, so that every found thing has a name.
        const arn = `arn:${partition(ctx).name}:iam::${ctx.facts.account ?? ''}:access-key/${one.AccessKeyId}`;
        return [
          iamFound(ctx, 'AWS::IAM::AccessKey', region, arn, one.AccessKeyId, {
            createdAt: time(one.CreateDate),
            alive: true,
            detail: present({ userName, status: one.Status }),
          }),
        ];
      });
    };
    yield* each(listed<{ UserName?: string }>(ctx, 'iam', region, 'ListUsers', 'Users'), keysOf);
  },
};
