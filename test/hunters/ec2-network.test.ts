import { expect } from 'vitest';
import { network } from './machines.ts';
import { type Call_, testHunter } from './stand.ts';

/** Ways in and ways out. */
const OUTSIDER = '999988887777';
const STRANGE_VPC = 'vpc-0a1b2c3d4e5f60718';
const code = (value: string) => expect.arrayContaining([expect.objectContaining({ code: value })]) as never;
const times = async <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(await make(index));
  return made;
};
/** A VPC of its own with one subnet. */
async function place(as: Call_, index: number): Promise<{ vpc: string; subnet: string }> {
  const { Vpc } = await as('ec2', 'CreateVpc', { CidrBlock: `10.${index}.0.0/16` });
  const { Subnet } = await as('ec2', 'CreateSubnet', { VpcId: Vpc.VpcId, CidrBlock: `10.${index}.1.0/24` });
  return { vpc: Vpc.VpcId, subnet: Subnet.SubnetId };
}
let places: { vpc: string; subnet: string }[] = [];
const places_ = (count: number) => async (as: Call_) => {
  places = await times(count, (index) => place(as, index + 1));
};

testHunter({
  type: 'AWS::EC2::EIP',
  plant: async (as) => times(3, async () => (await as('ec2', 'AllocateAddress', { Domain: 'vpc' })).AllocationId),
  innocent: async (as) => [(await as('ec2', 'AllocateAddress', { Domain: 'vpc' })).AllocationId],
});
testHunter({
  type: 'AWS::EC2::NetworkInterface',
  plant: async (as) => {
    const { subnets } = await network(as);
    return times(2, async () => (await as('ec2', 'CreateNetworkInterface', { SubnetId: subnets[0]! })).NetworkInterface.NetworkInterfaceId);
  },
  innocent: async (as) => {
    const { subnets } = await network(as);
    return [(await as('ec2', 'CreateNetworkInterface', { SubnetId: subnets[0]! })).NetworkInterface.NetworkInterfaceId];
  },
});
testHunter({
  type: 'AWS::EC2::VPCPeeringConnection',
  before: places_(3),
  plant: async (as) =>
    times(2, async (index) => {
      const input = { VpcId: places[index]!.vpc, PeerVpcId: STRANGE_VPC, PeerOwnerId: OUTSIDER };
      return (await as('ec2', 'CreateVpcPeeringConnection', input)).VpcPeeringConnection.VpcPeeringConnectionId;
    }),
  innocent: async (as) => [
    (await as('ec2', 'CreateVpcPeeringConnection', { VpcId: places[0]!.vpc, PeerVpcId: places[2]!.vpc })).VpcPeeringConnection.VpcPeeringConnectionId,
  ],
  looks: { detail: { otherAccount: OUTSIDER }, reasons: code('shared-outside') },
});
let gateway = '';
const attach = async (as: Call_, index: number): Promise<string> => {
  const input = { TransitGatewayId: gateway, VpcId: places[index]!.vpc, SubnetIds: [places[index]!.subnet] };
  return (await as('ec2', 'CreateTransitGatewayVpcAttachment', input)).TransitGatewayVpcAttachment.TransitGatewayAttachmentId;
};
testHunter({
  type: 'AWS::EC2::TransitGatewayAttachment',
  before: async (as) => {
    await places_(3)(as);
    gateway = (await as('ec2', 'CreateTransitGateway')).TransitGateway.TransitGatewayId;
    // A minute and a half at the lab's speed.
    await expect.poll(async () => (await as('ec2', 'DescribeTransitGateways')).TransitGateways[0].State).toBe('available');
  },
  plant: async (as) => [await attach(as, 0), await attach(as, 1)],
  innocent: async (as) => [await attach(as, 2)],
});
const vpn = async (as: Call_, IpAddress: string): Promise<string> => {
  const { CustomerGateway } = await as('ec2', 'CreateCustomerGateway', { Type: 'ipsec.1', IpAddress, BgpAsn: 65000 });
  const { VpnGateway } = await as('ec2', 'CreateVpnGateway', { Type: 'ipsec.1' });
  const input = { Type: 'ipsec.1', CustomerGatewayId: CustomerGateway.CustomerGatewayId, VpnGatewayId: VpnGateway.VpnGatewayId };
  return (await as('ec2', 'CreateVpnConnection', input)).VpnConnection.VpnConnectionId;
};
testHunter({
  type: 'AWS::EC2::VPNConnection',
  plant: async (as) => [await vpn(as, '203.0.113.77'), await vpn(as, '203.0.113.77')],
  innocent: async (as) => [await vpn(as, '198.51.100.20')],
  looks: { detail: { remoteAddress: '203.0.113.77' } },
});
const clientVpn = async (as: Call_): Promise<string> =>
  (
    await as('ec2', 'CreateClientVpnEndpoint', {
      ClientCidrBlock: '10.200.0.0/16',
      ServerCertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-444455556666',
      AuthenticationOptions: [{ Type: 'certificate-authentication' }],
      ConnectionLogOptions: { Enabled: false },
    })
  ).ClientVpnEndpointId;
testHunter({
  type: 'AWS::EC2::ClientVpnEndpoint',
  plant: async (as) => [await clientVpn(as), await clientVpn(as)],
  innocent: async (as) => [await clientVpn(as)],
});
const endpoint = async (as: Call_, index: number): Promise<string> =>
  (await as('ec2', 'CreateInstanceConnectEndpoint', { SubnetId: places[index]!.subnet })).InstanceConnectEndpoint.InstanceConnectEndpointId;
testHunter({
  type: 'AWS::EC2::InstanceConnectEndpoint',
  before: places_(3),
  plant: async (as) => [await endpoint(as, 0), await endpoint(as, 1)],
  innocent: async (as) => [await endpoint(as, 2)],
});
const mirror = async (as: Call_): Promise<string> => {
  const { subnets } = await network(as);
  const [from, to] = await times(2, async () => (await as('ec2', 'CreateNetworkInterface', { SubnetId: subnets[0]! })).NetworkInterface.NetworkInterfaceId);
  const { TrafficMirrorTarget } = await as('ec2', 'CreateTrafficMirrorTarget', { NetworkInterfaceId: to! });
  const { TrafficMirrorFilter } = await as('ec2', 'CreateTrafficMirrorFilter');
  const input = { NetworkInterfaceId: from!, SessionNumber: 1 };
  const ids = { TrafficMirrorTargetId: TrafficMirrorTarget.TrafficMirrorTargetId, TrafficMirrorFilterId: TrafficMirrorFilter.TrafficMirrorFilterId };
  return (await as('ec2', 'CreateTrafficMirrorSession', { ...input, ...ids })).TrafficMirrorSession.TrafficMirrorSessionId;
};
testHunter({
  type: 'AWS::EC2::TrafficMirrorSession',
  plant: async (as) => [await mirror(as), await mirror(as)],
  innocent: async (as) => [await mirror(as)],
});
testHunter({
  type: 'AWS::EC2::SerialConsoleAccess',
  plant: async (as) => {
    await as('ec2', 'EnableSerialConsoleAccess');
    return ['serial-console-access'];
  },
  innocent: async () => [],
  looks: { detail: { state: 'enabled' } },
});
testHunter({
  type: 'AWS::EC2::ManagedResourceVisibility',
  plant: async (as) => {
    await as('ec2', 'ModifyManagedResourceVisibility', { DefaultVisibility: 'hidden' });
    return ['managed-resource-visibility'];
  },
  innocent: async () => [],
  looks: { reasons: code('hidden') },
});
