import type { Action, ActionContext, Check, Json, JsonObject, Standing } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { type Act, enabledRegions } from '../shared/trail.ts';
import { cutOff, isTree, listen, treeOf } from './acts.ts';
import { isElsewhere } from './changes.ts';
import { type Difference, diffIam } from './iam-diff.ts';
import { type IamPicture, plainDocument, readIam } from './iam-read.ts';
import { IAM_READS, pictureBefore } from './iam-state.ts';
import { deniedEverything, type Newcomer, newcomers } from './newcomers.ts';
import { isOurs } from './ours.ts';
import { judge } from './watch-checks.ts';

/** One reading of the watch, as it is written down. */
export interface WatchReading {
  /** UTC. What came to be, or was done, from `from` on is looked at. */
  readonly at: string;
  readonly from: string;
  /** Changes of the case that were read again, and those that do not stand: by whom, as far as CloudTrail has it. */
  readonly changes: number;
  readonly fallen: readonly {
    readonly step: string;
    readonly state: Exclude<Standing['state'], 'stands'>;
    readonly seen: string;
    readonly by: string | null;
    /** The credential that did it, when it is none of the attacker's as far as is known: a new hunt does not find it. */
    readonly stranger?: string;
  }[];
  readonly newcomers: readonly Newcomer[];
  /** What differs in IAM from the picture of before, the response's own changes among it; `more` of them are in the evidence only. */
  readonly differences: readonly Pick<Difference, 'kind' | 'what' | 'of' | 'id' | 'at'>[];
  readonly more: number;
  /** What the attacker did: done after its credential was cut off, done before that but after the hunt, refused. */
  readonly done: readonly Told[];
  readonly unhunted: readonly Told[];
  readonly refused: readonly Told[];
  /** Credentials, regions and lists that could not be read, with the reason. */
  readonly unread: readonly string[];
  /** Is there a picture of IAM from before to compare with? */
  readonly compared: boolean;
  /** Accounts that were hunted in too: the changes made there are read again, new credentials and acts there are not looked for. */
  readonly elsewhere?: readonly string[];
  readonly evidence: readonly string[];
}
export interface Told {
  readonly time: string;
  readonly call: string;
  readonly region: string;
  readonly by: string;
  readonly credential: string | null;
  readonly error: string | null;
}

/** AWS answers these to everybody who holds a valid signature, denied everything or not. Source: STS API Reference, GetCallerIdentity. */
const ALWAYS_ANSWERED = new Set(['GetCallerIdentity']);
/** From then on there is time to ask for each credential by name, and CloudTrail may have something to say. */
const THOROUGH_SECONDS = 30;
const MOST = 50;

const told = (act: Act): Told => ({
  time: act.time,
  call: `${act.source.replace(/\.amazonaws\.com$/, '')}:${act.name}`,
  region: act.region,
  by: act.by.arn,
  credential: act.by.accessKeyId,
  error: act.error,
});
const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)[name] : undefined;

/** An inline policy of ours that bears our name and says something else is no policy of ours. */
function stands(one: Standing): Standing['state'] {
  const [sent, seen] = [member(one.input, 'PolicyDocument'), member(one.seen, 'PolicyDocument')];
  return one.state === 'stands' && typeof sent === 'string' && typeof seen === 'string' && plainDocument(sent) !== plainDocument(seen) ? 'reverted' : one.state;
}
/** The latest act of somebody else on the same user, role or key that could have undone this. */
function reverter(acts: readonly Act[], one: Standing): Act | null {
  if (isElsewhere(one.step)) return null;
  const of = { userName: member(one.input, 'UserName'), roleName: member(one.input, 'RoleName'), accessKeyId: member(one.input, 'AccessKeyId') };
  return (
    acts.findLast(
      (act) =>
        act.changes &&
        act.error === null &&
        act.source === 'iam.amazonaws.com' &&
        Date.parse(act.time) >= Math.floor(Date.parse(one.since) / 1000) * 1000 &&
        (of.accessKeyId !== undefined
          ? act.names.accessKeyId === of.accessKeyId
          : /^(Detach|Delete|Put|Create)/.test(act.name) && Object.entries(of).some(([name, value]) => value !== undefined && act.names[name] === value)),
    ) ?? null
  );
}

/** The key and its user as they stand, where the case found them contained already and so changed nothing that could be read again. */
function already(ctx: ActionContext, picture: IamPicture, standing: readonly Standing[]): { step: string; stands: boolean }[] {
  const of = (id: string): string | null => {
    const name = member(ctx.facts.observed[id], 'userName');
    return ctx.facts.verdicts[id] !== undefined && typeof name === 'string' && Object.hasOwn(picture.users, name) ? name : null;
  };
  const key = ctx.target.accessKeyId ?? ctx.facts.alarm.accessKeyId;
  const [holder, denied] = [of('deactivate-key'), of('deny-user')];
  const status = holder ? picture.users[holder]!.credentials?.['access-key'][String(key)]?.status : undefined;
  const covered = (step: RegExp): boolean => standing.some((one) => step.test(one.step));
  return [
    ...(status !== undefined && !covered(/^deactivate\./) ? [{ step: `deactivate.${key}`, stands: status !== 'Active' }] : []),
    ...(denied && !covered(/^deny(-inline)?\./) ? [{ step: `deny.${denied}`, stands: deniedEverything(ctx, picture, { holder: 'user', of: denied }) }] : []),
  ];
}

