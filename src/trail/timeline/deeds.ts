import type { TrailRecord } from '../event.ts';
import type { Word } from './parts.ts';
import { pick } from './parts.ts';
import { brief } from './policy.ts';

/** A joining word, and where its values stand or how they are made. */
export type Told = readonly [Word, string | ((record: TrailRecord) => readonly string[])];

/** Ports that a security group rule opens and to whom: `tcp 22 0.0.0.0/0`. */
function ports(record: TrailRecord): string[] {
  const from = pick(record, 'q.ipPermissions.items.fromPort');
  const to = pick(record, 'q.ipPermissions.items.toPort');
  const protocol = [...pick(record, 'q.ipPermissions.items.ipProtocol'), ...pick(record, 'q.ipProtocol')][0] ?? '';
  const first = from[0] ?? pick(record, 'q.fromPort')[0];
  const last = to[0] ?? pick(record, 'q.toPort')[0];
  const range = first === undefined ? 'all ports' : first === last ? first : `${first}-${last}`;
  const whom = [
    'q.ipPermissions.items.ipRanges.items.cidrIp',
    'q.ipPermissions.items.ipv6Ranges.items.cidrIpv6',
    'q.ipPermissions.items.groups.items.groupId',
    'q.cidrIp',
  ];
  return [
    `${protocol === '-1' ? 'all' : protocol} ${range} ${whom
      .flatMap((path) => pick(record, path))
      .slice(0, 3)
      .join(',')}${from.length > 1 ? ` +${from.length - 1}` : ''}`.trim(),
  ];
}
const shared = (verb: 'add' | 'remove', of: string) => (record: TrailRecord) =>
  [`q.${of}.${verb}.items.userId`, `q.${of}.${verb}.items.group`, `q.${of}.${verb}.items.organizationArn`].flatMap((path) => pick(record, path));
const policy = (path: string) => (record: TrailRecord) => brief(pick(record, path)[0]);
const bucketPolicy = (record: TrailRecord) => {
  const request = record.requestParameters;
  return typeof request === 'object' && request !== null && !Array.isArray(request) ? brief(request.bucketPolicy) : [];
};
const instances = (record: TrailRecord) => {
  const asked = pick(record, 'q.instancesSet.items.maxCount')[0];
  const kind = pick(record, 'q.instanceType')[0] ?? '';
  return [`${asked && asked !== '1' ? `${asked} × ` : ''}${kind}`.trim()].filter((text) => text !== '');
};
const s3Object = (record: TrailRecord) => {
  const bucket = pick(record, 'q.bucketName')[0];
  const key = pick(record, 'q.key')[0];
  return bucket === undefined ? [] : [key === undefined ? bucket : `${bucket}/${key}`];
};
const mfa = (record: TrailRecord) => pick(record, 'x.MFAUsed').map((used) => `MFA ${used}`);
const login = (record: TrailRecord) => pick(record, 'r.ConsoleLogin');
const changes = (record: TrailRecord) => {
  const names = pick(record, 'q.changeBatch.changes.resourceRecordSet.name');
  const actions = pick(record, 'q.changeBatch.changes.action');
  return names.map((name, at) => `${actions[at] ?? ''} ${name}`.trim());
};

const GROUP_RULE: readonly Told[] = [
  ['on', 'q.groupId'],
  ['on', 'q.groupName'],
  ['opens', ports],
];
const USER: readonly Told[] = [['for', 'q.userName']];
const IAM_KEY: readonly Told[] = [
  ['bare', 'q.accessKeyId'],
  ['of', 'q.userName'],
  ['as', 'q.status'],
];
const ASSUME: readonly Told[] = [
  ['bare', 'q.roleArn'],
  ['as', 'q.roleSessionName'],
  ['gives', 'r.credentials.accessKeyId'],
];
const attach = (to: string, word: Word): readonly Told[] => [
  ['bare', 'q.policyArn'],
  [word, to],
];
const inline = (to: string): readonly Told[] => [
  ['bare', 'q.policyName'],
  ['on', to],
  ['allows', policy('q.policyDocument')],
];
const SNAPSHOT: readonly Told[] = [
  ['bare', 'q.snapshotId'],
  ['shares', shared('add', 'createVolumePermission')],
  ['unshares', shared('remove', 'createVolumePermission')],
];
const IMAGE: readonly Told[] = [
  ['bare', 'q.imageId'],
  ['shares', shared('add', 'launchPermission')],
  ['unshares', shared('remove', 'launchPermission')],
];
const RDS_SHARE = (of: string): readonly Told[] => [
  ['bare', `q.${of}`],
  ['shares', 'q.valuesToAdd'],
  ['unshares', 'q.valuesToRemove'],
];
const S3: readonly Told[] = [['bare', s3Object]];
const FUNCTION: readonly Told[] = [
  ['bare', 'q.functionName'],
  ['as', 'q.runtime'],
  ['with', 'q.role'],
];
const TRAIL: readonly Told[] = [
  ['bare', 'q.name'],
  ['bare', 'q.trailName'],
  ['in', 'q.s3BucketName'],
];

