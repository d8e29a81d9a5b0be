import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../../services/testing.ts';
import { connectionsOf, type Flow, openFlow, settleAfter, settleFlows } from './index.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const REGION = 'eu-west-1';
const ATTACKER = '192.0.2.66';
const ATTACKER6 = '2001:db8:bad::66';
const ANY = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };

let b: Bench;
let net: Awaited<ReturnType<typeof build>>;
const now = () => b.context().now();

/** A call, and then what it does to the connections, as the lab does it. */
async function call(operation: string, input: object = {}): Promise<any> {
  settleFlows(b.world, b.account, REGION, now());
  const output = await b.call(`ec2:${operation}`, input);
  settleAfter(b.world, b.account, REGION, { service: 'ec2', operation, input }, now());
  return output;
}
async function group(name: string, vpc: string, permissions: object[], egress = true): Promise<string> {
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
function connect(more: Some): Flow {
  const common = { who: 'attacker', label: 'shell', protocol: 'tcp', opened: now() } as const;
  const opened = openFlow(b.world, b.account, REGION, { ...common, ...more } as Parameters<typeof openFlow>[3], now());
  if (typeof opened === 'string') throw new Error(`not opened: ${opened}`);
  return opened;
}
const ssh = (more: Some = {}) =>
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
const reverse = (more: Some = {}) =>
  connect({ interfaceId: net.cards[1], local: net.ip[1], localPort: 51_000, remote: ATTACKER, remotePort: 443, direction: 'out', via: 'nat', ...more });
const over6 = () =>
  connect({ interfaceId: net.cards[0], local: net.ip6, localPort: 443, remote: ATTACKER6, remotePort: 50_001, direction: 'in', via: 'direct' });
const lateral = () =>
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
const swap = async (groups: string[]) => {
  for (const NetworkInterfaceId of net.cards) await call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups: groups });
};
const empty = () => group('isolation', net.vpc, [], false);
const openAll = () => group('open', net.vpc, [{ IpProtocol: '-1', ...ANY }]);
const aclOf = async (subnet: string) => (await call('DescribeNetworkAcls', { Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] })).NetworkAcls[0];
/** The connection as it is now. */
const ended = (flow: Flow): string | undefined => {
  settleFlows(b.world, b.account, REGION, now());
  return (b.account.regions[REGION]!.tables.flows![flow.id] as Flow).why;
};

beforeEach(async () => {
  b = bench();
  net = await build();
});

describe('security groups', () => {
  it('a plain swap of groups leaves tracked connections alive, direct and through NAT, and lets no new ones in', async () => {
    const [shell, back] = [ssh(), reverse()];
    expect([shell.tracked, back.tracked]).toEqual([true, true]);
    await swap([await empty()]);
    b.pass(86_400);
    expect([ended(shell), ended(back)]).toEqual([undefined, undefined]);
    const { instances } = connectionsOf(b.world, now());
    expect(instances[0]!.connected.map(({ id }) => id).sort()).toEqual([shell.id, back.id].sort());
    expect(instances[0]!.possible).toEqual([]);
    expect(() => ssh()).toThrow('security-group');
  });
  it('open and then empty groups cut what is direct, over IPv4 and IPv6, but not what goes through NAT', async () => {
    const [shell, back, six] = [ssh(), reverse(), over6()];
    const [open, shut] = [await openAll(), await empty()];
    await swap([open]);
    b.pass(5);
    await swap([shut]);
    expect([ended(shell), ended(six), ended(back)]).toEqual(['security-group', 'security-group', undefined]);
  });
  it('does not convert without a pause, nor when a narrower rule stays beside the open group, nor what only IPv4 was opened for', async () => {
    const four = await group('four', net.vpc, [{ IpProtocol: '-1', IpRanges: ANY.IpRanges }], false);
    await call('AuthorizeSecurityGroupEgress', { GroupId: four, IpPermissions: [{ IpProtocol: '-1', IpRanges: ANY.IpRanges }] });
    const narrow = {
      GroupId: net.groups.web,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Ipv6Ranges: [{ CidrIpv6: '2001:db8:bad::/48' }] }],
    };
    await call('AuthorizeSecurityGroupIngress', narrow);
    const [shell, six] = [ssh(), over6()];
    const [open, shut] = [await openAll(), await empty()];
    await swap([open]);
    await swap([shut]);
    expect([ended(shell), ended(six)]).toEqual([undefined, undefined]);
    await swap([net.groups.web, open]);
    b.pass(5);
    await swap([shut]);
    expect(ended(shell)).toBeUndefined();
    await swap([four]);
    b.pass(5);
    await swap([shut]);
    expect([ended(shell), ended(six)]).toEqual(['security-group', undefined]);
  });
  it('an untracked connection ends with its rule', async () => {
    const web = connect({
      interfaceId: net.cards[0],
      local: net.ip[0],
      localPort: 443,
      remote: ATTACKER,
      remotePort: 50_003,
      direction: 'in',
      via: 'direct',
      publicIp: net.publicIp,
    });
    expect(web.tracked).toBe(false);
    await call('RevokeSecurityGroupIngress', {
      GroupId: net.groups.web,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: ANY.IpRanges }],
    });
    expect(ended(web)).toBe('security-group');
  });
  it('an untracked connection becomes tracked when the way back narrows, and outlives its rule then', async () => {
    const web = connect({
      interfaceId: net.cards[0],
      local: net.ip[0],
      localPort: 443,
      remote: ATTACKER,
      remotePort: 50_003,
      direction: 'in',
      via: 'direct',
      publicIp: net.publicIp,
    });
    await call('RevokeSecurityGroupEgress', { GroupId: net.groups.web, IpPermissions: [{ IpProtocol: '-1', IpRanges: ANY.IpRanges }] });
    expect(ended(web)).toBeUndefined();
    await swap([await empty()]);
    expect(ended(web)).toBeUndefined();
  });
  it('ICMP and paths over load balancers, transit gateways and endpoints are always tracked', async () => {
    const [open, shut] = [await openAll(), await empty()];
    await swap([open]);
    const flows = [
      ssh({ via: 'nlb', localPort: 443 }),
      connect({
        interfaceId: net.cards[0],
        local: net.ip[0],
        localPort: 0,
        remote: ATTACKER,
        remotePort: 0,
        protocol: 'icmp',
        direction: 'in',
        via: 'direct',
        publicIp: net.publicIp,
      }),
      ssh({ via: 'endpoint', remote: '10.1.0.200', publicIp: undefined }),
    ];
    await swap([shut]);
    expect(flows.map(ended)).toEqual([undefined, undefined, undefined]);
  });
});

