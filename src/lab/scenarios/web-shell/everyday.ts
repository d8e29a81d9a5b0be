import type { World } from '../../contract.ts';
import { trailValidated } from '../company-trail.ts';
import { SPAN } from '../key-leak/cast.ts';
import type { Scene } from '../moves.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from './cast.ts';
import type { Company } from './company.ts';
import { opens } from './connect.ts';

/** The company at work: customers, payments, and the day on which the server joined the scaling group. */
export function everydayScenes(world: World, stage: Stage, cast: Cast, company: Company): Scene[] {
  const connect = opens(world, stage, cast);
  const { times, remote, home } = cast;
  const { web, neighbours, admin } = company;
  /** Nodes of the load balancer in the public subnets. */
  const nodes = ['10.20.0.251', '10.20.1.251'] as const;
  const attach = async () => {
    await stage.call(admin, 'auto-scaling', 'AttachInstances', { AutoScalingGroupName: cast.group, InstanceIds: [web.instanceId] }, home);
  };
  const customers = async () => {
    const served = { who: 'service', label: 'customers, through the load balancer', protocol: 'tcp', direction: 'in', via: 'direct' } as const;
    connect({ ...served, interfaceId: web.interfaces[0], local: web.privateIps[0], localPort: 443, remote: nodes[0], remotePort: 20_112 });
    for (const [index, one] of neighbours.entries()) {
      const at = { interfaceId: one.interfaceId, local: one.privateIp };
      // Two are members of the group; the others answer the servers on their own port.
      const member = index < 2;
      connect({
        ...served,
        ...at,
        localPort: portOf(world, cast, one.id),
        remote: nodes[index % 2]!,
        remotePort: 21_000 + index,
        ...(member ? {} : { label: 'requests from the shop' }),
      });
      connect({
        who: 'service',
        label: 'payments',
        protocol: 'tcp',
        direction: 'out',
        via: 'nat',
        ...at,
        localPort: 42_000 + index,
        remote: remote.payments,
        remotePort: 443,
      });
    }
  };
  return [
    trailValidated({ stage, admin, slug: cast.company.slug, account: cast.account, region: home }, times.scan - 2 * SPAN.HOUR),
    { at: times.attached, play: attach },
    { at: times.shell + 20 * SPAN.MINUTE, play: customers },
  ];
}
/** Web servers answer on 443, the servers behind them on 8080. */
function portOf(world: World, cast: Cast, instanceId: string): number {
  const tags: { Key: string; Value: string }[] = world.accounts[cast.account]!.regions[cast.home]!.tables.tags?.[instanceId] ?? [];
  return tags.some(({ Key }) => Key === 'aws:autoscaling:groupName') ? 443 : 8080;
}
