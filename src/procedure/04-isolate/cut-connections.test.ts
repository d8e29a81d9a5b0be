import { describe, expect, it } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import { failure } from '../testing/fake-context.ts';
import { verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { OPEN_SECONDS } from './cut/two-step.ts';
import { action } from './cut-connections.ts';
import { around, CASE, ENI, fakeAround, ISOLATION, isolatedAt, OWN, openedAndClosed, PUBLIC, SECOND, SUSPECT, VPC } from './network/testing/answers.ts';

const OPEN = 'sg-0eeeeeeeeeeeeeeee';
const openGroup = { GroupId: OPEN, GroupName: `ir-${CASE}-${SUSPECT}-open`, VpcId: VPC, Tags: [{ Key: 'ir:case', Value: CASE }] };
const twoStep = { options: { cut: 'two-step' } };
const ids = (steps: readonly { id: string }[]): string[] => steps.map((step) => step.id);

describe('nothing asked for', () => {
  it('changes nothing', async () => {
    for (const cut of [undefined, 'none']) expect((await planOf(action, fakeAround(around(), { options: cut ? { cut } : {} }))).steps).toEqual([]);
    expect(verdictsOf(await action.check(fakeAround(around())))).toEqual({ 'open-group-gone': 'holds' });
  });
  it('knows no other ways', async () =>
    expect(action.observe(fakeAround(around(), { options: { cut: 'iptables' } }))).rejects.toMatchObject({ code: 'UnknownCutMethod', exit: 2 }));
});

describe('two steps', () => {
  it('open, wait, look, close, each interface, and the open group goes', async () => {
    const { steps, changes } = await planOf(action, fakeAround(around(), twoStep));
    expect(ids(steps)).toEqual([
      `open-group.${VPC}`,
      ...['in4', 'in6', 'out4', 'out6', 'wide'].map((rule) => `open-${rule}.${VPC}`),
      `open.${ENI}`,
      `open.${SECOND}`,
      `hold.${VPC}`,
      ...[ENI, SECOND].flatMap((one) => [`opened.${one}`, `close.${one}`]),
      `remove-open-group.${VPC}`,
    ]);
    expect(steps.find((step) => step.id === `hold.${VPC}`)).toMatchObject({ pause: OPEN_SECONDS });
    expect(OPEN_SECONDS).toBeGreaterThanOrEqual(5);
    const step = (id: string) => changes.find((one) => one.id === id)!;
    // Closing waits for the opening and needs nothing of it: it happens also when the opening failed.
    expect(step(`close.${ENI}`).after).toEqual([`open.${ENI}`, `hold.${VPC}`, `opened.${ENI}`]);
    expect(step(`close.${ENI}`).needs).toBeUndefined();
    expect(step(`close.${ENI}`).call.input).toEqual({ NetworkInterfaceId: ENI, Groups: [ISOLATION] });
    expect(step(`remove-open-group.${VPC}`).needs).toEqual([`close.${ENI}`, `close.${SECOND}`]);
    const rules = changes.filter((one) => /^open-(in|out)/.test(one.id)).map((one) => [one.call.operation, (one.call.input as any).IpPermissions[0]]);
    expect(rules).toEqual([
      ['AuthorizeSecurityGroupIngress', { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      ['AuthorizeSecurityGroupIngress', { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      ['AuthorizeSecurityGroupEgress', { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      ['AuthorizeSecurityGroupEgress', { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
    ]);
  });
  it('says so when it opens to the whole internet', async () => {
    const world = around();
    world.interfaces[0]!.Association = { PublicIp: '198.51.100.20' };
    const { changes } = await planOf(action, fakeAround(world, twoStep));
    expect(changes.find((one) => one.id === `open.${ENI}`)!.danger[0]!.en).toContain('198.51.100.20');
    expect(changes.find((one) => one.id === `open.${SECOND}`)!.danger[0]!.en).not.toContain('whole internet');
  });
  it('an interface that is not isolated is not opened', async () => {
    const world = around();
    world.interfaces[1]!.Groups = [{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }];
    expect(ids((await planOf(action, fakeAround(world, twoStep))).steps)).not.toContain(`open.${SECOND}`);
    openedAndClosed(world);
    const checks = await action.check(fakeAround(world, twoStep));
    expect(verdictsOf(checks)).toEqual({ 'open-group-gone': 'holds', 'two-step': 'fails' });
    expect(checks[1]!.why.en).toContain(SECOND);
  });
  it('an interface that was isolated a moment ago is waited for, and not for ever', async () => {
    const late = (catchesUp: boolean) => {
      const world = around();
      const [former, isolated] = [[{ GroupId: 'sg-0d0d0d0d0d0d0d0d1' }], world.interfaces[1]!.Groups];
      world.interfaces[1]!.Groups = former;
      const ctx = fakeAround(world, twoStep);
      let waited = 0;
      const settle = async () => {
        waited += 1;
        if (catchesUp) world.interfaces[1]!.Groups = isolated;
      };
      const facts = { ...ctx.facts, outputs: { ...ctx.facts.outputs, isolate: { [`swap.${SECOND}`]: {} } } };
      return { ctx: { ...ctx, settle, facts } as typeof ctx, waited: () => waited };
    };
    const shown = late(true);
    expect(ids((await planOf(action, shown.ctx)).steps)).toContain(`open.${SECOND}`);
    expect(shown.waited()).toBe(1);
    const gone = late(false);
    expect(ids((await planOf(action, gone.ctx)).steps)).not.toContain(`open.${SECOND}`);
    expect(gone.waited()).toBeLessThan(10);
  });
  it('is done once: seen open, closed since it was isolated', async () => {
    const world = around();
    isolatedAt(world, '2026-11-22T12:00:00.000Z');
    openedAndClosed(world);
    const ctx = fakeAround(world, twoStep);
    expect((await planOf(action, ctx)).steps).toEqual([]);
    expect(verdictsOf(await action.check(ctx))).toEqual({ 'open-group-gone': 'holds', 'two-step': 'holds' });
  });
  it('isolated again afterwards, it is due again', async () => {
    const world = around();
    openedAndClosed(world);
    isolatedAt(world, '2026-11-22T13:00:00.000Z');
    const ctx = fakeAround(world, twoStep);
    expect(ids((await planOf(action, ctx)).steps)).toContain(`open.${ENI}`);
    expect(verdictsOf(await action.check(ctx))).toMatchObject({ 'two-step': 'fails' });
  });
  it('broken off, and seen open and closed by the isolation that came first: that counts', async () => {
    const world = around();
    openedAndClosed(world);
    world.standing = world.standing.map((one) => (one.step === `close.${ENI}` ? { ...one, action: 'isolate' } : one));
    const { [`opened.${ENI}`]: seen, ...rest } = world.outputs;
    world.outputs = rest;
    const facts = (opened: Json) => ({ ...fakeAround(world, twoStep).facts, outputs: { 'cut-connections': rest, isolate: { [`opened.${ENI}`]: opened } } });
    const verdict = async (opened: Json) => verdictsOf(await action.check({ ...fakeAround(world, twoStep), facts: facts(opened) }))['two-step'];
    expect(await verdict(seen!)).toBe('holds');
    expect(await verdict({ NetworkInterfaces: [{ Groups: [{ GroupId: ISOLATION }] }] })).toBe('fails');
    world.standing = world.standing.filter((one) => one.action !== 'isolate');
    expect(await verdict(seen!)).toBe('fails');
  });
  it.each<[string, (world: ReturnType<typeof around>) => void]>([
    ['nobody saw it open', (world) => void (world.outputs = {})],
    ['it was seen in another group', (world) => void (world.outputs[`opened.${ENI}`] = { NetworkInterfaces: [{ Groups: [{ GroupId: ISOLATION }] }] })],
    ['it was never closed by us', (world) => void (world.standing = world.standing.filter((one) => !one.step.startsWith('close')))],
  ])('a call that was answered and did nothing is not taken for it: %s', async (_what, lie) => {
    const world = around();
    openedAndClosed(world);
    lie(world);
    expect(verdictsOf(await action.check(fakeAround(world, twoStep)))).toMatchObject({ 'two-step': 'fails' });
  });
  it('an opening that was broken off is closed and cleared away, whatever is asked for now', async () => {
    const world = around();
    world.groups.push(openGroup);
    world.interfaces[0]!.Groups = [{ GroupId: OPEN }];
    for (const cut of ['none', 'two-step']) {
      const options = { cut };
      const { steps, changes } = await planOf(action, fakeAround(world, { options }));
      expect(ids(steps)).toEqual([`close.${ENI}`, `remove-open-group.${VPC}`]);
      expect(changes[0]!.call.input).toEqual({ NetworkInterfaceId: ENI, Groups: [ISOLATION] });
      expect(verdictsOf(await action.check(fakeAround(world, { options })))['open-group-gone']).toBe('fails');
    }
    world.interfaces[0]!.Groups = [{ GroupId: ISOLATION }];
    expect(ids((await planOf(action, fakeAround(world))).steps)).toEqual([`remove-open-group.${VPC}`]);
    expect(verdictsOf(await action.check(fakeAround(world)))).toEqual({ 'open-group-gone': 'fails' });
  });
});

describe('denied in the ACLs of other subnets', () => {
  const acl = { options: { cut: 'acl' } };
  it('below the lowest entry, both directions, each address; and the danger names the subnets', async () => {
    const { changes } = await planOf(action, fakeAround(around(), acl));
    expect(changes.map((one) => one.call.input)).toEqual(
      [false, true].flatMap((Egress) =>
        ['10.0.1.10/32', '10.0.1.11/32'].map((CidrBlock, index) => ({
          NetworkAclId: 'acl-0a0a0a0a0a0a0a0a1',
          RuleNumber: 98 + index,
          Protocol: '-1',
          RuleAction: 'deny',
          Egress,
          CidrBlock,
        })),
      ),
    );
    expect(changes[0]!.danger[0]!.en).toContain(PUBLIC);
    expect(changes.map((one) => 'calls' in one.undo && (one.undo.calls[0] as any).input)).toEqual(
      changes.map((one) => ({
        NetworkAclId: (one.call.input as any).NetworkAclId,
        RuleNumber: (one.call.input as any).RuleNumber,
        Egress: (one.call.input as any).Egress,
      })),
    );
  });
  it('IPv6 as /128', async () => {
    const world = around();
    world.interfaces[0]!.Ipv6Addresses = [{ Ipv6Address: '2001:db8::10' }];
    world.acls[0]!.Entries.push({ RuleNumber: 101, Egress: false, Protocol: '-1', RuleAction: 'allow', Ipv6CidrBlock: '::/0' });
    const { changes } = await planOf(action, fakeAround(world, acl));
    expect(changes.map((one) => (one.call.input as any).Ipv6CidrBlock).filter(Boolean)).toEqual(['2001:db8::10/128']);
  });
  it('is done when nothing more passes, and fails when an entry is lifted', async () => {
    const world = around();
    const { changes } = await planOf(action, fakeAround(world, acl));
    world.acls[0]!.Entries.push(...changes.map(({ call }) => call.input as any));
    expect((await planOf(action, fakeAround(world, acl))).steps).toEqual([]);
    expect(verdictsOf(await action.check(fakeAround(world, acl)))).toMatchObject({ acl: 'holds' });
    world.acls[0]!.Entries.unshift({
      RuleNumber: 1,
      Egress: true,
      Protocol: '6',
      RuleAction: 'allow',
      CidrBlock: '10.0.0.0/8',
      PortRange: { From: 4444, To: 4444 },
    });
    expect(verdictsOf(await action.check(fakeAround(world, acl)))).toMatchObject({ acl: 'fails' });
  });
  it('fails where no number is free below', async () => {
    const world = around();
    world.acls[0]!.Entries.push({ RuleNumber: 1, Egress: true, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' });
    const checks = await action.check(fakeAround(world, acl));
    expect(checks.find((one) => one.name === 'acl')).toMatchObject({ verdict: 'fails', why: { en: expect.stringContaining('no number free') } });
  });
  it('goes before the opening, which then needs it', async () => {
    const { changes } = await planOf(action, fakeAround(around(), { options: { cut: 'acl,two-step' } }));
    const denials = changes.filter((one) => one.id.startsWith('deny.')).map((one) => one.id);
    expect(denials).toHaveLength(4);
    expect(changes.find((one) => one.id === `open.${ENI}`)!.needs).toEqual(expect.arrayContaining(denials));
  });
});

describe('the whole subnet denied', () => {
  const options = { cut: 'acl-subnet' };
  const wanted = { ingress: [{ cidr: '203.0.113.5/32', port: 22 }], egress: [] };
  it('names who else loses the network, and keeps the responder’s way, there and back', async () => {
    const { changes } = await planOf(action, fakeAround(around(), { options, wanted }));
    expect(ids(changes)).toEqual([`deny-acl.${VPC}`, `admit.${VPC}.1.in`, `admit.${VPC}.1.out`, `deny-subnet.${OWN}`]);
    expect(changes[1]!.call.input).toMatchObject({
      RuleAction: 'allow',
      Egress: false,
      CidrBlock: '203.0.113.5/32',
      PortRange: { From: 22, To: 22 },
      Protocol: '6',
    });
    expect(changes[2]!.call.input).toMatchObject({ RuleAction: 'allow', Egress: true, PortRange: { From: 1024, To: 65535 } });
    expect(changes[3]!.danger[0]!.en).toContain('i-0fedcba9876543210');
    expect(changes[3]!.call.input).toMatchObject({ AssociationId: 'aclassoc-1', NetworkAclId: { $ref: `deny-acl.${VPC}#NetworkAcl.NetworkAclId` } });
    expect(changes[3]!.undo).toMatchObject({
      calls: [{ input: { AssociationId: { $ref: `deny-subnet.${OWN}#NewAssociationId` }, NetworkAclId: 'acl-0a0a0a0a0a0a0a0a1' } }],
    });
  });
  it('holds once an ACL of the case is in front, and fails when somebody opens it or puts the old one back', async () => {
    const world = around();
    world.acls[0]!.Associations.shift();
    const deny = { RuleNumber: 32767, Egress: true, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' };
    world.acls.push({
      NetworkAclId: 'acl-0a0a0a0a0a0a0a0a9',
      VpcId: VPC,
      Tags: [{ Key: 'ir:case', Value: CASE }],
      Entries: [deny, { ...deny, Egress: false }],
      Associations: [{ NetworkAclAssociationId: 'aclassoc-9', SubnetId: OWN }],
    });
    const ctx = () => fakeAround(world, { options, wanted });
    expect((await planOf(action, ctx())).steps).toEqual([]);
    expect(verdictsOf(await action.check(ctx()))).toMatchObject({ 'acl-subnet': 'holds' });
    world.acls[1]!.Entries.push({ ...deny, RuleNumber: 7, RuleAction: 'allow' });
    expect(verdictsOf(await action.check(ctx()))).toMatchObject({ 'acl-subnet': 'fails' });
    expect(verdictsOf(await action.check(fakeAround(around(), { options })))).toMatchObject({ 'acl-subnet': 'fails' });
  });
});

it('a stopped instance needs nothing, and a refused reading is unknown', async () => {
  const world = around();
  world.instance.State.Name = 'stopped';
  expect((await planOf(action, fakeAround(world, { options: { cut: 'acl,two-step,acl-subnet' } }))).steps).toEqual([]);
  const denied = { 'ec2:DescribeNetworkInterfaces': failure('UnauthorizedOperation', 403) };
  expect(verdictsOf(await action.check(fakeAround(around(), { ...twoStep, answers: denied })))).toEqual({
    'open-group-gone': 'unknown',
    'two-step': 'unknown',
  });
});
