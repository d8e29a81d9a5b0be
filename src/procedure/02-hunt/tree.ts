import { text } from '../../kernel/index.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';
import type { World } from './accounts.ts';
import type { TrailEvent } from './event.ts';
import { type Claim, type Errand, errandsOf, type Passed, passedBy } from './follow.ts';
import { type Attribute, lookupEach, type Unread, type Window } from './lookup.ts';
import { type Node, newNode, record, type Seed } from './node.ts';
import { type Ancestor, type Ask, issuerOf, sameHands } from './origin.ts';

export interface Tree {
  /** The one the hunt began with first, then in the order in which they were found. */
  readonly nodes: readonly Node[];
  /** False when the tree was cut off because it outgrew a bound. */
  readonly whole: boolean;
  readonly unread: readonly Unread[];
  readonly evidence: readonly string[];
  /** Who issued the credential the hunt began with, upwards. */
  readonly origin: readonly Ancestor[];
  /** Sessions that may be the attacker's or a colleague's: nothing proves which. */
  readonly unproven: readonly Unproven[];
  readonly passed: readonly (Passed & { readonly by: string })[];
}
export interface Unproven {
  readonly credential: string;
  readonly arn: string;
  readonly via: string;
  readonly time: string;
  readonly address: string;
  /** The credential of the tree that may have begun it. */
  readonly parent: string | null;
}
export const EMPTY_TREE: Tree = { nodes: [], whole: true, unread: [], evidence: [], origin: [], unproven: [], passed: [] };

/** An account under attack may issue credentials by the thousand; beyond these the tree says that it is not closed. */
const MOST_CREDENTIALS = 500;
const MOST_ACTS = 50_000;
const MOST_UNPROVEN = 100;
/** No role's session lives longer. Source: STS API Reference, AssumeRole. */
const LONGEST_SESSION = 12 * 3_600_000;

/** Where the hunt begins: a key, or a user or role by errand. */
export type Start = { readonly accessKeyId: string } | { readonly errand: Errand };

interface Pending {
  readonly errand: Errand;
  readonly claim: Claim;
  readonly event: TrailEvent;
}

/**
 * Everything a credential did, and every credential that was issued with it, with those, and so on until nothing new
 * appears. All regions are asked for every credential: a session may be used anywhere.
 * @param heard told how many events of which region were read
 */
