import {
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { trailValidated } from '../company-trail.ts';
import type { Scene } from '../moves.ts';
import type { Truth } from '../scenario.ts';
import type { Actor, Stage } from '../stage.ts';
import { type Cast, SPAN } from './cast.ts';
import type { Company } from './company.ts';
import type { Founding } from './founding.ts';

/**
 * The company's ordinary day beside the attack: the pipeline with the very key that leaked, a new colleague, a machine
 * with a GPU, a new role. Same hours, same regions, same agent; only the credential and the address differ.
 */
export function everydayScenes(stage: Stage, cast: Cast, company: Company, founding: Founding, lookAlikes: Truth['lookAlikes']): Scene[] {
  const { times, home } = cast;
  const innocent = (type: string, id: string, region: string, by: Actor) => lookAlikes.push({ type, id, region, by: by.accessKeyId });

  /** A run of the pipeline: looks, takes its role, looks again. Creates nothing. */
  const pipeline = async () => {
    const ec2 = stage.as(company.ci, 'ec2', home);
    await stage.as(company.ci, 'sts', home).send(new GetCallerIdentityCommand({}));
    await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:env', Values: ['production'] }] }));
    await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    const { Credentials: given } = await stage
      .as(company.ci, 'sts', home)
      .send(new AssumeRoleCommand({ RoleArn: company.ciRoleArn, RoleSessionName: 'pipeline' }));
    const runner: Actor = { ...company.ci, accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
    await stage.as(runner, 'ec2', home).send(new DescribeVolumesCommand({ MaxResults: 50 }));
  };
  /** In the hour of the backdoor: the administrator makes a real user, with a key. */
  const newcomer = async () => {
    const iam = stage.as(company.admin, 'iam', 'us-east-1');
    await iam.send(new ListUsersCommand({}));
    await iam.send(new CreateUserCommand({ UserName: cast.newcomer }));
    innocent('AWS::IAM::User', cast.newcomer, 'us-east-1', company.admin);
    await iam.send(new AttachUserPolicyCommand({ UserName: cast.newcomer, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: cast.newcomer }));
    innocent('AWS::IAM::AccessKey', AccessKey!.AccessKeyId!, 'us-east-1', company.admin);
  };
  /** In the hour of the attacker's role: a colleague makes one too. */
  const role = async () => {
    const iam = stage.as(company.scientist, 'iam', 'us-east-1');
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await iam.send(new CreateRoleCommand({ RoleName: cast.roleByColleague, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    innocent('AWS::IAM::Role', cast.roleByColleague, 'us-east-1', company.scientist);
    const read = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
    await iam.send(new PutRolePolicyCommand({ RoleName: cast.roleByColleague, PolicyName: 'read', PolicyDocument: JSON.stringify(read) }));
  };
  /** In the hour the web server is entered, in its region: a GPU machine, its key pair and its group, for work. */
  const training = async () => {
    const ec2 = stage.as(company.scientist, 'ec2', home);
    const pair = await ec2.send(new CreateKeyPairCommand({ KeyName: `${cast.names.training}-2`, KeyType: 'rsa' }));
    innocent('AWS::EC2::KeyPair', pair.KeyPairId!, home, company.scientist);
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: cast.names.training, Description: 'Training', VpcId: founding.vpcId }));
    innocent('AWS::EC2::SecurityGroup', GroupId!, home, company.scientist);
    const office = [{ CidrIp: `${cast.addresses.office}/32` }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: office }] }));
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] }));
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: Images![0]!.ImageId,
        InstanceType: 'g4dn.xlarge',
        MinCount: 1,
        MaxCount: 1,
        KeyName: company.trainingPair,
        SubnetId: founding.privateSubnets[0],
        SecurityGroupIds: [GroupId!],
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: cast.names.training }] }],
      }),
    );
    innocent('AWS::EC2::Instance', Instances![0]!.InstanceId!, home, company.scientist);
  };
  const { MINUTE, HOUR } = SPAN;
  return [
    { at: times.leaked - 40 * HOUR, play: pipeline },
    trailValidated({ stage, admin: company.admin, slug: cast.company.slug, account: cast.account, region: home }, times.leaked - 2 * HOUR),
    { at: times.survey - 20 * MINUTE, play: pipeline },
    { at: times.persist + 12 * MINUTE, play: newcomer },
    { at: times.mine[2] + 14 * MINUTE, play: role },
    { at: times.enter + 11 * MINUTE, play: training },
    { at: times.blind - 6 * MINUTE, play: pipeline },
  ];
}
