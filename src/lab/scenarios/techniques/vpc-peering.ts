import type { Technique } from '../technique.ts';

/** A network of the company joined to one of another account. */
export const technique: Technique = {
  id: 'vpc-peering',
  place: 'region',
  makes: ['AWS::EC2::VPCPeeringConnection'],
  needs: ['ec2:CreateVpcPeeringConnection', 'ec2:DescribeVpcs'],
  async play(act) {
    const { Vpcs } = await act.call('ec2', 'DescribeVpcs', {});
    const asked = { VpcId: Vpcs[0].VpcId, PeerVpcId: `vpc-${act.draw.hex(17)}`, PeerOwnerId: act.company.outsider };
    const { VpcPeeringConnection } = await act.call('ec2', 'CreateVpcPeeringConnection', asked);
    const id = VpcPeeringConnection.VpcPeeringConnectionId;
    act.made('AWS::EC2::VPCPeeringConnection', id, act.arn('ec2', `vpc-peering-connection/${id}`));
  },
};
