import { isDenied, isProbe, plainName, type TrailEvent } from './event.ts';

/**
 * What ties a credential to the tree. `named`: the hunt began with it. `issued`: an event of the tree gave it out. `unique-id`: it is
 * a user's or role's that the tree made, known by the id that AWS never gives twice. `session-name`: the session bears the name of what
 * the tree started (an instance, a function, a task). `console`: a console session that began with a password or federation token of
 * the tree. `trust`: an outsider came in through a trust policy that the tree wrote. `same-hands`: it issued the credential the hunt
 * began with, from the same address and with the same tool.
 */
export type Tie = 'named' | 'issued' | 'unique-id' | 'session-name' | 'console' | 'trust' | 'same-hands';

/** A credential as the tree grows: how it came to be, and what it did. Reads are counted, changes kept. */
export interface Node {
  readonly credential: string;
  issuedBy: string | null;
  via: string;
  readonly tie: Tie;
  issued: string | null;
  /** The account in whose trail it acts. */
  readonly account: string;
  /** The other account that came in. */
  readonly outsider: string | undefined;
  role: string | undefined;
  userName: string | undefined;
  arn: string | undefined;
  /** AROA...:session, as the issuing event gave it: another account's records name the caller by it alone. */
  readonly principalId: string | undefined;
  begun: string | null;
  /** Changes that were made, and events that issued a credential. */
  readonly acts: TrailEvent[];
  readonly tally: Tally;
}
export interface Tally {
  calls: number;
  first: string | null;
  last: string | null;
  /** By "service:event". */
  readonly called: Map<string, number>;
  readonly denied: Map<string, number>;
  readonly probed: Map<string, number>;
  readonly refused: Set<string>;
  readonly regions: Set<string>;
  /** Address, and the agents seen from it. */
  readonly addresses: Map<string, Set<string>>;
}
export type Seed = Pick<Node, 'credential' | 'issuedBy' | 'via' | 'tie' | 'issued' | 'account'> &
  Partial<Pick<Node, 'outsider' | 'role' | 'userName' | 'arn' | 'principalId'>>;

export const newNode = (seed: Seed): Node => ({
  outsider: undefined,
  role: undefined,
  userName: undefined,
  arn: undefined,
  principalId: undefined,
  ...seed,
  begun: null,
  acts: [],
  tally: {
    calls: 0,
    first: null,
    last: null,
    called: new Map(),
    denied: new Map(),
    probed: new Map(),
    refused: new Set(),
    regions: new Set(),
    addresses: new Map(),
  },
});

/** Hostile and endless texts must not fill the memory. */
const MOST = 1000;
function count(into: Map<string, number>, name: string): void {
  if (into.has(name) || into.size < MOST) into.set(name, (into.get(name) ?? 0) + 1);
}

/** Takes one event of the credential into account. */
export function record(node: Node, event: TrailEvent): void {
  const { tally } = node;
  const call = `${event.source.replace(/\.amazonaws\.com$/, '')}:${plainName(event)}`.slice(0, 120);
  tally.calls++;
  if (tally.first === null || event.time < tally.first) tally.first = event.time;
  if (tally.last === null || event.time > tally.last) tally.last = event.time;
  count(tally.called, call);
  if (isDenied(event.error)) {
    count(tally.denied, call);
    if (event.changes && tally.refused.size < MOST) tally.refused.add(plainName(event));
  }
  if (isProbe(event.error)) count(tally.probed, call);
  if (tally.regions.size < MOST) tally.regions.add(event.region);
  const agents = tally.addresses.get(event.address) ?? new Set();
  if (tally.addresses.has(event.address) || tally.addresses.size < MOST) tally.addresses.set(event.address, agents);
  if (agents.size < 50) agents.add(event.agent.slice(0, 300));
  node.begun ??= event.identity.begun;
  node.arn ??= event.identity.arn || undefined;
  node.role ??= event.identity.roleArn ?? undefined;
  if (node.role === undefined) node.userName ??= event.identity.userName ?? undefined;
  if ((event.changes && event.error === null) || event.issued !== null) node.acts.push(event);
}
