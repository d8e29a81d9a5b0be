import pLimit from 'p-limit';
import type { Action, ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { type Holder, type HuntResult, isByKey, type Lead, latestHuntOf } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { accountEvents } from './account-events.ts';
import { openWorlds, type World } from './accounts.ts';
import { type Act, indexActs } from './acts.ts';
import { attribute } from './attribute.ts';
import { checksOf } from './checks.ts';
import { costOf, costsOf } from './cost.ts';
import { credentialsOf } from './credentials.ts';
import { inherit } from './heirs.ts';
import { holderList, rolesAtStake } from './holders.ts';
import { type Joined, join } from './join.ts';
import { judged } from './judge.ts';
import type { Window } from './lookup.ts';
import { newRegions } from './new-region.ts';
import { rowsOf } from './rows.ts';
import { type ScannedType, scanEach } from './scan.ts';
import { askedAgain } from './second-pass.ts';
import { beginning, sinceOf, wanted } from './start.ts';
import { EMPTY_TREE, growTree, type Tree } from './tree.ts';
import { unseen } from './unseen.ts';
import { type Watch, watch } from './watch.ts';

/** What one hunter saw in one region of one account; on the disk, not in memory. */
interface Seen extends ScannedType {
  readonly account: string;
}

/** The hunters of each region of an account that has any; global services answer in one. */
function fieldsOf(world: World, hunters: readonly Hunter[], only: readonly string[]): Map<string, readonly Hunter[]> {
  const regional = hunters.filter((one) => one.scope === 'regional');
  const worldwide = only.length === 0 || only.includes(world.globalRegion) ? hunters.filter((one) => one.scope === 'global') : [];
  const regions = new Set([...world.regions, ...(worldwide.length > 0 ? [world.globalRegion] : [])]);
  return new Map(
    [...regions].map((region) => [region, [...(world.regions.includes(region) ? regional : []), ...(region === world.globalRegion ? worldwide : [])]]),
  );
}

/** Every hunter over every region of every account. What had no answer in the rush is asked again when it is over. @returns by account */
async function scanWorlds(worlds: readonly World[], hunters: readonly Hunter[], only: readonly string[], since: string, over: Watch): Promise<Seen[][]> {
  const first = await Promise.all(
    worlds.flatMap((world) =>
      [...fieldsOf(world, hunters, only)].map(async ([region, mine]) => {
        const scanned = await scanEach(world.ctx, over.over(mine, world, region), region, since);
        if (!scanned.some((one) => one.silent)) over.done(world, region, endOf(scanned));
        return { world, region, mine, scanned };
      }),
    ),
  );
  const gently = pLimit(GENTLE);
  const all = await Promise.all(
    first.map(async ({ world, region, mine, scanned }) => {
      if (!scanned.some((one) => one.silent)) return { world, scanned };
      const again = await gently(() => askedAgain(world.ctx, mine, scanned, region, since));
      over.done(world, region, endOf(again));
      return { world, scanned: again };
    }),
  );
  return worlds.map((world) => all.flatMap((one) => (one.world === world ? one.scanned.map((type) => ({ ...type, account: world.account })) : [])));
}
const endOf = (scanned: readonly ScannedType[]): ScannedType['status'] =>
  (['failed', 'denied'] as const).find((status) => scanned.some((one) => one.status === status)) ?? 'inspected';
/** So many regions at a time are asked a second time. */
const GENTLE = 4;

/** Kept: what the key made or changed, what speaks for itself, and whatever else came to be in the window. */
const isKept = ({ found, how }: Joined, since: string): boolean =>
  how !== null || (found.reasons ?? []).length > 0 || (found.createdAt !== null && found.createdAt >= since);

interface Explained {
  readonly found: Found[];
  readonly holders: Holder[];
  readonly unread: HuntResult['unread'];
}
/** Ties what was seen to what CloudTrail tells: who made it, what is gone, how suspicious it is, what it costs, who else is hit. */
async function explain(
  ctx: ActionContext,
  worlds: readonly World[],
  hunters: readonly Hunter[],
  scanned: readonly Seen[],
  tree: Tree,
  since: string,
  window: Window,
): Promise<Explained> {
  const byType = new Map(hunters.map((hunter) => [hunter.type, hunter]));
  const isGlobal = (type: string): boolean => byType.get(type)?.scope === 'global';
  const acts: Act[] = tree.nodes.flatMap((node) => node.acts.map((event) => ({ event, credential: node.credential })));
  const index = indexActs(acts);
  const settled = new Set<string>();
  const holders = holderList(rolesAtStake(tree));
  const kept: Joined[] = [];
  for (const { found, account } of scanned)
    for await (const one of found()) {
      if (one.createdAt !== null && one.createdAt < since && !isGlobal(one.type)) settled.add(`${account} ${one.region}`);
      holders.take(one);
      const joined = join(one, byType, index);
      if (isKept(joined, since)) kept.push(joined);
    }
  const others = await attribute(worlds, kept, byType, index, tree, window);
  const there = others.joined.filter((one) => isKept(one, since)).map((one) => one.found);
  const made = there.filter((one) => one.byKey === true);
  const where = (type: string, account: string, region: string): string => `${type} ${account} ${region}`;
  const inspected = new Set(scanned.flatMap((one) => (one.status === 'inspected' ? [where(one.type, one.account, one.region)] : [])));
  const looked = (hunter: Hunter, account: string, region: string): boolean => inspected.has(where(hunter.type, account, region));
  const all = inherit([...there, ...unseen(acts, hunters, made, looked, ctx.facts.account ?? '')]);
  const fresh = await newRegions(worlds, all, settled, tree, window, isGlobal);
  const found = all.map((one): Found => {
    const cost = costOf(one, ctx.now());
    return { ...judged(one, since, fresh.has(`${one.account} ${one.region}`) && !isGlobal(one.type)), ...(cost ? { cost } : {}) };
  });
  const byKey = new Set(found.flatMap((one) => (one.byKey === true ? [one.arn] : [])));
  return { found: found.sort((a, b) => order(a).localeCompare(order(b))), holders: holders.list((arn) => byKey.has(arn)), unread: others.unread };
}
const order = (one: Found): string => `${isByKey(one) ? 0 : 1} ${one.region} ${one.type} ${one.createdAt ?? ''} ${one.id}`;

/** What a person should look at, since nothing proves whose it was. */
const leadsOf = (tree: Tree, others: readonly Lead[]): Lead[] => [
  ...tree.unproven.map(
    (one): Lead => ({ what: 'session', time: one.time, region: '', by: one.parent, subject: `${one.credential} ${oneLine(one.arn, 200)}`, event: one.via }),
  ),
  ...tree.passed.map(
    (one): Lead => ({
      what: 'role-passed',
      time: one.time,
      region: one.region,
      by: one.by,
      subject: one.role,
      event: `${one.to.replace(/\.amazonaws\.com$/, '')}:${one.event}`,
    }),
  ),
  ...others,
];

async function observe(ctx: ActionContext): Promise<HuntResult> {
  // Made once: a hunt that goes on after an interruption asks for the same window, and finds what it has read of it.
  const { since, window } = await ctx.once('window', async () => {
    const asked = sinceOf(ctx);
    return { since: asked.since, window: { ...asked.window } };
  });
  const only = listOption(ctx, 'region');
  const types = listOption(ctx, 'type');
  const hunters = wanted(await ctx.hunters(), types);
  const { accessKeyId, principal, start } = await beginning(ctx, window);
  const worlds = await openWorlds(ctx, only);
  const progress = watch(ctx, worlds);
  // CloudTrail first: two look-ups a second are what a hunt waits for.
  const [tree, events, seen] = await Promise.all([
    start === null ? EMPTY_TREE : growTree(worlds, start, window, progress.heard),
    Promise.all(worlds.map((world) => accountEvents(world, window))),
    scanWorlds(worlds, hunters, only, since, progress),
  ]);
  const explained = await explain(ctx, worlds, hunters, seen.flat(), tree, since, window);
  const { found, holders } = explained;
  const unread = [...tree.unread, ...events.flatMap((one) => one.unread), ...explained.unread];
  const credentials = new Set(tree.nodes.map((node) => node.credential));
  // Beside the tree's own acts, which its credentials tell.
  const others = events.flatMap((one) => one.leads).filter((lead) => lead.by === null || !credentials.has(lead.by));
  return {
    ...(only.length + types.length > 0 ? { narrowed: { regions: [...new Set(only)], types: types.length > 0 ? hunters.map((one) => one.type) : [] } } : {}),
    accessKeyId,
    principal,
    account: ctx.facts.account ?? null,
    accounts: worlds.map((world) => world.account),
    since,
    trailSince: window.from,
    until: window.to,
    regions: worlds.flatMap((world, index) => rowsOf(world, seen[index]!, unread, found, events[index]!.switched, worlds.length > 1)),
    found,
    tree: credentialsOf(tree, found),
    origin: tree.origin.map(({ agent: _, ...one }) => ({
      ...one,
      who: oneLine(one.who, 300),
      address: oneLine(one.address, 60),
      account: oneLine(one.account, 20),
    })),
    leads: leadsOf(tree, others),
    holders,
    costs: costsOf(found),
    closed: tree.whole && tree.unread.length === 0,
    unread,
    evidence: tree.evidence,
  };
}

/** Looks everywhere, for everything the key made, and for every credential it issued. Changes nothing. */
export const action: Action<HuntResult> = {
  id: 'hunt',
  step: 2,
  title: text('Hunt in all regions for what the key made', 'Buscar en todas las regiones lo que creó la clave'),
  permissions: ['ec2:DescribeRegions', 'account:ListRegions', 'cloudtrail:LookupEvents', 'sts:GetCallerIdentity', 'iam:GetRole', 'iam:GetUser'],
  observe,
  plan: () => [],
  check: async (ctx) => checksOf(latestHuntOf(ctx.facts)),
};
