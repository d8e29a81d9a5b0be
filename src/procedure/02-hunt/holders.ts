import type { Found } from '../../kernel/index.ts';
import type { Holder } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { named } from './event.ts';
import type { Tree } from './tree.ts';

const MOST_OF_A_ROLE = 200;
const MOST = 2000;

/** Roles whose sessions will be ended: those the tree holds or made, by name within their account. */
export function rolesAtStake(tree: Tree): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const node of tree.nodes) {
    if (node.role !== undefined) roles.add(roleKey(node.role));
    for (const event of node.acts)
      if (event.source === 'iam.amazonaws.com' && event.name === 'CreateRole') for (const arn of named(event, 'arn', true)) roles.add(roleKey(arn));
  }
  return roles;
}
/** Paths do not make a role's name less unique. @example roleKey('arn:aws:iam::111122223333:role/ops/Admin') // '111122223333 Admin' */
const roleKey = (arn: string): string => `${arn.split(':')[4] ?? ''} ${arn.split('/').at(-1) ?? ''}`;

/** Which workloads run with one of those roles, old ones too. Two thousand at most; `take` is given everything that was seen. */
export function holderList(roles: ReadonlySet<string>): { take(one: Found): void; list(byKey: (arn: string) => boolean): Holder[] } {
  const count = new Map<string, number>();
  const holders: Omit<Holder, 'byKey'>[] = [];
  return {
    take(one) {
      if (!one.alive || one.roles === undefined) return;
      for (const role of new Set(one.roles)) {
        const key = roleKey(role);
        const many = (count.get(key) ?? 0) + 1;
        if (!roles.has(key) || many > MOST_OF_A_ROLE || holders.length >= MOST) continue;
        count.set(key, many);
        holders.push({ role: oneLine(role, 300), type: one.type, arn: one.arn, region: one.region });
      }
    },
    list: (byKey) => holders.map((one) => ({ ...one, byKey: byKey(one.arn) })).sort((a, b) => a.role.localeCompare(b.role) || a.arn.localeCompare(b.arn)),
  };
}
