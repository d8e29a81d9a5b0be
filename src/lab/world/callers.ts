import type { Account, Caller, World } from '../contract.ts';
import { settledIam } from './journal.ts';
import { type IamTables, type SessionRow, sessionsOf } from './rows.ts';

export type Refusal = 'unknown-key' | 'inactive' | 'expired' | 'bad-token';

/**
 * Who signs with this key, and the secret to check the signature with. Sees IAM as it was `iamDelay` ago, so that a
 * deactivated key works on for that long and a new one is not known yet; temporary credentials count at once.
 */
export function resolveCaller(
  world: World,
  { accessKeyId, sessionToken, now }: { accessKeyId: string; sessionToken?: string | undefined; now: number },
): { caller: Caller; secret: string } | { refused: Refusal } {
  const account = world.accounts[world.keyIndex[accessKeyId] ?? ''];
  if (!account) return { refused: 'unknown-key' };
  const iam = settledIam(world, account, now);
  const session = sessionsOf(account)[accessKeyId];
  if (session) {
    if (session.token !== sessionToken) return { refused: 'bad-token' };
    if (session.expires <= now) return { refused: 'expired' };
    if (session.issuer.type === 'user' && !iam.users[session.issuer.name]) return { refused: 'unknown-key' };
    return { caller: sessionCaller(account, session), secret: session.secret };
  }
  const key = iam.accessKeys[accessKeyId];
  if (!key) return { refused: 'unknown-key' };
  if (sessionToken !== undefined) return { refused: 'bad-token' };
  if (key.status !== 'Active') return { refused: 'inactive' };
  const caller = keyCaller(account, iam, key.user, accessKeyId);
  return caller ? { caller, secret: key.secret } : { refused: 'unknown-key' };
}

function keyCaller(account: Account, iam: IamTables, user: string | null, accessKeyId: string): Caller | undefined {
  if (user === null) return { account: account.id, type: 'Root', arn: `arn:aws:iam::${account.id}:root`, userId: account.id, accessKeyId };
  const row = iam.users[user];
  return row && { account: account.id, type: 'IAMUser', arn: row.arn, userId: row.id, accessKeyId, userName: row.name };
}

function sessionCaller(account: Account, session: SessionRow): Caller {
  const { issuer } = session;
  return {
    account: account.id,
    type: session.type,
    arn: session.arn,
    userId: session.userId,
    accessKeyId: session.id,
    issuedAt: session.issuedAt,
    ...(issuer.type === 'user' ? { userName: issuer.name } : {}),
    ...(issuer.type === 'role' ? { roleName: issuer.name } : {}),
    ...(session.sessionName === undefined ? {} : { sessionName: session.sessionName }),
    ...(session.policies === undefined ? {} : { sessionPolicy: session.policies }),
  };
}
