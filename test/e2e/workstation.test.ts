import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAction, planAction } from '../../src/engine/index.ts';
import { type Inside, inside, REGION, verdicts } from './inside.ts';

/** Steps 8 to 10 against the lab: the workstation's stack, the working volume, its attachment, the stop; each done, lied about, taken back. */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const ALL = 'arn:aws:iam::aws:policy/';
let stand: Inside;
let instanceId: string;
let before: Record<string, string[]>;
const target = () => ({ instanceId, region: REGION, account: '111122223333' });
const described = async (id = instanceId) => (await stand.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
const lie = (...operations: string[]) => stand.fault(...operations.map((operation) => ({ kind: 'lie' as const, operation })));
/** Pages are short for the product, not for the test's own eyes. */
const whole = async (operation: string, input: object = {}): Promise<any> => {
  const { settings } = stand.world;
  settings.pageSize = 0;
  try {
    return await stand.call(operation, input as never);
  } finally {
    settings.pageSize = 2;
  }
};
const taken = async (...named: string[]): Promise<string[]> => Object.values(await stand.undo(named)) as string[];

/** Live rows of these tables, by id. What was deleted stays as a row for a while. */
const standing = (...names: string[]): Record<string, string[]> => {
  const now = Date.now() + stand.world.offset;
  const { tables } = stand.account.regions[REGION]!;
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.entries<any>(tables[name] ?? {})
        .filter(([, row]) => !(row.until <= now))
        .map(([id]) => id)
        .sort(),
    ]),
  );
};
const NETWORK = ['vpcs', 'subnets', 'routeTables', 'securityGroups', 'securityGroupRules', 'vpcEndpoints', 'interfaces', 'launchTemplates', 'volumes'];

beforeAll(async () => {
  stand = await inside('workstation');
  const { Instances } = await stand.call('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 'i3.large',
    MinCount: 1,
    MaxCount: 1,
    DisableApiStop: true,
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 4 } }],
  });
  instanceId = Instances[0].InstanceId;
  for (const action of ['snapshot', 'await-snapshots']) await stand.run(action, target());
  // The default network is on no shelf until somebody writes: so that both times the same is compared.
  const { Vpc } = await stand.call('ec2:CreateVpc', { CidrBlock: '10.9.0.0/16' });
  const { Subnet } = await stand.call('ec2:CreateSubnet', { VpcId: Vpc.VpcId, CidrBlock: '10.9.0.0/24' });
  await stand.call('ec2:DeleteSubnet', { SubnetId: Subnet.SubnetId });
  await stand.call('ec2:DeleteVpc', { VpcId: Vpc.VpcId });
  before = standing(...NETWORK);
});
afterAll(() => stand?.close());

describe('workstation', () => {
  it('is not there when CloudFormation only says yes', async () => {
    lie('CreateStack');
    expect(verdicts(await stand.run('workstation', target()))).toEqual({ 'workstation-built': 'fails' });
    stand.fault();
  });
  it('is built from the template: alone in its network, and hardened; then there is nothing more to do', async () => {
    const built = await stand.run('workstation', target(), { forensicKey: 'alias/aws/ebs' });
    expect(verdicts(built)).toEqual({ 'workstation-built': 'holds', 'workstation-isolated': 'holds', 'workstation-hardened': 'holds' });
    expect((await stand.run('workstation', target())).changes).toEqual([]);
    const { Outputs } = (await stand.call('cloudformation:DescribeStacks', { StackName: 'aplomb-forensic-IR-2026-7' })).Stacks[0];
    const station = await described(Outputs.find((one: any) => one.OutputKey === 'WorkstationId').OutputValue);
    expect(station).toMatchObject({ InstanceType: 'm5.large', MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } });
    expect(station.PublicIpAddress).toBeUndefined();
    expect(station.Tags).toContainEqual({ Key: 'ir:case', Value: 'IR-2026-7' });
    const { InstanceProfile } = await stand.call('iam:GetInstanceProfile', { InstanceProfileName: station.IamInstanceProfile.Arn.split('/').at(-1) });
    const { AttachedPolicies } = await stand.call('iam:ListAttachedRolePolicies', { RoleName: InstanceProfile.Roles[0].RoleName });
    expect(AttachedPolicies.map((one: any) => one.PolicyArn)).toEqual([`${ALL}AmazonSSMManagedInstanceCore`]);
    const endpoints = (await whole('ec2:DescribeVpcEndpoints', { Filters: [{ Name: 'vpc-id', Values: [station.VpcId] }] })).VpcEndpoints;
    expect(endpoints.map((one: any) => one.ServiceName.split('.').at(-1)).sort()).toEqual(['ec2messages', 's3', 'ssm', 'ssmmessages']);
  });
  it('is said not to be alone when somebody opens it', async () => {
    const { Groups } = (await whole('ec2:DescribeVpcEndpoints')).VpcEndpoints.find((one: any) => one.VpcEndpointType === 'Interface');
    const station = (await stand.call('ec2:DescribeInstances', { Filters: [{ Name: 'tag-key', Values: ['ir:workstation'] }] })).Reservations[0].Instances[0];
    const GroupId = station.SecurityGroups[0].GroupId;
    expect(Groups[0].GroupId).not.toBe(GroupId);
    const rule = { GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
    await stand.call('ec2:AuthorizeSecurityGroupIngress', rule);
    expect(verdicts(await stand.run('workstation', target()))).toMatchObject({ 'workstation-isolated': 'fails' });
    await stand.call('ec2:RevokeSecurityGroupIngress', rule);
  });
});

