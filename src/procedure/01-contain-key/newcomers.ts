import type { ActionContext, Standing } from '../../kernel/index.ts';
import type { HuntResult } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { isDenyAll } from '../shared/policies.ts';
import type { Act } from '../shared/trail.ts';
import { denyAllArn } from '../shared/user-state.ts';
import { isTree, type Tree } from './acts.ts';
import { type Difference, diffIam, since } from './iam-diff.ts';
import type { IamPicture } from './iam-read.ts';
import { isOurs, written } from './ours.ts';

/** A way in that was not there before, and who made it as far as CloudTrail has it. */
export interface Newcomer {
  readonly what: Difference['what'];
  readonly id: string;
  readonly of: string;
  /** UTC. */
  readonly at: string | null;
  /** ARN; null while CloudTrail has not delivered the event. */
  readonly by: string | null;
  /** by the tree; for a user or role of the attacker's; by somebody else; not known yet. */
  readonly whose: 'tree' | 'other' | 'unknown';
  /** Still usable: active, its user or role not denied everything. */
  readonly alive: boolean;
}

const WAYS_IN = new Set<Difference['what']>([
  'user',
  'role',
  'trust-policy',
  'access-key',
  'login-profile',
  'mfa-device',
  'service-specific-credential',
  'ssh-public-key',
  'signing-certificate',
]);

/** The events that make or change such a thing. Source: IAM's operations as CloudTrail names them. */
const MADE_BY: Partial<Record<Difference['what'], RegExp>> = {
  user: /^CreateUser$/,
  role: /^Create(ServiceLinked)?Role$/,
  'trust-policy': /^UpdateAssumeRolePolicy$/,
  'access-key': /^(Create|Update)AccessKey$/,
  'login-profile': /^(Create|Update)LoginProfile$/,
  'mfa-device': /^(EnableMFADevice|CreateVirtualMFADevice)$/,
  'service-specific-credential': /^(Create|Reset|Update)ServiceSpecificCredential$/,
  'ssh-public-key': /^(Upload|Update)SSHPublicKey$/,
  'signing-certificate': /^(Upload|Update)SigningCertificate$/,
};

/** The latest event that made this. A key is known by its id; the rest by the user or role it belongs to. */
export function maker(acts: readonly Act[], one: Pick<Difference, 'what' | 'id' | 'of' | 'holder'>): Act | null {
  const events = MADE_BY[one.what];
  return (
    acts.findLast((act) => {
      if (act.error !== null || act.source !== 'iam.amazonaws.com' || !events?.test(act.name)) return false;
      if (one.what === 'access-key') return act.gave?.accessKeyId === one.id || act.names.accessKeyId === one.id;
      return act.names[one.holder === 'role' ? 'roleName' : 'userName'] === one.of;
    }) ?? null
  );
}

export const deniedEverything = (ctx: ActionContext, picture: IamPicture, one: Pick<Difference, 'holder' | 'of'>): boolean => {
  const holder = one.holder === 'role' ? picture.roles[one.of] : picture.users[one.of];
  return holder !== undefined && (holder.attached.includes(denyAllArn(partition(ctx).name)) || Object.values(holder.inline).some(isDenyAll));
};

/** Ways in that came to be since: by difference from the picture before, and by their own dates. What the response did is none of them. */
export function newcomers(
  ctx: ActionContext,
  pictures: { readonly before: IamPicture | null; readonly after: IamPicture; readonly from: string },
  about: { readonly tree: Tree; readonly hunt: HuntResult | null; readonly acts: readonly Act[]; readonly standing: readonly Standing[] },
): Newcomer[] {
  const { before, after, from } = pictures;
  const { tree, hunt, acts, standing } = about;
  const all = [...(before ? diffIam(before, after) : []), ...since(after, from)].filter(
    (one) => WAYS_IN.has(one.what) && one.kind !== 'removed' && one.after !== 'Inactive' && one.after !== 'Expired',
  );
  const made = new Set((hunt?.found ?? []).filter((one) => one.byKey === true).map((one) => one.id));
  const theirs = acts.filter((act) => !isOurs(ctx, tree, standing, act));
  return [...new Map(all.map((one) => [`${one.what} ${one.of} ${one.id}`, one])).values()].flatMap((one): Newcomer[] => {
    const act = maker(theirs, one);
    // Whatever is new on a user or role of the attacker's is his to use, whoever put it there.
    const his = one.holder === 'user' ? tree.users.has(one.of) : tree.roles.has(one.of);
    const whose = his || made.has(one.id) || tree.credentials.has(one.id) || (act && isTree(ctx, tree, act)) ? 'tree' : act ? 'other' : 'unknown';
    if (!his && asWeLeftIt(one, { acts, theirs, standing })) return [];
    // A key that works lives although its user is denied: a policy is taken off faster than a key is made.
    const alive = one.what === 'access-key' || !deniedEverything(ctx, after, one);
    return [{ what: one.what, id: oneLine(one.id, 200), of: oneLine(one.of, 128), at: one.at, by: act ? oneLine(act.by.arn, 300) : null, whose, alive }];
  });
}

/** It says what the case wrote; or, where that cannot be compared, nobody but the response touched it last. */
function asWeLeftIt(
  one: Difference,
  heard: { readonly acts: readonly Act[]; readonly theirs: readonly Act[]; readonly standing: readonly Standing[] },
): boolean {
  const ours = written(heard.standing, one);
  if (ours !== null) return ours === one.after;
  const last = maker(heard.acts, one);
  return last !== null && !heard.theirs.includes(last);
}