async function read(ctx: ActionContext): Promise<WatchReading> {
  const at = new Date(ctx.now()).toISOString();
  const home = partition(ctx).globalRegion;
  const hunt = huntOf(ctx.facts);
  const [standing, before, { regions, why }] = await Promise.all([ctx.standing(1), pictureBefore(ctx), enabledRegions(ctx, home)]);
  const changed = standing.map((one) => one.since).sort();
  const from = [before?.at, changed[0], ctx.facts.opened].find((time) => time !== undefined)!;
  const tree = treeOf(ctx, hunt, standing);
  const thorough = ctx.now() - Date.parse(changed.at(-1) ?? from) >= THOROUGH_SECONDS * 1000;
  const unread: string[] = why ? [why] : [];
  const [state, heard] = await Promise.all([
    readIam(ctx, [...tree.users]).catch((error: unknown) => {
      if (!isAwsFailure(error)) throw error;
      unread.push(`iam:GetAccountAuthorizationDetails: ${inShort(error)}`);
      return null;
    }),
    listen(ctx, tree, hunt, regions, from, thorough),
  ]);
  unread.push(...(state?.picture.unread.filter((one) => one.startsWith('iam:')) ?? []));
  unread.push(...heard.unread.map((one) => `cloudtrail:LookupEvents in ${one.region}: ${one.why}`));
  unread.push(...heard.cut.map((region) => `more changes in ${region} than were read`));

  const his = heard.acts.filter((act) => isTree(ctx, tree, act) && !ALWAYS_ANSWERED.has(act.name));
  const theirs = heard.acts.filter((act) => !isOurs(ctx, tree, standing, act));
  const hunted = (act: Act): boolean => act.by.accessKeyId !== null && (tree.seen.get(act.by.accessKeyId) ?? '') >= act.time;
  const fresh = his.filter((act) => act.error === null && !hunted(act));
  const cut = (act: Act): boolean => {
    const time = cutOff(standing, act);
    // CloudTrail's times are whole seconds: an act in the same second may have come first.
    return time !== null && Date.parse(act.time) > Math.floor(Date.parse(time) / 1000) * 1000;
  };
  const found = state ? already(ctx, state.picture, standing) : [];
  const different = before && state ? diffIam(before, state.picture) : [];
  return {
    at,
    from,
    differences: different.slice(0, MOST).map(({ kind, what, of, id, at: when }) => ({ kind, what, of: oneLine(of, 128), id: oneLine(id, 200), at: when })),
    more: Math.max(0, different.length - MOST),
    changes: standing.length + found.length,
    fallen: [
      ...found.filter((one) => !one.stands).map(({ step }) => ({ step, state: 'reverted' as const, seen: '', by: null })),
      ...standing.flatMap((one) => {
        const now = stands(one);
        if (now === 'stands') return [];
        const act = reverter(theirs, one);
        const stranger = act && !isTree(ctx, tree, act) ? act.by.accessKeyId : null;
        const seen = typeof one.seen === 'string' ? one.seen : JSON.stringify(one.seen);
        return [
          {
            step: one.step,
            state: now,
            seen: oneLine(seen, 200),
            by: act ? `${act.by.arn} (${act.name}, ${act.time})` : null,
            ...(stranger ? { stranger } : {}),
          },
        ];
      }),
    ],
    newcomers: state ? newcomers(ctx, { before, after: state.picture, from }, { tree, hunt, acts: heard.acts, standing }).slice(0, MOST) : [],
    done: fresh
      .filter((act) => cut(act) || cutOff(standing, act) === null)
      .slice(-MOST)
      .map(told),
    unhunted: fresh
      .filter((act) => act.changes && !cut(act) && cutOff(standing, act) !== null)
      .slice(-MOST)
      .map(told),
    refused: his
      .filter((act) => act.error !== null)
      .slice(-MOST)
      .map(told),
    unread: [...new Set(unread)],
    compared: before !== null && state !== null,
    elsewhere: (hunt?.accounts ?? []).filter((account) => account !== ctx.facts.account),
    evidence: [...new Set([...standing.flatMap((one) => one.evidence), ...(state?.evidence ?? []), ...heard.evidence])],
  };
}

/** An observation made a moment ago is a reading; an older one is taken again. */
const FRESH_SECONDS = 20;
async function latest(ctx: ActionContext): Promise<WatchReading> {
  const last = ctx.facts.observed['watch-containment'] as unknown as WatchReading | undefined;
  return last && ctx.now() - Date.parse(last.at) < FRESH_SECONDS * 1000 && Date.parse(last.at) <= ctx.now() ? last : read(ctx);
}

/** Is it really dead? Looks at 10 seconds, 1, 5 and 15 minutes after the last containment. Changes nothing. */
export const action: Action<WatchReading> = {
  id: 'watch-containment',
  step: 1,
  title: text('Watch whether the containment stands', 'Vigilar que la contención se mantenga'),
  permissions: [...IAM_READS, 'iam:ListAttachedUserPolicies', 'iam:GetUserPolicy', 'iam:GetRolePolicy', 'ec2:DescribeRegions', 'cloudtrail:LookupEvents'],
  watch: [10, 60, 300, 900],
  observe: read,
  plan: () => [],
  check: async (ctx): Promise<Check[]> => judge(await latest(ctx)),
};
