import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';

interface Endpoint {
  ClientVpnEndpointId?: string;
  Description?: string;
  Status?: { Code?: string };
  CreationTime?: string;
  ClientCidrBlock?: string;
  VpcId?: string;
  ServerCertificateArn?: string;
  ConnectionLogOptions?: { Enabled?: boolean };
}

/** Ways for people outside into the private network. */
export const hunter: Hunter = {
  type: 'AWS::EC2::ClientVpnEndpoint',
  scope: 'regional',
  title: text('Client VPN endpoints', 'Puntos de VPN de cliente'),
  permissions: ['ec2:DescribeClientVpnEndpoints'],
  createdByEvents: ['CreateClientVpnEndpoint'],
  changedByEvents: [
    'ModifyClientVpnEndpoint',
    'AuthorizeClientVpnIngress',
    'AssociateClientVpnTargetNetwork',
    'CreateClientVpnRoute',
    'DeleteClientVpnEndpoint',
  ],
  names: ['clientVpnEndpointId'],
  async *scan(ctx, region) {
    for await (const one of listed<Endpoint>(ctx, 'ec2', region, 'DescribeClientVpnEndpoints', 'ClientVpnEndpoints', { MaxResults: 1000 })) {
      if (one.ClientVpnEndpointId === undefined) continue;
      // The one time of EC2 that comes without a zone.
      const made = one.CreationTime !== undefined && !/Z$|[+-]\d\d:?\d\d$/.test(one.CreationTime) ? `${one.CreationTime}Z` : one.CreationTime;
      yield ec2Found(ctx, 'AWS::EC2::ClientVpnEndpoint', 'client-vpn-endpoint', region, one.ClientVpnEndpointId, {
        createdAt: time(made),
        alive: !/^(deleting|deleted)$/.test(one.Status?.Code ?? ''),
        detail: present({
          state: one.Status?.Code,
          description: oneLine(one.Description),
          clients: oneLine(one.ClientCidrBlock, 60),
          vpc: one.VpcId,
          certificate: oneLine(one.ServerCertificateArn, 200),
          logsConnections: one.ConnectionLogOptions?.Enabled,
        }),
      });
    }
  },
};
