import type { World } from '../contract.ts';
import type { Truth } from './scenario.ts';
import type { MadeResource } from './scoring.ts';

/** What comes into being with an instance, by the table of the region that holds it. */
const WITH_INSTANCE: Readonly<Record<string, { type: string; noun: string }>> = {
  volumes: { type: 'AWS::EC2::Volume', noun: 'volume' },
  interfaces: { type: 'AWS::EC2::NetworkInterface', noun: 'network-interface' },
  spotRequests: { type: 'AWS::EC2::SpotInstanceRequest', noun: 'spot-instances-request' },
};

/** The volumes, interfaces and spot requests of the attacker's instances. */
export function attendantsOf(world: World, resources: readonly MadeResource[]): Truth['attendant'] {
  return resources
    .filter(({ type }) => type === 'AWS::EC2::Instance')
    .flatMap(({ id: instance, region, arn }) => {
      const account = arn.split(':')[4]!;
      const tables = world.accounts[account]!.regions[region]!.tables;
      return Object.entries(WITH_INSTANCE).flatMap(([table, { type, noun }]) =>
        Object.entries(tables[table] ?? {})
          .filter(([, row]) => JSON.stringify(row).includes(`"${instance}"`))
          .map(([id]) => ({ type, id, arn: `arn:aws:ec2:${region}:${account}:${noun}/${id}`, region })),
      );
    });
}
