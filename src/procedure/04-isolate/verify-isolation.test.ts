import { describe, expect, it } from 'vitest';
import { failure } from '../testing/fake-context.ts';
import { verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { around, ENI, fakeAround, isolatedAt, OWN, openedAndClosed, WEB } from './network/testing/answers.ts';
import { recordOf } from './verify/flow-logs.ts';
import { action } from './verify-isolation.ts';

const T = '2026-11-22T12:05:12.000Z';
const sound = { 'new-connections': 'holds', 'existing-connections': 'holds', 'what-no-group-cuts': 'holds', 'flow-logs': 'holds' };
const checksOf = async (world: ReturnType<typeof around>, more: Parameters<typeof fakeAround>[1] = {}) => action.check(fakeAround(world, more));
const direct = () => {
  const world = around();
  world.routes[1] = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a0a0a0a0a0a0a0a1', State: 'active' };
  for (const one of world.interfaces) one.Association = { PublicIp: '198.51.100.20' };
  return world;
};
const deny = (world: ReturnType<typeof around>, subnet = OWN): void => {
  const closed = [true, false].map((Egress) => ({ RuleNumber: 32767, Egress, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' }));
  const [own] = world.acls;
  own!.Associations = own!.Associations.filter((one) => one.SubnetId !== subnet);
  world.acls.push({ NetworkAclId: 'acl-9', VpcId: own!.VpcId!, Entries: closed, Associations: [{ NetworkAclAssociationId: 'aclassoc-9', SubnetId: subnet }] });
};

describe('a plain swap of groups', () => {
  it('is NOT CONTAINED while a tracked connection may live: by which way, how long, what to do', async () => {
    const checks = await checksOf(around());
    expect(verdictsOf(checks)).toEqual({ ...sound, 'existing-connections': 'fails' });
    const { en } = checks[1]!.why;
    expect(en).toContain('NOT CONTAINED');
    expect(en).toContain('unused for up to 5 days. Possible with: the internet through NAT gateway nat-0a0a0a0a0a0a0a0a1 (tcp, udp, icmp, other protocols)');
    expect(en.length).toBeLessThan(500);
    expect(en).toContain('--cut acl,two-step');
  });
  it('says less where EC2 keeps them less long', async () => {
    const checks = await checksOf(around(), {
      answers: {
        'ec2:DescribeInstanceTypes': { InstanceTypes: [{ NetworkInfo: { ConnectionTrackingConfiguration: { DefaultTcpEstablishedTimeout: 350 } } }] },
      },
    });
    // What is neither TCP, UDP nor ICMP idles out after ten minutes whatever the type.
    expect(checks[1]!.why.en).toContain('unused for up to 10 min');
  });
  it('holds when every connection its rules allowed was untracked', async () => {
    const world = direct();
    world.neighbours = [];
    world.rules = [
      { GroupId: WEB, SecurityGroupRuleId: 'sgr-1', IsEgress: true, IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, CidrIpv4: '0.0.0.0/0' },
      { GroupId: WEB, SecurityGroupRuleId: 'sgr-2', IsEgress: false, IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, CidrIpv4: '0.0.0.0/0' },
    ];
    expect(verdictsOf(await checksOf(world))).toEqual(sound);
  });
  it('has no plan, and keeps the table for the report', async () => {
    const { steps, observed } = await planOf(action, fakeAround(around()));
    expect(steps).toEqual([]);
    expect(observed.rows).toContainEqual(expect.objectContaining({ interface: ENI, peer: 'nat', direction: 'out', open: false, why: 'no-rule' }));
    expect(observed.flows).toContainEqual(expect.objectContaining({ peer: 'nat', tracked: 'always', idle: 432_000 }));
    expect(observed.missing).toEqual(['DescribeTransitGatewayVpcAttachments (UnauthorizedOperation)']);
  });
});

describe('after a cut', () => {
  it('two steps end what the rules tracked, not what is always tracked', async () => {
    const hidden = direct();
    for (const one of hidden.interfaces) delete one.Association;
    for (const [world, expected] of [
      [hidden, 'holds'],
      // ICMP with the internet is always tracked.
      [direct(), 'fails'],
      [around(), 'fails'],
    ] as const) {
      isolatedAt(world, '2026-11-22T12:00:00.000Z');
      openedAndClosed(world);
      expect(verdictsOf(await checksOf(world))).toEqual({ ...sound, 'existing-connections': expected });
    }
  });
  it('two steps from before the latest isolation end nothing', async () => {
    const world = direct();
    openedAndClosed(world);
    isolatedAt(world, '2026-11-22T13:00:00.000Z');
    expect(verdictsOf(await checksOf(world))).toEqual({ ...sound, 'existing-connections': 'fails' });
  });
  it('an ACL before the subnet ends what leaves it, not what stays inside', async () => {
    const world = around();
    deny(world);
    const checks = await checksOf(world);
    expect(verdictsOf(checks)).toEqual({ ...sound, 'existing-connections': 'fails' });
    expect(checks[1]!.why.en).toContain('neighbours in the same subnet');
    expect(checks[1]!.why.en).not.toContain('NAT');
    world.neighbours = [];
    expect(verdictsOf(await checksOf(world))).toEqual(sound);
  });
  it('both together end everything', async () => {
    const world = around();
    deny(world);
    isolatedAt(world, '2026-11-22T12:00:00.000Z');
    openedAndClosed(world);
    expect(verdictsOf(await checksOf(world))).toEqual(sound);
  });
  it('a stopped instance has none, whatever was done', async () => {
    const world = around();
    world.instance.State.Name = 'stopped';
    expect(verdictsOf(await checksOf(world))).toEqual(sound);
  });
});

describe('new connections', () => {
  const cut = (world: ReturnType<typeof around>) => {
    isolatedAt(world, '2026-11-22T12:00:00.000Z');
    openedAndClosed(world);
    return world;
  };
  it('fail with rule, ACL entry and route named, when an interface is left outside', async () => {
    const world = cut(direct());
    world.interfaces[1]!.Groups = [{ GroupId: WEB }];
    const [found] = await checksOf(world);
    expect(found).toMatchObject({ verdict: 'fails' });
    expect(found!.why.en).toContain('in from the internet: tcp 443 [sgr-2 (0.0.0.0/0), acl-0a0a0a0a0a0a0a0a1 entry 100 ingress');
  });
  it('hold for the responder alone, and fail for anybody wider', async () => {
    const world = cut(direct());
    const rule = {
      GroupId: 'sg-0ffffffffffffffff',
      SecurityGroupRuleId: 'sgr-9',
      IsEgress: false,
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      CidrIpv4: '203.0.113.5/32',
    };
    world.rules.push(rule);
    const wanted = { ingress: [{ cidr: '203.0.113.5/32', port: 22 }], egress: [] };
    expect(verdictsOf(await checksOf(world, { wanted }))).toMatchObject({ 'new-connections': 'holds' });
    expect(verdictsOf(await checksOf(world))).toMatchObject({ 'new-connections': 'fails' });
    world.rules.push({ ...rule, CidrIpv4: '203.0.112.0/22' });
    expect(verdictsOf(await checksOf(world, { wanted }))).toMatchObject({ 'new-connections': 'fails' });
  });
  it('are unknown, not fine, when what may deny them could not be read', async () => {
    const world = cut(direct());
    world.interfaces[1]!.Groups = [{ GroupId: WEB }];
    const answers = { 'ec2:DescribeNetworkAcls': failure('UnauthorizedOperation', 403) };
    expect(verdictsOf(await checksOf(world, { answers }))).toMatchObject({ 'new-connections': 'unknown' });
    const rules = { 'ec2:DescribeSecurityGroupRules': failure('UnauthorizedOperation', 403) };
    expect(new Set(Object.values(verdictsOf(await checksOf(world, { answers: rules }))))).toEqual(new Set(['unknown']));
  });
});

describe('flow logs', () => {
  const line = (from: string, to: string, start: number, verdict = 'ACCEPT') =>
    `2 111122223333 ${ENI} ${from} ${to} 40000 4444 6 10 840 ${start} ${start + 60} ${verdict} OK`;
  const world = (...messages: string[]) => {
    const one = around();
    deny(one);
    one.neighbours = [];
    isolatedAt(one, T);
    one.flowLogs = [
      { ResourceId: ENI, LogDestinationType: 'cloud-watch-logs', LogGroupName: '/vpc/flow', LogFormat: '' },
      { ResourceId: 'vpc-of-others', LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::others' },
    ];
    one.events = messages.map((message) => ({ message }));
    return one;
  };
  const after = Date.parse(T) / 1000 + 60;
  it('fail when a stranger’s traffic was let through afterwards', async () => {
    const checks = await checksOf(world(line('10.0.1.10', '192.0.2.66', after)));
    expect(verdictsOf(checks)).toEqual({ ...sound, 'flow-logs': 'fails' });
    expect(checks[3]!.why.en).toContain('192.0.2.66');
  });
  it.each([
    ['before the isolation', line('10.0.1.10', '192.0.2.66', after - 120)],
    ['refused', line('192.0.2.66', '10.0.1.10', after, 'REJECT')],
    ['the responder', line('203.0.113.5', '10.0.1.10', after)],
    ['no data', `2 111122223333 ${ENI} - - - - - - - ${after} ${after + 60} - NODATA`],
    ['not a record', 'hello <script>'],
  ])('hold for what is %s', async (_what, message) =>
    expect(verdictsOf(await checksOf(world(message), { wanted: { ingress: [{ cidr: '203.0.113.5/32', port: 22 }], egress: [] } }))).toEqual(sound),
  );
  it('that are elsewhere, late or absent are said', async () => {
    const where = world();
    expect((await checksOf(where))[3]!.why.en).toContain('minutes late');
    where.flowLogs = [{ ResourceId: ENI, LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::flow' }];
    expect((await checksOf(where))[3]!.why.en).toContain('arn:aws:s3:::flow');
    where.flowLogs = [];
    expect((await checksOf(where))[3]!.why.en).toContain('No flow log');
  });
  it('that may not be read are unknown', async () =>
    expect(verdictsOf(await checksOf(world(), { answers: { 'cloudwatch-logs:FilterLogEvents': failure('AccessDeniedException', 400) } }))).toEqual({
      ...sound,
      'flow-logs': 'unknown',
    }));
  it('of a custom format are read by their fields', () => {
    const format = (...fields: string[]): string => fields.map((field) => `$\{${field}}`).join(' ');
    expect(recordOf(format('action', 'start', 'pkt-dstaddr'), 'ACCEPT 1 192.0.2.1')).toEqual({ action: 'ACCEPT', start: '1', 'pkt-dstaddr': '192.0.2.1' });
    expect(recordOf(format('action', 'start'), 'ACCEPT')).toBeNull();
  });
});

it('says what no group cuts, whatever was done', async () => {
  const world = around();
  const [, , said] = await checksOf(world);
  expect(said).toMatchObject({ verdict: 'holds' });
  expect(said!.why.en).toMatch(/DNS.*metadata service answers it/);
  world.instance.MetadataOptions = { HttpEndpoint: 'disabled' };
  expect((await checksOf(world))[2]!.why.en).toContain('switched off');
});
