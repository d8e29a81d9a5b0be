import type { Found } from '../../kernel/index.ts';
import { type Credential, isByKey } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { isDenied, isProbe } from './event.ts';
import type { Node, Tree } from './tree.ts';

const distinct = (values: readonly string[], most = 50): string[] => [...new Set(values)].sort().slice(0, most);

/** The tree as it is written down: numbers and names instead of events. Texts from events are made harmless and short. */
export const credentialsOf = (tree: Tree, found: readonly Found[]): Credential[] => tree.nodes.map((node) => credentialOf(node, found));

function credentialOf(node: Node, found: readonly Found[]): Credential {
  const times = node.events.map((event) => event.time).sort();
  const denied = node.events.filter((event) => isDenied(event.error));
  const mine = found.filter((one) => isByKey(one) && one.session === node.credential);
  return {
    credential: node.credential,
    kind: node.credential.startsWith('AKIA') ? 'key' : 'session',
    issuedBy: node.issuedBy,
    via: node.via,
    issued: node.issued,
    ...(node.role === undefined ? {} : { role: oneLine(node.role, 300) }),
    ...(node.userName === undefined ? {} : { userName: oneLine(node.userName, 128) }),
    first: times[0] ?? null,
    last: times.at(-1) ?? null,
    regions: distinct(node.events.map((event) => oneLine(event.region, 30))),
    addresses: distinct(node.events.map((event) => oneLine(event.address, 60))),
    calls: node.events.length,
    denied: denied.length,
    refused: distinct(denied.filter((event) => event.changes).map((event) => oneLine(event.name, 80))),
    probed: node.events.filter((event) => isProbe(event.error)).length,
    made: mine.filter((one) => one.byKey === true).map((one) => one.arn),
    changed: mine.filter((one) => one.byKey !== true).map((one) => one.arn),
  };
}
