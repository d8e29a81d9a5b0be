import type { Caller, World } from '../../contract.ts';
import {
  addGroup,
  addRole,
  addUser,
  authorize,
  createAccount,
  type IamTables,
  iamTables,
  issueRoleSession,
  issueSession,
  newWorld,
  resolveCaller,
  type Verdict,
} from '../index.ts';

/** How the rule tables beside this file are written and run: who calls, with which policies, and what must come out. */
export type Statement = Record<string, unknown>;
export type Who = 'user' | 'role' | 'session' | 'federated' | 'root' | 'mfa';
export interface Case {
  source: string;
  rule: string;
  /** Statements of the user's (and the role's) inline policy. Default: everything is allowed. */
  policy?: Statement[];
  version?: string;
  who?: Who;
  attached?: string[];
  group?: Statement[];
  boundary?: Statement[];
  session?: Statement[];
  trust?: Statement;
  tags?: Record<string, string>;
  action?: string;
  resource?: string;
  conditions?: Record<string, string | string[]>;
  expect: 'yes' | RegExp;
}
export const allow = (Action: string | string[] = '*', more: Statement = {}): Statement => ({ Effect: 'Allow', Action, Resource: '*', ...more });
export const deny = (Action: string | string[] = '*', more: Statement = {}): Statement => ({ Effect: 'Deny', Action, Resource: '*', ...more });
export const when = (operator: string, key: string, value: unknown): Statement => ({ Condition: { [operator]: { [key]: value } } });
export const NONE = /no identity-based policy allows/;
export const DENIED = /explicit deny in an identity-based policy/;
export const NOW = Date.parse('2026-11-22T15:00:00Z');
export const USER = 'arn:aws:iam::111122223333:user/team/ann';
export const ROLE = 'arn:aws:iam::111122223333:role/web';

/** A policy variable as policies write it. */
export const variable = (expression: string): string => `$\u{7b}${expression}}`;

/** A world with one user and one role that hold the policies of the rule, and the caller it speaks of. */
export function prepare(test: Case): { world: World; caller: Caller } {
  const world = newWorld({ seed: test.rule });
  const account = createAccount(world, { id: '111122223333', name: 'shop' });
  const iam: IamTables = iamTables(account);
  const text = (statements: Statement[]): string => JSON.stringify({ Version: test.version ?? '2012-10-17', Statement: statements });
  const inline: Record<string, string> = test.policy === undefined ? { own: text([allow()]) } : test.policy.length > 0 ? { own: text(test.policy) } : {};
  const attached = (test.attached ?? []).map((name) => `arn:aws:iam::aws:policy/${name}`);
  const bound = 'arn:aws:iam::111122223333:policy/bound';
  if (test.boundary)
    iam.policies[bound] = {
      ...{ name: 'bound', id: 'ANPA', arn: bound, path: '/', created: 0, updated: 0, defaultVersion: 'v1', nextVersion: 2, tags: {} },
      versions: { v1: { document: text(test.boundary), created: 0 } },
    };
  const common = { inline, attached, tags: test.tags ?? {}, ...(test.boundary ? { boundary: bound } : {}) };
  if (test.group) addGroup(world, account, { name: 'team', inline: { g: text(test.group) } });
  const user = addUser(world, account, { name: 'ann', path: '/team/', ...common, groups: test.group ? ['team'] : [] });
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...test.trust }] };
  const role = addRole(world, account, { name: 'web', ...common, trust });
  const policies = test.session ? { policies: { inline: [text(test.session)], arns: [] } } : {};
  const issuer = { type: 'user', name: 'ann' } as const;
  const signIn = (key: { id: string; token?: string }): Caller => {
    const found = resolveCaller(world, { accessKeyId: key.id, sessionToken: key.token, now: Date.now() });
    if (!('caller' in found)) throw new Error(found.refused);
    return found.caller;
  };
  const session = (type: 'SessionUser' | 'FederatedUser', mfa: boolean): Caller =>
    signIn(
      issueSession(world, account, {
        type,
        arn: type === 'SessionUser' ? user.arn : 'arn:aws:sts::111122223333:federated-user/f',
        userId: user.id,
        issuer,
        seconds: 900,
        mfa,
        ...policies,
      }),
    );
  const callers: Record<Who, () => Caller> = {
    user: () => ({ account: account.id, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: 'AKIA', userName: 'ann' }),
    root: () => ({ account: account.id, type: 'Root', arn: 'arn:aws:iam::111122223333:root', userId: account.id, accessKeyId: 'AKIA' }),
    role: () => signIn(issueRoleSession(world, account, role, { sessionName: 'i-1', seconds: 900, ...policies })),
    session: () => session('SessionUser', false),
    mfa: () => session('SessionUser', true),
    federated: () => session('FederatedUser', false),
  };
  return { world, caller: callers[test.who ?? 'user']() };
}

/** What the evaluation says about the rule's request. */
export function decide(test: Case): Verdict {
  const { world, caller } = prepare(test);
  return authorize(world, caller, {
    action: test.action ?? (test.trust ? 'sts:AssumeRole' : 'ec2:DescribeInstances'),
    resources: [test.resource ?? (test.trust ? ROLE : '*')],
    conditions: { 'aws:RequestedRegion': 'us-east-1', 'aws:SourceIp': '203.0.113.9', 'aws:SecureTransport': 'true', ...test.conditions },
    now: NOW,
  });
}
