import { beforeEach, describe, expect, it } from 'vitest';
import { normalise } from '../../world/normalise.ts';
import { type Bench, bench } from '../testing.ts';

let b: Bench;
let vpc: string;
beforeEach(async () => {
  b = bench();
  vpc = (await b.call('ec2:CreateVpc', { CidrBlock: '10.1.0.0/16', AmazonProvidedIpv6CidrBlock: true })).Vpc.VpcId;
});
const subnet = async (block = '10.1.0.0/24') => (await b.call('ec2:CreateSubnet', { VpcId: vpc, CidrBlock: block })).Subnet.SubnetId as string;
const aclOf = async (id: string) =>
  (await b.call('ec2:DescribeNetworkAcls', { Filters: [{ Name: 'association.subnet-id', Values: [id] }] })).NetworkAcls[0] as any;
const tableOf = async (id: string) => (await b.call('ec2:DescribeRouteTables', { RouteTableIds: [id] })).RouteTables[0] as any;
const newTable = async () => (await b.call('ec2:CreateRouteTable', { VpcId: vpc })).RouteTable.RouteTableId as string;
const newGateway = async () => {
  const id = (await b.call('ec2:CreateInternetGateway')).InternetGateway.InternetGatewayId as string;
  await b.call('ec2:AttachInternetGateway', { InternetGatewayId: id, VpcId: vpc });
  return id;
};
const fails = (operation: string, input: object, code: string) => expect(b.call(`ec2:${operation}`, input), operation).rejects.toMatchObject({ code });

