import type { ActionContext, Text } from '../../kernel/index.ts';
import { principalOf } from '../shared/caller.ts';
import { beginningOf, type HuntResult, madeByKey } from '../shared/hunt-result.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { isIamName } from '../shared/names.ts';

/** An IAM user that the hunt connects with the leaked key. */
export interface Suspect {
  readonly account: string;
  readonly userName: string;
  /** Made by the attacker: deny everything. Otherwise a colleague whose account was used: only what was added is ended. */
  readonly made: boolean;
  /** Keys the attacker made, and those in his hands with which he took the session that leaked. */
  readonly keys: readonly string[];
  /** The leaked key's own user: any key it got from then on (UTC) is taken for the attacker's. Null for everybody else. */
  readonly since: string | null;
  /** Issue time of the last session the attacker had as this user, UTC; null when there was none. */
  readonly latestSession: string | null;
}
export interface Skipped {
  readonly what: string;
  readonly why: Text;
}

/** The user of a key that issued the leaked session, by the issuing event: where the key did nothing else, nothing else names it. */
function userAbove(hunt: HuntResult, credential: string): string | undefined {
  const issuer = principalOf((hunt.origin ?? []).find((one) => one.credential === credential)?.who);
  return issuer?.type === 'user' ? issuer.name : undefined;
}

const SESSION_OF_A_USER = /^(GetSessionToken|GetFederationToken)$/;

/**
 * Users, and keys and sessions they got, out of the hunt's tree: an entry for each name in each account. Names come from
 * events and are checked before use.
 */
export function suspects(ctx: ActionContext, hunt: HuntResult): Suspect[] {
  const home = hunt.account ?? ctx.facts.account ?? '';
  const users = new Map<string, { -readonly [name in keyof Suspect]: Suspect[name] } & { keys: string[] }>();
  const of = (account: string, userName: string | undefined) => {
    if (!isIamName(userName) || !/^\d{12}$/.test(account)) return null;
    const name = `${account} ${userName}`;
    const known = users.get(name) ?? { account, userName, made: false, keys: [], since: null, latestSession: null };
    users.set(name, known);
    return known;
  };
  for (const user of madeByKey(hunt, 'AWS::IAM::User')) {
    const entry = user.alive ? of(user.account, user.id) : null;
    if (entry) entry.made = true;
  }
  const owners = new Map(hunt.tree.map((node) => [node.credential, node]));
  for (const node of hunt.tree) {
    if (node.kind === 'key' && isAccessKeyId(node.credential)) {
      const inHisHands = node.issuedBy !== null || node.via === 'issuer';
      const entry = inHisHands || node.via === 'leaked' ? of(node.account || home, node.userName ?? userAbove(hunt, node.credential)) : null;
      if (inHisHands) entry?.keys.push(node.credential);
      else if (entry) entry.since = beginningOf(hunt);
    }
    // A leaked ASIA has no issuer in the tree; it acts as a user when it came from GetSessionToken.
    const leakedSession = node.kind === 'session' && node.issuedBy === null && node.role === undefined;
    if (!SESSION_OF_A_USER.test(node.via) && !leakedSession) continue;
    const owner = node.userName === undefined && node.issuedBy !== null ? owners.get(node.issuedBy) : node;
    const entry = of(owner?.account || home, owner?.userName);
    const issued = node.issued ?? node.last ?? hunt.until;
    if (entry && (entry.latestSession === null || issued > entry.latestSession)) entry.latestSession = issued;
  }
  return [...users.values()];
}
