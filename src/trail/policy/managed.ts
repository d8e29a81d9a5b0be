import type { Policy } from './read.ts';

const allow = (...actions: string[]): Policy => statement({ actions: actions.map((action) => action.toLowerCase()) });
const allBut = (...actions: string[]): Policy => statement({ notActions: actions });
const statement = (what: { actions?: readonly string[]; notActions?: readonly string[] }): Policy => ({
  statements: [
    {
      effect: 'Allow',
      actions: what.actions,
      notActions: what.notActions,
      resources: ['*'],
      notResources: undefined,
      principals: undefined,
      notPrincipals: undefined,
      conditions: [],
    },
  ],
});
const READ = ['iam:Get*', 'iam:List*', 'ec2:Describe*', 's3:ListAllMyBuckets', 'lambda:List*', 'rds:Describe*', 'cloudtrail:LookupEvents'];

/** In short what the best known ones allow. Source: AWS Managed Policy Reference. Not word for word: enough for powersOf. */
const KNOWN: Readonly<Record<string, Policy>> = {
  AdministratorAccess: allow('*'),
  'AdministratorAccess-Amplify': allow(
    'amplify:*',
    'iam:CreateRole',
    'iam:AttachRolePolicy',
    'iam:PutRolePolicy',
    'iam:PassRole',
    'lambda:*',
    'cloudformation:*',
    's3:*',
  ),
  'AdministratorAccess-AWSElasticBeanstalk': allow(
    'elasticbeanstalk:*',
    'ec2:*',
    'cloudformation:*',
    's3:*',
    'iam:CreateRole',
    'iam:AttachRolePolicy',
    'iam:PassRole',
  ),
  PowerUserAccess: allBut('iam:*', 'organizations:*', 'account:*'),
  IAMFullAccess: allow('iam:*'),
  SystemAdministrator: allow('ec2:*', 'cloudtrail:*', 'cloudwatch:*', 'rds:*', 's3:GetObject', 'ssm:SendCommand', 'iam:PassRole', 'kms:CreateGrant'),
  DatabaseAdministrator: allow('rds:*', 'dynamodb:*', 'redshift:*', 'lambda:CreateFunction', 's3:GetObject', 'iam:PassRole'),
  DataScientist: allow('s3:*', 'elasticmapreduce:*', 'ec2:RunInstances', 'sagemaker:*', 'iam:PassRole', 'redshift:*'),
  NetworkAdministrator: allow('ec2:*Vpc*', 'ec2:*SecurityGroup*', 'ec2:*Route*', 'directconnect:*', 'route53:*', 'elasticloadbalancing:*'),
  SecurityAudit: allow(...READ),
  ViewOnlyAccess: allow(...READ),
  ReadOnlyAccess: allow(...READ, 's3:GetObject', 'ssm:GetParameter', 'dynamodb:GetItem', 'dynamodb:Scan', 'codecommit:GitPull', 'ecr:BatchGetImage'),
  SecretsManagerReadWrite: allow('secretsmanager:*', 'kms:DescribeKey', 'lambda:ListFunctions'),
  AmazonSSMManagedInstanceCore: allow('ssm:GetParameter', 'ssm:GetParameters', 'ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*'),
  AWSLambdaBasicExecutionRole: allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'),
  AWSLambdaVPCAccessExecutionRole: allow('logs:PutLogEvents', 'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces'),
  AmazonECSTaskExecutionRolePolicy: allow('ecr:BatchGetImage', 'logs:PutLogEvents'),
  CloudWatchAgentServerPolicy: allow('cloudwatch:PutMetricData', 'logs:PutLogEvents', 'ec2:DescribeTags'),
  AWSXRayDaemonWriteAccess: allow('xray:PutTraceSegments'),
  IAMUserChangePassword: allow('iam:ChangePassword', 'iam:GetAccountPasswordPolicy'),
  AWSSupportAccess: allow('support:*'),
  AmazonEC2RoleforSSM: allow('ssm:GetParameter', 'ssm:UpdateInstanceInformation', 's3:GetObject', 's3:PutObject'),
  AWSSSOMasterAccountAdministrator: allow('sso:*', 'identitystore:*', 'organizations:*'),
  AWSSSOMemberAccountAdministrator: allow('sso:*', 'identitystore:*'),
  AmazonBedrockLimitedAccess: allow('bedrock:InvokeModel', 'bedrock:CallWithBearerToken'),
  AWSKeyManagementServicePowerUser: allow('kms:CreateKey', 'kms:CreateAlias', 'kms:Describe*', 'kms:List*'),
  AWSDeepRacerCloudFormationAccessPolicy: allow('cloudformation:*', 'iam:PassRole', 'lambda:*'),
  AWSCodePipeline_FullAccess: allow('codepipeline:*', 'iam:PassRole'),
};
/** The service that a `...FullAccess` policy is named after, where it is not its own endpoint's name. */
const SERVICES: Readonly<Record<string, string>> = {
  elasticmapreduce: 'elasticmapreduce',
  dynamodb: 'dynamodb',
  secretsmanager: 'secretsmanager',
  keymanagementservice: 'kms',
  cloudformation: 'cloudformation',
  lambda: 'lambda',
  sagemaker: 'sagemaker',
  elasticfilesystem: 'elasticfilesystem',
  singlesignon: 'sso',
  sso: 'sso',
  stepfunctions: 'states',
  eventbridge: 'events',
  systemsmanager: 'ssm',
  ec2containerregistry: 'ecr',
  containerregistry: 'ecr',
  elasticcontainerregistry: 'ecr',
  eventbridgescheduler: 'scheduler',
  batch: 'batch',
};
const prefixOf = (service: string): string => (Object.hasOwn(SERVICES, service) ? SERVICES[service]! : service);
/** What such a full-access policy allows beyond its own service. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  lambda: ['iam:PassRole'],
  glue: ['iam:PassRole', 's3:GetObject'],
  sagemaker: ['iam:PassRole'],
  ecs: ['iam:PassRole'],
  states: ['iam:PassRole'],
  elasticmapreduce: ['iam:PassRole', 'ec2:*'],
  scheduler: ['iam:PassRole'],
  batch: ['iam:PassRole', 'ecs:*'],
};

/** The name of an AWS managed policy, path left out; undefined for a customer's own, however it is called. */
export const managedName = (arn: string): string | undefined => /^arn:aws[a-z-]*:iam::aws:policy\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,128})$/.exec(arn)?.[1];

