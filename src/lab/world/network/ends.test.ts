import { beforeEach, describe, expect, it } from 'vitest';
import { connectionsOf } from './index.ts';
import { ATTACKER, b, call, connect, empty, ended, lateral, net, now, over6, renew, reverse, ssh, swap } from './testing/stand.ts';

beforeEach(renew);

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
