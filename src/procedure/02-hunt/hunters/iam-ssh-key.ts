import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';
import { perUser } from '../hunting/principals.ts';

/** Keys with which a user reads and writes repositories. */
export const hunter: Hunter = {
  type: 'AWS::IAM::SSHPublicKey',
  scope: 'global',
  title: text('SSH keys of users (CodeCommit)', 'Claves SSH de usuarios (CodeCommit)'),
  permissions: ['iam:ListUsers', 'iam:ListSSHPublicKeys'],
  createdByEvents: ['UploadSSHPublicKey'],
  changedByEvents: ['UpdateSSHPublicKey', 'DeleteSSHPublicKey'],
  names: ['sSHPublicKeyId'],
  arn: (id, { partition: name, account }) => iamArn(name, account, 'ssh-public-key', id),
  async *scan(ctx, region) {
    yield* perUser<{ SSHPublicKeyId?: string; Status?: string; UploadDate?: string }>(ctx, region, 'ListSSHPublicKeys', 'SSHPublicKeys', (one, userName) => {
      if (one.SSHPublicKeyId === undefined) return undefined;
      const arn = iamArn(partition(ctx).name, ctx.facts.account ?? '', 'ssh-public-key', one.SSHPublicKeyId);
      const detail = present({ userName, status: one.Status });
      return foundAt(ctx, 'AWS::IAM::SSHPublicKey', region, arn, one.SSHPublicKeyId, { createdAt: time(one.UploadDate), detail });
    });
  },
};
