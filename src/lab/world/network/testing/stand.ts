import { type Bench, bench } from '../../../services/testing.ts';
import { type Flow, openFlow, settleAfter, settleFlows } from '../index.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const REGION = 'eu-west-1';
export const ATTACKER = '192.0.2.66';
export const ATTACKER6 = '2001:db8:bad::66';
export const ANY = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };

/** Help for tests of the network: one VPC, and what hangs in it. */
export let b: Bench;
export let net: Awaited<ReturnType<typeof build>>;
export const now = () => b.context().now();

/** A call, and then what it does to the connections, as the lab does it. */
export async function call(operation: string, input: object = {}): Promise<any> {
  settleFlows(b.world, b.account, REGION, now());
  const output = await b.call(`ec2:${operation}`, input);
  settleAfter(b.world, b.account, REGION, { service: 'ec2', operation, input }, now());
  return output;
}
export async function group(name: string, vpc: string, permissions: object[], egress = true): Promise<string> {
  const { GroupId } = await call('CreateSecurityGroup', { GroupName: name, Description: name, VpcId: vpc });
  if (permissions.length) await call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: permissions });
  if (!egress)
    await call('RevokeSecurityGroupEgress', {
      GroupId,
      IpPermissions: [
        { IpProtocol: '-1', IpRanges: ANY.IpRanges },
        { IpProtocol: '-1', Ipv6Ranges: ANY.Ipv6Ranges },
      ],
    });
  return GroupId;
}
/** An instance with a public interface (IPv4 and IPv6) and one behind a NAT gateway, and a neighbour in the public subnet. */
async function build() {
  const { Vpc } = await call('CreateVpc', { CidrBlock: '10.1.0.0/16', AmazonProvidedIpv6CidrBlock: true });
  const vpc: string = Vpc.VpcId;
  const block = Vpc.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock.replace('/56', '/64');
  const subnet = async (CidrBlock: string, more: object = {}) => (await call('CreateSubnet', { VpcId: vpc, CidrBlock, ...more })).Subnet.SubnetId as string;
  const [front, back, edge] = [await subnet('10.1.0.0/24', { Ipv6CidrBlock: block }), await subnet('10.1.1.0/24'), await subnet('10.1.2.0/24')];
  const gateway = (await call('CreateInternetGateway')).InternetGateway.InternetGatewayId;
  await call('AttachInternetGateway', { InternetGatewayId: gateway, VpcId: vpc });
  const { AllocationId } = await call('AllocateAddress');
  const { NatGateway } = await call('CreateNatGateway', { SubnetId: edge, AllocationId });
  const table = async (routes: object[], subnets: string[]) => {
    const { RouteTableId } = (await call('CreateRouteTable', { VpcId: vpc })).RouteTable;
    for (const route of routes) await call('CreateRoute', { RouteTableId, ...route });
    for (const SubnetId of subnets) await call('AssociateRouteTable', { RouteTableId, SubnetId });
    return RouteTableId as string;
  };
  const open = [
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway },
    { DestinationIpv6CidrBlock: '::/0', GatewayId: gateway },
  ];
  await table(open, [front, edge]);
  const natTable = await table([{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: NatGateway.NatGatewayId }], [back]);
  const tcp = (port: number, peers: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peers });
  // Egress names one destination, so that what comes in is tracked.
  const web = await group('web', vpc, [tcp(443, ANY), { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }]);
  const inside = await group('inside', vpc, []);
  const { Instances } = await call('RunInstances', {
    ImageId: AL2023,
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [
      { DeviceIndex: 0, SubnetId: front, Groups: [web], AssociatePublicIpAddress: true, Ipv6AddressCount: 1 },
      { DeviceIndex: 1, SubnetId: back, Groups: [inside] },
    ],
  });
  const neighbour = (
    await call('RunInstances', { ImageId: AL2023, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, SubnetId: front, SecurityGroupIds: [web] })
  ).Instances[0];
  b.pass(120);
  const [instance] = (await call('DescribeInstances', { InstanceIds: [Instances[0].InstanceId] })).Reservations[0].Instances;
  const [one, two] = instance.NetworkInterfaces;
  return {
    vpc,
    subnets: { front, back, edge },
    gateway,
    nat: NatGateway.NatGatewayId as string,
    natTable,
    groups: { web, inside },
    id: instance.InstanceId as string,
    cards: [one.NetworkInterfaceId, two.NetworkInterfaceId] as [string, string],
    ip: [one.PrivateIpAddress, two.PrivateIpAddress] as [string, string],
    ip6: one.Ipv6Addresses[0].Ipv6Address as string,
    publicIp: one.Association.PublicIp as string,
    neighbour: { ip: neighbour.PrivateIpAddress as string, card: neighbour.NetworkInterfaces[0].NetworkInterfaceId as string },
  };
}
type Some = Partial<Parameters<typeof openFlow>[3]>;
export function connect(more: Some): Flow {
  const common = { who: 'attacker', label: 'shell', protocol: 'tcp', opened: now() } as const;
  const opened = openFlow(b.world, b.account, REGION, { ...common, ...more } as Parameters<typeof openFlow>[3], now());
  if (typeof opened === 'string') throw new Error(`not opened: ${opened}`);
  return opened;
}
export const ssh = (more: Some = {}) =>
  connect({
    interfaceId: net.cards[0],
    local: net.ip[0],
    localPort: 22,
    remote: ATTACKER,
    remotePort: 50_000,
    direction: 'in',
    via: 'direct',
    publicIp: net.publicIp,
    ...more,
  });
export const reverse = (more: Some = {}) =>
  connect({ interfaceId: net.cards[1], local: net.ip[1], localPort: 51_000, remote: ATTACKER, remotePort: 443, direction: 'out', via: 'nat', ...more });
export const over6 = () =>
  connect({ interfaceId: net.cards[0], local: net.ip6, localPort: 443, remote: ATTACKER6, remotePort: 50_001, direction: 'in', via: 'direct' });
export const lateral = () =>
  connect({
    who: 'colleague',
    interfaceId: net.cards[0],
    local: net.ip[0],
    localPort: 443,
    remote: net.neighbour.ip,
    remotePort: 50_002,
    direction: 'in',
    via: 'direct',
  });
export const swap = async (groups: string[]) => {
  for (const NetworkInterfaceId of net.cards) await call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups: groups });
};
export const empty = () => group('isolation', net.vpc, [], false);
export const openAll = () => group('open', net.vpc, [{ IpProtocol: '-1', ...ANY }]);
export const aclOf = async (subnet: string) =>
  (await call('DescribeNetworkAcls', { Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] })).NetworkAcls[0];
/** The connection as it is now. */
export const ended = (flow: Flow): string | undefined => {
  settleFlows(b.world, b.account, REGION, now());
  return (b.account.regions[REGION]!.tables.flows![flow.id] as Flow).why;
};

/** A new network; call it before each test. */
export async function renew(): Promise<void> {
  b = bench();
  net = await build();
}
