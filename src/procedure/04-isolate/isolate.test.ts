import { describe, expect, it } from 'vitest';
import { fakeInstance, fakeWorld, SUSPECT, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './isolate.ts';
import { type GroupRule, wantedRules } from './rules.ts';

const ISOLATION = 'sg-0ffffffffffffffff';
const NAME = `ir-IR-2026-7-${SUSPECT}`;
const VPC = 'vpc-0b0b0b0b0b0b0b0b0';
const options = { fromIp: '203.0.113.5' };
const ssh: GroupRule = { SecurityGroupRuleId: 'sgr-1', IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '203.0.113.5/32' };
const out: GroupRule = { SecurityGroupRuleId: 'sgr-2', IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' };
const out6: GroupRule = { SecurityGroupRuleId: 'sgr-3', IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv6: '::/0' };

function isolated() {
  const world = fakeWorld();
  world.groups = [{ GroupId: ISOLATION, GroupName: NAME, VpcId: VPC, Tags: [{ Key: 'ir:case', Value: 'IR-2026-7' }] }];
  world.rules = { [ISOLATION]: [ssh] };
  for (const one of world.interfaces) one.Groups = [{ GroupId: ISOLATION }];
  return world;
}

describe('plan', () => {
  it('makes a group without egress and puts every interface into it, once the group is ready', async () => {
    const { steps, changes } = await planOf(action, fakeInstance(fakeWorld(), { options }));
    expect(steps.map((step) => step.id)).toEqual(['sg', 'rules', 'no-egress', 'responder', 'swap.eni-0c0c0c0c0c0c0c0c1', 'swap.eni-0c0c0c0c0c0c0c0c2']);
    const swaps = changes.filter((change) => change.id.startsWith('swap.'));
    for (const swap of swaps) {
      expect(swap.call.input).toMatchObject({ Groups: [{ $ref: 'sg#GroupId' }] });
      expect(swap.needs).toEqual(expect.arrayContaining(['no-egress', 'responder']));
    }
    expect(swaps.map((swap) => 'calls' in swap.undo && swap.undo.calls[0])).toMatchObject([
      { input: { NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c1', Groups: ['sg-0d0d0d0d0d0d0d0d1', 'sg-0d0d0d0d0d0d0d0d2'] } },
      { input: { NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c2', Groups: ['sg-0d0d0d0d0d0d0d0d1'] } },
    ]);
    expect(changes.find((change) => change.id === 'responder')?.call.input).toMatchObject({
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '203.0.113.5/32' }] }],
    });
  });

  it('is empty when the instance is isolated', async () => {
    expect((await planOf(action, fakeInstance(isolated(), { options }))).steps).toEqual([]);
  });

  it('keeps the earlier rules when no option speaks of them', async () => {
    const { observed } = await planOf(action, fakeInstance(isolated(), { options }));
    expect((await planOf(action, fakeInstance(isolated(), { facts: { observed: { isolate: observed } } }))).steps).toEqual([]);
  });

  it('puts back the groups from before the case, also after somebody moved the interface in between', async () => {
    const first = await planOf(action, fakeInstance(fakeWorld(), { options }));
    const world = isolated();
    world.interfaces[0]!.Groups = [{ GroupId: ISOLATION }, { GroupId: 'sg-0d0d0d0d0d0d0d0d9' }];
    const { changes } = await planOf(action, fakeInstance(world, { options, facts: { observed: { isolate: first.observed } } }));
    expect(changes.map((change) => change.undo)).toMatchObject([{ calls: [{ input: { Groups: ['sg-0d0d0d0d0d0d0d0d1', 'sg-0d0d0d0d0d0d0d0d2'] } }] }]);
  });

  it('mends a group that was opened again, and an interface that was taken out', async () => {
    const world = isolated();
    world.rules[ISOLATION] = [ssh, out, out6, { ...ssh, SecurityGroupRuleId: 'sgr-9', CidrIpv4: '192.0.2.66/32' }];
    world.interfaces[1]!.Groups = [{ GroupId: ISOLATION }, { GroupId: 'sg-0d0d0d0d0d0d0d0d1' }];
    const { changes } = await planOf(action, fakeInstance(world, { options }));
    expect(changes.map((change) => [change.id, change.call.input])).toEqual([
      ['no-egress', { GroupId: ISOLATION, SecurityGroupRuleIds: ['sgr-2', 'sgr-3'] }],
      ['only-responder', { GroupId: ISOLATION, SecurityGroupRuleIds: ['sgr-9'] }],
      ['swap.eni-0c0c0c0c0c0c0c0c2', { NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c2', Groups: [ISOLATION] }],
    ]);
  });

  it('makes one group in each VPC the instance has an interface in', async () => {
    const world = fakeWorld();
    world.interfaces[1]!.VpcId = 'vpc-0b0b0b0b0b0b0b0b9';
    const { changes } = await planOf(action, fakeInstance(world, { options }));
    expect(changes.find((change) => change.id === 'swap.eni-0c0c0c0c0c0c0c0c2')?.call.input).toMatchObject({
      Groups: [{ $ref: 'sg.vpc-0b0b0b0b0b0b0b0b9#GroupId' }],
    });
  });

  it('knows Windows, bastions, other ports and egress exceptions', async () => {
    const world = fakeWorld();
    world.suspect.Platform = 'windows';
    const given = { bastion: 'sg-0123456789abcdef0,10.0.0.5', allowEgress: ['pl-0123456789abcdef0', '198.51.100.0/24:8443'] };
    const { changes } = await planOf(action, fakeInstance(world, { options: given }));
    const permissions = changes.flatMap((change) => (change.call.input as { IpPermissions?: unknown[] }).IpPermissions ?? []);
    expect(permissions).toEqual([
      { IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, UserIdGroupPairs: [{ GroupId: 'sg-0123456789abcdef0' }] },
      { IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, IpRanges: [{ CidrIp: '10.0.0.5/32' }] },
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: 'pl-0123456789abcdef0' }] },
      { IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443, IpRanges: [{ CidrIp: '198.51.100.0/24' }] },
    ]);
    expect(changes.find((change) => change.id === 'allow-egress')?.needs).toEqual(['no-egress']);
  });

  it.each([
    [{ fromIp: '0.0.0.0/0' }, 'UnsafeAddress'],
    [{ fromIp: '10.0.0.1' }, 'UnsafeAddress'],
    [{ fromIp: '::/0' }, 'UnsafeAddress'],
    [{ bastion: '0.0.0.0' }, 'UnsafeAddress'],
    [{ allowEgress: '0.0.0.0/0:443' }, 'UnsafeEgress'],
    [{ allowEgress: '::/0' }, 'UnsafeEgress'],
    [{ allowEgress: 'anywhere' }, 'UnsafeEgress'],
    [{ fromIp: '203.0.113.5', port: '0' }, 'InvalidPort'],
    [{ fromIp: '203.0.113.5', port: '22; id' }, 'InvalidPort'],
  ])('refuses %j', async (bad, code) => {
    await expect(action.observe(fakeInstance(fakeWorld(), { options: bad }))).rejects.toMatchObject({ code, exit: 2 });
  });
});

it('reads an IPv6 exception with and without a port', () => {
  expect(wantedRules({ options: { allowEgress: ['2001:db8::/64:8443', '2001:db8:1::/64'] } }, 22).egress).toEqual([
    { cidr: '2001:db8::/64', port: 8443 },
    { cidr: '2001:db8:1::/64', port: 443 },
  ]);
});

describe('check', () => {
  const checks = async (world: ReturnType<typeof fakeWorld>) => verdictsOf(await action.check(fakeInstance(world, { options })));
  const sound = { 'every-interface': 'holds', 'no-egress': 'holds', 'ingress-responder-only': 'holds', 'existing-connections': 'unknown' };

  it('holds for what can be read, and knows that live connections cannot', async () => expect(await checks(isolated())).toEqual(sound));

  it('is certain of the connections once the instance is stopped', async () => {
    const world = isolated();
    world.suspect.State.Name = 'stopped';
    expect(await checks(world)).toEqual({ ...sound, 'existing-connections': 'holds' });
  });

  it('fails when nothing was done', async () =>
    expect(await checks(fakeWorld())).toEqual({ ...sound, 'every-interface': 'fails', 'no-egress': 'fails', 'ingress-responder-only': 'fails' }));

  it('fails for one interface outside, or in a second group', async () => {
    for (const groups of [[{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }], [{ GroupId: ISOLATION }, { GroupId: 'sg-0d0d0d0d0d0d0d0d1' }]]) {
      const world = isolated();
      world.interfaces[1]!.Groups = groups;
      expect(await checks(world)).toEqual({ ...sound, 'every-interface': 'fails' });
    }
  });

  it('fails for egress, also when it is IPv6 only', async () => {
    const world = isolated();
    world.rules[ISOLATION] = [ssh, out6];
    expect(await checks(world)).toEqual({ ...sound, 'no-egress': 'fails' });
  });

  it('fails for a stranger let in, and for a responder left out', async () => {
    for (const rules of [[ssh, { ...ssh, CidrIpv4: '0.0.0.0/0' }], [{ ...ssh, ToPort: 65535 }], []]) {
      const world = isolated();
      world.rules[ISOLATION] = rules;
      expect(await checks(world)).toEqual({ ...sound, 'ingress-responder-only': 'fails' });
    }
  });

  it('takes a lagging reading again', async () => {
    const world = isolated();
    const ctx = fakeInstance(world, {
      options,
      answers: {
        'ec2:DescribeNetworkInterfaces': (_call, times) =>
          JSON.parse(JSON.stringify({ NetworkInterfaces: times < 2 ? fakeWorld().interfaces : world.interfaces })),
      },
    });
    expect(verdictsOf(await action.check(ctx))).toEqual(sound);
    expect(ctx.settled.length).toBe(2);
  });

  it('is unknown when AWS does not answer', async () => {
    const { failure } = await import('../testing/fake-context.ts');
    const ctx = fakeInstance(isolated(), { options, answers: { 'ec2:DescribeNetworkInterfaces': failure('UnauthorizedOperation', 403) } });
    const seen = await action.check(ctx);
    expect(new Set(seen.map((one) => one.verdict))).toEqual(new Set(['unknown']));
    expect(seen[0]?.why.en).toContain('UnauthorizedOperation');
  });
});
