import { describe, expect, it } from 'vitest';
import { type FakeOptions, failure, fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './workstation.ts';
import { DEFAULT_IMAGE, imageOption, templateText, workstationTemplate } from './workstation-template.ts';

const template = (options = {}): any => JSON.parse(templateText({ image: DEFAULT_IMAGE, ...options }));
const all = (value: unknown): any[] => (typeof value !== 'object' || value === null ? [value] : [value, ...Object.values(value).flatMap(all)]);

describe('the template', () => {
  it('is the same bytes for the same options, and fits into one request', () => {
    expect(templateText({ image: DEFAULT_IMAGE })).toBe(templateText({ image: DEFAULT_IMAGE }));
    expect(Buffer.byteLength(templateText({ image: DEFAULT_IMAGE, kmsKeyId: 'k'.repeat(2048) }))).toBeLessThan(51_200);
  });
  it('refers only to what is in it, and uses every parameter', () => {
    for (const one of [template(), template({ kmsKeyId: 'alias/forensic', image: 'ami-0123456789abcdef0' })]) {
      const known = new Set([...Object.keys(one.Parameters), ...Object.keys(one.Resources), 'AWS::AccountId']);
      const parts = all([one.Resources, one.Outputs]);
      const refs = parts.flatMap((part) => (part?.Ref !== undefined ? [part.Ref] : part?.['Fn::GetAtt'] ? [part['Fn::GetAtt'][0]] : []));
      expect(refs.filter((ref) => !known.has(ref))).toEqual([]);
      expect(Object.keys(one.Parameters).filter((name) => !refs.includes(name))).toEqual([]);
      for (const resource of Object.values<any>(one.Resources)) for (const before of resource.DependsOn ?? []) expect(one.Resources).toHaveProperty(before);
    }
  });
  it('leads nowhere near the internet, and lets nothing in', () => {
    const { Resources } = template();
    const types = Object.values<any>(Resources).map((one) => one.Type);
    expect(types.filter((type) => /Gateway$|::Route$|::EIP|NatGateway/.test(type) && type !== 'AWS::EC2::VPCEndpoint')).toEqual([]);
    expect(Resources.WorkstationGroup.Properties.SecurityGroupIngress).toBeUndefined();
    for (const rule of Resources.WorkstationGroup.Properties.SecurityGroupEgress) {
      expect([rule.IpProtocol, rule.FromPort, rule.ToPort]).toEqual(['tcp', 443, 443]);
      expect(rule.CidrIp ?? rule.CidrIpv6).toBeUndefined();
    }
    const [door] = Resources.Launch.Properties.LaunchTemplateData.NetworkInterfaces;
    expect(door).toMatchObject({ AssociatePublicIpAddress: false, Groups: [{ 'Fn::GetAtt': ['WorkstationGroup', 'GroupId'] }] });
    expect(Resources.Launch.Properties.LaunchTemplateData).not.toHaveProperty('KeyName');
  });
  it('has the endpoints of Systems Manager and S3, each with a policy of its own', () => {
    const endpoints = Object.values<any>(template().Resources).filter((one) => one.Type === 'AWS::EC2::VPCEndpoint');
    expect(endpoints.map((one) => [one.Properties.VpcEndpointType, one.Properties.ServiceName['Fn::Sub'].split('.').at(-1)])).toEqual([
      ['Interface', 'ssm'],
      ['Interface', 'ssmmessages'],
      ['Interface', 'ec2messages'],
      ['Gateway', 's3'],
    ]);
    // Everything to everybody is nowhere: either the role is named or the buckets are.
    for (const { Properties } of endpoints)
      for (const statement of Properties.PolicyDocument.Statement) expect(statement.Condition !== undefined || statement.Resource !== '*').toBe(true);
  });
  it('asks for IMDSv2, encrypts the root under the key given, and gives one policy only', () => {
    const { Resources, Parameters } = template({ kmsKeyId: 'alias/forensic' });
    const data = Resources.Launch.Properties.LaunchTemplateData;
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(data.BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true, KmsKeyId: { Ref: 'RootKey' } });
    expect(Parameters.RootKey.Default).toBe('alias/forensic');
    expect(template().Resources.Launch.Properties.LaunchTemplateData.BlockDeviceMappings[0].Ebs).not.toHaveProperty('KmsKeyId');
    expect(Resources.Role.Properties.ManagedPolicyArns).toEqual([{ 'Fn::Sub': expect.stringMatching(/:iam::aws:policy\/AmazonSSMManagedInstanceCore$/) }]);
    expect(Resources.Role.Properties).not.toHaveProperty('Policies');
  });
  it('takes an image by id or by parameter, and nothing else', () => {
    expect(workstationTemplate({ image: 'ami-0123456789abcdef0' })).toMatchObject({ Parameters: { Image: { Type: 'AWS::EC2::Image::Id' } } });
    expect(template().Parameters.Image).toMatchObject({ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: DEFAULT_IMAGE });
    for (const image of ['ami-1', 'latest', '/a b', '$(id)'])
      expect(() => imageOption(image)).toThrow(expect.objectContaining({ code: 'InvalidImage', exit: 2 }));
  });
});

