import type { Found } from '../../kernel/index.ts';
import { type Credential, isByKey, type Tallied } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import type { Node } from './node.ts';
import type { Tree } from './tree.ts';

const MOST_NAMES = 50;
const MOST_CALLS = 100;
const distinct = (values: Iterable<string>, limit: number): string[] => [...new Set([...values].map((one) => oneLine(one, limit)))].sort().slice(0, MOST_NAMES);
const tallied = (counts: ReadonlyMap<string, number>): Tallied[] =>
  [...counts]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, MOST_CALLS)
    .map(([call, count]) => ({ call: oneLine(call, 120), count }));
const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0);

/** The tree as it is written down: numbers and names instead of events. Texts from events are made harmless and short. */
export function credentialsOf(tree: Tree, found: readonly Found[]): Credential[] {
  const bySession = new Map<string, Found[]>();
  for (const one of found)
    if (isByKey(one) && one.session !== undefined) {
      const mine = bySession.get(one.session);
      if (mine) mine.push(one);
      else bySession.set(one.session, [one]);
    }
  return tree.nodes.map((node) => credentialOf(node, bySession.get(node.credential) ?? []));
}

const kindOf = (credential: string): Credential['kind'] => (credential.startsWith('AKIA') ? 'key' : credential.startsWith('ASIA') ? 'session' : 'service');

function credentialOf(node: Node, mine: readonly Found[]): Credential {
  const { tally } = node;
  return {
    credential: node.credential,
    kind: kindOf(node.credential),
    issuedBy: node.issuedBy,
    via: node.via,
    tie: node.tie,
    account: oneLine(node.account, 20),
    ...(node.outsider === undefined ? {} : { outsider: oneLine(node.outsider, 20) }),
    issued: node.issued ?? (node.tie === 'named' ? null : node.begun),
    ...(node.role === undefined ? {} : { role: oneLine(node.role, 300) }),
    ...(node.userName === undefined ? {} : { userName: oneLine(node.userName, 128) }),
    first: tally.first,
    last: tally.last,
    regions: distinct(tally.regions, 30),
    addresses: distinct(tally.addresses.keys(), 60),
    agents: distinct(
      [...tally.addresses.values()].flatMap((agents) => [...agents]).filter((agent) => agent !== ''),
      120,
    ),
    calls: tally.calls,
    called: tallied(tally.called),
    denied: sum(tally.denied),
    refused: distinct(tally.refused, 80),
    probed: sum(tally.probed),
    probes: tallied(tally.probed),
    made: mine.filter((one) => one.byKey === true).map((one) => one.arn),
    changed: mine.filter((one) => one.byKey !== true).map((one) => one.arn),
  };
}
