import { AplombError, EXIT, type JsonObject } from '../../kernel/index.ts';

/** What the template fixes; everything else is a parameter that whoever deploys it fills in. */
export interface TemplateOptions {
  /** AMI id, or name of a (public) SSM parameter that holds one. */
  readonly image: string;
  /** KMS key of the root volume: id, alias or ARN. Absent: the account's default for EBS. */
  readonly kmsKeyId?: string | undefined;
  /** Root device of the image. */
  readonly rootDevice?: string | undefined;
}
/** Amazon Linux 2023 brings the SSM Agent (Amazon Linux 2023 User Guide, public parameters). */
export const DEFAULT_IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
/** AWS::EC2::Image::Id by hand, or looked up by CloudFormation when the stack is made. */
export const isImageId = (image: string): boolean => /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(image);
/** @throws AplombError InvalidImage (exit 2) */
export function imageOption(given: string | undefined): string {
  const image = given ?? DEFAULT_IMAGE;
  if (isImageId(image) || /^\/[A-Za-z0-9_.\-/]{1,1010}$/.test(image)) return image;
  throw new AplombError('InvalidImage', `${JSON.stringify(image)} is neither an AMI id nor the name of an SSM parameter.`, {
    exit: EXIT.usage,
    fix: 'Give ami-... or a parameter such as /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id. It must have the SSM Agent.',
  });
}

const ref = (name: string): JsonObject => ({ Ref: name });
const get = (name: string, attribute: string): JsonObject => ({ 'Fn::GetAtt': [name, attribute] });
const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
/** A pseudo parameter inside Fn::Sub. */
const aws = (name: 'Region' | 'Partition'): string => `\${AWS::${name}}`;
const named = (name: string): JsonObject[] => [{ Key: 'Name', Value: name }];
const resource = (Type: string, Properties: JsonObject, more: JsonObject = {}): JsonObject => ({ Type, ...more, Properties });

/** Read-only before anything else may touch it: every disk but the first, by the kernel itself, as soon as it appears. */
const USER_DATA = `#!/bin/sh
set -eu
cat > /etc/udev/rules.d/01-evidence-read-only.rules <<'RULES'
ACTION=="add", SUBSYSTEM=="block", KERNEL=="nvme[1-9]*", RUN+="/usr/sbin/blockdev --setro $env{DEVNAME}"
ACTION=="add", SUBSYSTEM=="block", KERNEL=="xvd[b-z]*|sd[b-z]*", RUN+="/usr/sbin/blockdev --setro $env{DEVNAME}"
RULES
udevadm control --reload
if [ -d /etc/lvm ]; then
  sed -i 's/^[# \\t]*event_activation = .*/\\tevent_activation = 0/' /etc/lvm/lvm.conf || true
fi
`;

/** Only the workstation's own role goes through, whoever else may reach the endpoint. */
const ONLY_ITS_ROLE = { ArnEquals: { 'aws:PrincipalArn': get('Role', 'Arn') } };
const interfaceEndpoint = (service: string): JsonObject =>
  resource('AWS::EC2::VPCEndpoint', {
    VpcEndpointType: 'Interface',
    ServiceName: sub(`com.amazonaws.${aws('Region')}.${service}`),
    VpcId: ref('Vpc'),
    SubnetIds: [ref('Subnet')],
    SecurityGroupIds: [get('EndpointGroup', 'GroupId')],
    PrivateDnsEnabled: true,
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: ONLY_ITS_ROLE }] },
  });
const gatewayEndpoint = (): JsonObject =>
  resource('AWS::EC2::VPCEndpoint', {
    VpcEndpointType: 'Gateway',
    ServiceName: sub(`com.amazonaws.${aws('Region')}.s3`),
    VpcId: ref('Vpc'),
    RouteTableIds: [ref('RouteTable')],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'BucketsOfThisAccount',
          Effect: 'Allow',
          Principal: '*',
          Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListBucket', 's3:GetBucketLocation'],
          Resource: '*',
          Condition: { ...ONLY_ITS_ROLE, StringEquals: { 'aws:ResourceAccount': ref('AWS::AccountId') } },
        },
        {
          // Amazon Linux fetches packages unsigned: no principal to compare.
          Sid: 'PackagesAndAgent',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: [
            sub(`arn:${aws('Partition')}:s3:::al2023-repos-${aws('Region')}-de612dc2/*`),
            sub(`arn:${aws('Partition')}:s3:::amazon-ssm-${aws('Region')}/*`),
            sub(`arn:${aws('Partition')}:s3:::amazon-ssm-packages-${aws('Region')}/*`),
          ],
        },
      ],
    },
  });

/**
 * A forensic workstation in a network of its own, as a CloudFormation template: no internet gateway, no public address, nothing
 * may come in, and out only TLS to the endpoints of Systems Manager and to S3. Deterministic: the same options, the same bytes.
 */
