import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { makeCompanyTrail } from '../company-trail.ts';
import type { Actor, Stage } from '../stage.ts';
import type { Props, Technique } from '../technique.ts';
import { SERVICES, trust } from '../words.ts';
import type { Cast } from './cast.ts';
import { SPAN } from './cast.ts';
import type { Founding } from './founding.ts';

export interface Company {
  admin: Actor;
  ci: Actor;
  scientist: Actor;
  responder: Actor;
  ciRoleArn: string;
  profileArn: string;
  trainingPair: string;
  props: Props;
  web: { instanceId: string; groupId: string; privateIp: string; publicIp: string; rootVolume: string; launched: number };
  app: { instanceId: string };
}

/**
 * What the deploy user may do: far too much, but the trail, the account and the bills are out of its reach.
 * @param techniques what will be done with it decides which services are among "far too much"
 */
const deployPolicy = (techniques: readonly Technique[]): object => {
  const services = ['codecommit', 'ec2', 'iam', 'sts', 's3', ...techniques.flatMap(({ needs }) => needs.map((action) => action.split(':')[0]!))];
  const actions = [...new Set(services)].filter((service) => service !== 'cloudtrail' && service !== 'account').sort();
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Deploy',
        Effect: 'Allow',
        Action: [...actions.map((service) => `${service}:*`), 'cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus'],
        Resource: '*',
      },
      { Sid: 'KeepTheTrail', Effect: 'Deny', Action: ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail'], Resource: '*' },
    ],
  };
};
const tags = (kind: string, values: Record<string, string>) => ({
  ResourceType: kind as 'instance',
  Tags: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
});

