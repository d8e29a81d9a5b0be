import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, outcomeOf, principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Refused by many different APIs in a short time', 'Rechazado por muchas API distintas en poco tiempo'),
  description: text(
    'Ten different APIs said no within ten minutes: somebody tries what a key can do. A new role with too few rights stumbles over two or three, not ten. A dozen refusals and then a success is the place to look.',
    'Diez API distintas dijeron que no en diez minutos: alguien prueba qué puede una clave. Un rol nuevo con pocos permisos tropieza con dos o tres, no con diez. Una docena de rechazos y luego un éxito es donde mirar.',
  ),
  severity: 'high',
  attack: ['T1580', 'T1526', 'T1087.004'],
  apis: ['*:*'],
  sql: '(errorCode IS NOT NULL OR errorMessage IS NOT NULL)',
  when: (record) =>
    machinery(record) || !(outcomeOf(record) === 'denied')
      ? undefined
      : text(
          `${who(record)} is refused by one API after another, ${api(record)} in ${region(record)} among them.`,
          `${who(record)} es rechazado por una API tras otra, entre ellas ${api(record)} en ${region(record)}.`,
        ),
  burst: {
    by: principalOf,
    within: 600,
    atLeast: 10,
    distinct: (record) => apiOf(record),
    sql: { by: 'principal', distinct: 'eventSource, eventName' },
  },
  examples: {
    hits: [
      example(
        'ten refusals',
        many(10, (i) =>
          denied(
            [
              'dynamodb:ListTables',
              'iam:ListUsers',
              's3:ListBuckets',
              'rds:DescribeDBInstances',
              'lambda:ListFunctions',
              'kms:ListKeys',
              'sns:ListTopics',
              'sqs:ListQueues',
              'ecs:ListClusters',
              'ses:ListIdentities',
            ][i] ?? '',
          ),
        ),
      ),
      example(
        'with pauses',
        many(
          12,
          (i) =>
            denied(
              [
                'dynamodb:ListTables',
                'iam:ListUsers',
                's3:ListBuckets',
                'rds:DescribeDBInstances',
                'lambda:ListFunctions',
                'kms:ListKeys',
                'sns:ListTopics',
                'sqs:ListQueues',
                'ecs:ListClusters',
                'ses:ListIdentities',
                'iam:ListRoles',
                'iam:GetUser',
              ][i] ?? '',
            ),
          40,
        ),
      ),
    ],
    quiet: [
      example(
        'one API that refuses',
        many(50, () => denied('s3:GetObject', { bucketName: 'b', key: 'k' })),
      ),
      example(
        'allowed',
        many(12, (i) => call(`iam:List${String.fromCharCode(65 + i)}`)),
      ),
    ],
  },
};
