import { expect } from 'vitest';
import type { JsonObject } from '../src/kernel/index.ts';
import { type Inside, inside } from './e2e/inside.ts';
import { dice, drawWorld } from './undo-worlds.ts';

/** What steps 4 and 5 do to an instance, in the order of the playbook. */
const ACTIONS = [
  'protect',
  'leave-auto-scaling',
  'leave-load-balancers',
  'isolate',
  'remove-public-addresses',
  'cut-connections',
  'replace-instance-profile',
  'disable-metadata',
  'revoke-instance-role',
  'tag',
] as const;

/** Draws a world, isolates the instance as chance has it, takes everything back, and demands the same world again. */
export async function undoneWorld(seed: string): Promise<{ changes: number }> {
  const stand = await inside(seed);
  try {
    const draw = dice(seed);
    const target = await drawWorld(stand, draw);
    const options: JsonObject = {
      fromIp: '203.0.113.5',
      scaling: draw.pick(['standby', 'detach', 'protect']),
      publicAddresses: draw.pick(['keep', 'remove']),
      cut: draw.pick(['none', 'two-step', 'acl', 'acl-subnet']),
      instanceRole: draw.pick(['keep', 'remove']),
      disableMetadata: draw.chance(0.5),
      classicTag: draw.chance(0.5),
    };
    const masked = options.publicAddresses === 'remove';
    const before = stateOf(stand, masked);
    let changes = 0;
    for (const action of ACTIONS) {
      const outcome = await stand.run(action, target, options);
      const bad = outcome.changes.filter((change) => !['done', 'already', 'unneeded'].includes(change.state));
      expect(bad, `${seed}: ${action} ${JSON.stringify(options)}`).toEqual([]);
      changes += outcome.changes.length;
    }
    expect(changes, seed).toBeGreaterThan(3);
    const undone = await stand.undo(undoNames(stand));
    const left = Object.entries(undone).filter(([, one]) => one !== 'done' && one !== 'already');
    expect(left, `${seed} ${JSON.stringify(options)}`).toEqual([]);
    expect(difference(before, stateOf(stand, masked)), `${seed} ${JSON.stringify(options)}`).toEqual([]);
    return { changes };
  } finally {
    await stand.close();
  }
}

/** Everything may be taken back here, dangerous or not. */
const undoNames = ({ session }: Inside): string[] =>
  session.case.entries.flatMap((entry) => (entry.kind === 'intent' ? [(entry.body as { step: string }).step] : []));

/** What tells of calls and not of the account: history, sessions, tokens. */
const RECORDS = /^(sessions|lastUsed|clientTokens|autoScalingActivities|networkFlows)$/;
/** Numbers that AWS gives anew each time something is put back, and times at which it was. */
const ANEW = /^(associationId|timeline|time|ready|registered|since|changed)$/;

/** The account as JSON by path. An automatic public address that was taken away comes back as another one: declared, and the only exception. */
function stateOf({ account, world }: Inside, masked: boolean): Map<string, string> {
  const now = Date.now() + world.offset;
  const flat = new Map<string, string>();
  const walk = (path: string, value: any): void => {
    if (value === undefined || value?.until <= now) return;
    if (typeof value !== 'object' || value === null) return void flat.set(path, JSON.stringify(value).replace(/aclassoc-\w+/, 'aclassoc'));
    if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
      return void (value.length > 0 && flat.set(path, JSON.stringify([...value].sort())));
    for (const [name, inner] of Object.entries<any>(value)) {
      if (RECORDS.test(name) || ANEW.test(name)) continue;
      if (masked && name === 'publicIp' && inner?.allocationId === undefined) flat.set(`${path}/${name}`, 'an automatic address');
      else walk(`${path}/${name}`, inner);
    }
  };
  walk('', account.tables);
  for (const [name, region] of Object.entries(account.regions)) walk(name, region.tables);
  return flat;
}
const difference = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path)} -> ${after.get(path)}`);