/** The company, from two months ago until shortly before the leak: people, roles, servers. */
export async function buildCompany(stage: Stage, cast: Cast, founding: Founding, techniques: readonly Technique[]): Promise<Company> {
  const { addresses, agents, home, company } = cast;
  const actor = (key: { id: string; secret: string }, ip: string, userAgent: string): Actor => ({
    accessKeyId: key.id,
    secretAccessKey: key.secret,
    ip,
    userAgent,
  });
  const admin = actor(founding.admin, addresses.office, agents.shared);
  const iam = stage.as(admin, 'iam', 'us-east-1');
  const ec2 = stage.as(admin, 'ec2', home);

  const newUser = async (name: string, policyArns: string[], inline?: object): Promise<{ id: string; secret: string }> => {
    await iam.send(new CreateUserCommand({ UserName: name, Tags: [{ Key: 'owner', Value: cast.admin }] }));
    for (const PolicyArn of policyArns) await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
    if (inline) await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'work', PolicyDocument: JSON.stringify(inline) }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { id: AccessKey!.AccessKeyId!, secret: AccessKey!.SecretAccessKey! };
  };

  await makeCompanyTrail({ stage, admin, slug: company.slug, account: cast.account, region: home });
  const ciKey = await newUser(cast.ci, [], deployPolicy(techniques));
  const role = await iam.send(
    new CreateRoleCommand({
      RoleName: cast.ciRole,
      Description: 'Rolls out releases',
      MaxSessionDuration: 43_200,
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${cast.account}:user/${cast.ci}` }),
    }),
  );
  const releases = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ec2:*', 'iam:PassRole', 'iam:CreateRole', 'iam:PutRolePolicy', 'iam:Get*', 'iam:List*'], Resource: '*' }],
  };
  await iam.send(new PutRolePolicyCommand({ RoleName: cast.ciRole, PolicyName: 'rollout', PolicyDocument: JSON.stringify(releases) }));
  const profile = `${company.slug}-web-profile`;
  await iam.send(new CreateRoleCommand({ RoleName: `${company.slug}-web`, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: `${company.slug}-web`, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }));
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: profile }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: profile, RoleName: `${company.slug}-web` }));

  await newUser(cast.program, [], { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' }] });
  const service = await iam.send(new CreateRoleCommand({ RoleName: cast.serviceRole, AssumeRolePolicyDocument: trust({ Service: SERVICES }) }));
  const jobs = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 'logs:*'], Resource: '*' }] };
  await iam.send(new PutRolePolicyCommand({ RoleName: cast.serviceRole, PolicyName: 'work', PolicyDocument: JSON.stringify(jobs) }));

  stage.until(cast.times.begin + SPAN.DAY);
  const scientistKey = await newUser(cast.scientist, [], {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ec2:*', 'iam:CreateRole', 'iam:PutRolePolicy', 'iam:PassRole', 'iam:Get*', 'iam:List*'], Resource: '*' }],
  });
  const responderKey = await newUser(cast.responder, ['arn:aws:iam::aws:policy/AdministratorAccess']);

  const group = async (name: string, description: string, ports: number[]): Promise<string> => {
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: description, VpcId: founding.vpcId }));
    const anyone = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
    if (ports.length > 0)
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: ports.map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...anyone })),
        }),
      );
    return GroupId!;
  };
  const webGroup = await group(`${company.slug}-web`, 'Web servers', [80, 443]);
  const office = [{ CidrIp: `${addresses.office}/32`, Description: 'office' }];
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: webGroup, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: office }] }),
  );
  const backGroup = await group(`${company.slug}-back`, 'Between the servers', []);
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: backGroup,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: webGroup }] }],
    }),
  );
  await ec2.send(new CreateKeyPairCommand({ KeyName: `${company.slug}-admin`, KeyType: 'ed25519' }));
  const trainingPair = `${company.slug}-training`;
  await ec2.send(new CreateKeyPairCommand({ KeyName: trainingPair, KeyType: 'ed25519' }));

  const launched = stage.now;
  const userData = `#cloud-config\npackages: [nginx, php8.3-fpm]\nruncmd:\n  - systemctl enable --now nginx\n  - git clone https://git.${company.domain}/shop /var/www/${company.slug}\n`;
  const web = await ec2.send(
    new RunInstancesCommand({
      ImageId: founding.imageId,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      KeyName: `${company.slug}-admin`,
      IamInstanceProfile: { Name: profile },
      UserData: Buffer.from(userData).toString('base64'),
      InstanceInitiatedShutdownBehavior: 'stop',
      MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 2 },
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: founding.publicSubnets[0], Groups: [webGroup], Ipv6AddressCount: 1, Description: 'public' },
        { DeviceIndex: 1, SubnetId: founding.privateSubnets[0], Groups: [backGroup], Description: 'towards the database' },
      ],
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3', DeleteOnTermination: false } }],
      TagSpecifications: [tags('instance', { Name: cast.names.web, team: 'shop', env: 'production' }), tags('volume', { Name: cast.names.web })],
    }),
  );
  const server = web.Instances![0]!;
  const address = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  stage.until(stage.now + 30_000);
  const primary = server.NetworkInterfaces!.find((card) => card.Attachment?.DeviceIndex === 0)!;
  await ec2.send(new AssociateAddressCommand({ AllocationId: address.AllocationId, NetworkInterfaceId: primary.NetworkInterfaceId }));
  const plain = async (name: string, subnet: string, type: 't3.large' | 'm6i.large', extra: Record<string, string>): Promise<string> => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: founding.imageId,
        InstanceType: type,
        MinCount: 1,
        MaxCount: 1,
        KeyName: `${company.slug}-admin`,
        SubnetId: subnet,
        SecurityGroupIds: [backGroup],
        TagSpecifications: [tags('instance', { Name: name, ...extra })],
      }),
    );
    return Instances![0]!.InstanceId!;
  };
  const app = await plain(cast.names.app, founding.privateSubnets[1], 't3.large', { team: 'shop', env: 'production' });
  stage.until(cast.times.begin + 2 * SPAN.DAY);
  await plain(cast.names.workstation, founding.privateSubnets[cast.workstationZone]!, 'm6i.large', { purpose: 'incident response' });

  return {
    admin,
    ci: actor(ciKey, addresses.runner, agents.runner),
    scientist: actor(scientistKey, addresses.office, agents.shared),
    responder: actor(responderKey, addresses.responder, agents.shared),
    ciRoleArn: role.Role!.Arn!,
    profileArn: InstanceProfile!.Arn!,
    trainingPair,
    props: {
      slug: company.slug,
      serviceRoleArn: service.Role!.Arn!,
      serviceRoleName: cast.serviceRole,
      programUser: cast.program,
      leakedUser: cast.ci,
      outsider: cast.backdoor.foreignAccount,
      script: addresses.scanner,
    },
    web: {
      instanceId: server.InstanceId!,
      groupId: webGroup,
      privateIp: primary.PrivateIpAddress!,
      publicIp: address.PublicIp!,
      rootVolume: server.BlockDeviceMappings!.find((mapping) => mapping.DeviceName === server.RootDeviceName)!.Ebs!.VolumeId!,
      launched,
    },
    app: { instanceId: app },
  };
}
