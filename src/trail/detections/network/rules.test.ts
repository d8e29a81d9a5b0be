import { expect, test } from 'vitest';
import { call } from '../data/examples.ts';
import { adminPort, isWide, isWorld, rulesOf } from './rules.ts';

test('rules are read from each form of the request', () => {
  const ssh = { protocol: 'tcp', from: 22, to: 22, ranges: ['0.0.0.0/0'] };
  const name = 'ec2:AuthorizeSecurityGroupIngress';
  expect(rulesOf(call(name, { ipPermissions: {}, ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' }))).toEqual([ssh]);
  expect(
    rulesOf(
      call(name, {
        ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0', description: 'x' }] } }] },
      }),
    ),
  ).toEqual([ssh]);
  const changed = { GroupId: 'sg-1', SecurityGroupRule: [{ SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' } }] };
  expect(rulesOf(call('ec2:ModifySecurityGroupRules', { ModifySecurityGroupRulesRequest: changed }))).toEqual([ssh]);
  expect(rulesOf(call(name, { ipPermissions: { items: [{ ipProtocol: '-1', groups: { items: [{ groupId: 'sg-1' }] } }] } }))).toEqual([
    { protocol: '-1', from: 0, to: 65_535, ranges: [] },
  ]);
  expect(rulesOf(call(name))).toEqual([]);
});
test('the internet, whole or in halves; wide rules; ports of administration', () => {
  for (const world of ['0.0.0.0/0', '::/0', '0.0.0.0/1', '128.0.0.0/1', '2000::/3']) expect(isWorld(world)).toBe(true);
  for (const part of ['10.0.0.0/8', '203.0.113.0/24', '', '0.0.0.0/32']) expect(isWorld(part)).toBe(false);
  expect(isWide({ protocol: 'tcp', from: 0, to: 65_535, ranges: [] })).toBe(true);
  expect(isWide({ protocol: 'icmp', from: 0, to: 65_535, ranges: [] })).toBe(false);
  expect(adminPort({ protocol: 'tcp', from: 3_380, to: 3_400, ranges: [] })).toBe('3389 (RDP)');
  expect(adminPort({ protocol: 'tcp', from: 443, to: 443, ranges: [] })).toBeUndefined();
});
