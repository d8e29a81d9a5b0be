import type { Action, ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { type HuntResult, huntOf, isByKey, type Lead } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { accountEvents } from './account-events.ts';
import { openWorlds, type World } from './accounts.ts';
import { type Act, indexActs } from './acts.ts';
import { attribute } from './attribute.ts';
import { checksOf } from './checks.ts';
import { costOf, costsOf } from './cost.ts';
import { credentialsOf } from './credentials.ts';
import { holdersAmong, rolesAtStake } from './holders.ts';
import { type Joined, join } from './join.ts';
import { judged } from './judge.ts';
import type { Window } from './lookup.ts';
import { newRegions } from './new-region.ts';
import { rowsOf } from './rows.ts';
import { type Scanned, scanRegion } from './scan.ts';
import { beginning, sinceOf, wanted } from './start.ts';
import { EMPTY_TREE, growTree, type Tree } from './tree.ts';
import { unseen } from './unseen.ts';
import { type Watch, watch } from './watch.ts';

interface Seen extends Scanned {
  readonly account: string;
}

/** Every hunter over every region of an account; global services answer in one. */
async function scanWorld(world: World, hunters: readonly Hunter[], only: readonly string[], since: string, over: Watch): Promise<Seen[]> {
  const regional = hunters.filter((one) => one.scope === 'regional');
  const worldwide = only.length === 0 || only.includes(world.globalRegion) ? hunters.filter((one) => one.scope === 'global') : [];
  const scan = async (region: string): Promise<Seen> => {
    const mine = [...(world.regions.includes(region) ? regional : []), ...(region === world.globalRegion ? worldwide : [])];
    const scanned = await scanRegion(world.ctx, over.over(mine, world, region), region, since);
    over.done(world, region, scanned.failed.length > 0 ? 'failed' : scanned.denied.length > 0 ? 'denied' : 'inspected');
    return { ...scanned, account: world.account };
  };
  const regions = new Set([...world.regions, ...(worldwide.length > 0 ? [world.globalRegion] : [])]);
  return Promise.all([...regions].map(scan));
}

/** Kept: what the key made or changed, what speaks for itself, and whatever else came to be in the window. */
const isKept = ({ found, how }: Joined, since: string): boolean =>
  how !== null || (found.reasons ?? []).length > 0 || (found.createdAt !== null && found.createdAt >= since);

interface Explained {
  readonly found: Found[];
  readonly unread: HuntResult['unread'];
}
/** Ties what was seen to what CloudTrail tells: who made it, what is gone, how suspicious it is, what it costs. */
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
  const acts: Act[] = tree.nodes.flatMap((node) => node.acts.map((event) => ({ event, credential: node.credential })));
  const index = indexActs(acts);
  const settled = new Set<string>();
  const globals = new Set(hunters.filter((hunter) => hunter.scope === 'global').map((hunter) => hunter.type));
  const kept: Joined[] = [];
  for (const { found, account } of scanned)
    for await (const one of found()) {
      if (one.createdAt !== null && one.createdAt < since && !globals.has(one.type)) settled.add(`${account} ${one.region}`);
      const joined = join(one, byType, index);
      if (isKept(joined, since)) kept.push(joined);
    }
  const others = await attribute(worlds, kept, byType, index, tree, window);
  const there = others.joined.filter((one) => isKept(one, since)).map((one) => one.found);
  const made = there.filter((one) => one.byKey === true);
  const looked = (hunter: Hunter, account: string, region: string): boolean =>
    scanned.some((one) => one.account === account && one.region === region && ![...one.denied, ...one.failed].some((why) => why.startsWith(`${hunter.type}:`)));
  const all = [...there, ...unseen(acts, hunters, made, looked, ctx.facts.account ?? '')];
  const fresh = await newRegions(worlds, all, settled, tree, window, globals);
  const found = all.map((one): Found => {
    const cost = costOf(one, ctx.now());
    return { ...judged(one, since, fresh.has(`${one.account} ${one.region}`) && !globals.has(one.type)), ...(cost ? { cost } : {}) };
  });
  return { found: found.sort((a, b) => order(a).localeCompare(order(b))), unread: others.unread };
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
  const hunters = wanted(await ctx.hunters(), listOption(ctx, 'type'));
  const { accessKeyId, principal, start } = await beginning(ctx, window);
  const worlds = await openWorlds(ctx, only);
  const progress = watch(ctx, worlds);
  const [seen, tree, events] = await Promise.all([
    Promise.all(worlds.map((world) => scanWorld(world, hunters, only, since, progress))),
    start === null ? EMPTY_TREE : growTree(worlds, start, window, progress.heard),
    Promise.all(worlds.map((world) => accountEvents(world, window))),
  ]);
  const scanned = seen.flat();
  const explained = await explain(ctx, worlds, hunters, scanned, tree, since, window);
  const { found } = explained;
  const unread = [...tree.unread, ...events.flatMap((one) => one.unread), ...explained.unread];
  const byKey = new Set(found.filter((one) => one.byKey === true).map((one) => one.arn));
  const credentials = new Set(tree.nodes.map((node) => node.credential));
  // Beside the tree's own acts, which its credentials tell.
  const others = events.flatMap((one) => one.leads).filter((lead) => lead.by === null || !credentials.has(lead.by));
  const stake = rolesAtStake(tree, found);
  return {
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
    holders: await holdersAmong(allOf(scanned), stake, (arn) => byKey.has(arn)),
    costs: costsOf(found),
    closed: tree.whole && tree.unread.length === 0,
    unread,
    evidence: tree.evidence,
  };
}
async function* allOf(scanned: readonly Scanned[]): AsyncIterable<Found> {
  for (const one of scanned) yield* one.found();
}

/** Looks everywhere, for everything the key made, and for every credential it issued. Changes nothing. */
export const action: Action<HuntResult> = {
  id: 'hunt',
  step: 2,
  title: text('Hunt in all regions for what the key made', 'Buscar en todas las regiones lo que creó la clave'),
  permissions: ['ec2:DescribeRegions', 'account:ListRegions', 'cloudtrail:LookupEvents', 'sts:GetCallerIdentity', 'iam:GetRole', 'iam:GetUser'],
  observe,
  plan: () => [],
  check: async (ctx) => checksOf(huntOf(ctx.facts)),
};
