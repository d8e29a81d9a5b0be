import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Reach, reachability } from './reachability.ts';
import { rangeOf } from './space.ts';
import type { AclEntry, GroupRule, NetworkState } from './state.ts';
import { ALL, acl, anyEgress6, CLOSED, exposed, host, neighbour, network, ssh, WEB, web } from './testing/sample.ts';

const row = (rows: readonly Reach[], peer: string, direction: 'in' | 'out', family: 4 | 6 = 4): Reach | undefined =>
  rows.find((one) => one.peer === peer && one.direction === direction && one.family === family);
const open = (rows: readonly Reach[]): string[] => rows.filter((one) => one.open).map((one) => `${one.direction} ${one.peer} ${one.name} ${one.family}`);

describe('who can talk to it', () => {
  it('behind a NAT gateway: nobody from outside, and it to everybody', () => {
    const rows = reachability(network());
    expect(row(rows, 'nat', 'in')).toMatchObject({ open: false, why: 'outbound-only' });
    expect(row(rows, 'nat', 'out')).toMatchObject({ open: true, traffic: expect.arrayContaining(['tcp']), via: 'rtb-1 0.0.0.0/0 -> nat-1' });
    expect(row(rows, 'nat', 'out')!.by[0]).toBe('sgr-out4 (0.0.0.0/0), acl-own entry 100 egress, acl-rest entry 100 ingress');
    // Its only rule out is about IPv4.
    expect(row(rows, 'egress-only', 'out', 6)).toMatchObject({ open: false, why: 'no-rule' });
    // Anybody in the VPC may use what anybody may use.
    expect(open(rows).filter((one) => one.startsWith('in'))).toEqual(['in subnet subnet-private 4', 'in vpc subnet-data 4', 'in vpc subnet-public 4']);
  });
  it('before an internet gateway it takes an address to be reached', () => {
    const rows = reachability(exposed());
    expect(row(rows, 'internet', 'in')).toMatchObject({ open: true, traffic: ['tcp 443'] });
    const hidden = reachability(exposed({ interfaces: [host()] }));
    expect(row(hidden, 'internet', 'in')).toMatchObject({ open: false, why: 'no-public-address' });
    expect(row(hidden, 'internet', 'out')).toMatchObject({ open: false, why: 'no-public-address' });
  });
  it('IPv6 needs none: every address is public', () => {
    const state = exposed({ interfaces: [host()], rules: { [WEB]: [anyEgress6, { ...web, CidrIpv4: undefined!, CidrIpv6: '::/0' }] } });
    expect(row(reachability(state), 'internet', 'in', 6)).toMatchObject({ open: true });
  });
  it('names the entry of the ACL that stops what a group would let pass', () => {
    const deny: AclEntry = { number: 5, egress: false, allow: false, protocol: '-1', cidr: '0.0.0.0/0', from: null, to: null };
    const rows = reachability(exposed({ acls: [acl('acl-own', ['subnet-private'], [deny, ...ALL])] }));
    expect(row(rows, 'internet', 'in')).toMatchObject({ open: false, why: 'acl', by: ['acl-own entry 5 ingress'] });
    // The same entry is not asked inside the subnet.
    expect(row(rows, 'subnet', 'in')).toMatchObject({ open: true });
    // A connection out has no way back; a datagram goes out all the same.
    expect(row(rows, 'internet', 'out')!.traffic).toEqual(['protocols 0-5', 'protocols 7-255']);
  });
  it('an entry about the host’s own address does nothing in its own subnet, and cuts it off in the others', () => {
    const mine = (egress: boolean): AclEntry => ({ number: 1, egress, allow: false, protocol: '-1', cidr: '10.0.1.10/32', from: null, to: null });
    const denied = [mine(false), mine(true), ...ALL];
    expect(open(reachability(network({ acls: [acl('acl-own', ['subnet-private'], denied), acl('acl-rest', ['subnet-data', 'subnet-public'])] })))).toEqual(
      open(reachability(network())),
    );
    const rows = reachability(network({ acls: [acl('acl-own', ['subnet-private']), acl('acl-rest', ['subnet-data', 'subnet-public'], denied)] }));
    expect(row(rows, 'nat', 'out')).toMatchObject({ open: false, why: 'acl', by: ['acl-rest entry 1 ingress'] });
    expect(open(rows)).toEqual(['in subnet subnet-private 4', 'out subnet subnet-private 4']);
  });
  it('a rule for a group lets in its members only', () => {
    const rules = { [WEB]: [{ ...web, CidrIpv4: undefined!, ReferencedGroupInfo: { GroupId: 'sg-bastion' } }] };
    expect(open(reachability(network({ rules })))).toEqual([]);
    const state = network({ rules, neighbours: [neighbour({ groups: ['sg-bastion'] })] });
    expect(open(reachability(state))).toEqual(['in subnet subnet-private 4']);
  });
  it('a prefix list that could not be read may be anybody', () => {
    const rules = { [WEB]: [{ ...web, CidrIpv4: undefined!, PrefixListId: 'pl-1' }] };
    expect(row(reachability(exposed({ rules, prefixLists: { 'pl-1': null } })), 'internet', 'in')).toMatchObject({ open: true });
    expect(row(reachability(exposed({ rules, prefixLists: { 'pl-1': ['192.0.2.0/24'] } })), 'internet', 'in')).toMatchObject({ open: true });
    expect(row(reachability(exposed({ rules, prefixLists: { 'pl-1': ['10.9.0.0/24'] } })), 'subnet', 'in')).toMatchObject({ open: false });
  });
  it('the more specific route counts, and a black hole leads nowhere', () => {
    const state = network();
    const table = state.routeTables[0]!;
    const more = [
      { to: '172.16.0.0/12', target: 'tgw-1', blackhole: false },
      { to: '192.168.0.0/16', target: 'pcx-1', blackhole: true },
      { to: '192.168.1.0/24', target: 'vgw-1', blackhole: false },
      { to: '172.16.5.0/24', target: 'pcx-2', blackhole: false },
    ];
    const rows = reachability({ ...state, routeTables: [{ ...table, routes: [...table.routes.filter((one) => one.target === 'local'), ...more] }] });
    expect(new Set(open(rows).flatMap((one) => (one.startsWith('out') ? one.split(' ')[1]! : [])))).toEqual(
      new Set(['subnet', 'vpc', 'transit-gateway', 'vpn', 'peering']),
    );
    expect(row(rows, 'peering', 'out')).toMatchObject({ name: 'pcx-2' });
    expect(row(rows, 'nowhere', 'out')).toMatchObject({ open: false, why: 'no-route' });
  });
  it('the responder is expected, and nothing beyond', () => {
    const peer = rangeOf('203.0.113.5/32')!;
    const wanted = [{ egress: false, box: { proto: [6, 6], port: [22, 22], peer } as const }];
    const rows = reachability(exposed({ rules: { [WEB]: [ssh] } }), wanted);
    expect(row(rows, 'internet', 'in')).toMatchObject({ open: true, why: 'expected', traffic: ['tcp 22'], by: [expect.stringContaining('sgr-ssh')] });
    const wider = reachability(exposed({ rules: { [WEB]: [{ ...ssh, CidrIpv4: '203.0.113.0/24' }] } }), wanted);
    expect(row(wider, 'internet', 'in')).toMatchObject({ why: 'open' });
  });
  it('clients of a Network Load Balancer come in without any public address', () => {
    const node = neighbour({ id: 'eni-nlb', kind: 'network-load-balancer', subnetId: 'subnet-public', addresses: ['10.0.0.50'], name: 'ELB net/front/1' });
    const rows = reachability(network({ neighbours: [node] }));
    expect(rows.find((one) => one.peer === 'load-balancer' && one.via === 'ELB net/front/1' && one.direction === 'in')).toMatchObject({ open: true });
  });
});

