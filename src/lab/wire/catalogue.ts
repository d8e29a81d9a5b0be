import { models } from '../../models/index.ts';
import { describeService, type WireService } from './service.ts';

/**
 * The lab's name of a service -> client package: the only list of services on the wire side. The name is the signing name, unless two
 * services share one. Packages that are not installed are simply not served.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  ec2: '@aws-sdk/client-ec2',
  iam: '@aws-sdk/client-iam',
  sts: '@aws-sdk/client-sts',
  cloudtrail: '@aws-sdk/client-cloudtrail',
  support: '@aws-sdk/client-support',
  ebs: '@aws-sdk/client-ebs',
  account: '@aws-sdk/client-account',
  ssm: '@aws-sdk/client-ssm',
  s3: '@aws-sdk/client-s3',
  kms: '@aws-sdk/client-kms',
  sqs: '@aws-sdk/client-sqs',
  organizations: '@aws-sdk/client-organizations',
  guardduty: '@aws-sdk/client-guardduty',
  autoscaling: '@aws-sdk/client-auto-scaling',
  elasticloadbalancing: '@aws-sdk/client-elastic-load-balancing-v2',
  'elasticloadbalancing-classic': '@aws-sdk/client-elastic-load-balancing',
  dlm: '@aws-sdk/client-dlm',
  monitoring: '@aws-sdk/client-cloudwatch',
  logs: '@aws-sdk/client-cloudwatch-logs',
  inspector2: '@aws-sdk/client-inspector2',
  lambda: '@aws-sdk/client-lambda',
  ecs: '@aws-sdk/client-ecs',
  eks: '@aws-sdk/client-eks',
  batch: '@aws-sdk/client-batch',
  events: '@aws-sdk/client-eventbridge',
  scheduler: '@aws-sdk/client-scheduler',
  cloudformation: '@aws-sdk/client-cloudformation',
  lightsail: '@aws-sdk/client-lightsail',
  sagemaker: '@aws-sdk/client-sagemaker',
  bedrock: '@aws-sdk/client-bedrock',
  glue: '@aws-sdk/client-glue',
  elasticmapreduce: '@aws-sdk/client-emr',
  codebuild: '@aws-sdk/client-codebuild',
  apprunner: '@aws-sdk/client-apprunner',
  amplify: '@aws-sdk/client-amplify',
  rds: '@aws-sdk/client-rds',
  secretsmanager: '@aws-sdk/client-secrets-manager',
  ses: '@aws-sdk/client-sesv2',
  sns: '@aws-sdk/client-sns',
  config: '@aws-sdk/client-config-service',
  sso: '@aws-sdk/client-sso-admin',
  identitystore: '@aws-sdk/client-identitystore',
  'resource-explorer-2': '@aws-sdk/client-resource-explorer-2',
};
export const serviceNames: readonly string[] = [...Object.keys(PACKAGES), ...Object.keys(models)];
/** Two generations of load balancers sign alike and differ by the Version they name. */
const SHARED: Readonly<Record<string, Readonly<Record<string, string>>>> = { elasticloadbalancing: { '2012-06-01': 'elasticloadbalancing-classic' } };
/** The lab's name of the service that a signature and a Version (query protocols) stand for. */
export const serviceName = (signingName: string, version: string | null): string =>
  (version !== null && Object.hasOwn(SHARED, signingName) && SHARED[signingName]?.[version]) || signingName;

// The clients are only read here: their advice about Node versions is for those who call AWS with them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const opened = new Map<string, Promise<WireService | undefined>>();

async function load(name: string): Promise<WireService | undefined> {
  const own = Object.hasOwn(models, name) ? models[name] : undefined;
  if (own) return describeService(name, `aplomb/models/${name}`, await own());
  const packageName = Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
  if (packageName === undefined) return undefined;
  let exports: Record<string, unknown>;
  try {
    exports = await import(packageName);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  return describeService(name, packageName, exports);
}

/** The service of that name, or undefined when no client package for it is installed. Loaded once, on first use. */
export function openService(name: string): Promise<WireService | undefined> {
  let service = opened.get(name);
  if (!service) {
    service = load(name);
    opened.set(name, service);
  }
  return service;
}
