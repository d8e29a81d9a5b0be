import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many kinds of resources deleted in a few minutes', 'Muchos tipos de recursos borrados en pocos minutos'),
  description: text(
    'One identity called twelve different deleting APIs within ten minutes. A tear-down by a tool does that, too, on what the tool made; compare with what was made before.',
    'Una identidad llamó a doce API de borrado distintas en diez minutos. Un desmontaje con herramienta también, sobre lo que ella creó; compare con lo creado antes.',
  ),
  severity: 'medium',
  attack: ['T1485', 'T1489'],
  apis: [
    'ec2:Delete*',
    'ec2:TerminateInstances',
    'ec2:DeregisterImage',
    'rds:Delete*',
    's3:DeleteBucket*',
    'dynamodb:Delete*',
    'lambda:Delete*',
    'iam:Delete*',
    'cloudformation:Delete*',
    'ecs:Delete*',
    'eks:Delete*',
    'ecr:Delete*',
    'elasticache:Delete*',
    'elasticloadbalancing:Delete*',
    'autoscaling:Delete*',
    'secretsmanager:Delete*',
    'kms:ScheduleKeyDeletion',
    'logs:Delete*',
    'cloudtrail:Delete*',
    'route53:Delete*',
    'sns:Delete*',
    'sqs:Delete*',
    'ssm:Delete*',
    'backup:Delete*',
    'redshift:Delete*',
    'elasticfilesystem:Delete*',
    'cognito-idp:Delete*',
    'apigateway:Delete*',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} deletes many kinds of resources, now by ${api(record)} in ${region(record)}.`,
          `${who(record)} borra muchos tipos de recursos, ahora con ${api(record)} en ${region(record)}.`,
        ),
  burst: {
    by: principalOf,
    within: 600,
    atLeast: 12,
    distinct: (record) => apiOf(record),
    sql: { by: 'principal', distinct: 'eventSource, eventName' },
  },
  examples: {
    hits: [
      example(
        'twelve kinds',
        many(12, (i) =>
          call(
            [
              'ec2:DeleteVpc',
              'ec2:DeleteSubnet',
              'rds:DeleteDBInstance',
              's3:DeleteBucket',
              'dynamodb:DeleteTable',
              'lambda:DeleteFunction20150331',
              'iam:DeleteRole',
              'ecs:DeleteCluster',
              'logs:DeleteLogGroup',
              'sns:DeleteTopic',
              'sqs:DeleteQueue',
              'ecr:DeleteRepository',
            ][i] ?? '',
          ),
        ),
      ),
      example(
        'refused',
        many(12, (i) =>
          denied(
            [
              'ec2:DeleteVpc',
              'ec2:DeleteSubnet',
              'rds:DeleteDBInstance',
              's3:DeleteBucket',
              'dynamodb:DeleteTable',
              'lambda:DeleteFunction20150331',
              'iam:DeleteRole',
              'ecs:DeleteCluster',
              'logs:DeleteLogGroup',
              'sns:DeleteTopic',
              'sqs:DeleteQueue',
              'ecr:DeleteRepository',
            ][i] ?? '',
          ),
        ),
      ),
    ],
    quiet: [
      example(
        'one kind',
        many(40, (i) => call('ec2:DeleteSubnet', { subnetId: `subnet-${i}` })),
      ),
      example(
        'CloudFormation by its own role',
        many(3, () => byService('cloudformation', 'cloudformation:DeleteStack', { stackName: 's' })),
      ),
    ],
  },
};
