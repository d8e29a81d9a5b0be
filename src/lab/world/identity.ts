import type { Account, Caller } from '../contract.ts';
import { iamTables, type SessionRow, sessionsOf } from './rows.ts';

const iso = (time: number): string => new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');

/** `userIdentity` of a CloudTrail record. CloudTrail User Guide, "CloudTrail userIdentity element". */
export function userIdentity(account: Account, caller: Caller): Record<string, unknown> {
  const session = sessionsOf(account)[caller.accessKeyId];
  return {
    type: caller.type === 'SessionUser' ? 'IAMUser' : caller.type,
    principalId: caller.userId,
    arn: caller.arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
    ...((caller.type === 'IAMUser' || caller.type === 'SessionUser') && { userName: caller.userName }),
    ...(session && { sessionContext: sessionContext(account, session) }),
  };
}

function sessionContext(account: Account, session: SessionRow): Record<string, unknown> {
  const { issuer } = session;
  const row = issuer.type === 'role' ? iamTables(account).roles[issuer.name] : iamTables(account).users[issuer.name];
  const named = session.type === 'AssumedRole' || session.type === 'FederatedUser';
  return {
    ...(named && {
      sessionIssuer: {
        type: issuer.type === 'role' ? 'Role' : issuer.type === 'root' ? 'Root' : 'IAMUser',
        principalId: row?.id ?? (issuer.type === 'role' ? session.userId.split(':')[0] : account.id),
        arn: row?.arn ?? `arn:aws:iam::${account.id}:${issuer.type === 'root' ? 'root' : `${issuer.type}/${issuer.name}`}`,
        accountId: account.id,
        ...(issuer.type !== 'root' && { userName: issuer.name }),
      },
    }),
    attributes: { creationDate: iso(session.issuedAt), mfaAuthenticated: String(session.mfa) },
    ...(session.assumedRoot && { assumedRoot: 'true' }),
    ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    ...(session.ec2RoleDelivery !== undefined && { ec2RoleDelivery: session.ec2RoleDelivery }),
  };
}