describe('network ACLs', () => {
  it('a subnet begins with the default ACL and goes over to another under a new association id', async () => {
    const id = await subnet();
    const before = await aclOf(id);
    expect(before.IsDefault).toBe(true);
    expect(before.Entries.filter((one: any) => !one.Egress).map((one: any) => [one.RuleNumber, one.RuleAction])).toEqual([
      [100, 'allow'],
      [101, 'allow'],
      [32767, 'deny'],
      [32768, 'deny'],
    ]);
    const { NetworkAcl } = await b.call('ec2:CreateNetworkAcl', { VpcId: vpc });
    expect(NetworkAcl.Entries.every((one: any) => one.RuleAction === 'deny')).toBe(true);
    const AssociationId = before.Associations[0].NetworkAclAssociationId;
    const { NewAssociationId } = await b.call('ec2:ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: NetworkAcl.NetworkAclId });
    expect(NewAssociationId).not.toBe(AssociationId);
    expect(await aclOf(id)).toMatchObject({
      NetworkAclId: NetworkAcl.NetworkAclId,
      Associations: [{ NetworkAclAssociationId: NewAssociationId, SubnetId: id }],
    });
    await fails('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: before.NetworkAclId }, 'InvalidAssociationID.NotFound');
    await fails('DeleteNetworkAcl', { NetworkAclId: NetworkAcl.NetworkAclId }, 'DependencyViolation');
    await b.call('ec2:ReplaceNetworkAclAssociation', { AssociationId: NewAssociationId, NetworkAclId: before.NetworkAclId });
    await b.call('ec2:DeleteNetworkAcl', { NetworkAclId: NetworkAcl.NetworkAclId });
    await fails('DeleteNetworkAcl', { NetworkAclId: before.NetworkAclId }, 'InvalidParameterValue');
    expect((await aclOf(id)).IsDefault).toBe(true);
  });
  it('rules have numbers: one of each and way, changed in place, taken away, twenty of a family with the last one', async () => {
    const { NetworkAclId } = await aclOf(await subnet());
    const rule = (RuleNumber: number, more: object = {}) => ({
      NetworkAclId,
      RuleNumber,
      Egress: false,
      Protocol: '-1',
      RuleAction: 'deny',
      CidrBlock: '192.0.2.1/32',
      ...more,
    });
    await b.call('ec2:CreateNetworkAclEntry', rule(1));
    await fails('CreateNetworkAclEntry', rule(1), 'NetworkAclEntryAlreadyExists');
    await b.call('ec2:CreateNetworkAclEntry', rule(1, { Egress: true, Protocol: 'tcp', PortRange: { From: 22, To: 22 } }));
    await b.call('ec2:CreateNetworkAclEntry', rule(2, { CidrBlock: undefined, Ipv6CidrBlock: '2001:DB8::/32' }));
    await fails('CreateNetworkAclEntry', rule(32767), 'InvalidParameterValue');
    await fails('CreateNetworkAclEntry', rule(3, { Protocol: '6' }), 'InvalidParameterValue');
    await fails('CreateNetworkAclEntry', rule(3, { Ipv6CidrBlock: '::/0' }), 'InvalidParameterCombination');
    await fails('ReplaceNetworkAclEntry', rule(3), 'InvalidNetworkAclEntry.NotFound');
    await b.call('ec2:ReplaceNetworkAclEntry', rule(1, { CidrBlock: '192.0.2.7/24' }));
    const [acl] = (await b.call('ec2:DescribeNetworkAcls', { NetworkAclIds: [NetworkAclId] })).NetworkAcls;
    expect(acl.Entries).toContainEqual(expect.objectContaining({ RuleNumber: 1, Egress: false, CidrBlock: '192.0.2.0/24' }));
    expect(acl.Entries).toContainEqual(expect.objectContaining({ RuleNumber: 1, Egress: true, Protocol: '6', PortRange: { From: 22, To: 22 } }));
    expect(acl.Entries).toContainEqual(expect.objectContaining({ RuleNumber: 2, Ipv6CidrBlock: '2001:db8::/32' }));
    for (let number = 3; number < 20; number++) await b.call('ec2:CreateNetworkAclEntry', rule(number));
    await fails('CreateNetworkAclEntry', rule(20), 'NetworkAclEntryLimitExceeded');
    await b.call('ec2:DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 100, Egress: false });
    await fails('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 100, Egress: false }, 'InvalidNetworkAclEntry.NotFound');
    await b.call('ec2:CreateNetworkAclEntry', rule(20));
  });
});

it('what is changed and put back leaves the world as it was', async () => {
  const [id, table] = [await subnet(), await newTable()];
  const gateway = await newGateway();
  const acl = await aclOf(id);
  const NetworkAclId = (await b.call('ec2:CreateNetworkAcl', { VpcId: vpc })).NetworkAcl.NetworkAclId;
  const before = normalise(b.world);
  const deny = { NetworkAclId: acl.NetworkAclId, RuleNumber: 1, Egress: true };
  await b.call('ec2:CreateNetworkAclEntry', { ...deny, Protocol: '-1', RuleAction: 'deny', CidrBlock: '192.0.2.1/32' });
  const { AssociationId } = await b.call('ec2:AssociateRouteTable', { RouteTableId: table, SubnetId: id });
  const route = { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0' };
  await b.call('ec2:CreateRoute', { ...route, GatewayId: gateway });
  const first = { AssociationId: acl.Associations[0].NetworkAclAssociationId, NetworkAclId };
  const { NewAssociationId } = await b.call('ec2:ReplaceNetworkAclAssociation', first);
  expect(normalise(b.world)).not.toEqual(before);
  await b.call('ec2:ReplaceNetworkAclAssociation', { AssociationId: NewAssociationId, NetworkAclId: acl.NetworkAclId });
  await b.call('ec2:DeleteRoute', route);
  await b.call('ec2:DisassociateRouteTable', { AssociationId });
  await b.call('ec2:DeleteNetworkAclEntry', deny);
  expect(normalise(b.world)).toEqual(before);
});

describe('routes', () => {
  it('are made, changed and taken away, and say when what they lead to is gone', async () => {
    const table = await newTable();
    const gateway = await newGateway();
    const out = { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0' };
    await b.call('ec2:CreateRoute', { ...out, GatewayId: gateway });
    const interfaceId = (await b.call('ec2:CreateNetworkInterface', { SubnetId: await subnet() })).NetworkInterface.NetworkInterfaceId;
    await fails('CreateRoute', { ...out, NetworkInterfaceId: interfaceId }, 'RouteAlreadyExists');
    await fails('CreateRoute', { ...out, DestinationCidrBlock: '10.1.0.0/16', GatewayId: gateway }, 'RouteAlreadyExists');
    await fails('ReplaceRoute', { ...out, DestinationCidrBlock: '192.0.2.0/24', GatewayId: gateway }, 'InvalidParameterValue');
    await b.call('ec2:ReplaceRoute', { ...out, NetworkInterfaceId: interfaceId });
    await b.call('ec2:DeleteNetworkInterface', { NetworkInterfaceId: interfaceId });
    expect((await tableOf(table)).Routes.map((route: any) => [route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock, route.State])).toEqual([
      ['10.1.0.0/16', 'active'],
      [expect.stringContaining('/56'), 'active'],
      ['0.0.0.0/0', 'blackhole'],
    ]);
    await b.call('ec2:DeleteRoute', out);
    await fails('DeleteRoute', out, 'InvalidRoute.NotFound');
    expect((await tableOf(table)).Routes).toHaveLength(2);
  });
  it('a subnet has one table; the main association cannot be dissolved, only replaced', async () => {
    const [one, two, id] = [await newTable(), await newTable(), await subnet()];
    const { AssociationId } = await b.call('ec2:AssociateRouteTable', { RouteTableId: one, SubnetId: id });
    await fails('AssociateRouteTable', { RouteTableId: two, SubnetId: id }, 'Resource.AlreadyAssociated');
    await fails('DeleteRouteTable', { RouteTableId: one }, 'DependencyViolation');
    const { NewAssociationId } = await b.call('ec2:ReplaceRouteTableAssociation', { AssociationId, RouteTableId: two });
    expect((await tableOf(one)).Associations).toEqual([]);
    expect((await tableOf(two)).Associations).toMatchObject([{ RouteTableAssociationId: NewAssociationId, SubnetId: id, Main: false }]);
    await b.call('ec2:DisassociateRouteTable', { AssociationId: NewAssociationId });
    const [main] = (
      await b.call('ec2:DescribeRouteTables', {
        Filters: [
          { Name: 'association.main', Values: ['true'] },
          { Name: 'vpc-id', Values: [vpc] },
        ],
      })
    ).RouteTables;
    await fails('DisassociateRouteTable', { AssociationId: main.Associations[0].RouteTableAssociationId }, 'InvalidParameterValue');
    await b.call('ec2:ReplaceRouteTableAssociation', { AssociationId: main.Associations[0].RouteTableAssociationId, RouteTableId: one });
    expect((await tableOf(one)).Associations).toMatchObject([{ Main: true }]);
    await b.call('ec2:DeleteRouteTable', { RouteTableId: main.RouteTableId });
    await fails('DeleteRouteTable', { RouteTableId: one }, 'DependencyViolation');
  });
});

describe('gateways', () => {
  it('an internet gateway belongs to one VPC and cannot leave while an address is public', async () => {
    const id = await newGateway();
    await fails('AttachInternetGateway', { InternetGatewayId: id, VpcId: vpc }, 'Resource.AlreadyAssociated');
    await fails('DeleteInternetGateway', { InternetGatewayId: id }, 'DependencyViolation');
    const { AllocationId } = await b.call('ec2:AllocateAddress');
    const { NetworkInterface } = await b.call('ec2:CreateNetworkInterface', { SubnetId: await subnet() });
    const { AssociationId } = await b.call('ec2:AssociateAddress', { AllocationId, NetworkInterfaceId: NetworkInterface.NetworkInterfaceId });
    await fails('DetachInternetGateway', { InternetGatewayId: id, VpcId: vpc }, 'DependencyViolation');
    await b.call('ec2:DisassociateAddress', { AssociationId });
    await b.call('ec2:DetachInternetGateway', { InternetGatewayId: id, VpcId: vpc });
    await fails('DetachInternetGateway', { InternetGatewayId: id, VpcId: vpc }, 'Gateway.NotAttached');
    await b.call('ec2:DeleteInternetGateway', { InternetGatewayId: id });
    await fails('DescribeInternetGateways', { InternetGatewayIds: [id] }, 'InvalidInternetGatewayID.NotFound');
  });
  it('a NAT gateway takes its time, holds its address and gives it back', async () => {
    const { AllocationId, PublicIp } = await b.call('ec2:AllocateAddress');
    const SubnetId = await subnet();
    const { NatGateway } = await b.call('ec2:CreateNatGateway', { SubnetId, AllocationId });
    expect(NatGateway).toMatchObject({ State: 'pending', NatGatewayAddresses: [{ AllocationId, PublicIp }] });
    await fails('CreateNatGateway', { SubnetId, AllocationId }, 'Resource.AlreadyAssociated');
    b.pass(120);
    const asked = { NatGatewayIds: [NatGateway.NatGatewayId] };
    expect((await b.call('ec2:DescribeNatGateways', asked)).NatGateways[0].State).toBe('available');
    const door = NatGateway.NatGatewayAddresses[0].NetworkInterfaceId;
    await fails('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: door, Description: { Value: 'mine' } }, 'OperationNotPermitted');
    await b.call('ec2:DeleteNatGateway', { NatGatewayId: NatGateway.NatGatewayId });
    expect((await b.call('ec2:DescribeNatGateways', asked)).NatGateways[0].State).toBe('deleting');
    expect((await b.call('ec2:DescribeAddresses', { AllocationIds: [AllocationId] })).Addresses[0].AssociationId).toBeUndefined();
    b.pass(4000);
    await fails('DescribeNatGateways', asked, 'NatGatewayNotFound');
    await b.call('ec2:DeleteSubnet', { SubnetId });
  });
  it('an egress-only gateway takes IPv6 routes', async () => {
    const { EgressOnlyInternetGateway: made } = await b.call('ec2:CreateEgressOnlyInternetGateway', { VpcId: vpc });
    const RouteTableId = await newTable();
    const EgressOnlyInternetGatewayId = made.EgressOnlyInternetGatewayId;
    await fails('CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', EgressOnlyInternetGatewayId }, 'InvalidParameterValue');
    await b.call('ec2:CreateRoute', { RouteTableId, DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId });
    expect((await tableOf(RouteTableId)).Routes).toContainEqual(expect.objectContaining({ EgressOnlyInternetGatewayId, State: 'active' }));
    await b.call('ec2:DeleteEgressOnlyInternetGateway', { EgressOnlyInternetGatewayId });
    expect((await tableOf(RouteTableId)).Routes.at(-1)).toMatchObject({ State: 'blackhole' });
  });
});

describe('endpoints', () => {
  it('an interface endpoint has interfaces that only the service may change', async () => {
    const SubnetIds = [await subnet()];
    const { VpcEndpoint } = await b.call('ec2:CreateVpcEndpoint', {
      VpcId: vpc,
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.eu-west-1.ssm',
      SubnetIds,
      PrivateDnsEnabled: false,
    });
    const [door] = VpcEndpoint.NetworkInterfaceIds;
    await fails('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: door, Groups: [VpcEndpoint.Groups[0].GroupId] }, 'OperationNotPermitted');
    await fails('DeleteNetworkInterface', { NetworkInterfaceId: door }, 'OperationNotPermitted');
    const [seen] = (await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [door] })).NetworkInterfaces;
    expect(seen).toMatchObject({ Status: 'in-use', Attachment: { InstanceOwnerId: 'amazon-aws' } });
    await fails('DetachNetworkInterface', { AttachmentId: seen.Attachment.AttachmentId }, 'OperationNotPermitted');
    const { GroupId } = await b.call('ec2:CreateSecurityGroup', { GroupName: 'endpoints', Description: 'endpoints', VpcId: vpc });
    const VpcEndpointId = VpcEndpoint.VpcEndpointId;
    await b.call('ec2:ModifyVpcEndpoint', { VpcEndpointId, AddSecurityGroupIds: [GroupId], RemoveSecurityGroupIds: [VpcEndpoint.Groups[0].GroupId] });
    expect((await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [door] })).NetworkInterfaces[0]).toMatchObject({
      InterfaceType: 'vpc_endpoint',
      RequesterManaged: true,
      Groups: [{ GroupId }],
    });
    expect(await b.call('ec2:DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpointId, 'vpce-0aaaaaaaaaaaaaaaa'] })).toMatchObject({
      Unsuccessful: [{ ResourceId: 'vpce-0aaaaaaaaaaaaaaaa', Error: { Code: 'InvalidVpcEndpoint.NotFound' } }],
    });
    b.pass(60);
    await fails('DescribeVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] }, 'InvalidVpcEndpointId.NotFound');
    await fails('DescribeNetworkInterfaces', { NetworkInterfaceIds: [door] }, 'InvalidNetworkInterfaceID.NotFound');
  });
  it("a gateway endpoint is a route to the service's prefix list", async () => {
    const RouteTableId = await newTable();
    const ServiceName = 'com.amazonaws.eu-west-1.s3';
    const { VpcEndpoint } = await b.call('ec2:CreateVpcEndpoint', { VpcId: vpc, ServiceName, RouteTableIds: [RouteTableId] });
    const [list] = (await b.call('ec2:DescribePrefixLists', { Filters: [{ Name: 'prefix-list-name', Values: [ServiceName] }] })).PrefixLists;
    expect((await tableOf(RouteTableId)).Routes).toContainEqual(
      expect.objectContaining({ DestinationPrefixListId: list.PrefixListId, GatewayId: VpcEndpoint.VpcEndpointId, State: 'active' }),
    );
    const { Entries } = await b.call('ec2:GetManagedPrefixListEntries', { PrefixListId: list.PrefixListId });
    expect(Entries.map((one: any) => one.Cidr)).toEqual(list.Cidrs);
    await fails('DeleteRoute', { RouteTableId, DestinationPrefixListId: list.PrefixListId }, 'InvalidParameterValue');
    await fails('ModifyManagedPrefixList', { PrefixListId: list.PrefixListId, PrefixListName: 'mine' }, 'UnauthorizedOperation');
    await fails('CreateVpcEndpoint', { VpcId: vpc, ServiceName: 'com.amazonaws.eu-west-1.nothing' }, 'InvalidServiceName');
    await b.call('ec2:ModifyVpcEndpoint', { VpcEndpointId: VpcEndpoint.VpcEndpointId, RemoveRouteTableIds: [RouteTableId] });
    expect((await tableOf(RouteTableId)).Routes.some((route: any) => route.DestinationPrefixListId)).toBe(false);
  });
});

describe('interfaces', () => {
  it('take and lose IPv6 addresses', async () => {
    const block = (await b.call('ec2:DescribeVpcs', { VpcIds: [vpc] })).Vpcs[0].Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock.replace('/56', '/64');
    const { Subnet } = await b.call('ec2:CreateSubnet', { VpcId: vpc, CidrBlock: '10.1.9.0/24', Ipv6CidrBlock: block });
    const { NetworkInterface } = await b.call('ec2:CreateNetworkInterface', { SubnetId: Subnet.SubnetId });
    const NetworkInterfaceId = NetworkInterface.NetworkInterfaceId;
    const { AssignedIpv6Addresses } = await b.call('ec2:AssignIpv6Addresses', { NetworkInterfaceId, Ipv6AddressCount: 2 });
    expect(new Set(AssignedIpv6Addresses).size).toBe(2);
    await fails('AssignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses: [AssignedIpv6Addresses[0]] }, 'InvalidIPAddress.InUse');
    await b.call('ec2:UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses: [AssignedIpv6Addresses[0]] });
    await fails('UnassignIpv6Addresses', { NetworkInterfaceId, Ipv6Addresses: [AssignedIpv6Addresses[0]] }, 'InvalidParameterValue');
    const [after] = (await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [NetworkInterfaceId] })).NetworkInterfaces;
    expect(after.Ipv6Addresses.map((one: any) => one.Ipv6Address)).toEqual([AssignedIpv6Addresses[1]]);
  });
  it('remember how long idle connections are tracked', async () => {
    const { NetworkInterface } = await b.call('ec2:CreateNetworkInterface', { SubnetId: await subnet() });
    const { NetworkInterfaceId } = NetworkInterface;
    const set = (TcpEstablishedTimeout: number) => ({ NetworkInterfaceId, ConnectionTrackingSpecification: { TcpEstablishedTimeout } });
    await fails('ModifyNetworkInterfaceAttribute', set(59), 'InvalidParameterValue');
    await b.call('ec2:ModifyNetworkInterfaceAttribute', set(60));
    const [after] = (await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [NetworkInterfaceId] })).NetworkInterfaces;
    expect(after.ConnectionTrackingConfiguration).toMatchObject({ TcpEstablishedTimeout: 60 });
  });
  it('that a service manages refuse changes and are shown with it', async () => {
    const { NetworkInterface } = await b.call('ec2:CreateNetworkInterface', { SubnetId: await subnet() });
    const { NetworkInterfaceId, Groups } = NetworkInterface;
    b.account.regions['eu-west-1']!.tables.interfaces![NetworkInterfaceId].operator = 'eks.amazonaws.com';
    await fails('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups: [Groups[0].GroupId] }, 'OperationNotPermitted');
    await fails('AssignIpv6Addresses', { NetworkInterfaceId, Ipv6AddressCount: 1 }, 'OperationNotPermitted');
    const [seen] = (await b.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [NetworkInterfaceId], IncludeManagedResources: true }))
      .NetworkInterfaces;
    expect(seen).toMatchObject({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' }, Groups });
  });
  it('branches hang on trunks', async () => {
    const id = await subnet();
    const make = async (InterfaceType: string) =>
      (await b.call('ec2:CreateNetworkInterface', { SubnetId: id, InterfaceType })).NetworkInterface.NetworkInterfaceId;
    const [trunk, branch] = [await make('trunk'), await make('branch')];
    await fails('AssociateTrunkInterface', { TrunkInterfaceId: branch, BranchInterfaceId: branch, VlanId: 4 }, 'InvalidParameterValue');
    const { InterfaceAssociation } = await b.call('ec2:AssociateTrunkInterface', { TrunkInterfaceId: trunk, BranchInterfaceId: branch, VlanId: 4 });
    expect((await b.call('ec2:DescribeTrunkInterfaceAssociations')).InterfaceAssociations).toMatchObject([
      { BranchInterfaceId: branch, TrunkInterfaceId: trunk, InterfaceProtocol: 'VLAN', VlanId: 4 },
    ]);
    await b.call('ec2:DisassociateTrunkInterface', { AssociationId: InterfaceAssociation.AssociationId });
    expect((await b.call('ec2:DescribeTrunkInterfaceAssociations')).InterfaceAssociations).toEqual([]);
  });
});

it('a route through a peering needs one, and groups that refer across it are named', async () => {
  const other = (await b.call('ec2:CreateVpc', { CidrBlock: '10.2.0.0/16' })).Vpc.VpcId as string;
  const RouteTableId = await newTable();
  const route = { RouteTableId, DestinationCidrBlock: '10.2.0.0/16' };
  await fails('CreateRoute', { ...route, VpcPeeringConnectionId: 'pcx-0aaaaaaaaaaaaaaaa' }, 'InvalidVpcPeeringConnectionID.NotFound');
  const { VpcPeeringConnection } = await b.call('ec2:CreateVpcPeeringConnection', { VpcId: vpc, PeerVpcId: other });
  const { VpcPeeringConnectionId } = VpcPeeringConnection;
  b.pass(5);
  await b.call('ec2:CreateRoute', { ...route, VpcPeeringConnectionId });
  expect((await tableOf(RouteTableId)).Routes.at(-1)).toMatchObject({ VpcPeeringConnectionId, State: 'blackhole' });
  await b.call('ec2:AcceptVpcPeeringConnection', { VpcPeeringConnectionId });
  expect((await tableOf(RouteTableId)).Routes.at(-1)).toMatchObject({ State: 'active' });
  const group = async (VpcId: string) => (await b.call('ec2:CreateSecurityGroup', { GroupName: 'peers', Description: 'peers', VpcId })).GroupId as string;
  const [here, there] = [await group(vpc), await group(other)];
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: here }] }];
  await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: there, IpPermissions });
  expect((await b.call('ec2:DescribeSecurityGroupReferences', { GroupId: [here, there] })).SecurityGroupReferenceSet).toEqual([
    { GroupId: here, ReferencingVpcId: other, VpcPeeringConnectionId },
  ]);
});
