import { describe, expect, it } from 'vitest';
import type { Call, Json, JsonObject } from '../../kernel/index.ts';
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

  describe('a cut that was broken off while the interface stood open', () => {
    const OPEN = 'sg-0eeeeeeeeeeeeeeee';
    const ENI = 'eni-0c0c0c0c0c0c0c0c2';
    const brokenOff = async (cut: string, done: JsonObject = {}) => {
      const before = await planOf(action, fakeInstance(fakeWorld(), { options }));
      const world = isolated();
      world.groups.push({ GroupId: OPEN, GroupName: `${NAME}-open`, VpcId: VPC, Tags: [{ Key: 'ir:case', Value: 'IR-2026-7' }] });
      world.interfaces[1]!.Groups = [{ GroupId: OPEN }];
      const facts = { observed: { isolate: before.observed as Json }, outputs: { 'cut-connections': done } };
      return planOf(action, fakeInstance(world, { options: { ...options, cut }, facts }));
    };
    const seen = { NetworkInterfaces: [{ Groups: [{ GroupId: OPEN }] }] };
    const whole = [`hold.${ENI}`, `opened.${ENI}`, `close.${ENI}`];
    it.each<[string, string, JsonObject, string[]]>([
      ['opened, its time not over', 'two-step', { [`open.${ENI}`]: {} }, whole],
      [
        'seen in the open group of another cut',
        'two-step',
        { [`open.${ENI}`]: {}, [`opened.${ENI}`]: { NetworkInterfaces: [{ Groups: [{ GroupId: ISOLATION }] }] } },
        whole,
      ],
      ['seen open for its time', 'two-step', { [`open.${ENI}`]: {}, [`opened.${ENI}`]: seen }, [`close.${ENI}`]],
      ['opened without an answer', 'two-step', {}, [`close.${ENI}`]],
      ['not asked for any more', 'none', { [`open.${ENI}`]: {} }, [`close.${ENI}`]],
    ])('is ended first: %s', async (_what, cut, done, ids) => {
      const { steps, changes } = await brokenOff(cut, done);
      expect(steps.map((step) => step.id)).toEqual(ids);
      // It waits for its time alone, and happens whatever became of that.
      expect(changes[0]).toMatchObject({ call: { input: { NetworkInterfaceId: ENI, Groups: [ISOLATION] } }, after: ids.slice(0, -1) });
      expect(changes[0]!.needs).toBeUndefined();
    });
    it('and what undo puts back stays what it was', async () => {
      const { observed } = await brokenOff('two-step');
      expect(observed.interfaces[1]!.before).toEqual(['sg-0d0d0d0d0d0d0d0d1']);
    });
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
  const sound = { 'every-interface': 'holds', 'no-egress': 'holds', 'ingress-responder-only': 'holds' };

  it('holds for what can be read', async () => expect(await checks(isolated())).toEqual(sound));

  it('fails when nothing was done', async () =>
    expect(await checks(fakeWorld())).toEqual({ ...sound, 'every-interface': 'fails', 'no-egress': 'fails', 'ingress-responder-only': 'fails' }));

  it('holds for one that was terminated meanwhile: nothing of it is left', async () => {
    const world = fakeWorld();
    world.suspect.State.Name = 'terminated';
    world.interfaces = [];
    expect(new Set(Object.values(await checks(world)))).toEqual(new Set(['holds']));
  });

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

describe('interfaces that no filter on the instance finds', () => {
  const BRANCH = { NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c9', VpcId: VPC, OwnerId: '111122223333', Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d3' }] };
  const trunked = () => {
    const world = isolated();
    Object.assign(world.interfaces[0]!, { InterfaceType: 'trunk' });
    const byFilter = (call: Call) => JSON.stringify(call.input).includes('network-interface-id');
    const answers = {
      'ec2:DescribeTrunkInterfaceAssociations': {
        InterfaceAssociations: [
          { BranchInterfaceId: BRANCH.NetworkInterfaceId, TrunkInterfaceId: world.interfaces[0]!.NetworkInterfaceId },
          { BranchInterfaceId: 'eni-0c0c0c0c0c0c0c0ff', TrunkInterfaceId: 'eni-0aaaaaaaaaaaaaaaa' },
        ],
      },
      'ec2:DescribeNetworkInterfaces': (call: Call) => JSON.parse(JSON.stringify({ NetworkInterfaces: byFilter(call) ? [BRANCH] : world.interfaces })),
    };
    return { world, answers };
  };

  it('are moved with the rest, and the containers behind them are named', async () => {
    const { world, answers } = trunked();
    const ctx = fakeInstance(world, { options, answers });
    const { changes } = await planOf(action, ctx);
    expect(changes.map((change) => [change.id, change.why.en.split(':')[0]])).toEqual([
      [`swap.${BRANCH.NetworkInterfaceId}`, `A container’s interface ${BRANCH.NetworkInterfaceId}`],
    ]);
    expect(verdictsOf(await action.check(ctx))['every-interface']).toBe('fails');
  });

  it('are not taken for none when they cannot be read', async () => {
    const { failure } = await import('../testing/fake-context.ts');
    const { world, answers } = trunked();
    const refused = { ...answers, 'ec2:DescribeTrunkInterfaceAssociations': failure('UnauthorizedOperation', 403) };
    const [every] = await action.check(fakeInstance(world, { options, answers: refused }));
    expect(every).toMatchObject({ name: 'every-interface', verdict: 'unknown', why: { en: expect.stringContaining('UnauthorizedOperation') } });
  });
});

