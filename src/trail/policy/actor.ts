import { principalOf, type TrailRecord, text } from '../event.ts';

/** Last part of an ARN's resource or of a path: IAM's names are unique without their paths. */
export const lastName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Is this IAM user or role the one who acts? Only within his own account. */
export function isActor(record: TrailRecord, kind: 'user' | 'role', name: string): boolean {
  const actor = principalOf(record);
  const account = /^arn:[^:]*:iam::(\d{12}):(user|role)\//.exec(actor);
  if (account?.[2] !== kind) return false;
  const recipient = text(record, 'recipientAccountId');
  if (recipient !== undefined && account[1] !== recipient) return false;
  const named = /^arn:[^:]*:iam::(\d{12}):/.exec(name)?.[1];
  return (named === undefined || named === account[1]) && lastName(actor).toLowerCase() === lastName(name).toLowerCase();
}
/** Name of the user that a call without a user name is about: the caller himself. */
export const actingUser = (record: TrailRecord): string | undefined =>
  text(record, 'userIdentity.type') === 'IAMUser' ? (text(record, 'userIdentity.userName') ?? lastName(principalOf(record))) : undefined;