export function workstationTemplate({ image, kmsKeyId, rootDevice = '/dev/xvda' }: TemplateOptions): JsonObject {
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Forensic workstation without internet, reached by Session Manager only',
    Metadata: {
      Sessions:
        'What is typed in a session is recorded only where Session Manager preferences (document SSM-SessionManagerRunShell) log to S3 or CloudWatch Logs. CloudWatch Logs needs an interface endpoint "logs" beside those here.',
      Evidence:
        'A udev rule makes every disk but the root read-only when it appears. The workstation reads data an attacker wrote: throw it away after the case (delete the stack).',
    },
    Parameters: {
      ZoneId: {
        Type: 'String',
        AllowedPattern: '[a-z0-9-]+-(az|laz|wlz)[0-9]+',
        Description: 'Zone id (use1-az1) of the volumes to examine; zone names differ between accounts',
      },
      S3PrefixList: {
        Type: 'String',
        AllowedPattern: 'pl-[0-9a-f]+',
        Description: 'Prefix list of S3 in this Region: aws ec2 describe-managed-prefix-lists --filters Name=prefix-list-name,Values=com.amazonaws.REGION.s3',
      },
      Image: {
        Type: isImageId(image) ? 'AWS::EC2::Image::Id' : 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: image,
        Description: 'A forensics distribution of your choice: it needs the SSM Agent',
      },
      RootDevice: { Type: 'String', Default: rootDevice, Description: 'Root device name of the image; another name would leave its root outside the key' },
      InstanceType: { Type: 'String', Default: 'm5.large' },
      RootSize: { Type: 'Number', Default: 64, MinValue: 16, MaxValue: 16384, Description: 'GiB' },
      ...(kmsKeyId === undefined ? {} : { RootKey: { Type: 'String', Default: kmsKeyId, Description: 'KMS key of the root volume' } }),
    },
    Resources: {
      Vpc: resource('AWS::EC2::VPC', {
        CidrBlock: '10.255.255.0/26',
        // Both are needed for the private names of the endpoints.
        EnableDnsSupport: true,
        EnableDnsHostnames: true,
        Tags: named('forensic-workstation'),
      }),
      Subnet: resource('AWS::EC2::Subnet', {
        VpcId: ref('Vpc'),
        CidrBlock: '10.255.255.0/27',
        AvailabilityZoneId: ref('ZoneId'),
        MapPublicIpOnLaunch: false,
        Tags: named('forensic-workstation'),
      }),
      RouteTable: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc'), Tags: named('forensic-workstation') }),
      RouteTableUse: resource('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId: ref('RouteTable'), SubnetId: ref('Subnet') }),
      EndpointGroup: resource('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Endpoints: TLS from the workstation only',
        VpcId: ref('Vpc'),
        // A rule of one's own takes the place of "everything may go out"; this one reaches nobody.
        SecurityGroupEgress: [{ CidrIp: '127.0.0.1/32', IpProtocol: '-1', Description: 'nothing' }],
      }),
      WorkstationGroup: resource('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Workstation: nothing in, TLS to the endpoints out',
        VpcId: ref('Vpc'),
        SecurityGroupEgress: [
          { ...https, DestinationSecurityGroupId: get('EndpointGroup', 'GroupId'), Description: 'Systems Manager' },
          { ...https, DestinationPrefixListId: ref('S3PrefixList'), Description: 'S3' },
        ],
      }),
      EndpointRule: resource('AWS::EC2::SecurityGroupIngress', {
        GroupId: get('EndpointGroup', 'GroupId'),
        ...https,
        SourceSecurityGroupId: get('WorkstationGroup', 'GroupId'),
        Description: 'from the workstation',
      }),
      Role: resource('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: [sub(`arn:${aws('Partition')}:iam::aws:policy/AmazonSSMManagedInstanceCore`)],
      }),
      Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
      SsmEndpoint: interfaceEndpoint('ssm'),
      SsmMessagesEndpoint: interfaceEndpoint('ssmmessages'),
      Ec2MessagesEndpoint: interfaceEndpoint('ec2messages'),
      S3Endpoint: gatewayEndpoint(),
      Launch: resource('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: {
          ImageId: ref('Image'),
          InstanceType: ref('InstanceType'),
          IamInstanceProfile: { Arn: get('Profile', 'Arn') },
          InstanceInitiatedShutdownBehavior: 'stop',
          MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1, InstanceMetadataTags: 'disabled' },
          BlockDeviceMappings: [
            {
              DeviceName: ref('RootDevice'),
              Ebs: {
                Encrypted: true,
                ...(kmsKeyId === undefined ? {} : { KmsKeyId: ref('RootKey') }),
                VolumeType: 'gp3',
                VolumeSize: ref('RootSize'),
                DeleteOnTermination: true,
              },
            },
          ],
          NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: ref('Subnet'), Groups: [get('WorkstationGroup', 'GroupId')], AssociatePublicIpAddress: false }],
          UserData: { 'Fn::Base64': USER_DATA },
        },
      }),
      Workstation: resource(
        'AWS::EC2::Instance',
        {
          LaunchTemplate: { LaunchTemplateId: ref('Launch'), Version: get('Launch', 'LatestVersionNumber') },
          Tags: [...named('forensic-workstation'), { Key: 'ir:workstation', Value: 'yes' }],
        },
        // The agent reports once, soon after it starts: the way must be there.
        { DependsOn: ['RouteTableUse', 'EndpointRule', 'SsmEndpoint', 'SsmMessagesEndpoint', 'Ec2MessagesEndpoint', 'S3Endpoint'] },
      ),
    },
    Outputs: {
      WorkstationId: { Value: ref('Workstation'), Description: 'aws ssm start-session --target' },
      VpcId: { Value: ref('Vpc') },
      SubnetId: { Value: ref('Subnet') },
      RoleArn: { Value: get('Role', 'Arn') },
    },
  };
}
/** As CloudFormation takes it: JSON, which is YAML too. At most 51,200 bytes as TemplateBody. */
export const templateText = (options: TemplateOptions): string => `${JSON.stringify(workstationTemplate(options), null, 2)}\n`;