describe('network ACLs', () => {
  const deny = async (subnet: string, address: string, Egress: boolean) => {
    const { NetworkAclId } = await aclOf(subnet);
    const block = address.includes(':') ? { Ipv6CidrBlock: `${address}/128` } : { CidrBlock: `${address}/32` };
    await call('CreateNetworkAclEntry', { NetworkAclId, RuleNumber: 1, Protocol: '-1', RuleAction: 'deny', Egress, ...block });
  };
  it('cut at once, what is tracked and what goes through NAT', async () => {
    const [shell, back] = [ssh(), reverse()];
    await deny(net.subnets.front, ATTACKER, false);
    expect([ended(shell), ended(back)]).toEqual(['network-acl', 'network-acl']);
  });
  it('deny one address of one family and nobody else', async () => {
    const [shell, six, inside] = [ssh(), over6(), lateral()];
    await deny(net.subnets.front, ATTACKER6, true);
    expect([ended(shell), ended(six), ended(inside)]).toEqual([undefined, 'network-acl', undefined]);
  });
  it('another ACL for the subnet cuts all that crosses its border, and nothing that stays inside', async () => {
    const [shell, inside] = [ssh(), lateral()];
    const acl = await aclOf(net.subnets.front);
    const { NetworkAcl } = await call('CreateNetworkAcl', { VpcId: net.vpc });
    const AssociationId = acl.Associations.find((one: any) => one.SubnetId === net.subnets.front).NetworkAclAssociationId;
    const { NewAssociationId } = await call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: NetworkAcl.NetworkAclId });
    expect([ended(shell), ended(inside)]).toEqual(['network-acl', undefined]);
    await call('ReplaceNetworkAclAssociation', { AssociationId: NewAssociationId, NetworkAclId: acl.NetworkAclId });
    expect(ended(shell), 'what was cut stays cut').toBe('network-acl');
  });
  it('the NAT gateway stands in a subnet with rules of its own', async () => {
    const back = reverse();
    const { NetworkAcl } = await call('CreateNetworkAcl', { VpcId: net.vpc });
    const acl = await aclOf(net.subnets.edge);
    const AssociationId = acl.Associations.find((one: any) => one.SubnetId === net.subnets.edge).NetworkAclAssociationId;
    await call('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: NetworkAcl.NetworkAclId });
    expect(ended(back)).toBe('network-acl');
  });
});