describe('whom it concerns', () => {
  it('names who keeps a group and who let the instance in by it, and nobody else', async () => {
    const world = fakeWorld();
    const other = { NetworkInterfaceId: 'eni-0eeeeeeeeeeeeeee1', Groups: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }] };
    const database = { GroupId: 'sg-0abababababababab', GroupName: 'database', IpPermissions: [{ UserIdGroupPairs: [{ GroupId: 'sg-0d0d0d0d0d0d0d0d2' }] }] };
    const asks = (call: Call, name: string) => JSON.stringify(call.input).includes(`"${name}"`);
    const ctx = fakeInstance(world, {
      options,
      answers: {
        'ec2:DescribeNetworkInterfaces': (call) =>
          JSON.parse(JSON.stringify({ NetworkInterfaces: asks(call, 'group-id') ? [...world.interfaces, other] : world.interfaces })),
        'ec2:DescribeSecurityGroups': (call) => JSON.parse(JSON.stringify({ SecurityGroups: asks(call, 'ip-permission.group-id') ? [database] : [] })),
      },
    });
    const { changes } = await planOf(action, ctx);
    const told = (id: string) =>
      changes
        .find((change) => change.id === `swap.${id}`)!
        .danger.map((danger) => danger.en)
        .slice(1);
    expect(told('eni-0c0c0c0c0c0c0c0c1')).toEqual([
      'sg-0d0d0d0d0d0d0d0d1 stays with others (interfaces: 1): they are reached as before, and are not isolated.',
      'What is behind sg-0abababababababab (database) let this interface in by its group, and does so no more.',
    ]);
    expect(told('eni-0c0c0c0c0c0c0c0c2')).toEqual([
      'sg-0d0d0d0d0d0d0d0d1 stays with others (interfaces: 1): they are reached as before, and are not isolated.',
    ]);
  });
});

