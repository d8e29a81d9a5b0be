import type { World } from './accounts.ts';
import type { TrailEvent } from './event.ts';
import { type Attribute, lookup, type Window } from './lookup.ts';
import type { Node } from './node.ts';

/** Who issued a credential, as the issuing event says. */
export interface Ancestor {
  /** Null when no key signed: a service, a web identity, another account of which no trail can be read. */
  readonly credential: string | null;
  /** ARN, or the kind of identity and its account. */
  readonly who: string;
  readonly via: string;
  readonly time: string;
  readonly region: string;
  readonly account: string;
  readonly address: string;
  readonly agent: string;
  /** Its own acts are in the tree. */
  readonly followed: boolean;
}
/** Looks events up and gives those that are wanted. */
export type Ask = (
  world: World,
  regions: readonly string[],
  attribute: Attribute,
  value: string,
  wanted: (event: TrailEvent) => boolean,
) => Promise<readonly TrailEvent[]>;

const ISSUING = ['AssumeRole', 'GetSessionToken', 'GetFederationToken', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'] as const;
/** Records tell a session's beginning in whole seconds. */
const SLACK = 5000;

const ancestorOf = (event: TrailEvent): Ancestor => ({
  credential: event.identity.accessKeyId,
  who: event.identity.arn || [event.identity.type, event.identity.account].filter((part) => part !== '').join(' ') || 'unknown',
  via: event.name,
  time: event.time,
  region: event.region,
  account: event.identity.account || event.account,
  address: event.address,
  agent: event.agent,
  followed: false,
});

/**
 * The event that issued a temporary credential: CloudTrail files it under the credential's id too; where it does not, the session's
 * own beginning tells the second in which to look. A caller from another account is named only in that account's own record.
 */
export async function issuerOf(worlds: readonly World[], node: Node, window: Window, ask: Ask): Promise<Ancestor | null> {
  const issues = (event: TrailEvent) => event.issued?.credential === node.credential;
  const found = (await Promise.all(worlds.map((world) => ask(world, world.regions, 'ResourceName', node.credential, issues)))).flat();
  if (found.length === 0 && node.begun !== null) {
    const begun = Date.parse(node.begun);
    const moment: Window = { from: new Date(begun - SLACK).toISOString(), to: new Date(begun + SLACK).toISOString() };
    if (moment.from >= window.from)
      for (const world of worlds) {
        const looked = await Promise.all(ISSUING.map((name) => lookup(world.ctx, world.regions, 'EventName', name, moment)));
        found.push(...looked.flatMap((one) => one.events).filter(issues));
      }
  }
  const [event] = found;
  if (!event) return null;
  // The record of the caller's own account names the key; the copy in the role's account does not.
  const whole = found.find((one) => one.identity.accessKeyId !== null) ?? (await otherSide(worlds, event, ask)) ?? event;
  return ancestorOf(whole);
}

/** The caller's own record of a call from one account into another. */
async function otherSide(worlds: readonly World[], event: TrailEvent, ask: Ask): Promise<TrailEvent | undefined> {
  const world = worlds.find((one) => one.account === event.identity.account && event.identity.account !== event.account);
  if (!world || event.sharedId === null || !event.issued) return undefined;
  const [same] = await ask(world, [event.region], 'EventName', event.name, (one) => one.sharedId === event.sharedId);
  return same;
}

/**
 * Did whoever holds the session issue it himself? Only if it was used from the address it was issued from, and wherever else it was
 * used, with the same tool: a stolen session is used by its owner there and by the thief elsewhere.
 */
export function sameHands(ancestor: Ancestor, node: Node): boolean {
  const { addresses } = node.tally;
  const there = addresses.get(ancestor.address);
  if (!there) return false;
  return [...addresses.values()].every((agents) => agents === there || [...agents].some((agent) => there.has(agent)));
}
