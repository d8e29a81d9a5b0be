import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { instancesIn } from '../hunting/identity-center.ts';

interface User {
  UserId?: string;
  UserArn?: string;
  UserName?: string;
  UserStatus?: string;
  CreatedAt?: string;
}

/**
 * People of the directory that enter accounts: one more is a way back that IAM does not show. People of the directory; joining a group
 * changes what they may. Changes in the console are filed under sso-directory.amazonaws.com.
 */
export const hunter: Hunter = {
  type: 'AWS::IdentityStore::User',
  scope: 'regional',
  title: text('Users of IAM Identity Center', 'Usuarios de IAM Identity Center'),
  permissions: ['sso:ListInstances', 'identitystore:ListUsers'],
  createdByEvents: ['CreateUser'],
  changedByEvents: ['UpdateUser', 'CreateGroupMembership'],
  names: ['userId'],
  async *scan(ctx, region) {
    for await (const { storeId } of instancesIn(ctx, region))
      for await (const one of listed<User>(ctx, 'identitystore', region, 'ListUsers', 'Users', { IdentityStoreId: storeId })) {
        if (one.UserId === undefined) continue;
        const arn = one.UserArn ?? `arn:aws:identitystore:::user/${one.UserId}`;
        yield foundAt(ctx, 'AWS::IdentityStore::User', region, arn, one.UserId, {
          createdAt: time(one.CreatedAt),
          detail: present({ name: oneLine(one.UserName, 128), status: one.UserStatus }),
        });
      }
  },
};