/** What of a call's request and answer a responder wants to read, by API; the rest has the generic answer of `deedOf`. */
export const DEEDS: Readonly<Record<string, readonly Told[]>> = {
  'sts:AssumeRole': ASSUME,
  'sts:AssumeRoleWithSAML': [...ASSUME, ['from', 'q.principalArn']],
  'sts:AssumeRoleWithWebIdentity': ASSUME,
  'sts:AssumeRoot': [
    ['bare', 'q.targetPrincipal'],
    ['with', 'q.taskPolicyArn.arn'],
    ['gives', 'r.credentials.accessKeyId'],
  ],
  'sts:GetSessionToken': [['gives', 'r.credentials.accessKeyId']],
  'sts:GetFederationToken': [
    ['as', 'q.name'],
    ['gives', 'r.credentials.accessKeyId'],
    ['allows', policy('q.policy')],
  ],
  'signin:ConsoleLogin': [
    ['bare', login],
    ['with', mfa],
  ],
  'signin:SwitchRole': [
    ['to', 'x.SwitchTo'],
    ['from', 'x.SwitchFrom'],
  ],
  'signin:GetSigninToken': [],
  'iam:CreateUser': USER,
  'iam:DeleteUser': USER,
  'iam:CreateAccessKey': [...USER, ['gives', 'r.accessKey.accessKeyId']],
  'iam:DeleteAccessKey': IAM_KEY,
  'iam:UpdateAccessKey': IAM_KEY,
  'iam:CreateLoginProfile': USER,
  'iam:UpdateLoginProfile': USER,
  'iam:DeleteLoginProfile': USER,
  'iam:AttachUserPolicy': attach('q.userName', 'to'),
  'iam:AttachRolePolicy': attach('q.roleName', 'to'),
  'iam:AttachGroupPolicy': attach('q.groupName', 'to'),
  'iam:DetachUserPolicy': attach('q.userName', 'from'),
  'iam:DetachRolePolicy': attach('q.roleName', 'from'),
  'iam:PutUserPolicy': inline('q.userName'),
  'iam:PutRolePolicy': inline('q.roleName'),
  'iam:PutGroupPolicy': inline('q.groupName'),
  'iam:CreatePolicy': [
    ['bare', 'q.policyName'],
    ['allows', policy('q.policyDocument')],
    ['gives', 'r.policy.arn'],
  ],
  'iam:CreatePolicyVersion': [
    ['of', 'q.policyArn'],
    ['allows', policy('q.policyDocument')],
  ],
  'iam:SetDefaultPolicyVersion': [
    ['of', 'q.policyArn'],
    ['to', 'q.versionId'],
  ],
  'iam:CreateRole': [
    ['bare', 'q.roleName'],
    ['trusts', policy('q.assumeRolePolicyDocument')],
  ],
  'iam:UpdateAssumeRolePolicy': [
    ['of', 'q.roleName'],
    ['trusts', policy('q.policyDocument')],
  ],
  'iam:AddUserToGroup': [
    ['bare', 'q.userName'],
    ['to', 'q.groupName'],
  ],
  'iam:AddRoleToInstanceProfile': [
    ['bare', 'q.roleName'],
    ['to', 'q.instanceProfileName'],
  ],
  'iam:DeactivateMFADevice': [
    ['bare', 'q.serialNumber'],
    ['of', 'q.userName'],
  ],
  'ec2:RunInstances': [
    ['bare', instances],
    ['from', 'q.instancesSet.items.imageId'],
    ['with', 'q.iamInstanceProfile.name'],
    ['gives', 'r.instancesSet.items.instanceId'],
  ],
  'ec2:AuthorizeSecurityGroupIngress': GROUP_RULE,
  'ec2:AuthorizeSecurityGroupEgress': GROUP_RULE,
  'ec2:RevokeSecurityGroupIngress': GROUP_RULE,
  'ec2:RevokeSecurityGroupEgress': GROUP_RULE,
  'ec2:ModifySnapshotAttribute': SNAPSHOT,
  'ec2:ModifyImageAttribute': IMAGE,
  'ec2:CreateSnapshot': [
    ['of', 'q.volumeId'],
    ['gives', 'r.snapshotId'],
  ],
  'ec2:CreateVolume': [
    ['from', 'q.snapshotId'],
    ['in', 'q.zone'],
    ['gives', 'r.volumeId'],
  ],
  'ec2:AttachVolume': [
    ['bare', 'q.volumeId'],
    ['to', 'q.instanceId'],
  ],
  'ec2:AssociateIamInstanceProfile': [
    ['bare', 'q.AssociateIamInstanceProfileRequest.IamInstanceProfile.Name'],
    ['to', 'q.AssociateIamInstanceProfileRequest.InstanceId'],
  ],
  'ec2:CreateTags': [
    ['bare', 'q.tagSet.items.key'],
    ['on', 'q.resourcesSet.items.resourceId'],
  ],
  'ec2:DescribeInstanceAttribute': [
    ['bare', 'q.attribute'],
    ['of', 'q.instanceId'],
  ],
  'ec2-instance-connect:SendSSHPublicKey': [
    ['to', 'q.instanceId'],
    ['as', 'q.instanceOSUser'],
  ],
  's3:GetObject': S3,
  's3:PutObject': S3,
  's3:DeleteObject': S3,
  's3:HeadObject': S3,
  's3:CopyObject': [
    ['bare', s3Object],
    ['from', 'q.x-amz-copy-source'],
  ],
  's3:PutBucketPolicy': [
    ['on', 'q.bucketName'],
    ['allows', bucketPolicy],
  ],
  's3:PutBucketReplication': [
    ['on', 'q.bucketName'],
    ['to', 'q.ReplicationConfiguration.Rule.Destination.Bucket'],
  ],
  'secretsmanager:GetSecretValue': [['bare', 'q.secretId']],
  'ssm:GetParameter': [['bare', 'q.name']],
  'ssm:GetParameters': [['bare', 'q.names']],
  'ssm:SendCommand': [
    ['bare', 'q.documentName'],
    ['on', 'q.instanceIds'],
    ['on', 'q.targets.values'],
    ['gives', 'r.command.commandId'],
  ],
  'ssm:StartSession': [
    ['on', 'q.target'],
    ['gives', 'r.sessionId'],
  ],
  'lambda:CreateFunction': FUNCTION,
  'lambda:UpdateFunctionCode': FUNCTION,
  'lambda:UpdateFunctionConfiguration': FUNCTION,
  'lambda:AddPermission': [
    ['on', 'q.functionName'],
    ['allows', 'q.action'],
    ['to', 'q.principal'],
  ],
  'cloudtrail:StopLogging': TRAIL,
  'cloudtrail:StartLogging': TRAIL,
  'cloudtrail:DeleteTrail': TRAIL,
  'cloudtrail:CreateTrail': TRAIL,
  'cloudtrail:UpdateTrail': TRAIL,
  'cloudtrail:PutEventSelectors': [
    ['of', 'q.trailName'],
    ['to', 'q.eventSelectors.readWriteType'],
  ],
  'kms:Decrypt': [['with', '.resources.ARN']],
  'kms:PutKeyPolicy': [
    ['on', 'q.keyId'],
    ['allows', policy('q.policy')],
  ],
  'rds:ModifyDBSnapshotAttribute': RDS_SHARE('dBSnapshotIdentifier'),
  'rds:ModifyDBClusterSnapshotAttribute': RDS_SHARE('dBClusterSnapshotIdentifier'),
  'route53:ChangeResourceRecordSets': [
    ['in', 'q.hostedZoneId'],
    ['bare', changes],
  ],
  'organizations:LeaveOrganization': [],
  'organizations:AttachPolicy': [
    ['bare', 'q.policyId'],
    ['to', 'q.targetId'],
  ],
  'sso-admin:CreateAccountAssignment': [
    ['bare', 'q.permissionSetArn'],
    ['to', 'q.principalId'],
    ['in', 'q.targetId'],
  ],
  'bedrock:InvokeModel': [['bare', 'q.modelId']],
};
