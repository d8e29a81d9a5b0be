import type { Account, World } from '../contract.ts';
import { uuid } from './ids.ts';
import { issueSession } from './principals.ts';
import { between } from './random.ts';
import { iamTables, type SessionRow, sessionsOf } from './rows.ts';
import { worldNow } from './state.ts';

/** Who signs in to the console: a user with a password, the root user, or temporary credentials through the federation endpoint. */
export type SignIn = { user: string } | { root: true } | { session: string };
export interface ConsoleOptions {
  ip: string;
  /** What the browser calls itself. */
  userAgent?: string;
  mfa?: boolean;
  /** How long the console session lives. Default 12 hours. */
  seconds?: number;
  /** Region of the sign-in endpoint that was used. Default us-east-1. */
  region?: string;
}
export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const HALF_DAY = 12 * 3600;

/**
 * Signs in to the console, which has no API: CloudTrail gets `ConsoleLogin` (before it, for temporary credentials, the
 * `GetSigninToken` that turned them into a sign-in), and the console's own credentials are answered. What is done with
 * them is recorded as done from the console. A session minted from GetFederationToken may call IAM here.
 * CloudTrail User Guide, "AWS Management Console sign-in events".
 * @throws Error for a user without a password or an unknown session: scenarios only do what would have worked
 */
export function consoleSession(world: World, account: Account, who: SignIn, options: ConsoleOptions): SessionRow {
  const seconds = options.seconds ?? HALF_DAY;
  const mfa = options.mfa ?? false;
  if ('session' in who) {
    const origin = sessionsOf(account)[who.session];
    if (!origin || origin.type === 'SessionUser') throw new Error(`${who.session} cannot be turned into a console session`);
    const { id: _, secret: __, token: ___, issuedAt: ____, expires, ...same } = origin;
    const left = Math.max(1, Math.floor((expires - worldNow(world)) / 1000));
    const session = issueSession(world, account, { ...same, seconds: Math.min(seconds, left), mfa: origin.mfa, console: true });
    const identity = sessionIdentity(account, origin);
    record(world, account, options, 'GetSigninToken', identity, { credentials: { accessKeyId: session.id }, GetSigninToken: 'Success' }, { MFAUsed: 'No' });
    record(world, account, options, 'ConsoleLogin', sessionIdentity(account, session), { ConsoleLogin: 'Success' }, { MFAUsed: 'No' });
    return session;
  }
  const user = 'user' in who ? iamTables(account).users[who.user] : undefined;
  if ('user' in who && !user?.login) throw new Error(`${who.user} has no password to sign in with`);
  if (user) user.passwordLastUsed = worldNow(world);
  const arn = user?.arn ?? `arn:aws:iam::${account.id}:root`;
  const identity = user
    ? { type: 'IAMUser', principalId: user.id, arn, accountId: account.id, userName: user.name }
    : { type: 'Root', principalId: account.id, arn, accountId: account.id };
  record(world, account, options, 'ConsoleLogin', identity, { ConsoleLogin: 'Success' }, { MFAUsed: mfa ? 'Yes' : 'No' });
  return issueSession(world, account, {
    type: user ? 'SessionUser' : 'Root',
    arn,
    userId: user?.id ?? account.id,
    issuer: user ? { type: 'user', name: user.name } : { type: 'root', name: 'root' },
    seconds,
    mfa,
    console: true,
  });
}

const iso = (time: number): string => new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');

function sessionIdentity(account: Account, session: SessionRow): Record<string, unknown> {
  const { issuer } = session;
  const row = issuer.type === 'role' ? iamTables(account).roles[issuer.name] : iamTables(account).users[issuer.name];
  const kind = { role: 'Role', user: 'IAMUser', root: 'Root' }[issuer.type];
  return {
    type: session.type,
    principalId: session.userId,
    arn: session.arn,
    accountId: account.id,
    accessKeyId: session.id,
    sessionContext: {
      sessionIssuer: {
        type: kind,
        principalId: row?.id ?? account.id,
        arn: row?.arn ?? `arn:aws:iam::${account.id}:root`,
        accountId: account.id,
        ...(row && { userName: row.name }),
      },
      attributes: { creationDate: iso(session.issuedAt), mfaAuthenticated: String(session.mfa) },
    },
  };
}

function record(
  world: World,
  account: Account,
  options: ConsoleOptions,
  eventName: string,
  userIdentity: Record<string, unknown>,
  responseElements: Record<string, unknown>,
  additional: Record<string, string>,
): void {
  const now = worldNow(world);
  const region = options.region ?? 'us-east-1';
  const [min, max] = world.settings.trailDelay;
  account.trail.push({
    visibleAt: now + between(world, min, max),
    region,
    record: {
      eventVersion: '1.11',
      userIdentity,
      eventTime: iso(now),
      eventSource: 'signin.amazonaws.com',
      eventName,
      awsRegion: region,
      sourceIPAddress: options.ip,
      userAgent: options.userAgent ?? BROWSER,
      requestParameters: null,
      responseElements,
      additionalEventData: { LoginTo: `https://${region}.console.aws.amazon.com/console/home`, MobileVersion: 'No', ...additional },
      eventID: uuid(world),
      readOnly: false,
      eventType: 'AwsConsoleSignIn',
      managementEvent: true,
      recipientAccountId: account.id,
      eventCategory: 'Management',
    },
  });
}
