import type { ActionContext, Standing } from '../../kernel/index.ts';
import { principalOf } from '../shared/caller.ts';
import { type HuntResult, madeByKey } from '../shared/hunt-result.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { isIamName } from '../shared/names.ts';
import { type Act, hear } from '../shared/trail.ts';
import { isElsewhere } from './changes.ts';

/** Who counts as the attacker: his credentials, the users and roles he made, and the user whose key leaked. */
export interface Tree {
  readonly credentials: Set<string>;
  readonly users: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** Last use of each credential that the hunt has seen, UTC. */
  readonly seen: ReadonlyMap<string, string>;
}
const fieldOf = (one: unknown, name: string): unknown => (typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined);

export function treeOf(ctx: ActionContext, hunt: HuntResult | null, standing: readonly Standing[]): Tree {
  const leaked = [ctx.target.accessKeyId, ctx.facts.alarm.accessKeyId].filter(isAccessKeyId);
  const observed = ctx.facts.observed;
  // Names are unique in an account only, and this one's trail is listened to.
  const here = (type: string): string[] =>
    hunt ? madeByKey(hunt, type).flatMap((one) => ((hunt.account ?? one.account) === one.account ? [one.id] : [])) : [];
  const owners = ['identify-key', 'deactivate-key', 'deny-user'].map((id) => fieldOf(observed[id], 'userName')).filter(isIamName);
  return {
    credentials: new Set([...leaked, ...(hunt?.tree ?? []).map((node) => node.credential)]),
    users: new Set([
      ...owners,
      ...here('AWS::IAM::User'),
      // Denied everything by the case: nobody may act as it, whoever it was.
      ...standing
        .filter((one) => /^deny(-inline)?\./.test(one.step))
        .map((one) => fieldOf(one.input, 'UserName'))
        .filter(isIamName),
    ]),
    roles: new Set(here('AWS::IAM::Role')),
    seen: new Map((hunt?.tree ?? []).flatMap((node) => (node.last ? [[node.credential, node.last] as const] : []))),
  };
}

const roleOf = (act: Act): string | null => {
  const role = principalOf(act.by.roleArn ?? undefined);
  return role?.type === 'role' ? role.name : null;
};
/** Is this the attacker, as far as the hunt and the acts since tell? The responder's own acts never are. */
export const isTree = (ctx: ActionContext, tree: Tree, act: Act): boolean =>
  act.by.arn !== ctx.facts.callerArn &&
  ((act.by.accessKeyId !== null && tree.credentials.has(act.by.accessKeyId)) ||
    (act.by.userName !== null && tree.users.has(act.by.userName)) ||
    tree.roles.has(roleOf(act) ?? ''));

export interface Heard {
  /** Every change in any region, and what the attacker's credentials did, oldest first. */
  readonly acts: readonly Act[];
  readonly unread: readonly { readonly region: string; readonly why: string }[];
  /** Regions with more changes than were read. */
  readonly cut: readonly string[];
  readonly evidence: readonly string[];
}
/** Pages of 50 changes per region, and credentials asked for by name: LookupEvents takes two requests a second and region. */
const PAGES = 10;
const MOST = 60;
/** A session of GetSessionToken lives for 36 hours at most, of a role for 12. */
const LONGEST = 36 * 3_600_000;

/**
 * What was done since: all changes in every region at once; when there is time, also by credential and user, which shows reads and
 * what was refused. Credentials that the attacker got meanwhile join the tree.
 */
export async function listen(
  ctx: ActionContext,
  tree: Tree,
  hunt: HuntResult | null,
  regions: readonly string[],
  from: string,
  thorough: boolean,
): Promise<Heard> {
  const changes = hear(ctx, regions, { attribute: 'ReadOnly', value: 'false', from, pages: PAGES });
  const alive = (hunt?.tree ?? [])
    .filter((node) => node.kind !== 'session' || node.issued === null || Date.parse(node.issued) > ctx.now() - LONGEST)
    .sort((a, b) => ((a.last ?? '') < (b.last ?? '') ? 1 : -1))
    .map((node) => node.credential);
  const asked = [...new Set([...[...tree.credentials].filter((one) => !hunt?.tree.some((node) => node.credential === one)), ...alive])]
    .filter(isAccessKeyId)
    .slice(0, MOST);
  const byName = thorough
    ? [
        ...asked.map((value) => hear(ctx, regions, { attribute: 'AccessKeyId', value, from, pages: PAGES })),
        ...[...tree.users].slice(0, 10).map((value) => hear(ctx, regions, { attribute: 'Username', value, from, pages: PAGES })),
      ]
    : [];
  const heard = await Promise.all([changes, ...byName]);
  const acts = [...new Map(heard.flatMap((one) => one.acts).map((act) => [act.id, act])).values()].sort((a, b) =>
    a.time < b.time ? -1 : a.time > b.time ? 1 : 0,
  );
  // What an attacker's credential handed out is the attacker's; in order of time, so that chains are followed.
  for (const act of acts) if (act.gave && act.error === null && isTree(ctx, tree, act)) tree.credentials.add(act.gave.accessKeyId);
  return {
    acts,
    unread: [...new Map(heard.flatMap((one) => one.unread).map((one) => [`${one.region} ${one.why}`, one])).values()],
    cut: thorough ? [] : [...new Set(heard.flatMap((one) => one.cut))],
    evidence: [...new Set(heard.flatMap((one) => one.evidence))],
  };
}

/** When this actor was cut off, UTC: the first change of the case that concerns its key, user or role; null when none does. */
export function cutOff(standing: readonly Standing[], act: Act): string | null {
  const role = roleOf(act);
  const concerns = (one: Standing): boolean => {
    const [key, user, inRole] = [fieldOf(one.input, 'AccessKeyId'), fieldOf(one.input, 'UserName'), fieldOf(one.input, 'RoleName')];
    if (key !== undefined) return key === act.by.accessKeyId;
    if (inRole !== undefined) return role !== null && inRole === role;
    return user !== undefined && role === null && user === act.by.userName;
  };
  return (
    standing
      .filter((one) => one.state !== 'reverted' && !isElsewhere(one.step) && concerns(one))
      .map((one) => one.since)
      .sort()[0] ?? null
  );
}
