import { FIRST_QUARANTINE, QUARANTINE } from './quarantine.ts';

/** AWS managed policies that exist in the lab, by ARN. */
const allow = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] });
const deny = (Action: string | readonly string[]): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] });

export interface ManagedPolicy {
  arn: string;
  name: string;
  path: string;
  id: string;
  version: string;
  created: number;
  document: string;
  description: string;
}
const policy = (name: string, id: string, version: string, created: string, description: string, document: string, path = '/'): ManagedPolicy => ({
  arn: `arn:aws:iam::aws:policy${path}${name}`,
  name,
  path,
  id: `ANPALAB${id.padEnd(14, 'A')}`,
  version,
  created: Date.parse(created),
  document,
  description,
});

const READ_ONLY = [
  'account:Get*',
  'account:List*',
  'autoscaling:Describe*',
  'cloudtrail:Describe*',
  'cloudtrail:Get*',
  'cloudtrail:List*',
  'cloudtrail:LookupEvents',
  'ec2:Describe*',
  'ec2:Get*',
  'elasticloadbalancing:Describe*',
  'guardduty:Get*',
  'guardduty:List*',
  'iam:Generate*',
  'iam:Get*',
  'iam:List*',
  'iam:Simulate*',
  'kms:Describe*',
  'kms:Get*',
  'kms:List*',
  'lambda:Get*',
  'lambda:List*',
  'organizations:Describe*',
  'organizations:List*',
  's3:Get*',
  's3:List*',
  'ssm:Describe*',
  'ssm:Get*',
  'ssm:List*',
  'sts:GetAccessKeyInfo',
  'support:Describe*',
];
const SSM_CORE = [
  'ssm:DescribeAssociation',
  'ssm:GetDeployablePatchSnapshotForInstance',
  'ssm:GetDocument',
  'ssm:DescribeDocument',
  'ssm:GetManifest',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:PutInventory',
  'ssm:PutComplianceItems',
  'ssm:PutConfigurePackageResult',
  'ssm:UpdateAssociationStatus',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];
const POWER_USER = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: [
        'account:GetAccountInformation',
        'account:GetPrimaryEmail',
        'account:ListRegions',
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeOrganization',
      ],
      Resource: '*',
    },
  ],
});

/** What a session of AssumeRoot may do: nothing beside its task. IAM User Guide, "Perform a privileged task on a member account". */
const AUDIT = ['GetAccessKeyLastUsed', 'GetAccountSummary', 'GetLoginProfile', 'GetUser', 'ListAccessKeys', 'ListMFADevices', 'ListSigningCertificates'];
const DELETE = ['DeactivateMFADevice', 'DeleteAccessKey', 'DeleteLoginProfile', 'DeleteSigningCertificate'];
const rootTask = (name: string, id: string, description: string, actions: string[]): ManagedPolicy =>
  policy(name, id, 'v1', '2024-11-14T23:00:00Z', description, allow({ Action: actions }), '/root-task/');
const iamActions = (names: string[]): string[] => names.map((name) => `iam:${name}`);
const rootTasks = [
  rootTask('IAMAuditRootUserCredentials', 'ROOTAUDIT', 'Review the status of root user credentials.', iamActions(AUDIT)),
  rootTask('IAMDeleteRootUserCredentials', 'ROOTDELETE', 'Remove root user credentials.', iamActions([...AUDIT, ...DELETE])),
  rootTask('IAMCreateRootUserPassword', 'ROOTCREATE', 'Allow password recovery of the root user.', iamActions(['CreateLoginProfile', 'GetLoginProfile'])),
  rootTask('S3UnlockBucketPolicy', 'ROOTBUCKET', 'Unlock a bucket whose policy denies everybody.', [
    's3:DeleteBucketPolicy',
    's3:GetBucketPolicy',
    's3:ListAllMyBuckets',
    's3:PutBucketPolicy',
  ]),
  rootTask('SQSUnlockQueuePolicy', 'ROOTQUEUE', 'Unlock a queue whose policy denies everybody.', [
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ListQueues',
    'sqs:SetQueueAttributes',
  ]),
];

const all = [
  policy('AWSDenyAll', 'DENYALL', 'v3', '2019-05-01T22:36:14Z', 'Deny all access.', deny('*')),
  policy('AdministratorAccess', 'ADMIN', 'v1', '2015-02-06T18:39:46Z', 'Provides full access to AWS services and resources.', allow({ Action: '*' })),
  policy('PowerUserAccess', 'POWER', 'v6', '2015-02-06T18:39:47Z', 'Full access except management of users and groups.', POWER_USER),
  policy('ReadOnlyAccess', 'READ', 'v146', '2015-02-06T18:39:48Z', 'Provides read-only access to AWS services and resources.', allow({ Action: READ_ONLY })),
  policy(
    'AmazonSSMManagedInstanceCore',
    'SSMCORE',
    'v2',
    '2019-03-15T17:22:12Z',
    'The policy for Amazon EC2 Role to enable Systems Manager.',
    allow({ Action: SSM_CORE }),
  ),
  policy('AWSCompromisedKeyQuarantine', 'QUARANTINE', 'v1', '2020-08-11T18:04:16Z', 'Denies certain actions after a key was exposed.', deny(FIRST_QUARANTINE)),
  policy('AWSCompromisedKeyQuarantineV2', 'QUARANTINEB', 'v5', '2021-04-21T22:30:44Z', 'Denies certain actions after a key was exposed.', deny(QUARANTINE)),
  policy('AWSCompromisedKeyQuarantineV3', 'QUARANTINEC', 'v2', '2024-08-21T17:00:00Z', 'Denies certain actions after a key was exposed.', deny(QUARANTINE)),
  ...rootTasks,
];
export const awsManaged: Readonly<Record<string, ManagedPolicy>> = Object.fromEntries(all.map((entry) => [entry.arn, entry]));
