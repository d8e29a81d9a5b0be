import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** The endpoints of the VPC with their policies: private doors to AWS (and to other accounts' services) that need no internet. */
export const collector: Collector = {
  id: 'vpc-endpoints',
  step: 6,
  title: text('The VPC endpoints', 'Los puntos de enlace de la VPC'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeVpcEndpoints'],
  collect: ofInstance('vpc-endpoints', async function* (ctx, { region, instance }) {
    if (instance.VpcId)
      yield* takeEach(ctx, [['vpc-endpoints', ec2(region, 'DescribeVpcEndpoints', { Filters: [filter('vpc-id', instance.VpcId)] }), { all: true }]]);
  }),
};
