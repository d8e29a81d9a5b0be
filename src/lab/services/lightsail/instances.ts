import type { LabContext, LabOperations } from '../../contract.ts';
import { fraction } from '../../world/index.ts';
import { shelf } from '../shelf.ts';
import { keyPairs } from './key-pairs.ts';
import { arn, invalid, NAME, notFound, operation, paged } from './model.ts';

interface Port {
  fromPort: number;
  toPort: number;
  protocol: string;
  cidrs: string[];
}
interface InstanceRow {
  name: string;
  arn: string;
  created: number;
  runningAt: number;
  zone: string;
  blueprint: string;
  bundle: string;
  keyPair: string;
  address: string;
  privateAddress: string;
  ports: Port[];
  tags: { key: string; value?: string }[];
}
const instances = shelf<InstanceRow>('lightsailInstances', (name) => notFound('Instance', name));
const MAX_INSTANCES = 20; // Lightsail quotas, per account and Region

const cpus = (bundle: string): number =>
  /^(nano|micro|small)/.test(bundle) ? 2 : /^(medium|large)/.test(bundle) ? 2 : /2xlarge/.test(bundle) ? 8 : /4xlarge/.test(bundle) ? 16 : 4;
const view = (ctx: LabContext, row: InstanceRow) => ({
  name: row.name,
  arn: row.arn,
  supportCode: `${ctx.account.id}/${row.arn.split('/').at(-1)}`,
  createdAt: new Date(row.created),
  location: { availabilityZone: row.zone, regionName: ctx.region.name },
  resourceType: 'Instance',
  tags: row.tags,
  blueprintId: row.blueprint,
  blueprintName: row.blueprint,
  bundleId: row.bundle,
  isStaticIp: false,
  privateIpAddress: row.privateAddress,
  publicIpAddress: row.runningAt <= ctx.now() ? row.address : undefined,
  ipAddressType: 'dualstack',
  hardware: { cpuCount: cpus(row.bundle), disks: [], ramSizeInGb: 2 },
  networking: {
    monthlyTransfer: { gbPerMonthAllocated: 1024 },
    ports: row.ports.map((one) => ({
      ...one,
      accessFrom: one.cidrs.includes('0.0.0.0/0') ? 'Anywhere (0.0.0.0/0)' : 'Custom',
      accessType: 'public',
      accessDirection: 'inbound',
    })),
  },
  state: row.runningAt <= ctx.now() ? { code: 16, name: 'running' } : { code: 0, name: 'pending' },
  username: row.blueprint.startsWith('ubuntu') ? 'ubuntu' : 'ec2-user',
  sshKeyName: row.keyPair,
});
const portOf = (given: any): Port => ({
  fromPort: given.fromPort ?? 0,
  toPort: given.toPort ?? 65535,
  protocol: given.protocol ?? 'tcp',
  cidrs: given.cidrs ?? ['0.0.0.0/0'],
});
const resources = (input: any, ctx: LabContext): string[] => [instances.find(ctx, input.instanceName)?.arn ?? arn(ctx, 'Instance', '*')];
const octet = (ctx: LabContext): number => 1 + Math.floor(fraction(ctx.world) * 254);

export const operations: LabOperations = {
  CreateInstances: {
    run(input, ctx) {
      const { instanceNames, availabilityZone: zone } = input;
      if (!zone.startsWith(ctx.region.name)) throw invalid(`The availability zone ${zone} is not in this Region.`);
      if (instanceNames.length === 0) throw invalid('instanceNames must not be empty.');
      if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(input.blueprintId)) throw invalid(`Blueprint ${input.blueprintId} does not exist.`);
      if (!/^(nano|micro|small|medium|large|xlarge|2xlarge|4xlarge|[cmg]_\w+|gpu_\w+)_(?:\w+_)*\d+_\d+$/.test(input.bundleId))
        throw invalid(`Bundle ${input.bundleId} does not exist.`);
      if (input.keyPairName !== undefined) keyPairs.get(ctx, input.keyPairName);
      for (const name of instanceNames) {
        if (!new RegExp(`^${NAME.pattern}$`).test(name)) throw invalid(`Invalid instance name: ${name}`);
        if (instances.find(ctx, name)) throw invalid(`Some names are already in use: ${name}`);
      }
      if (instances.all(ctx).length + instanceNames.length > MAX_INSTANCES)
        throw invalid(`Sorry, you've reached your maximum limit of Lightsail Instances : ${MAX_INSTANCES}.`);
      const made = instanceNames.map((name: string) =>
        instances.put(ctx, name, {
          name,
          arn: arn(ctx, 'Instance', ctx.uuid()),
          created: ctx.now(),
          runningAt: ctx.due(40),
          zone,
          blueprint: input.blueprintId,
          bundle: input.bundleId,
          keyPair: input.keyPairName ?? 'LightsailDefaultKeyPair',
          address: `198.51.100.${octet(ctx)}`,
          privateAddress: `172.26.${octet(ctx)}.${octet(ctx)}`,
          ports: [22, 80].map((port) => portOf({ fromPort: port, toPort: port })),
          tags: input.tags ?? [],
        }),
      );
      return { operations: made.map((row: InstanceRow) => operation(ctx, 'CreateInstance', 'Instance', row.name, zone)) };
    },
  },
  GetInstances: {
    run(input, ctx) {
      const { items, nextPageToken } = paged(ctx, instances.all(ctx), input.pageToken);
      return { instances: items.map((row) => view(ctx, row)), nextPageToken };
    },
  },
  GetInstance: {
    constraints: { instanceName: NAME },
    resources,
    run: (input, ctx) => ({ instance: view(ctx, instances.get(ctx, input.instanceName)) }),
  },
  DeleteInstance: {
    constraints: { instanceName: NAME },
    resources,
    run(input, ctx) {
      const row = instances.get(ctx, input.instanceName);
      instances.drop(ctx, row.name);
      return { operations: [operation(ctx, 'DeleteInstance', 'Instance', row.name, row.zone)] };
    },
  },
  OpenInstancePublicPorts: {
    mutates: true,
    constraints: { instanceName: NAME },
    resources,
    run(input, ctx) {
      const row = instances.get(ctx, input.instanceName);
      const port = portOf(input.portInfo);
      row.ports = [...row.ports.filter((one) => one.fromPort !== port.fromPort || one.toPort !== port.toPort || one.protocol !== port.protocol), port];
      return { operation: operation(ctx, 'OpenInstancePublicPorts', 'Instance', row.name, row.zone) };
    },
  },
  PutInstancePublicPorts: {
    mutates: true,
    constraints: { instanceName: NAME },
    resources,
    run(input, ctx) {
      const row = instances.get(ctx, input.instanceName);
      row.ports = input.portInfos.map(portOf);
      return { operation: operation(ctx, 'PutInstancePublicPorts', 'Instance', row.name, row.zone) };
    },
  },
};
