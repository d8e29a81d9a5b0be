import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inside, inside, REGION, verdicts } from './inside.ts';

/** What reaches the instance: its groups, its interfaces, its public addresses. */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let stand: Inside;
let instanceId: string;
let vpcId: string;
let subnetId: string;
const ours: Record<'web' | 'office', string> = { web: '', office: '' };
const target = () => ({ instanceId, region: REGION, account: '111122223333' });
const interfaces = async (): Promise<any[]> =>
  (await stand.call('ec2:DescribeNetworkInterfaces', { Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] })).NetworkInterfaces;
const group = async (name: string): Promise<string> =>
  (await stand.call('ec2:CreateSecurityGroup', { GroupName: name, Description: name, VpcId: vpcId })).GroupId;

beforeAll(async () => {
  stand = await inside('network');
  const { Subnets } = await stand.call('ec2:DescribeSubnets');
  ({ VpcId: vpcId, SubnetId: subnetId } = Subnets[0]);
  Object.assign(ours, { web: await group('web'), office: await group('office') });
  const { Instances } = await stand.call('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 'm5.large',
    MinCount: 1,
    MaxCount: 1,
    SubnetId: subnetId,
    SecurityGroupIds: [ours.web, ours.office],
  });
  instanceId = Instances[0].InstanceId;
  const { NetworkInterface } = await stand.call('ec2:CreateNetworkInterface', { SubnetId: subnetId, Groups: [ours.web] });
  await stand.call('ec2:AttachNetworkInterface', { InstanceId: instanceId, NetworkInterfaceId: NetworkInterface.NetworkInterfaceId, DeviceIndex: 1 });
  const { AllocationId } = await stand.call('ec2:AllocateAddress', { Domain: 'vpc' });
  await stand.call('ec2:AssociateAddress', { AllocationId, NetworkInterfaceId: NetworkInterface.NetworkInterfaceId });
});
afterAll(() => stand?.close());

describe('remove-public-addresses', () => {
  const publics = async () => (await interfaces()).map((one) => [one.Association?.PublicIp ?? null, one.Association?.AllocationId ?? null]);
  it('keeps them unless asked', async () => {
    const kept = await stand.run('remove-public-addresses', target());
    expect([kept.verdict, kept.changes]).toEqual(['holds', []]);
  });
  it('fails when EC2 only says yes', async () => {
    stand.fault({ kind: 'lie', operation: 'DisassociateAddress' });
    expect(verdicts(await stand.run('remove-public-addresses', target(), { publicAddresses: 'remove' }))).toEqual({ 'public-addresses': 'fails' });
    stand.fault();
    await stand.undo();
  });
  it('asks for the word when the responder comes in over one, takes both kinds off, and says which does not come back', async () => {
    const [automatic, elastic] = await publics();
    expect(automatic![0] !== null && automatic![1] === null && elastic![1] !== null).toBe(true);
    const words = stand.words.length;
    const outcome = await stand.run('remove-public-addresses', target(), { publicAddresses: 'remove', fromIp: '203.0.113.5' });
    expect([outcome.verdict, outcome.changes.map((one) => one.state), outcome.checks[0]!.why.en]).toEqual(['holds', ['done', 'done'], expect.any(String)]);
    expect(stand.words.slice(words)).toEqual(['REMOVE']);
    expect(await publics()).toEqual([
      [null, null],
      [null, null],
    ]);
    expect((await stand.run('remove-public-addresses', target(), { publicAddresses: 'remove' })).changes).toEqual([]);
    await stand.undo();
    const [other, same] = await publics();
    expect(same).toEqual(elastic);
    expect(other![0]).toEqual(expect.any(String));
  });
});