const REGION = 'eu-west-1';
const zones = ['euw1-az2', 'euw1-az1'].map((ZoneId, at) => ({ ZoneId, ZoneName: `${REGION}${'ab'[at]}`, ZoneType: 'availability-zone', State: 'available' }));
const world = (more: Partial<FakeOptions> = {}) =>
  fakeContext({
    target: { region: REGION, account: '111122223333' },
    ...more,
    answers: {
      'cloudformation:DescribeStacks': failure('ValidationError'),
      'ec2:DescribeAvailabilityZones': { AvailabilityZones: zones },
      'ec2:DescribeInstanceTypeOfferings': { InstanceTypeOfferings: [{ Location: 'euw1-az1' }, { Location: 'euw1-az2' }] },
      'ec2:DescribeManagedPrefixLists': { PrefixLists: [{ PrefixListId: 'pl-6da54004' }] },
      ...more.answers,
    },
  });
const stack = (StackStatus: string) => ({ Stacks: [{ StackName: 'x', StackStatus, StackStatusReason: 'no', Outputs: [] }] });

describe('plan', () => {
  it('makes one stack, marked for the case, and waits for it; undo deletes that very stack', async () => {
    const { steps, changes } = await planOf(action, world());
    expect(steps.map((step) => step.id)).toEqual(['stack', 'built']);
    const input = changes[0]!.call.input as any;
    expect(input).toMatchObject({ StackName: 'aplomb-forensic-IR-2026-7', Capabilities: ['CAPABILITY_IAM'], ClientRequestToken: { $token: true } });
    expect(input.TemplateBody).toBe(templateText({ image: DEFAULT_IMAGE, rootDevice: '/dev/xvda' }));
    expect(Object.fromEntries(input.Parameters.map((one: any) => [one.ParameterKey, one.ParameterValue]))).toEqual({
      ZoneId: 'euw1-az1',
      S3PrefixList: 'pl-6da54004',
      InstanceType: 'm5.large',
    });
    expect(changes[0]?.undo).toMatchObject({
      calls: [{ operation: 'DeleteStack', input: { StackName: { $ref: 'stack#StackId' } } }, { until: expect.anything() }],
    });
  });
  it('stands in the zone of the volume named, by its id', async () => {
    const answers = { 'ec2:DescribeVolumes': { Volumes: [{ AvailabilityZone: `${REGION}a` }] } };
    const { observed } = await planOf(action, world({ options: { zoneOf: 'vol-0123456789abcdef0' }, answers }));
    expect(observed.zoneId).toBe('euw1-az2');
    await expect(action.observe(world({ options: { zoneOf: 'i-1' } }))).rejects.toMatchObject({ code: 'InvalidZoneOf', exit: 2 });
  });
  it('takes the root device from the image itself', async () => {
    const answers = {
      'ec2:DescribeImages': { Images: [{ RootDeviceName: '/dev/sda1' }] },
      'ssm:GetParameter': { Parameter: { Value: 'ami-0123456789abcdef0' } },
    };
    for (const workstationImage of ['ami-0123456789abcdef0', '/aws/service/canonical/ubuntu'])
      expect(await action.observe(world({ options: { workstationImage }, answers }))).toMatchObject({ rootDevice: '/dev/sda1' });
    const hostile = { 'ec2:DescribeImages': { Images: [{ RootDeviceName: '/dev/x; id' }] } };
    await expect(action.observe(world({ options: { workstationImage: 'ami-0123456789abcdef0' }, answers: hostile }))).rejects.toMatchObject({
      code: 'UnknownImage',
    });
  });
  it('works in the forensic account', async () => {
    const { changes } = await planOf(action, world({ options: { forensic: 'profile:forensic', forensicRegion: 'eu-central-1' } }));
    expect(changes[0]?.call).toMatchObject({ as: 'profile:forensic', region: 'eu-central-1' });
  });
  it.each([
    ['CREATE_COMPLETE', []],
    ['CREATE_IN_PROGRESS', ['built']],
  ])('with the stack in %s: %j', async (status, ids) =>
    expect((await planOf(action, world({ answers: { 'cloudformation:DescribeStacks': stack(status) } }))).steps.map((step) => step.id)).toEqual(ids),
  );
  it('says what is in the way when the stack failed before', async () => {
    await expect(action.observe(world({ answers: { 'cloudformation:DescribeStacks': stack('ROLLBACK_COMPLETE') } }))).rejects.toMatchObject({
      code: 'StackFailed',
      fix: expect.stringContaining('delete-stack'),
    });
  });
});

it('a denied look is no verdict', async () => {
  const checks = await action.check(world({ answers: { 'cloudformation:DescribeStacks': failure('AccessDenied', 403) } }));
  expect(checks).toMatchObject([{ name: 'workstation-built', verdict: 'unknown' }]);
});
