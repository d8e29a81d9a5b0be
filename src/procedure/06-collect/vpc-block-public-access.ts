import { type Collector, text } from '../../kernel/index.ts';
import { takeEach } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** Whether the Region's VPCs may talk to the internet at all, and who is exempt. */
export const collector: Collector = {
  id: 'vpc-block-public-access',
  step: 6,
  title: text('VPC Block Public Access', 'Bloqueo de acceso público de la VPC'),
  permissions: ['ec2:DescribeVpcBlockPublicAccessOptions', 'ec2:DescribeVpcBlockPublicAccessExclusions'],
  async *collect(ctx) {
    const { region } = targetOf(ctx);
    yield* takeEach(ctx, [
      ['vpc-block-public-access', ec2(region, 'DescribeVpcBlockPublicAccessOptions', {})],
      ['vpc-block-public-access-exclusions', ec2(region, 'DescribeVpcBlockPublicAccessExclusions', {}), { all: true }],
    ]);
  },
};