describe('access by SSM', () => {
  const ENDPOINTS = 'sg-0e0e0e0e0e0e0e0e0';
  const endpoint = (word: string, State = 'available') => ({
    VpcEndpointId: `vpce-${word}`,
    VpcEndpointType: 'Interface',
    ServiceName: `com.amazonaws.eu-west-1.${word}`,
    State,
    Groups: [{ GroupId: ENDPOINTS }],
    NetworkInterfaceIds: ['eni-0dddddddddddddddd'],
  });
  const inside = {
    GroupId: ENDPOINTS,
    IsEgress: false,
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    CidrIpv4: '10.0.0.0/16',
  };
  const ssm = (
    endpoints: object[],
    more: object = {},
    rule: GroupRule = inside,
    { groups = [], answers = {} }: { groups?: object[]; answers?: Record<string, Json> } = {},
  ) => {
    const world = isolated();
    world.groups.push(...(groups as typeof world.groups));
    world.rules = { [ISOLATION]: [ssh], [ENDPOINTS]: [rule] };
    return fakeInstance(world, {
      options: { access: 'ssm', ...more },
      answers: {
        'ec2:DescribeVpcEndpoints': JSON.parse(JSON.stringify({ VpcEndpoints: endpoints })),
        'ec2:DescribePrefixLists': { PrefixLists: [{ PrefixListId: 'pl-0123456789abcdef0', PrefixListName: 'com.amazonaws.eu-west-1.s3' }] },
        ...answers,
      },
    });
  };

  it('lets nobody in, and out only to the endpoints, and to S3 if that is asked', async () => {
    const gateway = { VpcEndpointType: 'Gateway', ServiceName: 'com.amazonaws.eu-west-1.s3', State: 'available' };
    const { changes } = await planOf(action, ssm([endpoint('ssm'), endpoint('ssmmessages'), gateway], { ssmUpload: true }));
    expect(changes.map((change) => [change.id, (change.call.input as { IpPermissions?: unknown[] }).IpPermissions?.[0] ?? null])).toEqual([
      ['only-responder', null],
      ['allow-egress', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: ENDPOINTS }] }],
      ['allow-egress.2', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: 'pl-0123456789abcdef0' }] }],
    ]);
    expect(
      changes
        .at(-1)!
        .danger.map((danger) => danger.en)
        .join(' '),
    ).toContain('every bucket of S3');
  });

  it('mends its own group of endpoints as it was made: from the networks of the VPC; a group of others lets in the isolation group', async () => {
    const shut = { ...inside, IsEgress: true };
    const own = { GroupId: ENDPOINTS, GroupName: `${NAME}-endpoints`, VpcId: VPC, Tags: [{ Key: 'ir:case', Value: 'IR-2026-7' }] };
    const doors = async (groups: object[], answers: Record<string, Json> = {}) => {
      const { changes } = await planOf(action, ssm([endpoint('ssm'), endpoint('ssmmessages')], {}, shut, { groups, answers }));
      return changes
        .filter((change) => change.id.startsWith('endpoint-'))
        .map((change) => [change.id, (change.call.input as { IpPermissions: object[] }).IpPermissions[0]]);
    };
    expect(await doors([own], { 'ec2:DescribeVpcs': { Vpcs: [{ CidrBlock: '10.0.0.0/16' }] } })).toEqual([
      ['endpoint-in', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }],
    ]);
    expect(await doors([])).toEqual([
      [`endpoint-door.${ENDPOINTS}`, { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: ISOLATION }] }],
    ]);
  });

  it.each([
    ['a missing endpoint', [endpoint('ssm')], {}, 'NoSsmEndpoints'],
    ['one that is going', [endpoint('ssm'), endpoint('ssmmessages', 'deleting')], {}, 'NoSsmEndpoints'],
    ['no way to S3', [endpoint('ssm'), endpoint('ssmmessages')], { ssmUpload: true }, 'NoS3Endpoint'],
    ['another wish', [], { ssmEndpoints: 'yes' }, 'InvalidSsmEndpoints'],
    ['another access', [], { access: 'telnet' }, 'InvalidAccess'],
  ])('is refused for %s, with the way out', async (_what, endpoints, more, code) => {
    await expect(action.observe(ssm(endpoints, more))).rejects.toMatchObject({ code, exit: 2, fix: expect.any(String) });
  });

  it('is not there while the endpoints are shut to the instance, and not sure while they are being made', async () => {
    const verdict = async (ctx: ReturnType<typeof ssm>) => verdictsOf(await action.check(ctx))['ssm-path'];
    expect(await verdict(ssm([endpoint('ssm'), endpoint('ssmmessages')]))).toBe('holds');
    expect(await verdict(ssm([endpoint('ssm'), endpoint('ssmmessages', 'pending')]))).toBe('unknown');
    expect(await verdict(ssm([endpoint('ssm')]))).toBe('fails');
    expect(await verdict(ssm([endpoint('ssm'), endpoint('ssmmessages')], {}, { ...inside, CidrIpv4: '10.9.0.0/16' }))).toBe('fails');
  });
});