const rule = fc
  .record({
    egress: fc.boolean(),
    protocol: fc.constantFrom('-1', 'tcp', 'udp', 'icmp'),
    port: fc.constantFrom(22, 53, 443, 8080),
    peer: fc.constantFrom('0.0.0.0/0', '10.0.0.0/16', '10.0.1.20/32', '203.0.113.0/24', '::/0', '2001:db8:1::/48'),
  })
  .map(({ egress, protocol, port, peer }): GroupRule => {
    const at = protocol === '-1' || protocol === 'icmp' ? -1 : port;
    return {
      SecurityGroupRuleId: `sgr-${protocol}-${port}`,
      IsEgress: egress,
      IpProtocol: protocol,
      FromPort: at,
      ToPort: at,
      ...(peer.includes(':') ? { CidrIpv6: peer } : { CidrIpv4: peer }),
    };
  });
const rules = fc.array(rule, { maxLength: 6 });
const entry = fc.record({
  number: fc.integer({ min: 1, max: 200 }),
  egress: fc.boolean(),
  allow: fc.boolean(),
  protocol: fc.constantFrom('-1', '6', '17'),
  cidr: fc.constantFrom('0.0.0.0/0', '::/0', '10.0.1.10/32', '10.0.0.0/16', '203.0.113.0/24'),
  from: fc.constantFrom(0, 22, 443, 1024),
  to: fc.constantFrom(22, 443, 65_535),
});
const entries = fc.uniqueArray(entry, { maxLength: 8, selector: (one) => `${one.number} ${one.egress}` });
const world = fc.record({ rules, own: entries, rest: entries, exposed: fc.boolean() }).map(
  ({ rules: given, own, rest, exposed: isExposed }): NetworkState =>
    (isExposed ? exposed : network)({
      rules: { [WEB]: given, [CLOSED]: [] },
      acls: [
        acl('acl-own', ['subnet-private'], [...own, ...ALL.map((one) => ({ ...one, number: one.number + 1000 }))]),
        acl('acl-rest', ['subnet-data', 'subnet-public'], [...rest, ...ALL.map((one) => ({ ...one, number: one.number + 1000 }))]),
      ],
    }),
);
const key = (one: Reach): string => `${one.interface} ${one.family} ${one.direction} ${one.peer} ${one.name} ${one.via}`;
const openKeys = (state: NetworkState): Set<string> =>
  new Set(
    reachability(state)
      .filter((one) => one.open)
      .map(key),
  );

