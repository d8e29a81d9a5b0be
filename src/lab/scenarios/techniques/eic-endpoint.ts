import type { Act, Technique } from '../technique.ts';

async function endpoint(act: Act): Promise<void> {
  const { Subnets } = await act.call('ec2', 'DescribeSubnets', {});
  const { InstanceConnectEndpoint } = await act.call('ec2', 'CreateInstanceConnectEndpoint', { SubnetId: Subnets[0].SubnetId });
  const id = InstanceConnectEndpoint.InstanceConnectEndpointId;
  act.made('AWS::EC2::InstanceConnectEndpoint', id, act.arn('ec2', `instance-connect-endpoint/${id}`));
}

/** A door from the internet to machines without public addresses. */
export const technique: Technique = {
  id: 'eic-endpoint',
  place: 'region',
  makes: ['AWS::EC2::InstanceConnectEndpoint'],
  needs: ['ec2:CreateInstanceConnectEndpoint', 'ec2:DescribeSubnets'],
  play: endpoint,
};
