import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { ec2Found, present } from '../hunting/found.ts';

interface Connection {
  VpnConnectionId?: string;
  State?: string;
  CustomerGatewayId?: string;
  VpnGatewayId?: string;
  TransitGatewayId?: string;
  VgwTelemetry?: { Status?: string }[];
}

/**
 * Tunnels into the private network. Without creation times and without pages. The configuration in the answer holds the tunnels' keys:
 * it never leaves the evidence.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::VPNConnection',
  scope: 'regional',
  title: text('VPN connections', 'Conexiones VPN'),
  permissions: ['ec2:DescribeVpnConnections', 'ec2:DescribeCustomerGateways'],
  createdByEvents: ['CreateVpnConnection'],
  changedByEvents: ['ModifyVpnConnection', 'ModifyVpnTunnelOptions', 'CreateVpnConnectionRoute', 'DeleteVpnConnection'],
  names: ['vpnConnectionId'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:vpn-connection/${id}`,
  async *scan(ctx, region) {
    const { VpnConnections = [] } = await read<{ VpnConnections?: Connection[] }>(ctx, 'ec2', region, 'DescribeVpnConnections');
    if (VpnConnections.length === 0) return;
    type Gateways = { CustomerGateways?: { CustomerGatewayId?: string; IpAddress?: string }[] };
    const { CustomerGateways = [] } = await read<Gateways>(ctx, 'ec2', region, 'DescribeCustomerGateways');
    const remote = new Map(CustomerGateways.map((one) => [one.CustomerGatewayId, one.IpAddress]));
    for (const one of VpnConnections) {
      if (one.VpnConnectionId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::VPNConnection', 'vpn-connection', region, one.VpnConnectionId, {
        createdAt: null,
        alive: one.State !== 'deleted' && one.State !== 'deleting',
        detail: present({
          state: one.State,
          remoteAddress: oneLine(remote.get(one.CustomerGatewayId), 60),
          customerGateway: one.CustomerGatewayId,
          gateway: one.VpnGatewayId ?? one.TransitGatewayId,
          tunnelsUp: (one.VgwTelemetry ?? []).filter((tunnel) => tunnel.Status === 'UP').length,
        }),
      });
    }
  },
};
