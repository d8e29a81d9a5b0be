import { beforeEach, describe, expect, it } from 'vitest';
import { connectionsOf } from './index.ts';
import {
  ANY,
  ATTACKER,
  ATTACKER6,
  aclOf,
  b,
  call,
  connect,
  empty,
  ended,
  group,
  lateral,
  net,
  now,
  openAll,
  over6,
  renew,
  reverse,
  ssh,
  swap,
} from './testing/stand.ts';

beforeEach(renew);

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
