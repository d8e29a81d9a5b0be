import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { publicIp } from './interface-model.ts';
import { filtered, paged } from './query.ts';
import type { Phase, Vpc } from './rows.ts';
import { arns, chosen, edit, need, phase, towards, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** Site-to-site connections and client VPN endpoints. Configurations with their pre-shared keys are left out: the lab has no tunnels. */
interface CustomerGateway {
  id: string;
  ip: string;
  asn: number;
}
interface VpnGateway {
  id: string;
  vpcId?: string;
}
interface Connection {
  id: string;
  customerGatewayId: string;
  vpnGatewayId?: string;
  transitGatewayId?: string;
  outside: string[];
  timeline: Phase[];
  until?: number;
}
interface ClientEndpoint {
  id: string;
  created: number;
  input: Record<string, any>;
  until?: number;
}
const customerView = (ctx: LabContext, row: CustomerGateway) => ({
  CustomerGatewayId: row.id,
  State: 'available',
  Type: 'ipsec.1',
  IpAddress: row.ip,
  BgpAsn: String(row.asn),
  Tags: tagsOf(ctx, row.id),
});
const gatewayView = (ctx: LabContext, row: VpnGateway) => ({
  VpnGatewayId: row.id,
  State: 'available',
  Type: 'ipsec.1',
  AmazonSideAsn: 64512,
  VpcAttachments: row.vpcId ? [{ VpcId: row.vpcId, State: 'attached' }] : [],
  Tags: tagsOf(ctx, row.id),
});
const connectionView = (ctx: LabContext, row: Connection) => ({
  VpnConnectionId: row.id,
  State: phase(row.timeline, ctx.now()),
  Type: 'ipsec.1',
  Category: 'VPN',
  CustomerGatewayId: row.customerGatewayId,
  VpnGatewayId: row.vpnGatewayId,
  TransitGatewayId: row.transitGatewayId,
  Options: { EnableAcceleration: false, StaticRoutesOnly: false, TunnelInsideIpVersion: 'ipv4' },
  Routes: [],
  VgwTelemetry: row.outside.map((OutsideIpAddress) => ({ OutsideIpAddress, Status: 'DOWN', StatusMessage: 'IPSEC IS DOWN', AcceptedRouteCount: 0 })),
  Tags: tagsOf(ctx, row.id),
});
const clientView = (ctx: LabContext, row: ClientEndpoint) => ({
  ClientVpnEndpointId: row.id,
  Description: row.input.Description ?? '',
  Status: { Code: row.until === undefined ? 'pending-associate' : 'deleting' },
  CreationTime: new Date(row.created).toISOString().slice(0, 19),
  DnsName: `*.${row.id}.prod.clientvpn.${ctx.region.name}.amazonaws.com`,
  ClientCidrBlock: row.input.ClientCidrBlock,
  VpnProtocol: 'openvpn',
  TransportProtocol: row.input.TransportProtocol ?? 'udp',
  VpnPort: row.input.VpnPort ?? 443,
  SplitTunnel: row.input.SplitTunnel ?? false,
  ServerCertificateArn: row.input.ServerCertificateArn,
  VpcId: row.input.VpcId,
  SecurityGroupIds: row.input.SecurityGroupIds ?? [],
  ConnectionLogOptions: { Enabled: row.input.ConnectionLogOptions?.Enabled ?? false },
  AuthenticationOptions: (row.input.AuthenticationOptions ?? []).map((option: any) => ({ Type: option.Type })),
  Tags: tagsOf(ctx, row.id),
});

export const operations: LabOperations = {
  CreateCustomerGateway: {
    run(input, ctx) {
      const ip: string | undefined = input.IpAddress ?? input.PublicIp;
      if (ip === undefined && input.CertificateArn === undefined) throw new LabError('MissingParameter', 'Either an IP address or a certificate must be given');
      const row: CustomerGateway = { id: ctx.id('cgw'), ip: ip ?? '', asn: input.BgpAsn ?? 65000 };
      tagNew(ctx, row.id, input.TagSpecifications, 'customer-gateway');
      writable<CustomerGateway>(ctx, 'customerGateways')[row.id] = row;
      return { CustomerGateway: customerView(ctx, row) };
    },
    constraints: { Type: { enum: ['ipsec.1'] } },
  },
  DescribeCustomerGateways: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<CustomerGateway>(ctx, 'customerGateways', input.CustomerGatewayIds), input.Filters, {
        'customer-gateway-id': (row) => row.id,
        'ip-address': (row) => row.ip,
        'bgp-asn': (row) => row.asn,
        state: () => 'available',
        type: () => 'ipsec.1',
      });
      return { CustomerGateways: rows.map((row) => customerView(ctx, row)) };
    },
  },
  CreateVpnGateway: {
    run(input, ctx) {
      const row: VpnGateway = { id: ctx.id('vgw') };
      tagNew(ctx, row.id, input.TagSpecifications, 'vpn-gateway');
      writable<VpnGateway>(ctx, 'vpnGateways')[row.id] = row;
      return { VpnGateway: gatewayView(ctx, row) };
    },
    constraints: { Type: { enum: ['ipsec.1'] } },
  },
  AttachVpnGateway: {
    run(input, ctx) {
      const row = edit<VpnGateway>(ctx, 'vpnGateways', input.VpnGatewayId);
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (row.vpcId !== undefined && row.vpcId !== home.id) throw new LabError('VpnGatewayAttachmentLimitExceeded', `${row.id} is attached to another VPC.`);
      row.vpcId = home.id;
      return { VpcAttachment: { VpcId: home.id, State: 'attaching' } };
    },
  },
  CreateVpnConnection: {
    run(input, ctx) {
      need<CustomerGateway>(ctx, 'customerGateways', input.CustomerGatewayId);
      if ((input.VpnGatewayId === undefined) === (input.TransitGatewayId === undefined))
        throw new LabError('InvalidParameterCombination', 'Exactly one of VpnGatewayId and TransitGatewayId must be given.');
      if (input.VpnGatewayId !== undefined) need<VpnGateway>(ctx, 'vpnGateways', input.VpnGatewayId);
      else need(ctx, 'transitGateways', input.TransitGatewayId);
      if (input.Type !== 'ipsec.1') throw new LabError('InvalidParameterValue', `Value (${input.Type}) for parameter type is invalid.`);
      const row: Connection = {
        id: ctx.id('vpn'),
        customerGatewayId: input.CustomerGatewayId,
        vpnGatewayId: input.VpnGatewayId,
        transitGatewayId: input.TransitGatewayId,
        outside: [publicIp(ctx), publicIp(ctx)],
        timeline: towards(ctx, 'pending', 'available', 180),
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'vpn-connection');
      writable<Connection>(ctx, 'vpnConnections')[row.id] = row;
      return { VpnConnection: connectionView(ctx, row) };
    },
    resources: (_input, ctx) => arns(ctx, 'vpn-connection', undefined),
  },
  DeleteVpnConnection: {
    run(input, ctx) {
      const row = edit<Connection>(ctx, 'vpnConnections', input.VpnConnectionId);
      row.timeline = [
        { state: 'deleting', at: ctx.now() },
        { state: 'deleted', at: ctx.due(120) },
      ];
      row.until = ctx.due(3600);
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'vpn-connection', input.VpnConnectionId),
  },
  /** All at once: the call has no pages. */
  DescribeVpnConnections: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Connection>(ctx, 'vpnConnections', input.VpnConnectionIds), input.Filters, {
        'vpn-connection-id': (row) => row.id,
        'customer-gateway-id': (row) => row.customerGatewayId,
        'vpn-gateway-id': (row) => row.vpnGatewayId,
        'transit-gateway-id': (row) => row.transitGatewayId,
        state: (row) => phase(row.timeline, ctx.now()),
        type: () => 'ipsec.1',
      });
      return { VpnConnections: rows.map((row) => connectionView(ctx, row)) };
    },
  },
  CreateClientVpnEndpoint: {
    run(input, ctx) {
      if (input.VpcId !== undefined) need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (!/^arn:aws[a-z-]*:acm:/.test(input.ServerCertificateArn))
        throw new LabError('InvalidParameterValue', `Certificate ${input.ServerCertificateArn} does not exist`);
      const row: ClientEndpoint = { id: ctx.id('cvpn-endpoint'), created: ctx.now(), input: JSON.parse(JSON.stringify(input)) };
      tagNew(ctx, row.id, input.TagSpecifications, 'client-vpn-endpoint');
      writable<ClientEndpoint>(ctx, 'clientVpnEndpoints')[row.id] = row;
      const { Status, DnsName } = clientView(ctx, row);
      return { ClientVpnEndpointId: row.id, Status, DnsName };
    },
    resources: (_input, ctx) => arns(ctx, 'client-vpn-endpoint', undefined),
    constraints: { TransportProtocol: { enum: ['tcp', 'udp'] } },
  },
  DeleteClientVpnEndpoint: {
    run(input, ctx) {
      const row = edit<ClientEndpoint>(ctx, 'clientVpnEndpoints', input.ClientVpnEndpointId);
      row.until = ctx.due(60);
      return { Status: { Code: 'deleting' } };
    },
    resources: (input, ctx) => arns(ctx, 'client-vpn-endpoint', input.ClientVpnEndpointId),
  },
  DescribeClientVpnEndpoints: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<ClientEndpoint>(ctx, 'clientVpnEndpoints', input.ClientVpnEndpointIds), input.Filters, {
        'endpoint-id': (row) => row.id,
        'transport-protocol': (row) => row.input.TransportProtocol ?? 'udp',
      });
      return paged(ctx, input, rows, 'ClientVpnEndpoints', (row) => clientView(ctx, row), { given: input.ClientVpnEndpointIds });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
