import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MotoServer, startMoto } from './moto.ts';
import { type Company, clientsOf, type Member, plantCompany, plantMember, REGION, TAGS_BEFORE } from './moto-account.ts';
import { pythonReady } from './python.ts';
import { aplomb, type Ran, type Responder, told } from './responder.ts';

const FROM = '198.51.100.7';
let moto: MotoServer;
let company: Company;
let who: Responder;
let member: Member;

const ready = pythonReady('that the steps hold at moto, an AWS that we did not write');
beforeAll(async () => {
  if (!ready) return;
  moto = await startMoto();
  company = await plantCompany(moto);
  who = { endpoint: moto.endpoint, ...company.responder, region: REGION, dir: mkdtempSync(join(tmpdir(), 'aplomb-moto-')) };
  expect(told(await aplomb(['open', '--title', 'Moto', '--reference', 'M-1', '--responder', 'jdoe', '--from', company.leaked.accessKeyId], who))).toEqual({
    exit: 0,
  });
}, 120_000);
afterAll(async () => {
  await moto?.close();
  if (who) rmSync(who.dir, { recursive: true, force: true });
});

/** What a group cannot cut lives on: the step alone does not contain, and says so. */
const ISOLATED = {
  ...{ 'termination-protection': 'holds', 'shutdown-behaviour': 'holds', 'volumes-kept': 'holds', 'scheduled-events': 'holds', 'stop-protection': 'holds' },
  ...{ 'auto-scaling': 'holds', 'every-interface': 'holds', 'no-egress': 'holds', 'ingress-responder-only': 'holds' },
  ...{ 'existing-connections': 'fails', 'new-connections': 'holds', 'what-no-group-cuts': 'holds', 'flow-logs': 'holds' },
};

/** Verdicts and states of one verb, by name. */
async function step(
  args: readonly string[],
  { settle = '1', by = who } = {},
): Promise<{ exit: number | null; states: string[]; verdicts: Record<string, string> }> {
  const ran: Ran = await aplomb([...args, '--yes'], by, { env: { APLOMB_SETTLE_SECONDS: settle } });
  expect(ran.result?.error, JSON.stringify(told(ran))).toBeUndefined();
  const rows = ran.result.verdicts as { checks: { name: string; verdict: string }[] }[];
  return {
    exit: ran.exit,
    states: ran.result.changes.map((change: any) => change.state),
    verdicts: Object.fromEntries(rows.flatMap((row) => row.checks.map((check) => [check.name, check.verdict]))),
  };
}
const ec2 = (operation: string, input?: Record<string, unknown>): Promise<any> => company.auditor.ec2(operation, input);
const iam = (operation: string, input?: Record<string, unknown>): Promise<any> => company.auditor.iam(operation, input);
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: Error) => error.name,
  );
const pairs = (tags: readonly { Key: string; Value: string }[]): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
const tagsOf = async (id: string): Promise<Record<string, string>> =>
  pairs((await ec2('DescribeTags', { Filters: [{ Name: 'resource-id', Values: [id] }] })).Tags);
const instance = async (): Promise<any> => (await ec2('DescribeInstances', { InstanceIds: [company.web] })).Reservations[0].Instances[0];
const groupsOf = async (): Promise<string[][]> =>
  (await ec2('DescribeNetworkInterfaces', { NetworkInterfaceIds: company.interfaces })).NetworkInterfaces.map((one: any) =>
    one.Groups.map((group: any) => group.GroupId),
  );
