import type { Founding } from '../key-leak/founding.ts';
import type { Actor, Stage } from '../stage.ts';
import { trust } from '../words.ts';
import type { Cast } from './cast.ts';

export interface Network {
  groups: { web: string; back: string };
  /** In the first zone, with IPv6. */
  sixSubnet: string;
  natGatewayId: string;
  flowLogId: string;
}
/** What the founding left out: a subnet with IPv6, the way out of the private subnets, groups, and a flow log over everything. */
export async function buildNetwork(stage: Stage, cast: Cast, admin: Actor, founding: Founding): Promise<Network> {
  const ec2 = (operation: string, input: object) => stage.call(admin, 'ec2', operation, input, cast.home);
  const { Subnets } = await ec2('DescribeSubnets', { SubnetIds: founding.publicSubnets });
  const zone = Subnets.find((one: any) => one.SubnetId === founding.publicSubnets[0]).AvailabilityZone;
  const six = { VpcId: founding.vpcId, CidrBlock: '10.20.2.0/24', Ipv6CidrBlock: '2001:db8:20:2::/64', AvailabilityZone: zone };
  const sixSubnet: string = (await ec2('CreateSubnet', six)).Subnet.SubnetId;
  const inVpc = [{ Name: 'vpc-id', Values: [founding.vpcId] }];
  const { RouteTables } = await ec2('DescribeRouteTables', { Filters: [...inVpc, { Name: 'association.main', Values: ['true'] }] });
  const [main] = RouteTables;
  const gateway = main.Routes.find((route: any) => route.GatewayId?.startsWith('igw-')).GatewayId;
  await ec2('CreateRoute', { RouteTableId: main.RouteTableId, DestinationIpv6CidrBlock: '::/0', GatewayId: gateway });

  const { AllocationId } = await ec2('AllocateAddress', { Domain: 'vpc' });
  const { NatGateway } = await ec2('CreateNatGateway', { SubnetId: founding.publicSubnets[1], AllocationId });
  const natGatewayId: string = NatGateway.NatGatewayId;
  stage.until(stage.now + 180_000);
  const { RouteTable } = await ec2('CreateRouteTable', { VpcId: founding.vpcId });
  await ec2('CreateRoute', { RouteTableId: RouteTable.RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: natGatewayId });
  for (const SubnetId of founding.privateSubnets) await ec2('AssociateRouteTable', { RouteTableId: RouteTable.RouteTableId, SubnetId });

  const group = async (name: string, Description: string, IpPermissions: object[]): Promise<string> => {
    const { GroupId } = await ec2('CreateSecurityGroup', { GroupName: `${cast.company.slug}-${name}`, Description, VpcId: founding.vpcId });
    await ec2('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    return GroupId;
  };
  const anyone = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  const port = (number: number, peers: object) => ({ IpProtocol: 'tcp', FromPort: number, ToPort: number, ...peers });
  const office = { IpRanges: [{ CidrIp: `${cast.addresses.office}/32`, Description: 'office' }] };
  const web = await group('web', 'Web servers', [port(80, anyone), port(443, anyone), port(22, office)]);
  const back = await group('back', 'Between the servers', [
    port(5432, { UserIdGroupPairs: [{ GroupId: web }] }),
    port(8080, { IpRanges: [{ CidrIp: '10.20.0.0/16' }] }),
  ]);

  const role = `${cast.company.slug}-flow-logs`;
  await stage.call(admin, 'iam', 'CreateRole', { RoleName: role, AssumeRolePolicyDocument: trust({ Service: 'vpc-flow-logs.amazonaws.com' }) }, 'us-east-1');
  await stage.call(admin, 'cloudwatch-logs', 'CreateLogGroup', { logGroupName: cast.logGroup }, cast.home);
  const { FlowLogIds } = await ec2('CreateFlowLogs', {
    ResourceType: 'VPC',
    ResourceIds: [founding.vpcId],
    TrafficType: 'ALL',
    LogGroupName: cast.logGroup,
    DeliverLogsPermissionArn: `arn:aws:iam::${cast.account}:role/${role}`,
    MaxAggregationInterval: 60,
  });
  return { groups: { web, back }, sixSubnet, natGatewayId, flowLogId: FlowLogIds[0] };
}
