import { iamAction } from '../src/lab/naming.ts';

/** IAM service prefix (and first word of the event source) -> SDK client, where they differ. */
export const CLIENT: Readonly<Record<string, string>> = {
  autoscaling: 'auto-scaling',
  config: 'config-service',
  elasticloadbalancing: 'elastic-load-balancing-v2',
  elasticmapreduce: 'emr',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  secretsmanager: 'secrets-manager',
  ses: 'sesv2',
  sso: 'sso-admin',
};
const PREFIX: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(CLIENT).map(([prefix, client]) => [client, prefix])),
  'elastic-load-balancing': 'elasticloadbalancing',
};

/** The IAM action that a call needs. @example iamActionOf('s3', 'ListBuckets') // 's3:ListAllMyBuckets' */
export const iamActionOf = (client: string, operation: string): string => iamAction(PREFIX[client] ?? client, operation);
