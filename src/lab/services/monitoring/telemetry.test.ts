import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

/** What telemetry says of an instance of the lab: metrics, findings, Config, Systems Manager. */
let b: Bench;
let id: string;
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
beforeEach(async () => {
  b = bench();
  id = (await b.call('ec2:RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 })).Instances[0].InstanceId;
  b.pass(7200);
});
const query = (metric: string, instance = id) => ({
  Id: metric.toLowerCase(),
  MetricStat: { Metric: { Namespace: 'AWS/EC2', MetricName: metric, Dimensions: [{ Name: 'InstanceId', Value: instance }] }, Period: 300, Stat: 'Average' },
});
const metrics = (queries: object[]) =>
  b.call('monitoring:GetMetricData', {
    MetricDataQueries: queries,
    StartTime: new Date(Date.UTC(2026, 10, 22, 11)),
    EndTime: new Date(Date.UTC(2026, 10, 22, 15)),
    ScanBy: 'TimestampAscending',
  });

describe('GetMetricData', () => {
  it('has values from the launch until now, the same for everybody, and none of what does not exist', async () => {
    const { MetricDataResults } = await metrics([
      query('CPUUtilization'),
      query('StatusCheckFailed'),
      { ...query('CPUUtilization', 'i-0000000000000000f'), Id: 'x' },
    ]);
    const [cpu, status, unknown] = MetricDataResults;
    expect(cpu.Timestamps[0].getTime()).toBeGreaterThanOrEqual(Date.UTC(2026, 10, 22, 12));
    expect(cpu.Timestamps.at(-1).getTime()).toBeLessThan(Date.UTC(2026, 10, 22, 14));
    expect(cpu.Values.length).toBe(cpu.Timestamps.length);
    expect(Math.max(...cpu.Values)).toBeLessThan(5);
    expect(new Set(status.Values)).toEqual(new Set([0]));
    expect(unknown.Values).toEqual([]);
    expect((await metrics([query('CPUUtilization')])).MetricDataResults[0]).toEqual(cpu);
  });
  it('ends when the instance is stopped', async () => {
    const before = (await metrics([query('NetworkOut')])).MetricDataResults[0].Values.length;
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(3600);
    expect((await metrics([query('NetworkOut')])).MetricDataResults[0].Values.length).toBeLessThanOrEqual(before + 1);
  });
  it('refuses ids given twice, and times that run backwards', async () => {
    await expect(metrics([query('NetworkIn'), query('NetworkIn')])).rejects.toMatchObject({ code: 'ValidationError' });
    const backwards = { MetricDataQueries: [query('NetworkIn')], StartTime: new Date(2), EndTime: new Date(1) };
    await expect(b.call('monitoring:GetMetricData', backwards)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('findings and history', () => {
  it('Config says that it records nothing, or not this', async () => {
    const asked = { resourceType: 'AWS::EC2::Instance', resourceId: id };
    await expect(b.call('config:GetResourceConfigHistory', asked)).rejects.toMatchObject({ code: 'NoAvailableConfigurationRecorderException' });
    await b.call('config:PutConfigurationRecorder', { ConfigurationRecorder: { name: 'default', roleARN: 'arn:aws:iam::111122223333:role/config' } });
    await expect(b.call('config:GetResourceConfigHistory', asked)).rejects.toMatchObject({ code: 'ResourceNotDiscoveredException' });
    b.context({ service: 'config' }).region.tables.configItems = { [`AWS::EC2::Instance ${id}`]: { items: [{ version: '1' }, { version: '2' }] } };
    expect((await b.call('config:GetResourceConfigHistory', asked)).configurationItems).toEqual([{ version: '2' }, { version: '1' }]);
  });
  it('GuardDuty and Inspector give those about the instance', async () => {
    const { DetectorId } = await b.call('guardduty:CreateDetector', { Enable: true });
    const { tables } = b.context().region;
    const finding = (Id: string, InstanceId: string) => ({ Id, Resource: { InstanceDetails: { InstanceId } } });
    tables.guardDutyFindings = { a: finding('a', id), b: finding('b', 'i-0000000000000000f') };
    const FindingCriteria = { Criterion: { 'resource.instanceDetails.instanceId': { Eq: [id] } } };
    expect((await b.call('guardduty:ListFindings', { DetectorId, FindingCriteria })).FindingIds).toEqual(['a']);
    expect((await b.call('guardduty:GetFindings', { DetectorId, FindingIds: ['a', 'z'] })).Findings).toEqual([finding('a', id)]);
    await expect(b.call('guardduty:ListFindings', { DetectorId: 'f'.repeat(32) })).rejects.toMatchObject({ code: 'BadRequestException' });
    tables.inspectorFindings = { a: { title: 'CVE', resources: [{ id }] }, b: { title: 'other', resources: [{ id: 'i-0000000000000000f' }] } };
    const filterCriteria = { resourceId: [{ comparison: 'EQUALS', value: id }] };
    expect((await b.call('inspector2:ListFindings', { filterCriteria })).findings).toMatchObject([{ title: 'CVE' }]);
    expect((await b.call('inspector2:ListFindings', {})).findings).toHaveLength(2);
  });
});

describe('Systems Manager', () => {
  const list = async () => (await b.call('ssm:DescribeInstanceInformation', { Filters: [{ Key: 'InstanceIds', Values: [id] }] })).InstanceInformationList;
  it('manages an instance whose role lets the agent in, as long as it runs', async () => {
    expect(await list()).toEqual([]);
    await b.call('iam:CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }) });
    await b.call('iam:CreateInstanceProfile', { InstanceProfileName: 'web' });
    await b.call('iam:AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
    await b.call('ec2:AssociateIamInstanceProfile', { InstanceId: id, IamInstanceProfile: { Name: 'web' } });
    expect(await list()).toEqual([]);
    await b.call('iam:AttachRolePolicy', { RoleName: 'web', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' });
    expect(await list()).toMatchObject([{ InstanceId: id, PingStatus: 'Online', PlatformType: 'Linux' }]);
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(600);
    expect(await list()).toEqual([]);
  });
});

describe('what EC2 and IAM say besides', () => {
  it('makes a template of the instance as it is', async () => {
    await b.call('ec2:ModifyInstanceAttribute', { InstanceId: id, DisableApiTermination: { Value: true } });
    const { LaunchTemplateData } = await b.call('ec2:GetLaunchTemplateData', { InstanceId: id });
    expect(LaunchTemplateData).toMatchObject({ InstanceType: 't3.micro', DisableApiTermination: true, NetworkInterfaces: [{ DeviceIndex: 0 }] });
  });
  it('lists when a role used which service, as a job', async () => {
    await b.call('iam:CreateRole', { RoleName: 'app', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }) });
    const Arn = 'arn:aws:iam::111122223333:role/app';
    const record = {
      userIdentity: { sessionContext: { sessionIssuer: { arn: Arn } } },
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      eventTime: '2026-11-22T13:00:00Z',
    };
    b.account.trail.push({ visibleAt: 0, region: 'eu-west-1', record });
    const { JobId } = await b.call('iam:GenerateServiceLastAccessedDetails', { Arn, Granularity: 'ACTION_LEVEL' });
    expect(await b.call('iam:GetServiceLastAccessedDetails', { JobId })).toMatchObject({ JobStatus: 'IN_PROGRESS' });
    b.pass(60);
    expect(await b.call('iam:GetServiceLastAccessedDetails', { JobId })).toMatchObject({
      JobStatus: 'COMPLETED',
      ServicesLastAccessed: [{ ServiceNamespace: 's3', TrackedActionsLastAccessed: [{ ActionName: 'ListBuckets' }] }],
    });
    await expect(b.call('iam:GenerateServiceLastAccessedDetails', { Arn: `${Arn}-gone` })).rejects.toMatchObject({ code: 'NoSuchEntity' });
  });
});
