import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { iamFound, present, readPages, time } from './describe.ts';

const AT_ONCE = 16;

/** Every user is asked for its keys: a listing of all keys does not exist. */
export const hunter: Hunter = {
  type: 'AWS::IAM::AccessKey',
  scope: 'global',
  title: text('Access keys', 'Claves de acceso'),
  permissions: ['iam:ListUsers', 'iam:ListAccessKeys'],
  createdByEvents: ['CreateAccessKey'],
  async *scan(ctx, region) {
    const { Users = [] } = await readPages<{ Users?: { UserName?: string }[] }>(ctx, 'iam', region, 'ListUsers', {});
    const names = Users.flatMap((user) => user.UserName ?? []);
    const keysOf = async (userName: string): Promise<Found[]> => {
      // A user may be deleted while the hunt is under way.
      const listed = await readOrAbsent<{ AccessKeyMetadata?: { AccessKeyId?: string; Status?: string; CreateDate?: string }[] }>(
        ctx,
        { service: 'iam', operation: 'ListAccessKeys', region, input: { UserName: userName } },
        true,
      );
      return (listed?.output.AccessKeyMetadata ?? []).flatMap((one) => {
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
    for (let from = 0; from < names.length; from += AT_ONCE) for (const keys of await Promise.all(names.slice(from, from + AT_ONCE).map(keysOf))) yield* keys;
  },
};