export async function growTree(
  worlds: readonly World[],
  start: Start,
  window: Window,
  heard: (world: World, region: string, events: number) => void,
): Promise<Tree> {
  const nodes = new Map<string, Node>();
  const ran = new Set<string>();
  const seen = new Set<string>();
  const unread: Unread[] = [];
  const evidence = new Set<string>();
  const pending: Pending[] = [];
  const unproven: Unproven[] = [];
  const passed: (Passed & { by: string })[] = [];
  const origin: Ancestor[] = [];
  let acts = 0;
  let whole = true;

  const worldOf = (account: string): World | undefined => (account === '' ? worlds[0] : worlds.find((world) => world.account === account));
  /** Events as they come, a page at a time: nothing but what is kept is held. */
  const each = async (
    world: World,
    regions: readonly string[],
    attribute: Attribute,
    value: string,
    use: (event: TrailEvent) => void,
    within: Window = window,
  ): Promise<void> => {
    const missing = await lookupEach(world.ctx, regions, attribute, value, within, (page, region) => {
      for (const one of page.evidence) evidence.add(one);
      heard(world, region, page.events.length);
      for (const event of page.events) use(event);
    });
    unread.push(...missing);
  };
  const ask: Ask = async (world, regions, attribute, value, wanted) => {
    const events: TrailEvent[] = [];
    await each(world, regions, attribute, value, (event) => {
      if (wanted(event)) events.push(event);
    });
    return events;
  };
  const grow = (seed: Seed): Node | null => {
    if (nodes.has(seed.credential)) return null;
    if (nodes.size >= MOST_CREDENTIALS) {
      whole = false;
      return null;
    }
    const node = newNode(seed);
    nodes.set(seed.credential, node);
    return node;
  };

  /** One act of the tree, and what it may have given rise to. */
  function take(node: Node, event: TrailEvent): Promise<void>[] {
    const id = `${event.account} ${event.id}`;
    // The same event can come twice: a page read again, or found by two names.
    if (seen.has(id)) return [];
    seen.add(id);
    const before = node.acts.length;
    record(node, event);
    acts += node.acts.length - before;
    if (acts > MOST_ACTS) {
      node.acts.length = before;
      acts = MOST_ACTS;
      whole = false;
    }
    const next: Promise<void>[] = [];
    if (event.issued) {
      const { credential, role, userName, arn, principalId } = event.issued;
      const asUser = userName ?? (event.name.startsWith('Get') ? node.userName : undefined);
      const account = role?.split(':')[4] || node.account;
      const child = grow({
        credential,
        issuedBy: node.credential,
        via: event.name,
        tie: 'issued',
        issued: event.time,
        account,
        role,
        userName: asUser,
        arn,
        principalId,
      });
      if (child) next.push(follow(child));
    }
    for (const pass of passedBy(event)) if (passed.length < 1000) passed.push({ ...pass, by: node.credential });
    next.push(...errandsOf(event, node).map(run));
    return next;
  }

  /**
   * A session in an account whose trail is closed to us may come back: the role it takes here is told by our own trail, which names
   * the caller by his principal id. Only the hours such a session can live are read, since any role's taking is among them.
   */
  async function comingBack(node: Node): Promise<void> {
    const { principalId, issued, account, credential } = node;
    if (principalId === undefined || issued === null) return;
    const within: Window = { from: issued, to: new Date(Math.min(Date.parse(issued) + LONGEST_SESSION, Date.parse(window.to))).toISOString() };
    const next: Promise<void>[] = [];
    const use = (event: TrailEvent): void => {
      if (event.error !== null || !event.issued || event.identity.principalId !== principalId || event.identity.account !== account) return;
      const { credential: theirs, role, arn, principalId: id } = event.issued;
      const child = grow({
        credential: theirs,
        issuedBy: credential,
        via: event.name,
        tie: 'issued',
        issued: event.time,
        account: event.account,
        outsider: account,
        role,
        arn,
        principalId: id,
      });
      if (child) next.push(follow(child));
    };
    await Promise.all(worlds.map((world) => each(world, world.regions, 'EventName', 'AssumeRole', use, within)));
    await Promise.all(next);
  }

  async function follow(node: Node): Promise<void> {
    const { credential } = node;
    if (!isAccessKeyId(credential)) return;
    const world = worldOf(node.account);
    if (!world) {
      unread.push({ of: credential, region: '', why: `it acts in account ${oneLine(node.account, 20)}, for which no credentials were given (--account)` });
      await comingBack(node);
      return;
    }
    const many = world.regions.length;
    world.ctx.progress(text(`CloudTrail: what ${credential} did, in ${many} regions`, `CloudTrail: qué hizo ${credential}, en ${many} regiones`), {
      credential,
    });
    const next: Promise<void>[] = [];
    await each(world, world.regions, 'AccessKeyId', credential, (event) => {
      // Another credential's event never counts here.
      if (event.identity.accessKeyId === credential) next.push(...take(node, event));
    });
    await Promise.all(next);
  }

  function accept({ errand, claim, event }: Pending): Promise<void>[] {
    if (claim.own) {
      const node = nodes.get(claim.credential);
      return node ? take(node, event) : [];
    }
    const { credential, tie, issued = null, role, userName, arn, outsider } = claim;
    const node = grow({ credential, issuedBy: errand.parent, via: errand.via, tie, issued, account: errand.account, role, userName, arn, outsider });
    return node ? [follow(node)] : [];
  }

  async function run(errand: Errand): Promise<void> {
    const name = `${errand.account} ${errand.attribute} ${errand.value} ${errand.via} ${errand.parent}`;
    const world = worldOf(errand.account);
    if (ran.has(name) || !world) return;
    ran.add(name);
    const next: Promise<void>[] = [];
    await each(world, world.regions, errand.attribute, errand.value, (event) => {
      const claim = errand.prove(event);
      if (!claim || (!claim.own && nodes.has(claim.credential))) return;
      if (errand.rival) pending.push({ errand, claim, event });
      else next.push(...accept({ errand, claim, event }));
    });
    await Promise.all(next);
  }

  /** Claims that somebody else might have as well: only now is it known which credentials are the tree's. */
  async function settle(): Promise<void> {
    const rivals = new Map<string, Promise<readonly TrailEvent[]>>();
    const addresses = () => new Set([...nodes.values()].flatMap((node) => [...node.tally.addresses.keys()]));
    while (pending.length > 0) {
      const batch = pending.splice(0);
      const next: Promise<void>[] = [];
      for (const one of batch) {
        const { errand, claim, event } = one;
        if (nodes.has(claim.credential)) continue;
        const { eventName, global, is } = errand.rival!;
        const world = worldOf(errand.account)!;
        const key = `${world.account} ${eventName}`;
        const asked = rivals.get(key) ?? ask(world, global ? [world.globalRegion] : world.regions, 'EventName', eventName, (other) => other.error === null);
        rivals.set(key, asked);
        const ours = (other: TrailEvent) => other.identity.accessKeyId !== null && nodes.has(other.identity.accessKeyId);
        const contested = (await asked).some((other) => !ours(other) && is(other, event));
        if (!contested || addresses().has(event.address)) next.push(...accept(one));
        else if (unproven.length < MOST_UNPROVEN && !unproven.some((known) => known.credential === claim.credential))
          unproven.push({
            credential: claim.credential,
            arn: event.identity.arn,
            via: errand.via,
            time: event.time,
            address: event.address,
            parent: errand.parent,
          });
      }
      await Promise.all(next);
    }
  }

  /** From a temporary credential up to who issued it; followed as well when it was in the same hands. */
  async function climb(node: Node): Promise<void> {
    let below = node;
    while (below.credential.startsWith('ASIA') && origin.length < 10) {
      const ancestor = await issuerOf(worlds, below, window, ask);
      if (!ancestor) return;
      const together = sameHands(ancestor, below);
      origin.push({ ...ancestor, followed: together });
      if (!together || ancestor.credential === null || nodes.has(ancestor.credential)) return;
      const above = newNode({ credential: ancestor.credential, issuedBy: null, via: 'issuer', tie: 'same-hands', issued: null, account: ancestor.account });
      nodes.set(above.credential, above);
      below.issuedBy = above.credential;
      below.via = ancestor.via;
      below.issued = ancestor.time;
      await follow(above);
      below = above;
    }
  }

  if ('accessKeyId' in start) {
    const root = grow({
      credential: start.accessKeyId,
      issuedBy: null,
      via: 'leaked',
      tie: 'named',
      issued: null,
      account: worlds[0]?.account ?? '',
    })!;
    await follow(root);
    await climb(root);
  } else await run(start.errand);
  await settle();
  return { nodes: [...nodes.values()], whole, unread, evidence: [...evidence], origin, unproven, passed };
}
