import type { ActionContext, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present } from '../hunting/found.ts';

interface Session {
  TrafficMirrorSessionId?: string;
  TrafficMirrorTargetId?: string;
  NetworkInterfaceId?: string;
  Description?: string;
}
interface Target {
  TrafficMirrorTargetId?: string;
  NetworkInterfaceId?: string;
  NetworkLoadBalancerArn?: string;
  GatewayLoadBalancerEndpointId?: string;
  OwnerId?: string;
}
/** Own targets, and those that other accounts share. Asked for only when something is mirrored. */
async function targets(ctx: ActionContext, region: string): Promise<Map<string, Target>> {
  const known = new Map<string, Target>();
  for await (const one of listed<Target>(ctx, 'ec2', region, 'DescribeTrafficMirrorTargets', 'TrafficMirrorTargets', { MaxResults: 1000 }))
    if (one.TrafficMirrorTargetId !== undefined) known.set(one.TrafficMirrorTargetId, one);
  return known;
}

/** A copy of somebody's packets, sent elsewhere. AWS keeps no creation time for it. */
export const hunter: Hunter = {
  type: 'AWS::EC2::TrafficMirrorSession',
  scope: 'regional',
  title: text('Traffic mirror sessions', 'Sesiones de duplicación de tráfico'),
  permissions: ['ec2:DescribeTrafficMirrorSessions', 'ec2:DescribeTrafficMirrorTargets'],
  createdByEvents: ['CreateTrafficMirrorSession'],
  changedByEvents: ['ModifyTrafficMirrorSession', 'DeleteTrafficMirrorSession'],
  names: ['trafficMirrorSessionId'],
  async *scan(ctx, region) {
    let known: Map<string, Target> | undefined;
    for await (const one of listed<Session>(ctx, 'ec2', region, 'DescribeTrafficMirrorSessions', 'TrafficMirrorSessions', { MaxResults: 1000 })) {
      if (one.TrafficMirrorSessionId === undefined) continue;
      known ??= await targets(ctx, region);
      const to = known.get(one.TrafficMirrorTargetId ?? '');
      const stranger = to?.OwnerId !== undefined && to.OwnerId !== ctx.facts.account ? oneLine(to.OwnerId, 40) : undefined;
      const reasons: Reason[] =
        stranger === undefined
          ? []
          : [
              {
                code: 'shared-outside',
                text: text(`sends a copy of the traffic to account ${stranger}`, `envía una copia del tráfico a la cuenta ${stranger}`),
              },
            ];
      yield ec2Found(ctx, 'AWS::EC2::TrafficMirrorSession', 'traffic-mirror-session', region, one.TrafficMirrorSessionId, {
        createdAt: null,
        alive: true,
        detail: present({
          mirrored: one.NetworkInterfaceId,
          target: one.TrafficMirrorTargetId,
          sentTo: oneLine(to?.NetworkInterfaceId ?? to?.NetworkLoadBalancerArn ?? to?.GatewayLoadBalancerEndpointId, 200),
          description: oneLine(one.Description),
        }),
        reasons,
      });
    }
  },
};