describe('isolate', () => {
  const SSH = { fromIp: '203.0.113.5' };
  const TABLES = ['interfaces', 'securityGroups', 'securityGroupRules', 'vpcEndpoints', 'addresses', 'tags'];
  /** Everything of the network that a response may touch; rows that are gone are not there. */
  const network = (): string => {
    const { tables } = stand.account.regions[REGION]!;
    const alive = (rows: object = {}) => Object.entries(rows).filter(([, row]) => !(row.until <= Date.now() + stand.world.offset));
    // The tags of an endpoint outlive it a little, as the endpoint itself does.
    const endpoints = alive(tables.vpcEndpoints).map(([id]) => id);
    const stands = ([id]: [string, unknown]): boolean => !id.startsWith('vpce-') || endpoints.includes(id);
    return JSON.stringify(TABLES.map((name) => alive(tables[name]).filter(stands).sort()));
  };
  const attached = async () => new Map((await interfaces()).map((one) => [one.NetworkInterfaceId, one.Groups.map((each: any) => each.GroupId)]));
  const rulesOf = async (groupId: string): Promise<any[]> =>
    (await stand.call('ec2:DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [groupId] }] })).SecurityGroupRules;
  const isolation = async (): Promise<string> => [...new Set([...(await attached()).values()].flat())].join();

  it('reaches every interface, branches included, and undo leaves the network byte for byte as it was', async () => {
    const trunk = (await stand.call('ec2:CreateNetworkInterface', { SubnetId: subnetId, Groups: [ours.web], InterfaceType: 'trunk' })).NetworkInterface;
    const branch = (await stand.call('ec2:CreateNetworkInterface', { SubnetId: subnetId, Groups: [ours.office], InterfaceType: 'branch' })).NetworkInterface;
    await stand.call('ec2:AttachNetworkInterface', { InstanceId: instanceId, NetworkInterfaceId: trunk.NetworkInterfaceId, DeviceIndex: 2 });
    const ids = { BranchInterfaceId: branch.NetworkInterfaceId, TrunkInterfaceId: trunk.NetworkInterfaceId };
    await stand.call('ec2:AssociateTrunkInterface', { ...ids, VlanId: 7 });
    const before = network();
    const outcome = await stand.run('isolate', target(), SSH);
    expect(verdicts(outcome)).toEqual({
      'every-interface': 'holds',
      'no-egress': 'holds',
      'ingress-responder-only': 'holds',
    });
    expect(outcome.changes.filter((one) => one.id.startsWith('swap.')).map((one) => one.state)).toEqual(['done', 'done', 'done', 'done']);
    const { NetworkInterfaces } = await stand.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [branch.NetworkInterfaceId] });
    const group = await isolation();
    expect(NetworkInterfaces[0].Groups.map((each: any) => each.GroupId)).toEqual([group]);
    expect((await rulesOf(group)).map((rule) => [rule.IsEgress, rule.CidrIpv4, rule.FromPort, rule.ToPort])).toEqual([[false, '203.0.113.5/32', 22, 22]]);
    expect((await stand.run('isolate', target(), SSH)).changes).toEqual([]);
    await stand.undo();
    expect(network()).toBe(before);
  });

  it('is not contained when an interface stays outside: EC2 lies, or a service keeps it; a second run finishes', async () => {
    const [first] = await interfaces();
    stand.fault({ kind: 'lie', operation: 'ModifyNetworkInterfaceAttribute' });
    expect(verdicts(await stand.run('isolate', target(), SSH))['every-interface']).toBe('fails');
    stand.fault();
    const row = stand.account.regions[REGION]!.tables.interfaces![first.NetworkInterfaceId] as { operator?: string };
    row.operator = 'eks.amazonaws.com';
    const kept = await stand.run('isolate', target(), SSH);
    expect(kept.checks.find((one) => one.name === 'every-interface')).toMatchObject({
      verdict: 'fails',
      why: { en: `Not (only) in the isolation group: ${first.NetworkInterfaceId} (of eks.amazonaws.com, which may refuse).` },
    });
    delete row.operator;
    expect(verdicts(await stand.run('isolate', target(), SSH))['every-interface']).toBe('holds');
    await stand.undo();
  });

  it('takes another name where somebody has its own, and never that group', async () => {
    const before = await group(`ir-IR-2026-7-${instanceId}`);
    expect(verdicts(await stand.run('isolate', target(), SSH))['every-interface']).toBe('holds');
    expect(await isolation()).not.toContain(before);
    expect(await rulesOf(before)).toHaveLength(1);
    await stand.undo();
    await stand.call('ec2:DeleteSecurityGroup', { GroupId: before });
  });

  it('says that nothing is contained when there is no room for a group, and finishes once there is', async () => {
    stand.fault({ kind: 'error', operation: 'CreateSecurityGroup', code: 'SecurityGroupLimitExceeded', status: 400 });
    const full = await stand.run('isolate', target(), SSH);
    expect(verdicts(full)).toMatchObject({ 'every-interface': 'fails', 'no-egress': 'fails' });
    expect(full.changes.find((one) => one.id === 'sg')).toMatchObject({ state: 'refused', code: 'SecurityGroupLimitExceeded' });
    stand.fault();
    expect(verdicts(await stand.run('isolate', target(), SSH))['every-interface']).toBe('holds');
    await stand.undo();
  });

  it('is mended after somebody moved an interface back, and undone all the same', async () => {
    const before = network();
    const [, second] = await interfaces();
    await stand.run('isolate', target(), SSH);
    await stand.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: second.NetworkInterfaceId, Groups: [ours.web] });
    const again = await stand.run('isolate', target(), SSH);
    expect([verdicts(again)['every-interface'], again.changes.map((one) => one.id)]).toEqual(['holds', [`swap.${second.NetworkInterfaceId}`]]);
    await stand.undo();
    expect(network()).toBe(before);
  });

  it('lets the responder in by SSM only over endpoints of the VPC, creates them when asked, and takes them back', async () => {
    await stand.call('ec2:ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    const before = network();
    await expect(stand.run('isolate', target(), { access: 'ssm' })).rejects.toMatchObject({ code: 'NoSsmEndpoints', exit: 2 });
    expect(network()).toBe(before);
    const options = { access: 'ssm', ssmEndpoints: 'create' };
    expect(verdicts(await stand.run('isolate', target(), options))).toEqual({
      'every-interface': 'holds',
      'no-egress': 'holds',
      'ingress-responder-only': 'holds',
      'ssm-path': 'holds',
    });
    const rules = await rulesOf(await isolation());
    expect(rules.map((rule) => [rule.IsEgress, rule.FromPort, rule.ToPort, rule.CidrIpv4 ?? null])).toEqual([[true, 443, 443, null]]);
    const doors = (await stand.call('ec2:DescribeVpcEndpoints', { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })).VpcEndpoints;
    expect(doors.map((one: any) => one.ServiceName).sort()).toEqual([`com.amazonaws.${REGION}.ssm`, `com.amazonaws.${REGION}.ssmmessages`]);
    for (const one of doors) expect(one.Groups.map((each: any) => each.GroupId)).toEqual([rules[0].ReferencedGroupInfo.GroupId]);
    expect((await stand.run('isolate', target(), options)).changes).toEqual([]);
    await stand.undo();
    expect(network()).toBe(before);
  });

  it('opens a door in the group of endpoints that stand, and says so when EC2 only said yes', async () => {
    const shut = await group('endpoints');
    for (const word of ['ssm', 'ssmmessages'])
      await stand.call('ec2:CreateVpcEndpoint', {
        VpcEndpointType: 'Interface',
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${REGION}.${word}`,
        SubnetIds: [subnetId],
        SecurityGroupIds: [shut],
      });
    const before = network();
    stand.fault({ kind: 'lie', operation: 'AuthorizeSecurityGroupIngress' });
    expect(verdicts(await stand.run('isolate', target(), { access: 'ssm' }))['ssm-path']).toBe('fails');
    stand.fault();
    expect(verdicts(await stand.run('isolate', target(), { access: 'ssm' }))['ssm-path']).toBe('holds');
    const door = (await rulesOf(shut)).filter((rule) => !rule.IsEgress);
    expect(door.map((rule) => [rule.FromPort, rule.ToPort, rule.ReferencedGroupInfo?.GroupId])).toEqual([[443, 443, await isolation()]]);
    await stand.undo();
    expect(network()).toBe(before);
  });

  it('keeps only that interface isolated whose former group was deleted meanwhile', async () => {
    const [, second] = await interfaces();
    const passing = await group('passing');
    await stand.call('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: second.NetworkInterfaceId, Groups: [passing] });
    await stand.run('isolate', target(), SSH);
    const isolated = await isolation();
    await stand.call('ec2:DeleteSecurityGroup', { GroupId: passing });
    expect(await stand.undo()).toEqual(expect.arrayContaining(['refused', 'blocked']));
    const left = [...(await attached())].filter(([, groups]) => groups.includes(isolated));
    expect(left).toEqual([[second.NetworkInterfaceId, [isolated]]]);
  });
});
