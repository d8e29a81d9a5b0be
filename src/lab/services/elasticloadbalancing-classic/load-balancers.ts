import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { groupsFor } from '../ec2/interface-model.ts';
import type { Subnet } from '../ec2/rows.ts';
import { rowOf, rowsOf } from '../ec2/tables.ts';
import { zonesOf } from '../ec2/zones.ts';
import { arnOf, pageOf, plain } from '../paging.ts';
import { balancers, type ClassicBalancer, registered } from './model.ts';

const MAX = 20;
const resources = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'elasticloadbalancing', `loadbalancer/${input.LoadBalancerName}`)];

function places(ctx: LabContext, input: any): { subnets: Subnet[]; zones: string[] } {
  if (input.Subnets?.length) {
    const subnets: Subnet[] = input.Subnets.map((id: string) => {
      const row = rowOf<Subnet>(ctx, 'subnets', id);
      if (!row) throw new LabError('SubnetNotFound', `Requested subnet ${id} not found`);
      return row;
    });
    return { subnets, zones: [...new Set(subnets.map((row) => row.zone))] };
  }
  const known = zonesOf(ctx.account.id, ctx.region.name).map((zone) => zone.name);
  const zones: string[] = input.AvailabilityZones ?? [];
  if (zones.length === 0) throw new LabError('ValidationError', 'Either AvailabilityZones or SubnetIds must be specified');
  const bad = zones.find((zone) => !known.includes(zone));
  if (bad !== undefined) throw new LabError('ValidationError', `Availability Zone ${bad} is not valid`);
  return { subnets: rowsOf<Subnet>(ctx, 'subnets').filter((row) => row.isDefault && zones.includes(row.zone)), zones };
}
const view = (ctx: LabContext, row: ClassicBalancer) => ({
  LoadBalancerName: row.name,
  DNSName: row.dnsName,
  CanonicalHostedZoneName: row.dnsName,
  CanonicalHostedZoneNameID: 'Z32O12XQLNTSW2',
  ListenerDescriptions: row.listeners.map((Listener) => ({ Listener, PolicyNames: [] })),
  Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
  BackendServerDescriptions: [],
  AvailabilityZones: row.zones,
  Subnets: row.subnets,
  VPCId: row.vpcId,
  Instances: registered(ctx, row).map(({ id }) => ({ InstanceId: id })),
  HealthCheck: row.healthCheck,
  SourceSecurityGroup: { OwnerAlias: ctx.account.id, GroupName: 'default' },
  SecurityGroups: row.securityGroups,
  CreatedTime: new Date(row.created),
  Scheme: row.scheme,
});
const attributesOf = ({ attributes: { crossZone, draining, idleSeconds } }: ClassicBalancer) => ({
  CrossZoneLoadBalancing: { Enabled: crossZone },
  AccessLog: { Enabled: false },
  ConnectionDraining: { Enabled: draining.enabled, Timeout: draining.seconds },
  ConnectionSettings: { IdleTimeout: idleSeconds },
});

export const operations: LabOperations = {
  CreateLoadBalancer: {
    run(input, ctx) {
      if (balancers.find(ctx, input.LoadBalancerName))
        throw new LabError('DuplicateLoadBalancerName', `The specified load balancer name already exists for this account: ${input.LoadBalancerName}`);
      if (balancers.all(ctx).length >= MAX) throw new LabError('TooManyLoadBalancers', 'The quota for the number of load balancers has been reached');
      const { subnets, zones } = places(ctx, input);
      const vpcId = subnets[0]?.vpcId;
      if (vpcId === undefined) throw new LabError('InvalidSubnet', 'No subnet found for the load balancer');
      const scheme = input.Scheme ?? 'internet-facing';
      const first = input.Listeners[0];
      const row: ClassicBalancer = {
        name: input.LoadBalancerName,
        dnsName: `${scheme === 'internal' ? 'internal-' : ''}${input.LoadBalancerName}-${ctx.uuid().replaceAll('-', '').replace(/\D/g, '').slice(0, 10)}.${ctx.region.name}.elb.amazonaws.com`,
        created: ctx.now(),
        scheme,
        vpcId,
        zones,
        subnets: subnets.map((one) => one.id),
        securityGroups: groupsFor(ctx, vpcId, input.SecurityGroups),
        listeners: plain(input.Listeners).map((one: any) => ({ InstanceProtocol: one.Protocol, ...one })),
        healthCheck: { Target: `TCP:${first?.InstancePort ?? 80}`, Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
        attributes: { crossZone: false, draining: { enabled: false, seconds: 300 }, idleSeconds: 60 },
        instances: [],
        draining: [],
        tags: (input.Tags ?? []).map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' })),
      };
      return { DNSName: balancers.put(ctx, row.name, row).dnsName };
    },
    resources,
    constraints: { 'Listeners[].InstancePort': { min: 1, max: 65535 }, 'Tags[].Key': { length: [1, 128] }, 'Tags[].Value': { length: [0, 256] } },
  },
  DescribeLoadBalancers: {
    run(input, ctx) {
      const names: string[] = input.LoadBalancerNames ?? [];
      for (const name of names) balancers.get(ctx, name);
      const rows = balancers.all(ctx).filter((row) => names.length === 0 || names.includes(row.name));
      const { items, next } = pageOf(ctx, rows, { token: input.Marker, max: input.PageSize, size: 400 }, ['ValidationError', 'Marker is not valid']);
      return { LoadBalancerDescriptions: items.map((row) => view(ctx, row)), NextMarker: next };
    },
    constraints: { PageSize: { min: 1, max: 400 } },
  },
  DeleteLoadBalancer: {
    run(input, ctx) {
      balancers.drop(ctx, input.LoadBalancerName);
      return {};
    },
    resources,
  },
  DescribeLoadBalancerAttributes: {
    run: (input, ctx) => ({ LoadBalancerAttributes: attributesOf(balancers.get(ctx, input.LoadBalancerName)) }),
  },
  ModifyLoadBalancerAttributes: {
    run(input, ctx) {
      const row = balancers.get(ctx, input.LoadBalancerName);
      const { CrossZoneLoadBalancing: cross, ConnectionDraining: draining, ConnectionSettings: idle } = input.LoadBalancerAttributes;
      if (cross) row.attributes.crossZone = cross.Enabled;
      if (draining) row.attributes.draining = { enabled: draining.Enabled, seconds: draining.Timeout ?? row.attributes.draining.seconds };
      if (idle) row.attributes.idleSeconds = idle.IdleTimeout;
      return { LoadBalancerName: row.name, LoadBalancerAttributes: attributesOf(row) };
    },
    resources,
    constraints: { 'LoadBalancerAttributes.ConnectionSettings.IdleTimeout': { min: 1, max: 3600 } },
  },
};