const isolationGroups = async (): Promise<any[]> =>
  (await ec2('DescribeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: [company.vpc] }] })).SecurityGroups.filter((group: any) =>
    /^ir-/.test(group.GroupName),
  );

describe.skipIf(!ready)('the steps at moto', () => {
  test('1: both keys of the user are off and everything is denied to it, as its own calls show', async () => {
    const as = clientsOf(moto, company.leaked);
    expect(await code(as.iam('ListUsers'))).toBe('answered');
    expect(await step(['contain-key'])).toEqual({
      exit: 0,
      states: ['done', 'done', 'done', 'unneeded'],
      verdicts: { 'owner-known': 'holds', collected: 'holds', 'key-inactive': 'holds', 'other-keys-inactive': 'holds', 'deny-attached': 'holds' },
    });
    const { AccessKeyMetadata } = await iam('ListAccessKeys', { UserName: company.user });
    const keys = [company.leaked.accessKeyId, company.otherKey.accessKeyId].sort();
    expect(AccessKeyMetadata.map((key: any) => key.AccessKeyId).sort()).toEqual(keys);
    expect(AccessKeyMetadata.map((key: any) => key.Status)).toEqual(['Inactive', 'Inactive']);
    const { AttachedPolicies } = await iam('ListAttachedUserPolicies', { UserName: company.user });
    expect(AttachedPolicies.map((policy: any) => policy.PolicyArn)).toContain('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(await code(as.iam('ListUsers'))).toBe('AccessDenied');
    expect(await code(as.ec2('DescribeInstances'))).not.toBe('answered');
  });

  test('4: every interface is in the isolation group alone; nothing goes out, only the responder comes in', async () => {
    const seen = await step(['isolate', company.web, '--from-ip', FROM]);
    expect(seen).toEqual({
      exit: 4,
      states: ['done', 'done', 'done', 'done', 'done', 'done'],
      verdicts: ISOLATED,
    });
    const [group, ...others] = await isolationGroups();
    expect(others).toEqual([]);
    expect(await groupsOf()).toEqual([[group.GroupId], [group.GroupId]]);
    expect(group.IpPermissionsEgress).toEqual([]);
    expect(group.IpPermissions).toMatchObject([{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: `${FROM}/32` }] }]);
    expect([group.IpPermissions[0].Ipv6Ranges ?? [], group.IpPermissions[0].UserIdGroupPairs ?? [], group.IpPermissions[0].IpRanges.length]).toEqual([
      [],
      [],
      1,
    ]);
    expect(pairs(group.Tags)).toMatchObject({ 'ir:case': 'M-1', 'ir:responder': 'jdoe' });
  });

  test('4 again: what somebody opens or moves afterwards is closed and moved back', async () => {
    const [group] = await isolationGroups();
    const GroupId = group.GroupId;
    const everybody = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await ec2('AuthorizeSecurityGroupEgress', { GroupId, IpPermissions: everybody });
    await ec2('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 4444, ToPort: 4444, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
    });
    await ec2('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: company.interfaces[1], Groups: [GroupId, company.webGroup] });
    const seen = await step(['isolate', company.web, '--bastion', company.bastionGroup, '--from-ip', FROM]);
    expect(seen.states.every((state) => state === 'done')).toBe(true);
    expect(seen.verdicts).toEqual(ISOLATED);
    const [mended, ...others] = await isolationGroups();
    expect([mended.GroupId, others]).toEqual([GroupId, []]);
    expect(await groupsOf()).toEqual([[GroupId], [GroupId]]);
    expect(mended.IpPermissionsEgress).toEqual([]);
    const { SecurityGroupRules } = await ec2('DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
    const rules = SecurityGroupRules.map((rule: any) => [rule.IsEgress, rule.FromPort, rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId]);
    expect(rules.sort()).toEqual(
      [
        [false, 22, `${FROM}/32`],
        [false, 22, company.bastionGroup],
      ].sort(),
    );
  });

  test('5: instance, volumes and interfaces carry the tags of the case; the old value is kept for undo', async () => {
    expect(await step(['tag', '--classic-tag', '--reference', 'R-1'])).toEqual({
      exit: 0,
      states: Array.from({ length: 12 }, () => 'done'),
      verdicts: { 'instance-tagged': 'holds', 'volumes-tagged': 'holds', 'interfaces-tagged': 'holds', 'groups-tagged': 'holds' },
    });
    const ours = { 'ir:case': 'M-1', 'ir:status': 'quarantined', 'ir:responder': 'jdoe', 'ir:reference': 'R-1', Environment: 'Quarantine:R-1' };
    for (const id of [...company.volumes, ...company.interfaces]) expect(await tagsOf(id)).toEqual(ours);
    expect(await tagsOf(company.web)).toEqual({ ...ours, Name: 'web' });
  });

  test('7: one snapshot of each volume, described and tagged', async () => {
    expect(await step(['snapshot'])).toEqual({ exit: 0, states: ['done'], verdicts: { 'every-volume': 'holds', completed: 'holds' } });
    const { Snapshots } = await ec2('DescribeSnapshots', { OwnerIds: ['self'], Filters: [{ Name: 'tag:ir:case', Values: ['M-1'] }] });
    expect(Snapshots.map((one: any) => one.VolumeId).sort()).toEqual([...company.volumes].sort());
    for (const one of Snapshots) {
      expect(one.Description).toMatch(/^IR-jdoe-\d{4}-\d\d-\d\d-M-1$/);
      expect(one.State).toBe('completed');
      expect(pairs(one.Tags)).toMatchObject({ 'ir:case': 'M-1', 'ir:instance': company.web, 'ir:responder': 'jdoe' });
    }
  });

  test('8: a protected instance is not stopped without being told to; then it is', async () => {
    const refused = await aplomb(['stop', '--yes'], who);
    expect(refused.result.error).toMatchObject({ code: 'StopProtected' });
    expect((await instance()).State.Name).toBe('running');
    expect(await step(['stop', '--clear-stop-protection'])).toEqual({
      exit: 0,
      states: ['done', 'done'],
      verdicts: { stopped: 'holds', connections: 'holds', 'instance-store': 'holds' },
    });
    expect((await instance()).State.Name).toBe('stopped');
    // The connections that a group cannot cut are gone now.
    expect(await step(['isolate', company.web])).toMatchObject({ exit: 0, states: [], verdicts: { 'existing-connections': 'holds' } });
  });

  test('9: a gp3 volume from each snapshot, in the zone of the workstation', async () => {
    expect(await step(['volume', '--all'])).toEqual({ exit: 0, states: ['done', 'done'], verdicts: { 'volume-ready': 'holds' } });
    const { Snapshots } = await ec2('DescribeSnapshots', { OwnerIds: ['self'], Filters: [{ Name: 'tag:ir:case', Values: ['M-1'] }] });
    const { Volumes } = await ec2('DescribeVolumes', { Filters: [{ Name: 'tag:ir:case', Values: ['M-1'] }] });
    const copies = Volumes.filter((one: any) => !company.volumes.includes(one.VolumeId));
    expect(copies.map((one: any) => one.SnapshotId).sort()).toEqual(Snapshots.map((one: any) => one.SnapshotId).sort());
    for (const one of copies) expect(one).toMatchObject({ VolumeType: 'gp3', State: 'available', AvailabilityZone: company.zone });
    expect(await step(['volume', '--all'])).toMatchObject({ states: [] });
  });

  test('undo: groups, tags and the protection come back; the key stays off, the instance stopped, the snapshots kept', async () => {
    const ran = await aplomb(['undo', '--yes'], who, { env: { APLOMB_SETTLE_SECONDS: '1' } });
    expect(ran.exit, JSON.stringify(told(ran), null, 1)).toBe(0);
    expect(await isolationGroups()).toEqual([]);
    const [first, second] = await groupsOf();
    expect([first, [...second!].sort()]).toEqual([[company.webGroup], [company.webGroup, company.bastionGroup].sort()]);
    expect(await tagsOf(company.web)).toEqual(pairs(TAGS_BEFORE));
    for (const id of [...company.volumes, ...company.interfaces]) expect(await tagsOf(id)).toEqual({});
    expect((await ec2('DescribeInstanceAttribute', { InstanceId: company.web, Attribute: 'disableApiStop' })).DisableApiStop.Value).toBe(true);
    expect((await instance()).State.Name).toBe('stopped');
    expect((await ec2('DescribeSnapshots', { OwnerIds: ['self'], Filters: [{ Name: 'tag:ir:case', Values: ['M-1'] }] })).Snapshots.length).toBe(2);
    expect((await ec2('DescribeVolumes', { Filters: [{ Name: 'tag:ir:case', Values: ['M-1'] }] })).Volumes).toEqual([]);
    const { AccessKeyMetadata } = await iam('ListAccessKeys', { UserName: company.user });
    expect(AccessKeyMetadata.map((key: any) => key.Status)).toEqual(['Inactive', 'Inactive']);
  });

  test('the case of all this is whole', async () => {
    expect(told(await aplomb(['verify'], who))).toMatchObject({ exit: 0 });
  });
});

describe.skipIf(!ready)('step 4 with everything asked for, at moto', () => {
  let by: Responder;
  const options = ['--leave-load-balancers', '--cut', 'two-step,acl-subnet', '--instance-role', 'remove', '--disable-metadata', '--revoke-role'];
  const { balancing, classic } = {
    balancing: (operation: string, input?: Record<string, unknown>) => company.auditor.balancing(operation, input),
    classic: (operation: string, input?: Record<string, unknown>) => company.auditor.classic(operation, input),
  };
  /** Everything of the account that the step may have touched, as moto shows it. */
  const seen = async () => {
    const [described] = (await ec2('DescribeInstances', { InstanceIds: [member.id] })).Reservations[0].Instances;
    const [network] = (await ec2('DescribeNetworkInterfaces', { NetworkInterfaceIds: [member.interfaceId] })).NetworkInterfaces;
    const [acl] = (await ec2('DescribeNetworkAcls', { Filters: [{ Name: 'association.subnet-id', Values: [member.subnet] }] })).NetworkAcls;
    const { TargetHealthDescriptions } = await balancing('DescribeTargetHealth', { TargetGroupArn: member.targetGroup });
    const [old] = (await classic('DescribeLoadBalancers', { LoadBalancerNames: ['old'] })).LoadBalancerDescriptions;
    return {
      profile: described.IamInstanceProfile?.Arn.split('/').at(-1),
      metadata: described.MetadataOptions.HttpEndpoint,
      protected: (await ec2('DescribeInstanceAttribute', { InstanceId: member.id, Attribute: 'disableApiTermination' })).DisableApiTermination.Value,
      groups: network.Groups.map((one: any) => one.GroupName),
      defaultAcl: acl.IsDefault,
      targets: TargetHealthDescriptions.map((one: any) => `${one.Target.Id}:${one.Target.Port}`),
      classic: old.Instances.map((one: any) => one.InstanceId),
      revoked: (await iam('ListRolePolicies', { RoleName: 'member' })).PolicyNames.length,
    };
  };
  beforeAll(async () => {
    member = await plantMember(company);
    by = { ...who, dir: mkdtempSync(join(tmpdir(), 'aplomb-moto-member-')) };
    const opened = ['open', '--title', 'Member', '--reference', 'M-2', '--responder', 'jdoe', '--from', company.leaked.accessKeyId];
    expect(told(await aplomb(opened, by))).toEqual({ exit: 0 });
  }, 120_000);
  afterAll(() => by && rmSync(by.dir, { recursive: true, force: true }));

  test('nothing ends it, nobody sends to it, nothing it was given works; and all of it can be taken back', async () => {
    const before = await seen();
    expect(before).toEqual({
      ...{ profile: 'member', metadata: 'enabled', protected: false, groups: ['web'], defaultAcl: true },
      ...{ targets: [`${member.id}:8080`], classic: [member.id], revoked: 0 },
    });
    const done = await step(['isolate', member.id, '--from-ip', FROM, ...options], { by });
    const { 'stop-protection': _, ...isolated } = ISOLATED;
    expect(done.verdicts).toEqual({
      ...{ ...isolated, 'existing-connections': 'holds', 'two-step': 'holds', 'acl-subnet': 'holds', 'open-group-gone': 'holds' },
      ...{ 'load-balancers': 'holds', 'draining-connections': 'holds', 'instance-role': 'holds', 'metadata-off': 'holds' },
      ...{ 'role-sessions-revoked': 'holds', 'no-fresh-credentials': 'holds' },
    });
    expect(done.exit).toBe(0);
    expect(done.states.filter((state) => state !== 'done' && state !== 'already')).toEqual([]);
    expect(await seen()).toEqual({
      ...{ profile: undefined, metadata: 'disabled', protected: true, groups: [`ir-M-2-${member.id}`], defaultAcl: false },
      ...{ targets: [], classic: [], revoked: 1 },
    });
    const back = await aplomb(['undo', '--yes'], by, { env: { APLOMB_SETTLE_SECONDS: '1' } });
    expect(back.exit, JSON.stringify(told(back), null, 1)).toBe(0);
    expect(await seen()).toEqual(before);
  }, 240_000);
});

/** What moto cannot do, so what it is no witness of. Each is shown: once moto can, its entry fails and must go. */
const CANNOT: Readonly<Record<string, () => Promise<void>>> = {
  'refuse an inactive key: that a deactivated key is dead': async () => {
    await iam('CreateUser', { UserName: 'dormant' });
    await iam('AttachUserPolicy', { UserName: 'dormant', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'dormant' });
    await iam('UpdateAccessKey', { UserName: 'dormant', AccessKeyId: AccessKey.AccessKeyId, Status: 'Inactive' });
    expect(await code(clientsOf(moto, { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }).iam('ListUsers'))).toBe('answered');
  },
  'limit the managed policies of a user: the denial by an inline policy instead': async () => {
    await iam('CreateUser', { UserName: 'collector' });
    for (let n = 0; n < 21; n++) {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] });
      const { Policy } = await iam('CreatePolicy', { PolicyName: `policy-${n}`, PolicyDocument });
      expect(await code(iam('AttachUserPolicy', { UserName: 'collector', PolicyArn: Policy.Arn }))).toBe('answered');
    }
  },
  'take an interface out of the groups its instance was launched with: step 4 of such an instance, whose verdict rightly fails': async () => {
    const { Instances } = await ec2('RunInstances', {
      ...{ ImageId: company.image, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro', SubnetId: company.subnet },
      SecurityGroupIds: [company.webGroup],
    });
    const NetworkInterfaceId = Instances[0].NetworkInterfaces[0].NetworkInterfaceId;
    await ec2('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups: [company.bastionGroup] });
    const { Groups } = (await ec2('DescribeNetworkInterfaces', { NetworkInterfaceIds: [NetworkInterfaceId] })).NetworkInterfaces[0];
    expect(Groups.map((group: any) => group.GroupId)).toContain(company.webGroup);
  },
  'answer account:ListRegions: the second list of regions': async () => {
    expect(await code(company.auditor.account('ListRegions'))).not.toBe('answered');
  },
  'be between two states: the waits of stop, snapshot and volume': async () => {
    const { VolumeId, State } = await ec2('CreateVolume', { Size: 1, AvailabilityZone: company.zone });
    expect(State).toBe('available');
    expect((await ec2('CreateSnapshot', { VolumeId })).State).toBe('completed');
    await ec2('ModifyInstanceAttribute', { InstanceId: company.web, DisableApiStop: { Value: false } });
    await ec2('StartInstances', { InstanceIds: [company.web] });
    await ec2('StopInstances', { InstanceIds: [company.web] });
    expect((await instance()).State.Name).toBe('stopped');
  },
  'describe the instance refreshes of a scaling group: that the instance leaves its group': async () => {
    expect(await code(company.auditor.scaling('DescribeInstanceRefreshes', { AutoScalingGroupName: 'fleet' }))).not.toBe('answered');
  },
  'show the profile that replaced another: that step 4 gives the instance one for evidence': async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await iam('CreateRole', { RoleName: 'evidence', AssumeRolePolicyDocument: JSON.stringify(trust) });
    await iam('CreateInstanceProfile', { InstanceProfileName: 'evidence' });
    const filters = { Filters: [{ Name: 'instance-id', Values: [member.id] }] };
    const [{ AssociationId }] = (await ec2('DescribeIamInstanceProfileAssociations', filters)).IamInstanceProfileAssociations;
    await ec2('ReplaceIamInstanceProfileAssociation', { AssociationId, IamInstanceProfile: { Name: 'evidence' } });
    const [described] = (await ec2('DescribeInstances', { InstanceIds: [member.id] })).Reservations[0].Instances;
    expect(described.IamInstanceProfile.Arn).toMatch(/\/member$/);
  },
  'lock snapshots: the lock of step 7 and with it the legal hold': async () => {
    const { Snapshots } = await ec2('DescribeSnapshots', { OwnerIds: ['self'] });
    const lock = { SnapshotId: Snapshots[0].SnapshotId, LockMode: 'governance', LockDuration: 1 };
    expect(await code(ec2('LockSnapshot', lock))).not.toBe('answered');
  },
  'know a ClientToken of CreateVolume: that a resent call makes no second volume': async () => {
    const twice = { Size: 1, AvailabilityZone: company.zone, VolumeType: 'gp3', ClientToken: 'the-same' };
    const [first, second] = [await ec2('CreateVolume', twice), await ec2('CreateVolume', twice)];
    expect(first.VolumeId).not.toBe(second.VolumeId);
  },
};
describe.skipIf(!ready)('moto cannot, so it is no witness of it', () => {
  test.each(Object.entries(CANNOT))('%s', (_name, shown) => shown());
});