describe('volume and attach', () => {
  it('fail when EC2 only says yes', async () => {
    lie('CreateVolume');
    expect(verdicts(await stand.run('volume', target()))).toEqual({ 'volume-ready': 'fails' });
    stand.fault();
  });
  it('say which key was refused, which EC2 shows late and as a volume in error', async () => {
    const { KeyMetadata } = await stand.call('kms:CreateKey', {});
    await stand.call('kms:DisableKey', { KeyId: KeyMetadata.KeyId });
    const refused = await stand.run('volume', target(), { forensicKey: KeyMetadata.Arn });
    expect(refused.changes.map((change) => change.state)).toEqual(['done']);
    expect(refused.checks).toMatchObject([{ name: 'volume-ready', verdict: 'fails', why: { en: expect.stringMatching(/vol-[0-9a-f]+ error.*KMS/) } }]);
  });
  it('make an encrypted gp3 copy for each analyst in the workstation’s zone, and nothing twice', async () => {
    const options = { forensicKey: 'alias/aws/ebs', initialise: '300' };
    expect(verdicts(await stand.run('volume', target(), options))).toEqual({ 'volume-ready': 'holds' });
    expect((await stand.run('volume', target(), options)).changes).toEqual([]);
    expect(verdicts(await stand.run('volume', target(), { ...options, analyst: 'berta' }))).toEqual({ 'volume-ready': 'holds' });
    const { Volumes } = await whole('ec2:DescribeVolumes', { Filters: [{ Name: 'tag:ir:case', Values: ['IR-2026-7'] }] });
    const working = Volumes.filter((one: any) => one.State !== 'error' && one.Tags.some((tag: any) => tag.Key === 'ir:analyst'));
    expect(working.map((one: any) => one.Tags.find((tag: any) => tag.Key === 'ir:analyst').Value).sort()).toEqual(['ana', 'berta']);
    for (const one of working) expect(one).toMatchObject({ VolumeType: 'gp3', Encrypted: true, VolumeInitializationRate: 300, State: 'available' });
  });
  it('attaches this analyst’s volume only, and not when EC2 lies', async () => {
    lie('AttachVolume');
    expect(verdicts(await stand.run('attach', target()))).toEqual({ attached: 'fails' });
    stand.fault();
    expect(verdicts(await stand.run('attach', target()))).toEqual({ attached: 'holds' });
    expect((await stand.run('attach', target())).changes).toEqual([]);
    const { Volumes } = await whole('ec2:DescribeVolumes', { Filters: [{ Name: 'tag:ir:analyst', Values: ['berta'] }] });
    expect(Volumes).toMatchObject([{ State: 'available' }]);
  });
});

