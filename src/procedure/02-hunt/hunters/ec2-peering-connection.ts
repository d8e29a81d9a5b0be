import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present } from '../hunting/found.ts';

interface Side {
  OwnerId?: string;
  VpcId?: string;
  Region?: string;
  CidrBlock?: string;
}
interface Peering {
  VpcPeeringConnectionId?: string;
  RequesterVpcInfo?: Side;
  AccepterVpcInfo?: Side;
  Status?: { Code?: string };
}
const ENDED = /^(deleted|deleting|failed|rejected|expired)$/;

/** Connections to somebody else's network. AWS keeps no creation time for one. The other account is named: packets go there. */
export const hunter: Hunter = {
  type: 'AWS::EC2::VPCPeeringConnection',
  scope: 'regional',
  title: text('VPC peering connections', 'Interconexiones de VPC'),
  permissions: ['ec2:DescribeVpcPeeringConnections'],
  createdByEvents: ['CreateVpcPeeringConnection'],
  changedByEvents: ['AcceptVpcPeeringConnection', 'RejectVpcPeeringConnection', 'DeleteVpcPeeringConnection', 'ModifyVpcPeeringConnectionOptions'],
  names: ['vpcPeeringConnectionId'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:vpc-peering-connection/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Peering>(ctx, 'ec2', region, 'DescribeVpcPeeringConnections', 'VpcPeeringConnections', { MaxResults: 1000 })) {
      if (one.VpcPeeringConnectionId === undefined) continue;
      const sides = [one.RequesterVpcInfo, one.AccepterVpcInfo];
      const other = sides.find((side) => side?.OwnerId !== undefined && side.OwnerId !== ctx.facts.account);
      const alive = !ENDED.test(one.Status?.Code ?? '');
      const who = oneLine(other?.OwnerId, 40);
      const reasons: Reason[] =
        other && alive ? [{ code: 'shared-outside', text: text(`joins a network of account ${who}`, `une con una red de la cuenta ${who}`) }] : [];
      yield ec2Found(ctx, 'AWS::EC2::VPCPeeringConnection', 'vpc-peering-connection', region, one.VpcPeeringConnectionId, {
        createdAt: null,
        alive,
        detail: present({
          state: one.Status?.Code,
          requester: sideText(one.RequesterVpcInfo),
          accepter: sideText(one.AccepterVpcInfo),
          otherAccount: other?.OwnerId,
        }),
        reasons,
      });
    }
  },
};
const sideText = (side: Side | undefined): string =>
  [side?.OwnerId, side?.Region, side?.VpcId, side?.CidrBlock]
    .filter((part) => part !== undefined)
    .map((part) => oneLine(part, 60))
    .join(' ');
