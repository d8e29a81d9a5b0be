/** Where the CLI's command differs from the client's name. */
const SERVICES: Record<string, string> = {
  'auto-scaling': 'autoscaling',
  'cloudwatch-logs': 'logs',
  'config-service': 'configservice',
  'elastic-load-balancing': 'elb',
  'elastic-load-balancing-v2': 'elbv2',
  eventbridge: 'events',
  s3: 's3api',
  'secrets-manager': 'secretsmanager',
  sfn: 'stepfunctions',
};
export const cliService = (service: string): string => SERVICES[service] ?? service;

/** Spellings the CLI fixes by hand. */
const FIXED: Record<string, string> = {
  CreateCachediSCSIVolume: 'create-cached-iscsi-volume',
  CreateStorediSCSIVolume: 'create-stored-iscsi-volume',
  DescribeCachediSCSIVolumes: 'describe-cached-iscsi-volumes',
  DescribeStorediSCSIVolumes: 'describe-stored-iscsi-volumes',
  ExecutePartiQLStatement: 'execute-partiql-statement',
  ExecutePartiQLTransaction: 'execute-partiql-transaction',
  ListHITsForQualificationType: 'list-hits-for-qualification-type',
};

/**
 * The CLI's name of an operation: a hyphen before each capitalised word and before a run of capitals; a plural acronym
 * at the end (ACLs, ARNs, IDs) stays one word.
 * @example cliOperation('GetEbsDefaultKmsKeyId') // 'get-ebs-default-kms-key-id'
 */
export function cliOperation(operation: string): string {
  const fixed = FIXED[operation];
  if (fixed) return fixed;
  const plural = /[A-Z]{2,}s$/.exec(operation)?.[0];
  const words = plural ? `${operation.slice(0, -plural.length)}-${plural.toLowerCase()}` : operation;
  return words
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
