import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

/** What the company made long before, and the key shared or opened. */
const OUTSIDER = '999988887777';
const code = (value: string) => expect.arrayContaining([expect.objectContaining({ code: value })]) as never;
let group: string[] = [];
const groups = (as: Call_, names: string[]): Promise<string[]> =>
  Promise.all(names.map(async (GroupName) => (await as('ec2', 'CreateSecurityGroup', { GroupName, Description: 'of the office' })).GroupId));
const open = (as: Call_, GroupId: string, port: number, CidrIp: string) =>
  as('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] }] });

testHunter({
  type: 'AWS::EC2::SecurityGroup',
  changes: true,
  before: async (as) => {
    group = await groups(as, ['app', 'db']);
  },
  plant: async (as) => {
    for (const id of group) await open(as, id, 22, '0.0.0.0/0');
    return group;
  },
  innocent: async (as) => {
    const [id] = await groups(as, ['shop']);
    await open(as, id!, 443, '0.0.0.0/0');
    return [id!];
  },
  looks: { detail: { openToInternet: 'tcp/22' }, reasons: code('public') },
});
let snapshots: string[] = [];
testHunter({
  type: 'AWS::EC2::Snapshot',
  changes: true,
  before: async (as) => {
    const { VolumeId } = await as('ec2', 'CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 8 });
    snapshots = await Promise.all([1, 2].map(async () => (await as('ec2', 'CreateSnapshot', { VolumeId })).SnapshotId));
  },
  plant: async (as) => {
    for (const SnapshotId of snapshots)
      await as('ec2', 'ModifySnapshotAttribute', {
        SnapshotId,
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        GroupNames: ['all'],
        UserIds: [OUTSIDER],
      });
    return snapshots;
  },
  innocent: async (as) => {
    const { VolumeId } = await as('ec2', 'CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 8 });
    return [(await as('ec2', 'CreateSnapshot', { VolumeId })).SnapshotId];
  },
  looks: { reasons: code('public') },
});
let logs: string[] = [];
const flowLog = async (as: Call_, name: string): Promise<string> => {
  const { Vpcs } = await as('ec2', 'DescribeVpcs');
  const made = await as('ec2', 'CreateFlowLogs', {
    ResourceIds: [Vpcs[0].VpcId],
    ResourceType: 'VPC',
    TrafficType: 'ALL',
    LogDestinationType: 's3',
    LogDestination: `arn:aws:s3:::${name}`,
  });
  return made.FlowLogIds[0];
};
testHunter({
  type: 'AWS::EC2::FlowLog',
  plant: async (as) => [await flowLog(as, 'a-logs'), await flowLog(as, 'b-logs')],
  innocent: async (as) => [await flowLog(as, 'audit-logs')],
});
testHunter({
  type: 'AWS::EC2::FlowLog',
  changes: true,
  before: async (as) => {
    logs = [await flowLog(as, 'audit'), await flowLog(as, 'second')];
  },
  plant: async (as) => {
    await as('ec2', 'DeleteFlowLogs', { FlowLogIds: logs });
    return logs;
  },
  innocent: async (as) => [await flowLog(as, 'third')],
  looks: { alive: false, detail: { state: 'deleted' }, reasons: code('blinded') },
});
