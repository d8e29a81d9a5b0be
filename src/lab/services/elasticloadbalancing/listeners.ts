import type { LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { pageOf, plain, suffix } from '../paging.ts';
import { type Listener, listeners, loadBalancers, targetGroups } from './model.ts';

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC'];
const ACTIONS = ['forward', 'authenticate-oidc', 'authenticate-cognito', 'redirect', 'fixed-response', 'jwt-validation'];
const view = (row: Listener) => ({
  ListenerArn: row.arn,
  LoadBalancerArn: row.loadBalancerArn,
  Port: row.port,
  Protocol: row.protocol,
  DefaultActions: row.actions,
});
const resources = (input: any): string[] => [input.ListenerArn ?? input.LoadBalancerArn];

export const operations: LabOperations = {
  CreateListener: {
    run(input, ctx) {
      const router = loadBalancers.get(ctx, input.LoadBalancerArn);
      for (const action of input.DefaultActions) {
        const named = [action.TargetGroupArn, ...(action.ForwardConfig?.TargetGroups ?? []).map((one: any) => one.TargetGroupArn)];
        for (const arn of named) if (arn !== undefined) targetGroups.get(ctx, arn);
      }
      if (listeners.all(ctx).some((one) => one.loadBalancerArn === router.arn && one.port === input.Port))
        throw new LabError('DuplicateListener', 'A listener already exists on this port for this load balancer');
      const arn = `${router.arn.replace(':loadbalancer/', ':listener/')}/${suffix(ctx, 16)}`;
      const row: Listener = {
        arn,
        loadBalancerArn: router.arn,
        port: input.Port,
        protocol: input.Protocol,
        actions: plain(input.DefaultActions),
        tags: (input.Tags ?? []).map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' })),
      };
      return { Listeners: [view(listeners.put(ctx, arn, row))] };
    },
    resources,
    constraints: { Protocol: { enum: PROTOCOLS }, Port: { min: 1, max: 65535 }, 'DefaultActions[].Type': { enum: ACTIONS } },
  },
  DescribeListeners: {
    run(input, ctx) {
      const { LoadBalancerArn: router, ListenerArns: arns = [] } = input;
      if (router === undefined && arns.length === 0) throw new LabError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
      if (router !== undefined) loadBalancers.get(ctx, router);
      for (const arn of arns) listeners.get(ctx, arn);
      const rows = listeners
        .all(ctx)
        .filter((row) => (router === undefined || row.loadBalancerArn === router) && (arns.length === 0 || arns.includes(row.arn)));
      const { items, next } = pageOf(ctx, rows, { token: input.Marker, max: input.PageSize, size: 400 }, ['ValidationError', 'Marker is not valid']);
      return { Listeners: items.map(view), NextMarker: next };
    },
    constraints: { PageSize: { min: 1, max: 400 } },
  },
  DeleteListener: {
    run(input, ctx) {
      listeners.drop(ctx, listeners.get(ctx, input.ListenerArn).arn);
      return {};
    },
    resources,
  },
};