describe('stop', () => {
  it('asks before it takes the stop protection off, and fails when EC2 lies', async () => {
    await expect(stand.run('stop', target())).rejects.toMatchObject({ code: 'StopProtected' });
    lie('StopInstances', 'ModifyInstanceAttribute');
    expect(verdicts(await stand.run('stop', target(), { clearStopProtection: true }))).toMatchObject({ stopped: 'fails', connections: 'fails' });
    stand.fault();
  });
  it('names what is lost, and stops it', async () => {
    const { plan } = await planAction(stand.session, await stand.session.registry.action('stop'), { target: target(), options: { clearStopProtection: true } });
    expect(JSON.stringify(plan)).toContain('ephemeral0 (475 GB');
    const stopped = await stand.run('stop', target(), { clearStopProtection: true });
    expect(verdicts(stopped)).toEqual({ stopped: 'holds', connections: 'holds', 'instance-store': 'holds' });
    expect((await described()).State.Name).toBe('stopped');
  });
});

it('undo takes everything back: protection, attachment, volumes, the whole stack; the start only when it is named', async () => {
  const states = await taken();
  expect(states.filter((state) => state !== 'done' && state !== 'already')).toEqual([]);
  expect((await described()).State.Name).toBe('stopped');
  const { DisableApiStop } = await stand.call('ec2:DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiStop' });
  expect(DisableApiStop).toEqual({ Value: true });
  expect(standing(...NETWORK)).toEqual(before);
  expect(Object.keys(stand.account.tables.instanceProfiles ?? {})).toEqual([]);
  expect((await whole('ec2:DescribeVolumes', { Filters: [{ Name: 'tag-key', Values: ['ir:analyst'] }] })).Volumes).toEqual([]);
  expect(Object.keys(stand.account.tables.roles ?? {}).filter((name) => name.includes('aplomb'))).toEqual([]);
  await taken('stop');
  expect((await described()).State.Name).toMatch(/pending|running/);
  const [stopped] = (await checkAction(stand.session, await stand.session.registry.action('stop'), { target: target(), options: {} })).checks;
  expect(stopped).toMatchObject({ name: 'stopped', verdict: 'fails', why: { en: expect.stringContaining('Somebody started it again') } });
});

describe('in the forensic account', () => {
  const OTHER = '444455556666';
  const AS = `arn:aws:iam::${OTHER}:role/Forensics`;
  const forensic = { forensic: AS };
  let abroad: Inside;
  afterAll(() => abroad?.close());

  it('builds the workstation there, makes the volume from the copy there, attaches it, and touches nothing beside the incident', async () => {
    abroad = await inside('workstation-abroad', [OTHER]);
    const { Instances } = await abroad.call('ec2:RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
    const about = { instanceId: Instances[0].InstanceId, region: REGION, account: '111122223333' };
    for (const action of ['snapshot', 'await-snapshots']) await abroad.run(action, about);
    await expect(abroad.run('volume', about, forensic)).rejects.toMatchObject({ code: 'NoWorkstation' });
    expect(verdicts(await abroad.run('workstation', about, forensic))).toMatchObject({ 'workstation-built': 'holds', 'workstation-isolated': 'holds' });
    await expect(abroad.run('volume', about, forensic)).rejects.toMatchObject({ code: 'NoForensicCopy' });
    await abroad.run('copy-snapshots', about, forensic);
    expect(verdicts(await abroad.run('volume', about, forensic))).toEqual({ 'volume-ready': 'holds' });
    expect(verdicts(await abroad.run('attach', about, forensic))).toEqual({ attached: 'holds' });
    const rows = (account: string): any[] => Object.values(abroad.world.accounts[account]!.regions[REGION]!.tables.volumes ?? {});
    expect(rows(OTHER).filter((row) => row.attachment?.device === '/dev/sdf')).toHaveLength(1);
    expect(rows('111122223333')).toHaveLength(1);
    const states = Object.values(await abroad.undo()) as string[];
    expect(states.filter((state) => state !== 'done' && state !== 'already')).toEqual([]);
    expect(rows(OTHER).filter((row) => !(row.until <= Date.now() + abroad.world.offset))).toEqual([]);
  });
});