/** Takes permissions away: AWS's own answer to a leaked key, or a responder's. */
export const isQuarantine = (name: string): boolean => name === 'AWSDenyAll' || /^AWSCompromisedKeyQuarantine/.test(name);

/** What an AWS managed policy allows, as far as known: by name, then by the patterns AWS names them after; undefined: not known here. */
export function managedPolicy(name: string): Policy | undefined {
  if (Object.hasOwn(KNOWN, name)) return KNOWN[name];
  if (isQuarantine(name)) return { statements: [] };
  const reader = /^(?:AWS|Amazon)?_?([A-Za-z0-9]{2,40}?)_?Read-?Only(?:Access)?(?:_?[vV]\d)?$/.exec(name)?.[1]?.toLowerCase();
  if (reader) {
    const prefix = prefixOf(reader);
    // Reading what a store of data holds is more than looking around; EC2's Get... are not in its policy for readers.
    return allow(
      `${prefix}:Describe*`,
      `${prefix}:List*`,
      ...(prefix === 'ec2' ? [] : [`${prefix}:Get*`, `${prefix}:BatchGet*`, `${prefix}:Scan`, `${prefix}:Query`]),
    );
  }
  if (/Read-?Only|ViewOnly|Audit$/i.test(name)) return allow(...READ);
  const service = /^(?:AWS|Amazon)?_?([A-Za-z0-9]{2,40}?)_?(?:FullAccess|PowerUser)(?:_?[vV]\d)?$/.exec(name)?.[1]?.toLowerCase();
  if (!service) return undefined;
  const prefix = prefixOf(service);
  return allow(`${prefix}:*`, ...(Object.hasOwn(BESIDES, prefix) ? BESIDES[prefix]! : []));
}
