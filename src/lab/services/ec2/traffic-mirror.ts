import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Interface } from './rows.ts';
import { arns, chosen, edit, need, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** Traffic Mirroring: a copy of an interface's packets, sent elsewhere. */
interface Target {
  id: string;
  interfaceId?: string;
  loadBalancer?: string;
  endpoint?: string;
  description: string;
}
interface Filter {
  id: string;
  description: string;
}
interface Session {
  id: string;
  targetId: string;
  filterId: string;
  interfaceId: string;
  number: number;
  packetLength?: number;
  network: number;
  description: string;
}
const targetView = (ctx: LabContext, row: Target) => ({
  TrafficMirrorTargetId: row.id,
  NetworkInterfaceId: row.interfaceId,
  NetworkLoadBalancerArn: row.loadBalancer,
  GatewayLoadBalancerEndpointId: row.endpoint,
  Type: row.interfaceId ? 'network-interface' : row.loadBalancer ? 'network-load-balancer' : 'gateway-load-balancer-endpoint',
  Description: row.description,
  OwnerId: ctx.account.id,
  Tags: tagsOf(ctx, row.id),
});
const filterView = (ctx: LabContext, row: Filter) => ({
  TrafficMirrorFilterId: row.id,
  Description: row.description,
  IngressFilterRules: [],
  EgressFilterRules: [],
  NetworkServices: [],
  Tags: tagsOf(ctx, row.id),
});
const sessionView = (ctx: LabContext, row: Session) => ({
  TrafficMirrorSessionId: row.id,
  TrafficMirrorTargetId: row.targetId,
  TrafficMirrorFilterId: row.filterId,
  NetworkInterfaceId: row.interfaceId,
  OwnerId: ctx.account.id,
  PacketLength: row.packetLength,
  SessionNumber: row.number,
  VirtualNetworkId: row.network,
  Description: row.description,
  Tags: tagsOf(ctx, row.id),
});
const LIMITS = { MaxResults: { min: 5, max: 1000 } };

export const operations: LabOperations = {
  CreateTrafficMirrorTarget: {
    run(input, ctx) {
      const given = [input.NetworkInterfaceId, input.NetworkLoadBalancerArn, input.GatewayLoadBalancerEndpointId].filter((one) => one !== undefined);
      if (given.length !== 1) throw new LabError('InvalidParameterCombination', 'Exactly one network interface, load balancer or endpoint must be the target.');
      if (input.NetworkInterfaceId !== undefined) need<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      const row: Target = {
        id: ctx.id('tmt'),
        interfaceId: input.NetworkInterfaceId,
        loadBalancer: input.NetworkLoadBalancerArn,
        endpoint: input.GatewayLoadBalancerEndpointId,
        description: input.Description ?? '',
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'traffic-mirror-target');
      writable<Target>(ctx, 'mirrorTargets')[row.id] = row;
      return { TrafficMirrorTarget: targetView(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (_input, ctx) => arns(ctx, 'traffic-mirror-target', undefined),
  },
  CreateTrafficMirrorFilter: {
    run(input, ctx) {
      const row: Filter = { id: ctx.id('tmf'), description: input.Description ?? '' };
      tagNew(ctx, row.id, input.TagSpecifications, 'traffic-mirror-filter');
      writable<Filter>(ctx, 'mirrorFilters')[row.id] = row;
      return { TrafficMirrorFilter: filterView(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (_input, ctx) => arns(ctx, 'traffic-mirror-filter', undefined),
  },
  CreateTrafficMirrorSession: {
    run(input, ctx) {
      need<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      need<Target>(ctx, 'mirrorTargets', input.TrafficMirrorTargetId);
      need<Filter>(ctx, 'mirrorFilters', input.TrafficMirrorFilterId);
      if (input.SessionNumber < 1 || input.SessionNumber > 32766)
        throw new LabError('InvalidParameterValue', `Value (${input.SessionNumber}) for parameter sessionNumber is invalid.`);
      if (rowsOf<Session>(ctx, 'mirrorSessions').some((row) => row.interfaceId === input.NetworkInterfaceId && row.number === input.SessionNumber))
        throw new LabError('InvalidParameterValue', `Session number ${input.SessionNumber} is already in use on ${input.NetworkInterfaceId}.`);
      const row: Session = {
        id: ctx.id('tms'),
        targetId: input.TrafficMirrorTargetId,
        filterId: input.TrafficMirrorFilterId,
        interfaceId: input.NetworkInterfaceId,
        number: input.SessionNumber,
        packetLength: input.PacketLength,
        network: input.VirtualNetworkId ?? Number.parseInt(ctx.id('x').slice(-6), 16),
        description: input.Description ?? '',
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'traffic-mirror-session');
      writable<Session>(ctx, 'mirrorSessions')[row.id] = row;
      return { TrafficMirrorSession: sessionView(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [...arns(ctx, 'traffic-mirror-session', undefined), ...arns(ctx, 'network-interface', input.NetworkInterfaceId)],
  },
  DeleteTrafficMirrorSession: {
    run(input, ctx) {
      const row = edit<Session>(ctx, 'mirrorSessions', input.TrafficMirrorSessionId);
      delete writable(ctx, 'mirrorSessions')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return { TrafficMirrorSessionId: row.id };
    },
    resources: (input, ctx) => arns(ctx, 'traffic-mirror-session', input.TrafficMirrorSessionId),
  },
  DescribeTrafficMirrorTargets: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Target>(ctx, 'mirrorTargets', input.TrafficMirrorTargetIds), input.Filters, {
        'traffic-mirror-target-id': (row) => row.id,
        'network-interface-id': (row) => row.interfaceId,
        'network-load-balancer-arn': (row) => row.loadBalancer,
        description: (row) => row.description,
        'owner-id': () => ctx.account.id,
      });
      return paged(ctx, input, rows, 'TrafficMirrorTargets', (row) => targetView(ctx, row), { given: input.TrafficMirrorTargetIds });
    },
    constraints: LIMITS,
  },
  DescribeTrafficMirrorSessions: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Session>(ctx, 'mirrorSessions', input.TrafficMirrorSessionIds), input.Filters, {
        'traffic-mirror-session-id': (row) => row.id,
        'traffic-mirror-target-id': (row) => row.targetId,
        'traffic-mirror-filter-id': (row) => row.filterId,
        'network-interface-id': (row) => row.interfaceId,
        description: (row) => row.description,
        'owner-id': () => ctx.account.id,
        'session-number': (row) => row.number,
      });
      return paged(ctx, input, rows, 'TrafficMirrorSessions', (row) => sessionView(ctx, row), { given: input.TrafficMirrorSessionIds });
    },
    constraints: LIMITS,
  },
};
