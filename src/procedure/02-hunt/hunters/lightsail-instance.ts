import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Port {
  fromPort?: number;
  toPort?: number;
  protocol?: string;
  cidrs?: string[];
}
interface Instance {
  name?: string;
  arn?: string;
  createdAt?: string;
  blueprintId?: string;
  bundleId?: string;
  publicIpAddress?: string;
  privateIpAddress?: string;
  location?: { availabilityZone?: string };
  hardware?: { cpuCount?: number };
  networking?: { ports?: Port[] };
  state?: { name?: string };
  sshKeyName?: string;
}
const openTo = (ports: readonly Port[]): string =>
  ports
    .filter((port) => port.cidrs?.some((cidr) => cidr === '0.0.0.0/0'))
    .map((port) => `${port.protocol ?? ''}/${port.fromPort ?? ''}${port.toPort === port.fromPort ? '' : `-${port.toPort ?? ''}`}`)
    .join(', ');

/** Small machines at a fixed price, which stand in none of EC2's lists. Their access details are passwords and keys: never asked for. */
export const hunter: Hunter = {
  type: 'AWS::Lightsail::Instance',
  scope: 'regional',
  title: text('Lightsail instances', 'Instancias de Lightsail'),
  permissions: ['lightsail:GetInstances'],
  createdByEvents: ['CreateInstances', 'CreateInstancesFromSnapshot'],
  changedByEvents: ['OpenInstancePublicPorts', 'PutInstancePublicPorts', 'GetInstanceAccessDetails', 'UpdateInstanceMetadataOptions'],
  names: ['resourceName', 'instanceNames', 'instanceName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lightsail:${region}:${account}:Instance/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Instance>(ctx, 'lightsail', region, 'GetInstances', 'instances')) {
      if (one.arn === undefined || one.name === undefined) continue;
      yield foundAt(ctx, 'AWS::Lightsail::Instance', region, one.arn, one.name, {
        createdAt: time(one.createdAt),
        alive: one.state?.name !== 'terminated',
        detail: present({
          state: one.state?.name,
          bundle: oneLine(one.bundleId),
          blueprint: oneLine(one.blueprintId),
          zone: one.location?.availabilityZone,
          cpus: one.hardware?.cpuCount,
          publicIp: one.publicIpAddress,
          privateIp: one.privateIpAddress,
          keyName: oneLine(one.sshKeyName),
          openToInternet: oneLine(openTo(one.networking?.ports ?? [])),
        }),
      });
    }
  },
};
