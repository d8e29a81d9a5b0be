import type { RegionState, World } from '../contract.ts';
import type { Truth } from './scenario.ts';
import type { MadeResource } from './scoring.ts';

/** What comes into being with an instance, by the table of the region that holds it. */
const WITH_INSTANCE: Readonly<Record<string, { type: string; noun: string }>> = {
  volumes: { type: 'AWS::EC2::Volume', noun: 'volume' },
  interfaces: { type: 'AWS::EC2::NetworkInterface', noun: 'network-interface' },
  spotRequests: { type: 'AWS::EC2::SpotInstanceRequest', noun: 'spot-instances-request' },
};
/** What starts instances by itself: AWS marks them with its name. */
const STARTERS = new Set(['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::SpotFleet', 'AWS::EC2::EC2Fleet']);

const rowsWith = (region: RegionState, table: string, text: string): string[] =>
  Object.entries(region.tables[table] ?? {}).flatMap(([id, row]) => (JSON.stringify(row).includes(`"${text}"`) ? [id] : []));

/**
 * What AWS made because of the attacker's things: the instances of his groups and fleets, and the volumes, interfaces and spot
 * requests of all his instances.
 * @param home account of those things that name none
 */
export function attendantsOf(world: World, home: string, resources: readonly MadeResource[]): Truth['attendant'] {
  return resources.flatMap(({ type, id, region, account = home }) => {
    const state = world.accounts[account]!.regions[region]!;
    const arn = (noun: string, name: string) => `arn:aws:ec2:${region}:${account}:${noun}/${name}`;
    const started = STARTERS.has(type) ? rowsWith(state, 'tags', id).filter((name) => name.startsWith('i-')) : [];
    const instances = type === 'AWS::EC2::Instance' ? [id] : started;
    return [
      ...started.map((name) => ({ type: 'AWS::EC2::Instance', id: name, arn: arn('instance', name), region })),
      ...instances.flatMap((instance) =>
        Object.entries(WITH_INSTANCE).flatMap(([table, { type: kind, noun }]) =>
          rowsWith(state, table, instance).map((name) => ({ type: kind, id: name, arn: arn(noun, name), region })),
        ),
      ),
    ];
  });
}
