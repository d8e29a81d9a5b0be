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