describe('addresses, routes and gateways', () => {
  it('a connection to a public address dies with it, however it is tracked', async () => {
    const [shell, six] = [ssh(), over6()];
    await call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: net.cards[0], AssociatePublicIpAddress: false });
    expect([ended(shell), ended(six)]).toEqual(['public-address', undefined]);
  });
  it('an elastic address takes the place of the automatic one, and of its connections', async () => {
    const shell = ssh();
    const { AllocationId, PublicIp } = await call('AllocateAddress');
    const { AssociationId } = await call('AssociateAddress', { AllocationId, NetworkInterfaceId: net.cards[0] });
    expect(ended(shell)).toBe('public-address');
    const next = ssh({ publicIp: PublicIp });
    await call('DisassociateAddress', { AssociationId });
    expect(ended(next)).toBe('public-address');
  });
  it('an IPv6 address that is taken away takes its connections along', async () => {
    const six = over6();
    await call('UnassignIpv6Addresses', { NetworkInterfaceId: net.cards[0], Ipv6Addresses: [net.ip6] });
    expect(ended(six)).toBe('address');
  });
  it('without a route, or with one to nothing, no packet gets through', async () => {
    const back = reverse();
    await call('DeleteNatGateway', { NatGatewayId: net.nat });
    expect(ended(back)).toBe('gateway');
    const shell = ssh();
    await call('ReplaceRoute', { RouteTableId: net.natTable, DestinationCidrBlock: '0.0.0.0/0', GatewayId: net.gateway });
    const [front] = (await call('DescribeRouteTables', { Filters: [{ Name: 'association.subnet-id', Values: [net.subnets.front] }] })).RouteTables;
    await call('DeleteRoute', { RouteTableId: front.RouteTableId, DestinationCidrBlock: '0.0.0.0/0' });
    expect(ended(shell)).toBe('route');
  });
});

describe('the instance and time', () => {
  it('a stop ends everything, when it has stopped', async () => {
    const flows = [ssh(), reverse(), over6(), lateral()];
    await call('StopInstances', { InstanceIds: [net.id] });
    expect(flows.map(ended)).toEqual([undefined, undefined, undefined, undefined]);
    b.pass(30);
    expect(flows.map(ended)).toEqual(Array(4).fill('instance-stopped'));
    await call('StartInstances', { InstanceIds: [net.id] });
    b.pass(30);
    expect(flows.map(ended)).toEqual(Array(4).fill('instance-stopped'));
  });
  it('a reboot too, of that instance only', async () => {
    const [shell, other] = [
      ssh(),
      connect({
        who: 'colleague',
        interfaceId: net.neighbour.card,
        local: net.neighbour.ip,
        localPort: 443,
        remote: net.ip[0],
        remotePort: 50_009,
        direction: 'in',
        via: 'direct',
      }),
    ];
    await call('RebootInstances', { InstanceIds: [net.id] });
    expect([ended(shell), ended(other)]).toEqual(['instance-rebooted', undefined]);
  });
  it('silence ends what the groups no longer allow, sooner where the interface says so, and a NAT gateway forgets after 350 seconds', async () => {
    const [shell, quiet] = [ssh({ silentSince: now() }), reverse({ silentSince: now() })];
    await call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: net.cards[0], ConnectionTrackingSpecification: { TcpEstablishedTimeout: 600 } });
    await swap([await empty()]);
    b.pass(400);
    expect([ended(shell), ended(quiet)]).toEqual([undefined, 'idle']);
    b.pass(300);
    expect(ended(shell)).toBe('idle');
  });
  it('a detached interface leaves no connections', async () => {
    const back = reverse();
    const [card] = (await call('DescribeNetworkInterfaces', { NetworkInterfaceIds: [net.cards[1]] })).NetworkInterfaces;
    await call('DetachNetworkInterface', { AttachmentId: card.Attachment.AttachmentId });
    b.pass(10);
    expect(ended(back)).toBe('interface');
  });
});

describe('who could connect', () => {
  const possible = (who: string) => connectionsOf(b.world, now()).instances[0]!.possible.filter((one) => one.who === who);
  it('says by which way, and counts neighbours and the way out', async () => {
    ssh();
    const his = possible('attacker');
    expect(his).toContainEqual(expect.objectContaining({ direction: 'in', interfaceId: net.cards[0], via: 'direct' }));
    expect(his).toContainEqual(expect.objectContaining({ direction: 'out', interfaceId: net.cards[1], via: 'nat' }));
    expect(his.some((one) => one.direction === 'in' && one.interfaceId === net.cards[1])).toBe(false);
    expect(possible('neighbour').some((one) => one.direction === 'in')).toBe(true);
    expect(possible('anybody').some((one) => one.remote.includes(':') && one.direction === 'in')).toBe(true);
  });
  it('nobody once the groups are empty, and only who is let in again', async () => {
    ssh();
    const shut = await empty();
    await swap([shut]);
    expect(connectionsOf(b.world, now()).instances[0]).toMatchObject({ possible: [], unfiltered: ['dns', 'metadata'] });
    await call('AuthorizeSecurityGroupIngress', {
      GroupId: shut,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: `${ATTACKER}/32` }] }],
    });
    expect(possible('attacker')).toEqual([expect.objectContaining({ direction: 'in', protocol: 'tcp', port: 22, interfaceId: net.cards[0] })]);
    expect(possible('anybody')).toEqual([]);
    await call('StopInstances', { InstanceIds: [net.id] });
    b.pass(30);
    expect(connectionsOf(b.world, now()).instances[0]).toMatchObject({ possible: [], unfiltered: [], state: 'stopped' });
  });
});
