import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { applyPlan, approve, runAction, type Session, undoable, undoPlan } from '../../src/engine/index.ts';
import { TIMING } from '../../src/engine/run.ts';
import { createCase, type OpenCase } from '../../src/evidence/index.ts';
import { actions } from '../../src/generated/procedure.ts';
import { type JsonObject, text } from '../../src/kernel/index.ts';
import type { Account } from '../../src/lab/contract.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, newWorld } from '../../src/lab/world/index.ts';
import { connectionsOf, openFlow } from '../../src/lab/world/network/index.ts';

/**
 * What the verdict says of connections against what the lab knows of them: in one process, through the real clients. An instance behind a NAT
 * gateway with a shell that goes out, and one on the internet with a shell that came in by its own port.
 */
const REGION = 'eu-west-1';
const ATTACKER = '192.0.2.66';
const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
/** Lab seconds in a second of ours. */
const SPEED = 1000;

let lab: RunningLab;
let aws: Aws;
let account: Account;
const cases: OpenCase[] = [];
const root = mkdtempSync(join(tmpdir(), 'aplomb-verdict-'));
const config = process.env.APLOMB_CONFIG_DIR;

const ec2 = async (operation: string, input: JsonObject = {}): Promise<any> =>
  (await aws.send({ call: { service: 'ec2', operation, region: REGION, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A VPC with a public and a private subnet, and one instance with an open connection of the attacker in the one that is asked for. */
async function company(where: 'nat' | 'internet') {
  const vpc = (await ec2('CreateVpc', { CidrBlock: '10.1.0.0/16' })).Vpc.VpcId;
  const subnet = async (CidrBlock: string) => (await ec2('CreateSubnet', { VpcId: vpc, CidrBlock })).Subnet.SubnetId;
  const [front, back] = [await subnet('10.1.0.0/24'), await subnet('10.1.1.0/24')];
  const gateway = (await ec2('CreateInternetGateway')).InternetGateway.InternetGatewayId;
  await ec2('AttachInternetGateway', { InternetGatewayId: gateway, VpcId: vpc });
  const { AllocationId } = await ec2('AllocateAddress', {});
  const nat = (await ec2('CreateNatGateway', { SubnetId: front, AllocationId })).NatGateway.NatGatewayId;
  await pause(200);
  for (const [route, SubnetId] of [
    [{ GatewayId: gateway }, front],
    [{ NatGatewayId: nat }, back],
  ] as const) {
    const { RouteTableId } = (await ec2('CreateRouteTable', { VpcId: vpc })).RouteTable;
    await ec2('CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...route });
    await ec2('AssociateRouteTable', { RouteTableId, SubnetId });
  }
  const { GroupId } = await ec2('CreateSecurityGroup', { GroupName: 'web', Description: 'web', VpcId: vpc });
  await ec2('AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }],
  });
  const open = where === 'internet';
  const [made] = (
    await ec2('RunInstances', {
      ImageId: AL2023,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: open ? front : back, Groups: [GroupId], AssociatePublicIpAddress: open }],
    })
  ).Instances;
  await pause(300);
  const [{ NetworkInterfaces }] = (await ec2('DescribeInstances', { InstanceIds: [made.InstanceId] })).Reservations[0].Instances;
  const [card] = NetworkInterfaces;
  const flow = openFlow(lab.world, account, REGION, {
    who: 'attacker',
    label: 'shell',
    interfaceId: card.NetworkInterfaceId,
    local: card.PrivateIpAddress,
    localPort: open ? 22 : 50_000,
    remote: ATTACKER,
    remotePort: open ? 50_000 : 443,
    protocol: 'tcp',
    direction: open ? 'in' : 'out',
    via: open ? 'direct' : 'nat',
    ...(open ? { publicIp: card.Association.PublicIp } : {}),
  });
  expect(flow).toMatchObject({ tracked: true });
  const instanceId: string = made.InstanceId;
  const connected = (): boolean => connectionsOf(lab.world).instances.some((one) => one.instanceId === instanceId && one.connected.length > 0);
  expect(connected()).toBe(true);
  return { instanceId, connected, card: card.NetworkInterfaceId as string, group: GroupId as string, vpc: vpc as string };
}

function responder(instanceId: string) {
  const clock = { now: () => aws.clock.now(), sleep: (milliseconds: number) => pause(milliseconds / SPEED) };
  const file = createCase(join(root, `case-${cases.length}`), { id: `IR-${cases.length + 1}`, title: 'Verdict', responder: 'ana', host: 'desk', clock });
  cases.push(file);
  const session: Session = {
    case: file,
    aws,
    clock,
    emit: () => undefined,
    approver: { approve: async () => 'flag', typed: async () => true },
    registry: {
      action: async (id) => actions[id]!(),
      collector: async () => Promise.reject(),
      hunters: async () => [],
      playbook: async () => Promise.reject(),
    },
    timing: TIMING,
    signal: undefined,
  } as Session;
  /** Takes back what was applied last. */
  const back = async (): Promise<string[]> => {
    const [last] = undoable(file.entries);
    const { plan } = undoPlan(file.entries, file.info.id, last!.apply, last!.plan, new Set());
    const results = await applyPlan(session, plan, await approve(session, plan, text('Undo', 'Deshacer'), null), 0);
    return [...new Set([...results.values()].map((one) => one.state))].sort();
  };
  const act = async (id: string, options: JsonObject = {}) => {
    const outcome = await runAction(session, await actions[id]!(), { target: { instanceId, region: REGION, account: account.id }, options });
    return {
      verdict: outcome.verdict,
      why: Object.fromEntries(outcome.checks.map((one) => [one.name, one.why.en])),
      checks: Object.fromEntries(outcome.checks.map((one) => [one.name, one.verdict])),
      states: outcome.changes.map((one) => `${one.id} ${one.state}${one.why ? ` ${one.why}` : ''}`),
    };
  };
  return Object.assign(act, { back });
}

beforeAll(async () => {
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  const world = newWorld({ seed: 'verdict' });
  account = createAccount(world, { id: '111122223333', name: 'Example' });
  addUser(world, account, { name: 'responder', inline: { all: ANYTHING } });
  const key = addAccessKey(world, account, 'responder');
  world.settings.speed = SPEED;
  lab = await startLab({ world });
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION };
  aws = await openAws({ env, loopbackOnly: true, expectAccount: account.id, rated: false });
});
afterAll(async () => {
  for (const one of cases) one.close();
  await aws?.close();
  await lab?.close();
  if (config === undefined) delete process.env.APLOMB_CONFIG_DIR;
  else process.env.APLOMB_CONFIG_DIR = config;
  rmSync(root, { recursive: true, force: true });
});

it('behind a NAT gateway: a swap is not contained, nor are two steps; the host denied in the gateway’s subnet is', async () => {
  const { instanceId, connected } = await company('nat');
  const act = responder(instanceId);
  await act('isolate', {});
  expect(connected()).toBe(true);
  const swapped = await act('verify-isolation');
  expect(swapped.checks).toMatchObject({ 'new-connections': 'holds', 'existing-connections': 'fails' });
  expect(swapped.why['existing-connections']).toContain('NAT gateway');
  const twice = await act('cut-connections', { cut: 'two-step' });
  expect(twice.checks).toEqual({ 'open-group-gone': 'holds', 'two-step': 'holds' });
  expect(connected()).toBe(true);
  expect((await act('verify-isolation')).checks).toMatchObject({ 'existing-connections': 'fails' });
  const denied = await act('cut-connections', { cut: 'acl' });
  expect(denied.checks).toMatchObject({ acl: 'holds' });
  expect(connected()).toBe(false);
  const cut = await act('verify-isolation');
  expect({ ...cut.checks, why: cut.why['existing-connections'] }).toMatchObject({ 'existing-connections': 'holds', 'new-connections': 'holds' });
}, 60_000);

it('on the internet: two steps end the shell', async () => {
  const { instanceId, connected } = await company('internet');
  const act = responder(instanceId);
  await act('isolate', {});
  expect(connected()).toBe(true);
  expect((await act('verify-isolation')).checks).toMatchObject({ 'existing-connections': 'fails' });
  const twice = await act('cut-connections', { cut: 'two-step' });
  expect({ ...twice.checks, states: twice.states.filter((one) => !/ (done|already)$/.test(one)) }).toEqual({
    'open-group-gone': 'holds',
    'two-step': 'holds',
    states: [],
  });
  expect(connected()).toBe(false);
  // TCP is gone; ICMP with the internet is tracked whatever the rules, and the verdict says that alone.
  const { why } = await act('verify-isolation');
  expect(why['existing-connections']).toMatch(/icmp/);
  expect(why['existing-connections']).not.toMatch(/tcp/);
}, 60_000);

it('the whole subnet denied ends it too, and when the lab answers and changes nothing the verdict is not fooled', async () => {
  const { instanceId, connected } = await company('internet');
  const act = responder(instanceId);
  await act('isolate', {});
  lab.world.settings.faults = [{ kind: 'lie', operation: 'ModifyNetworkInterfaceAttribute' }];
  const lied = await act('cut-connections', { cut: 'two-step' });
  lab.world.settings.faults = [];
  expect(lied.checks).toMatchObject({ 'two-step': 'fails' });
  expect(connected()).toBe(true);
  const denied = await act('cut-connections', { cut: 'acl-subnet' });
  expect(denied.checks).toMatchObject({ 'acl-subnet': 'holds' });
  expect(connected()).toBe(false);
  expect((await act('verify-isolation')).checks).toMatchObject({ 'existing-connections': 'holds', 'new-connections': 'holds' });
}, 60_000);

it('flow logs, when they have arrived, say whether the shell went on', async () => {
  const { instanceId, vpc, connected } = await company('nat');
  const act = responder(instanceId);
  const role = `arn:aws:iam::${account.id}:role/flow-logs`;
  const more = {
    ResourceIds: [vpc],
    ResourceType: 'VPC',
    TrafficType: 'ALL',
    LogGroupName: '/vpc/flow',
    MaxAggregationInterval: 60,
    DeliverLogsPermissionArn: role,
  };
  await ec2('CreateFlowLogs', more);
  await act('isolate', {});
  expect((await act('verify-isolation')).checks).toMatchObject({ 'flow-logs': 'holds' });
  lab.world.offset += 20 * 60_000;
  expect(connected()).toBe(true);
  const seen = await act('verify-isolation');
  expect(seen.checks).toMatchObject({ 'flow-logs': 'fails', 'existing-connections': 'fails' });
  expect(seen.why['flow-logs']).toContain(`out ${ATTACKER} protocol 6 port 443`);
  await act('cut-connections', { cut: 'acl' });
  expect(connected()).toBe(false);
  lab.world.offset += 20 * 60_000;
  expect((await act('verify-isolation')).checks).toMatchObject({ 'flow-logs': 'holds', 'existing-connections': 'holds' });
}, 60_000);

it('what was cut can be taken back: groups, ACLs and who stands before which subnet', async () => {
  const { instanceId, vpc, card } = await company('nat');
  const act = responder(instanceId);
  await act('isolate', {});
  const picture = async (): Promise<unknown> => {
    const { NetworkAcls } = await ec2('DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [vpc] }] });
    const { SecurityGroups } = await ec2('DescribeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: [vpc] }] });
    const { NetworkInterfaces } = await ec2('DescribeNetworkInterfaces', { NetworkInterfaceIds: [card] });
    return [
      // An association has a new id each time it is replaced.
      NetworkAcls.map((one: any) => [one.NetworkAclId, one.Entries, one.Associations.map((each: any) => each.SubnetId).sort()]),
      SecurityGroups.map((one: any) => one.GroupName).sort(),
      NetworkInterfaces[0].Groups,
    ];
  };
  const before = await picture();
  for (const cut of ['acl,two-step', 'acl-subnet']) {
    const done = await act('cut-connections', { cut });
    expect(done.verdict, JSON.stringify(done)).toBe('holds');
    expect(await picture()).not.toEqual(before);
    expect(await act.back()).not.toContain('drifted');
    expect(await picture()).toEqual(before);
    // Asked for again, it is made again.
    expect((await act('cut-connections', { cut: 'acl-subnet' })).checks).toMatchObject({ 'acl-subnet': 'holds' });
    await act.back();
  }
}, 60_000);
