import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkState } from './state.ts';
import { ALL, acl, anyEgress, anyEgress6, CLOSED, exposed, host, neighbour, network, ssh, WEB, web } from './testing/sample.ts';
import { idleSeconds, surviving, tracking } from './tracking.ts';

const isolated = (state: NetworkState): NetworkState => ({ ...state, interfaces: state.interfaces.map((one) => ({ ...one, groups: [CLOSED] })) });
const about = (state: NetworkState, peer: string, protocol = 'tcp') =>
  tracking(isolated(state))
    .filter((flow) => flow.peer === peer && flow.protocol === protocol)
    .map((flow) => `${flow.direction} ${flow.tracked} ${flow.idle}`);

describe('which connections outlive a change of groups', () => {
  it('through a NAT gateway: always, for five days', () => expect(about(network(), 'nat')).toEqual(['out always 432000']));
  it('on the internet: what came in by an open port of an open host is untracked, what went out is not', () =>
    expect(about(exposed(), 'internet')).toEqual(['in never 0', 'out by-rules 432000']));
  it('from one address: tracked, also with everything let out', () =>
    expect(about(exposed({ rules: { [WEB]: [ssh, anyEgress] } }), 'internet')).toEqual(['in by-rules 432000', 'out by-rules 432000']));
  it('an open port is tracked when the answers have a rule of their own', () => {
    const narrow = { ...anyEgress, IpProtocol: 'tcp', FromPort: 1024, ToPort: 65_535 };
    expect(about(exposed({ rules: { [WEB]: [web, narrow] } }), 'internet')).toEqual(['in by-rules 432000', 'out by-rules 432000']);
  });
  it('each family for itself: a rule for IPv4 untracks no IPv6', () => {
    const rules = { [WEB]: [web, { ...web, CidrIpv4: undefined!, CidrIpv6: '::/0' }, anyEgress] };
    const seen = tracking(isolated(exposed({ rules }))).filter((flow) => flow.peer === 'internet' && flow.direction === 'in');
    expect(seen.map((flow) => `${flow.family} ${flow.tracked}`)).toEqual(['4 never', '6 by-rules']);
  });
  it('ICMP is always tracked, other protocols for ten minutes', () => {
    const all = { [WEB]: [anyEgress, { ...anyEgress, SecurityGroupRuleId: 'sgr-in', IsEgress: false }] };
    expect(about(exposed({ rules: all }), 'internet')).toEqual(['in never 0', 'out never 0']);
    expect(about(exposed({ rules: all }), 'internet', 'icmp')).toEqual(['in always null', 'out always null']);
    expect(about(exposed({ rules: all }), 'internet', 'other')).toEqual(['in by-rules 600', 'out by-rules 600']);
    expect(about(exposed({ rules: all }), 'internet', 'udp')).toEqual(['in never 0', 'out never 0']);
  });
  it('the interface’s own time goes before the type’s, and that before the default', () => {
    const type = { tcp: 350, udp: 30, udpStream: 180 };
    expect(idleSeconds({ typeTimeouts: type }, host(), 'tcp')).toBe(350);
    expect(idleSeconds({ typeTimeouts: type }, host({ timeouts: { tcp: 60, udp: null, udpStream: 90 } }), 'tcp')).toBe(60);
    expect(idleSeconds({ typeTimeouts: type }, host({ timeouts: { tcp: 60, udp: null, udpStream: 90 } }), 'udp')).toBe(90);
    expect(idleSeconds(network(), host(), 'udp')).toBe(180);
  });
  it('an egress-only gateway, a transit gateway and an endpoint always track', () => {
    const rules = { [WEB]: [anyEgress, anyEgress6] };
    const state = network({ rules });
    const table = state.routeTables[0]!;
    const routes = [...table.routes, { to: '172.16.0.0/12', target: 'tgw-1', blackhole: false }, { to: '192.168.0.0/16', target: 'pcx-1', blackhole: false }];
    const endpoint = { ...state.neighbours[0]!, id: 'eni-ep', kind: 'endpoint' as const, name: 'com.amazonaws.eu-west-1.ssm', addresses: ['10.0.1.40'] };
    const all = { ...state, routeTables: [{ ...table, routes }], neighbours: [...state.neighbours, endpoint] };
    expect(Object.fromEntries(['egress-only', 'transit-gateway', 'endpoint', 'peering', 'subnet'].map((peer) => [peer, about(all, peer)]))).toEqual({
      'egress-only': ['out always 432000'],
      'transit-gateway': ['out always 432000'],
      endpoint: ['out always 432000'],
      peering: ['out by-rules 432000'],
      subnet: ['out by-rules 432000'],
    });
  });
  it('nothing lives on where the way is gone: no address, no route, an ACL', () => {
    expect(about(exposed({ interfaces: [host()] }), 'internet')).toEqual([]);
    const deny = ALL.map((one) => ({ ...one, number: one.number - 50, allow: false }));
    const cut = exposed({ acls: [acl('acl-own', ['subnet-private'], [...deny, ...ALL])] });
    expect(tracking(isolated(cut)).filter((flow) => flow.peer !== 'subnet')).toEqual([]);
    expect(tracking(isolated(cut)).filter((flow) => flow.peer === 'subnet').length).toBeGreaterThan(0);
  });
  it('nobody in the subnet, no connection in it', () => {
    expect(about(network({ neighbours: [] }), 'subnet')).toEqual([]);
    expect(about(network({ neighbours: [neighbour({ kind: 'gateway' })] }), 'subnet')).toEqual([]);
  });
  it('what was allowed before the case knew it may be anything', () => {
    const state = exposed({ interfaces: [host({ publicAddresses: ['198.51.100.20'], formerly: ['unknown'] })] });
    // IPv4 and IPv6.
    expect(about(state, 'internet')).toEqual(['in by-rules 432000', 'out by-rules 432000', 'in by-rules 432000', 'out by-rules 432000']);
  });
  it('the groups of now change nothing about what was', () =>
    fc.assert(
      fc.property(fc.subarray([ssh, web, anyEgress, anyEgress6]), fc.subarray([ssh, web, anyEgress]), (then, now) => {
        const state = exposed({ rules: { [WEB]: then, sgNow: now, [CLOSED]: [] } });
        const later = { ...state, interfaces: state.interfaces.map((one) => ({ ...one, groups: ['sgNow'] })) };
        expect(surviving(tracking(later))).toEqual(surviving(tracking(isolated(state))));
        if (then.length === 0) expect(tracking(isolated(state))).toEqual([]);
      }),
    ));
});
