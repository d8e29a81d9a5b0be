import type { ActionContext, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isCaller } from '../shared/caller.ts';
import { type HuntResult, madeByKey } from '../shared/hunt-result.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { isIamName } from '../shared/names.ts';

/** An IAM user that the hunt connects with the leaked key. */
export interface Suspect {
  readonly userName: string;
  /** Made by the attacker: deny everything. Otherwise a colleague whose account was used: only what was added is ended. */
  readonly made: boolean;
  /** Keys the attacker made. */
  readonly keys: readonly string[];
  /** Issue time of the last session the attacker had as this user, UTC; null when there was none. */
  readonly latestSession: string | null;
}
export interface Skipped {
  readonly what: string;
  readonly why: Text;
}

const SESSION_OF_A_USER = /^(GetSessionToken|GetFederationToken)$/;

/** Users, and keys and sessions they got, out of the hunt's tree. Names come from events and are checked before use. */
export function suspects(ctx: ActionContext, hunt: HuntResult): { users: Suspect[]; skipped: Skipped[] } {
  const users = new Map<string, { made: boolean; keys: Set<string>; latest: string | null }>();
  const skipped: Skipped[] = [];
  const of = (userName: string | undefined) => {
    if (!isIamName(userName)) return null;
    if (isCaller(ctx, 'user', userName)) {
      if (!skipped.some((one) => one.what === userName))
        skipped.push({
          what: userName,
          why: text('you are working as this user; use another identity', 'usted trabaja como este usuario; use otra identidad'),
        });
      return null;
    }
    const known = users.get(userName) ?? { made: false, keys: new Set<string>(), latest: null };
    users.set(userName, known);
    return known;
  };
  for (const user of madeByKey(hunt, 'AWS::IAM::User')) {
    const entry = user.alive ? of(user.id) : null;
    if (entry) entry.made = true;
  }
  const owners = new Map(hunt.tree.map((node) => [node.credential, node.userName]));
  for (const node of hunt.tree) {
    if (node.kind === 'key' && node.issuedBy !== null && isAccessKeyId(node.credential)) of(node.userName)?.keys.add(node.credential);
    // A leaked ASIA has no issuer in the tree; it acts as a user when it came from GetSessionToken.
    const leakedSession = node.kind === 'session' && node.issuedBy === null && node.role === undefined;
    if (!SESSION_OF_A_USER.test(node.via) && !leakedSession) continue;
    const entry = of(node.userName ?? (node.issuedBy === null ? undefined : owners.get(node.issuedBy)));
    const issued = node.issued ?? node.last ?? hunt.until;
    if (entry && (entry.latest === null || issued > entry.latest)) entry.latest = issued;
  }
  return {
    users: [...users].map(([userName, { made, keys, latest }]) => ({ userName, made, keys: [...keys], latestSession: latest })),
    skipped,
  };
}
