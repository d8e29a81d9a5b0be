import { beforeEach, expect, it } from 'vitest';
import { openFlow, settleAfter } from '../../world/network/index.ts';
import { type Bench, bench } from '../testing.ts';

const AL2023 = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
let b: Bench;
beforeEach(() => {
  b = bench();
});
const flows = async () => {
  const { Instances } = await b.call('ec2:RunInstances', { ImageId: AL2023, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
  b.pass(60);
  const [{ NetworkInterfaces, VpcId }] = (await b.call('ec2:DescribeInstances', { InstanceIds: [Instances[0].InstanceId] })).Reservations[0].Instances;
  const [card] = NetworkInterfaces;
  const request = {
    ResourceType: 'VPC',
    ResourceIds: [VpcId],
    LogGroupName: '/vpc/flow',
    DeliverLogsPermissionArn: `arn:aws:iam::${b.account.id}:role/flow`,
    MaxAggregationInterval: 60,
  };
  const { FlowLogIds, Unsuccessful } = await b.call('ec2:CreateFlowLogs', request);
  expect(Unsuccessful).toEqual([]);
  const now = () => b.context().now();
  const wish = {
    who: 'attacker',
    label: 'beacon',
    interfaceId: card.NetworkInterfaceId,
    local: card.PrivateIpAddress,
    localPort: 50_000,
    remote: '192.0.2.9',
    remotePort: 443,
    protocol: 'tcp',
    direction: 'out',
    via: 'direct',
    publicIp: card.Association.PublicIp,
  } as const;
  const flow = openFlow(b.world, b.account, 'eu-west-1', wish, now());
  if (typeof flow === 'string') throw new Error(flow);
  return { card, flow, now, log: FlowLogIds[0] as string, vpc: VpcId as string };
};
const messages = async (input: object = {}) =>
  ((await b.call('logs:FilterLogEvents', { logGroupName: '/vpc/flow', ...input })).events as any[]).map((event) => event.message as string);

it('a flow log tells of connections minutes later, both ways, and of what is refused once they are cut', async () => {
  const { card, flow, now, vpc } = await flows();
  b.pass(120);
  expect(await messages(), 'nothing is delivered yet').toEqual([]);
  b.pass(300);
  const eni = card.NetworkInterfaceId;
  const seen = await messages();
  expect(seen.length).toBeGreaterThanOrEqual(4);
  for (const line of seen) expect(line).toMatch(new RegExp(`^2 ${b.account.id} ${eni} \\S+ \\S+ \\d+ \\d+ 6 \\d+ \\d+ \\d{10} \\d{10} ACCEPT OK$`));
  expect(seen.some((line) => line.includes(` ${flow.local} 192.0.2.9 50000 443 6 `))).toBe(true);
  expect(seen.some((line) => line.includes(` 192.0.2.9 ${flow.local} 443 50000 6 `))).toBe(true);
  const { logStreams } = await b.call('logs:DescribeLogStreams', { logGroupName: '/vpc/flow' });
  expect(logStreams).toMatchObject([{ logStreamName: `${eni}-all` }]);
  const [acl] = (await b.call('ec2:DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [vpc] }] })).NetworkAcls;
  const input = { NetworkAclId: acl.NetworkAclId, RuleNumber: 1, Protocol: '-1', RuleAction: 'deny', Egress: true, CidrBlock: '192.0.2.9/32' };
  await b.call('ec2:CreateNetworkAclEntry', input);
  settleAfter(b.world, b.account, 'eu-west-1', { service: 'ec2', operation: 'CreateNetworkAclEntry', input }, now());
  const cut = now();
  b.pass(900);
  const later = await messages({ startTime: cut });
  expect(later.length).toBeGreaterThan(0);
  expect(later.every((line) => line.includes(' REJECT '))).toBe(true);
  expect(await messages({ filterPattern: '"REJECT OK" -ACCEPT' })).toEqual(later);
  expect(await messages({ filterPattern: 'nowhere' })).toEqual([]);
});

it('keeps what programs write, in pages both ways', async () => {
  const at = { logGroupName: 'app', logStreamName: 'one' };
  await expect(b.call('logs:CreateLogStream', at)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  await b.call('logs:CreateLogGroup', { logGroupName: 'app' });
  await expect(b.call('logs:CreateLogGroup', { logGroupName: 'app' })).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
  await b.call('logs:CreateLogStream', at);
  const start = b.context().now();
  await b.call('logs:PutLogEvents', { ...at, logEvents: ['a', 'b', 'c'].map((message, index) => ({ timestamp: start + index, message })) });
  await expect(
    b.call('logs:PutLogEvents', {
      ...at,
      logEvents: [
        { timestamp: 2, message: 'y' },
        { timestamp: 1, message: 'x' },
      ],
    }),
  ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  const first = await b.call('logs:GetLogEvents', { ...at, limit: 2, startFromHead: true });
  expect(first.events.map((event: any) => event.message)).toEqual(['a', 'b']);
  const second = await b.call('logs:GetLogEvents', { ...at, limit: 2, nextToken: first.nextForwardToken });
  expect(second.events.map((event: any) => event.message)).toEqual(['c']);
  const end = await b.call('logs:GetLogEvents', { ...at, limit: 2, nextToken: second.nextForwardToken });
  expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
  expect((await b.call('logs:GetLogEvents', { ...at, limit: 2 })).events.map((event: any) => event.message)).toEqual(['b', 'c']);
  expect((await b.call('logs:DescribeLogGroups', { logGroupNamePrefix: 'a' })).logGroups).toMatchObject([{ logGroupName: 'app', storedBytes: 3 * 27 }]);
  await b.call('logs:DeleteLogGroup', { logGroupName: 'app' });
  await expect(b.call('logs:FilterLogEvents', { logGroupName: 'app' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});
