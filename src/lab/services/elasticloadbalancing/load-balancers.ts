import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { groupsFor } from '../ec2/interface-model.ts';
import type { Subnet } from '../ec2/rows.ts';
import { rowOf } from '../ec2/tables.ts';
import { arnOf, pageOf, suffix } from '../paging.ts';
import { type LoadBalancer, listeners, loadBalancers } from './model.ts';

const MAX = 50;
const resources = (input: any): string[] => [input.LoadBalancerArn ?? '*'];
const pairs = (attributes: Record<string, string>) => Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
const view = (ctx: LabContext, row: LoadBalancer) => ({
  LoadBalancerArn: row.arn,
  LoadBalancerName: row.name,
  DNSName: row.dnsName,
  CanonicalHostedZoneId: 'Z32O12XQLNTSW2',
  CreatedTime: new Date(row.created),
  Scheme: row.scheme,
  Type: row.type,
  VpcId: row.vpcId,
  State: { Code: row.ready <= ctx.now() ? 'active' : 'provisioning' },
  AvailabilityZones: row.subnets.map(({ id, zone }) => ({ ZoneName: zone, SubnetId: id, LoadBalancerAddresses: [] })),
  SecurityGroups: row.securityGroups,
  IpAddressType: row.ipAddressType,
});

export const operations: LabOperations = {
  CreateLoadBalancer: {
    run(input, ctx) {
      const type = input.Type ?? 'application';
      if (!/^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(input.Name))
        throw new LabError('ValidationError', `The load balancer name '${input.Name}' is not valid`);
      if (loadBalancers.all(ctx).some((one) => one.name === input.Name))
        throw new LabError('DuplicateLoadBalancerName', `A load balancer with the same name '${input.Name}' exists, but with different settings`);
      if (loadBalancers.all(ctx).length >= MAX) throw new LabError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
      const ids: string[] = input.Subnets ?? (input.SubnetMappings ?? []).map((one: any) => one.SubnetId);
      const subnets = ids.map((id) => {
        const row = rowOf<Subnet>(ctx, 'subnets', id);
        if (!row) throw new LabError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
        return row;
      });
      const zones = new Set(subnets.map((row) => row.zone));
      if (zones.size < subnets.length)
        throw new LabError('InvalidConfigurationRequest', 'A load balancer cannot be attached to multiple subnets in the same Availability Zone');
      if (subnets.length < (type === 'application' ? 2 : 1))
        throw new LabError(
          'ValidationError',
          `At least ${type === 'application' ? 'two subnets in two different Availability Zones' : 'one subnet'} must be specified`,
        );
      const vpcId = subnets[0]!.vpcId;
      if (subnets.some((row) => row.vpcId !== vpcId)) throw new LabError('InvalidSubnet', 'The subnets must be in one VPC');
      const scheme = input.Scheme ?? 'internet-facing';
      const token = suffix(ctx, 16);
      const kind = { application: 'app', network: 'net', gateway: 'gwy' }[type as LoadBalancer['type']];
      const arn = arnOf(ctx, 'elasticloadbalancing', `loadbalancer/${kind}/${input.Name}/${token}`);
      const row: LoadBalancer = {
        arn,
        name: input.Name,
        type,
        scheme,
        ipAddressType: input.IpAddressType ?? 'ipv4',
        vpcId,
        subnets: subnets.map(({ id, zone }) => ({ id, zone })),
        securityGroups: type === 'application' || input.SecurityGroups ? groupsFor(ctx, vpcId, input.SecurityGroups) : [],
        dnsName: `${scheme === 'internal' ? 'internal-' : ''}${input.Name}-${token}.${ctx.region.name}.elb.amazonaws.com`,
        created: ctx.now(),
        ready: ctx.due(90),
        attributes: {
          'deletion_protection.enabled': 'false',
          'access_logs.s3.enabled': 'false',
          ...(type === 'application' ? { 'idle_timeout.timeout_seconds': '60' } : {}),
        },
        tags: (input.Tags ?? []).map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' })),
      };
      return { LoadBalancers: [view(ctx, loadBalancers.put(ctx, arn, row))] };
    },
    constraints: {
      Scheme: { enum: ['internet-facing', 'internal'] },
      Type: { enum: ['application', 'network', 'gateway'] },
      IpAddressType: { enum: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'] },
      'Tags[].Key': { length: [1, 128] },
      'Tags[].Value': { length: [0, 256] },
    },
    exclusive: [['Subnets', 'SubnetMappings']],
  },
  DescribeLoadBalancers: {
    run(input, ctx) {
      const { LoadBalancerArns: arns = [], Names: names = [] } = input;
      for (const arn of arns) loadBalancers.get(ctx, arn);
      for (const name of names) if (!loadBalancers.all(ctx).some((one) => one.name === name)) loadBalancers.get(ctx, name);
      const rows = loadBalancers
        .all(ctx)
        .filter((row) => arns.length === 0 || arns.includes(row.arn))
        .filter((row) => names.length === 0 || names.includes(row.name));
      const { items, next } = pageOf(ctx, rows, { token: input.Marker, max: input.PageSize, size: 400 }, ['ValidationError', 'Marker is not valid']);
      return { LoadBalancers: items.map((row) => view(ctx, row)), NextMarker: next };
    },
    constraints: { PageSize: { min: 1, max: 400 } },
  },
  /** What is not there is deleted already. Listeners go with the load balancer, target groups stay. */
  DeleteLoadBalancer: {
    run(input, ctx) {
      const row = loadBalancers.find(ctx, input.LoadBalancerArn);
      if (row?.attributes['deletion_protection.enabled'] === 'true')
        throw new LabError('OperationNotPermitted', `Load balancer '${row.arn}' cannot be deleted because deletion protection is enabled`);
      loadBalancers.drop(ctx, input.LoadBalancerArn);
      for (const one of listeners.all(ctx)) if (one.loadBalancerArn === input.LoadBalancerArn) listeners.drop(ctx, one.arn);
      return {};
    },
    resources,
  },
  DescribeLoadBalancerAttributes: {
    run: (input, ctx) => ({ Attributes: pairs(loadBalancers.get(ctx, input.LoadBalancerArn).attributes) }),
  },
  ModifyLoadBalancerAttributes: {
    run(input, ctx) {
      const row = loadBalancers.get(ctx, input.LoadBalancerArn);
      for (const { Key: key = '', Value: value = '' } of input.Attributes) row.attributes[key] = value;
      return { Attributes: pairs(row.attributes) };
    },
    resources,
    constraints: {
      Attributes: { length: [0, 20] },
      'Attributes[].Key': { length: [0, 256], pattern: '[a-zA-Z0-9._]+' },
      'Attributes[].Value': { length: [0, 1024] },
    },
  },
};