describe('always', () => {
  it('a group without rules lets nobody in and nothing out, whatever routes and ACLs say', () =>
    fc.assert(
      fc.property(world, (state) => {
        expect([...openKeys({ ...state, interfaces: [{ ...state.interfaces[0]!, groups: [CLOSED] }] })]).toEqual([]);
      }),
    ));
  it('a deny in an ACL never adds reach, and a rule of a group never takes any', () =>
    fc.assert(
      fc.property(world, entry, rule, fc.nat(1), (state, one, more, which) => {
        const before = openKeys(state);
        const acls = state.acls.map((each, index) => (index === which ? { ...each, entries: [{ ...one, number: 0, allow: false }, ...each.entries] } : each));
        for (const left of openKeys({ ...state, acls })) expect(before).toContain(left);
        const wider = openKeys({ ...state, rules: { ...state.rules, [WEB]: [...state.rules[WEB]!, more] } });
        for (const was of before) expect(wider).toContain(was);
      }),
    ));
  it('inside the subnet no ACL changes anything', () =>
    fc.assert(
      fc.property(world, entries, (state, others) => {
        const inside = (of: NetworkState): string[] => [...openKeys(of)].filter((one) => one.includes(' subnet subnet-private'));
        expect(inside({ ...state, acls: [acl('acl-own', ['subnet-private'], others)] })).toEqual(inside(state));
      }),
    ));
  it('what is stopped says by what', () =>
    fc.assert(
      fc.property(world, (state) => {
        for (const one of reachability(state)) {
          if (one.open) expect(one.by.length).toBeGreaterThan(0);
          if (one.why === 'acl') expect(one.by.length).toBeGreaterThan(0);
          expect(one.open).toBe(one.why === 'open' || one.why === 'expected');
        }
      }),
    ));
});
