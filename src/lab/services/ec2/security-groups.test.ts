import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

let b: Bench;
beforeEach(() => {
  b = bench();
});
const rulesOf = async (group: string) =>
  (await b.call('ec2:DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [group] }] })).SecurityGroupRules as any[];
const describeGroup = async (group: string) => (await b.call('ec2:DescribeSecurityGroups', { GroupIds: [group] })).SecurityGroups[0];
const newVpc = async (ipv6 = false) => (await b.call('ec2:CreateVpc', { CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: ipv6 })).Vpc.VpcId as string;
const newGroup = async (VpcId?: string, GroupName = 'isolation') =>
  (await b.call('ec2:CreateSecurityGroup', { GroupName, Description: 'IR isolation', VpcId })).GroupId as string;
const ssh = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] });

describe('a new group', () => {
  it('lets everything out, over IPv6 too where the VPC has it', async () => {
    const four = await rulesOf(await newGroup(await newVpc()));
    expect(four).toMatchObject([{ IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' }]);
    const six = await rulesOf(await newGroup(await newVpc(true)));
    expect(six.map((rule) => rule.CidrIpv4 ?? rule.CidrIpv6)).toEqual(['0.0.0.0/0', '::/0']);
  });
  it('lies in the default VPC of a region nobody has touched when no VPC is named', async () => {
    const home = (await b.call('ec2:DescribeVpcs', {})).Vpcs[0];
    expect(home).toMatchObject({ IsDefault: true, CidrBlock: '172.31.0.0/16' });
    expect(b.account.regions['eu-west-1']!.tables.vpcs).toBeUndefined();
    expect(await describeGroup(await newGroup())).toMatchObject({ VpcId: home.VpcId, IpPermissions: [] });
    expect(Object.keys(b.account.regions['eu-west-1']!.tables.vpcs!)).toEqual([home.VpcId]);
  });
  it('has a name of its own in its VPC, and only characters EC2 takes', async () => {
    const vpc = await newVpc();
    await newGroup(vpc);
    await expect(newGroup(vpc)).rejects.toMatchObject({ code: 'InvalidGroup.Duplicate' });
    await expect(b.call('ec2:CreateSecurityGroup', { GroupName: 'x', Description: '“curly”', VpcId: vpc })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    const names = (await b.call('ec2:DescribeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: [vpc] }] })).SecurityGroups.map(
      (group: any) => group.GroupName,
    );
    expect(names).toEqual(['default', 'isolation']);
  });
});

describe('revoking', () => {
  it('takes rules away by id, and knows an id only once', async () => {
    const group = await newGroup(await newVpc());
    const [rule] = await rulesOf(group);
    const ask = { GroupId: group, SecurityGroupRuleIds: [rule.SecurityGroupRuleId] };
    expect(await b.call('ec2:RevokeSecurityGroupEgress', ask)).toMatchObject({
      Return: true,
      RevokedSecurityGroupRules: [{ SecurityGroupRuleId: rule.SecurityGroupRuleId }],
    });
    expect(await rulesOf(group)).toEqual([]);
    expect((await describeGroup(group)).IpPermissionsEgress).toEqual([]);
    await expect(b.call('ec2:RevokeSecurityGroupEgress', ask)).rejects.toMatchObject({ code: 'InvalidSecurityGroupRuleId.NotFound' });
  });
  it('of a rule that is not there succeeds in the default VPC, changing nothing', async () => {
    const classic = { IpPermissions: [{ IpProtocol: '-1' }] };
    const home = await newGroup();
    expect(await b.call('ec2:RevokeSecurityGroupEgress', { GroupId: home, ...classic })).toMatchObject({
      Return: true,
      UnknownIpPermissions: [{ IpProtocol: '-1' }],
      RevokedSecurityGroupRules: [],
    });
    expect(await rulesOf(home)).toHaveLength(1);
    const other = await newGroup(await newVpc());
    await expect(b.call('ec2:RevokeSecurityGroupEgress', { GroupId: other, ...classic })).rejects.toMatchObject({ code: 'InvalidPermission.NotFound' });
    expect(await rulesOf(other)).toHaveLength(1);
  });
  it('by properties finds the rule in whatever form it was written', async () => {
    const group = await newGroup(await newVpc());
    await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [ssh('198.51.100.77/24')] });
    await b.call('ec2:RevokeSecurityGroupIngress', { GroupId: group, IpPermissions: [{ ...ssh('198.51.100.0/24'), IpProtocol: '6' }] });
    expect((await rulesOf(group)).filter((rule) => !rule.IsEgress)).toEqual([]);
  });
});

describe('authorizing', () => {
  it('makes one rule for each peer and refuses one that exists', async () => {
    const group = await newGroup(await newVpc());
    const open = {
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'web' }],
      Ipv6Ranges: [{ CidrIpv6: '0:0::0/0' }],
      UserIdGroupPairs: [{ GroupId: group }],
    };
    const { SecurityGroupRules } = await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [open] });
    expect(SecurityGroupRules.map((rule: any) => rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo.GroupId)).toEqual(['0.0.0.0/0', '::/0', group]);
    await expect(
      b.call('ec2:AuthorizeSecurityGroupIngress', {
        GroupId: group,
        IpPermissions: [ssh('203.0.113.9/32'), { ...open, Ipv6Ranges: [], UserIdGroupPairs: [] }],
      }),
    ).rejects.toMatchObject({ code: 'InvalidPermission.Duplicate' });
    // All or none: the rule beside the duplicate was not added.
    expect((await describeGroup(group)).IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'web' }],
        Ipv6Ranges: [{ CidrIpv6: '::/0', Description: undefined }],
        PrefixListIds: [],
        UserIdGroupPairs: [{ GroupId: group, UserId: b.account.id, VpcId: undefined, Description: undefined }],
      },
    ]);
  });
  it.each([
    [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, 'InvalidParameterValue'],
    [ssh('198.51.100.7'), 'InvalidParameterValue'],
    [ssh('198.51.100.7/33'), 'InvalidParameterValue'],
    [{ ...ssh('198.51.100.7/32'), IpProtocol: 'tpc' }, 'InvalidParameterValue'],
    [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0000000000000000f' }] }, 'InvalidGroup.NotFound'],
    [{ IpProtocol: '-1' }, 'MissingParameter'],
  ])('refuses %j', async (permission, code) => {
    const group = await newGroup(await newVpc());
    await expect(b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [permission] })).rejects.toMatchObject({ code });
    expect((await describeGroup(group)).IpPermissions).toEqual([]);
  });
  it('stops at sixty rules each way and family', async () => {
    const group = await newGroup(await newVpc());
    const IpRanges = Array.from({ length: 60 }, (_, index) => ({ CidrIp: `198.51.100.${index}/32` }));
    await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [{ ...ssh(''), IpRanges }] });
    await expect(b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [ssh('203.0.113.1/32')] })).rejects.toMatchObject({
      code: 'RulesPerSecurityGroupLimitExceeded',
    });
    await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [{ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] }] });
    expect((await rulesOf(group)).filter((rule) => !rule.IsEgress)).toHaveLength(61);
  });
});

it('deletes a group nothing depends on', async () => {
  const vpc = await newVpc();
  const [one, two] = [await newGroup(vpc, 'one'), await newGroup(vpc, 'two')];
  await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: two, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: one }] }] });
  await expect(b.call('ec2:DeleteSecurityGroup', { GroupId: one })).rejects.toMatchObject({ code: 'DependencyViolation' });
  await b.call('ec2:DeleteSecurityGroup', { GroupId: two });
  await b.call('ec2:DeleteSecurityGroup', { GroupId: one });
  await expect(b.call('ec2:DescribeSecurityGroups', { GroupIds: [one] })).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' });
  expect(await rulesOf(two)).toEqual([]);
});
it('changes a rule in place', async () => {
  const group = await newGroup(await newVpc());
  const { SecurityGroupRules } = await b.call('ec2:AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [ssh('0.0.0.0/0')] });
  const id = SecurityGroupRules[0].SecurityGroupRuleId;
  const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '198.51.100.7/32' };
  await b.call('ec2:ModifySecurityGroupRules', { GroupId: group, SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule }] });
  expect((await rulesOf(group)).find((rule) => rule.SecurityGroupRuleId === id)).toMatchObject({ IsEgress: false, CidrIpv4: '198.51.100.7/32' });
});
