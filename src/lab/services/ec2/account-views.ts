import type { LabContext, LabOperations } from '../../contract.ts';
import { filtered } from './query.ts';
import { need, rowsOf } from './tables.ts';
import { tagsOf } from './tagging.ts';

interface VpnGateway {
  id: string;
  vpcId?: string;
}
/** What only a call that the lab does not know could have made: there is none, and pages of none. */
const none = (key: string) => ({ run: () => ({ [key]: [] }) });

/** Lists about the account and its VPCs that nothing in the lab fills, and its settings at their defaults. */
export const operations: LabOperations = {
  DescribeReplaceRootVolumeTasks: none('ReplaceRootVolumeTasks'),
  DescribeSecurityGroupVpcAssociations: none('SecurityGroupVpcAssociations'),
  DescribeVpcBlockPublicAccessExclusions: none('VpcBlockPublicAccessExclusions'),
  DescribeVpcBlockPublicAccessOptions: {
    run: (_input, ctx: LabContext) => ({
      VpcBlockPublicAccessOptions: {
        AwsAccountId: ctx.account.id,
        AwsRegion: ctx.region.name,
        State: 'default-state',
        InternetGatewayBlockMode: 'off',
        ManagedBy: 'account',
        ExclusionsAllowed: 'allowed',
      },
    }),
  },
  DescribeVpnGateways: {
    run(input, ctx) {
      const ids: string[] | undefined = input.VpnGatewayIds;
      const rows = ids?.length ? ids.map((id) => need<VpnGateway>(ctx, 'vpnGateways', id)) : rowsOf<VpnGateway>(ctx, 'vpnGateways');
      const found = filtered(ctx, rows, input.Filters, {
        'vpn-gateway-id': (row) => row.id,
        'attachment.vpc-id': (row) => row.vpcId,
        'attachment.state': (row) => (row.vpcId ? 'attached' : undefined),
        state: () => 'available',
        type: () => 'ipsec.1',
      });
      return {
        VpnGateways: found.map((row) => ({
          VpnGatewayId: row.id,
          State: 'available',
          Type: 'ipsec.1',
          VpcAttachments: row.vpcId ? [{ VpcId: row.vpcId, State: 'attached' }] : [],
          Tags: tagsOf(ctx, row.id),
        })),
      };
    },
  },
};
