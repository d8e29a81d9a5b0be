import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** Every way out of the VPC: internet and NAT gateways, peerings, transit gateways, VPN. Connections through some of them survive a group swap. */
export const collector: Collector = {
  id: 'vpc-gateways',
  step: 6,
  title: text('The ways out of the VPC', 'Las salidas de la VPC'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeEgressOnlyInternetGateways',
    'ec2:DescribeNatGateways',
    'ec2:DescribeVpcPeeringConnections',
    'ec2:DescribeTransitGatewayAttachments',
    'ec2:DescribeVpnGateways',
  ],
  collect: ofInstance('vpc-gateways', async function* (ctx, { region, instance }) {
    const { VpcId: vpc } = instance;
    if (!vpc) return;
    const attached = { Filters: [filter('attachment.vpc-id', vpc)] };
    yield* takeEach(ctx, [
      ['internet-gateways', ec2(region, 'DescribeInternetGateways', attached), { all: true }],
      // Has no filter for the VPC; the answer names it.
      ['egress-only-internet-gateways', ec2(region, 'DescribeEgressOnlyInternetGateways', {}), { all: true }],
      ['nat-gateways', ec2(region, 'DescribeNatGateways', { Filter: [filter('vpc-id', vpc)] }), { all: true }],
      ['peerings-requested', ec2(region, 'DescribeVpcPeeringConnections', { Filters: [filter('requester-vpc-info.vpc-id', vpc)] }), { all: true }],
      ['peerings-accepted', ec2(region, 'DescribeVpcPeeringConnections', { Filters: [filter('accepter-vpc-info.vpc-id', vpc)] }), { all: true }],
      ['transit-gateway-attachments', ec2(region, 'DescribeTransitGatewayAttachments', { Filters: [filter('resource-id', vpc)] }), { all: true }],
      ['vpn-gateways', ec2(region, 'DescribeVpnGateways', attached)],
    ]);
  }),
};
