import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, askedText, below, list, machinery, named, no, who, word } from '../data/reading.ts';

const lifted = (record: TrailRecord): boolean =>
  ['disableApiTermination', 'deletionProtection', 'deletionProtectionEnabled', 'enableTerminationProtection'].some((path) => no(asked(record, path))) ||
  askedText(record, 'deletionProtection') === 'INACTIVE' ||
  list(asked(record, 'attributes')).some((one) => word(below(one, 'key')) === 'deletion_protection.enabled' && no(below(one, 'value')));

export const detection: Detection = {
  title: text('Protection against deletion lifted', 'Protección contra borrado quitada'),
  description: text(
    'Needed before a protected machine, database, table, stack or load balancer can be deleted; tear-downs do it as well.',
    'Hace falta antes de borrar una máquina, base de datos, tabla, pila o balanceador protegidos; los desmontajes también lo hacen.',
  ),
  severity: 'low',
  attack: ['T1485', 'T1562.001'],
  apis: [
    'ec2:ModifyInstanceAttribute',
    'rds:ModifyDBInstance',
    'rds:ModifyDBCluster',
    'dynamodb:UpdateTable',
    'cloudformation:UpdateTerminationProtection',
    'elasticloadbalancing:ModifyLoadBalancerAttributes',
    'cognito-idp:UpdateUserPool',
  ],
  when: (record) =>
    machinery(record) || !lifted(record)
      ? undefined
      : text(
          `${who(record)} lifted protection against deletion of ${named(record, 'instanceId', 'dBInstanceIdentifier', 'dBClusterIdentifier', 'tableName', 'stackName', 'loadBalancerArn', 'userPoolId')}.`,
          `${who(record)} quitó la protección contra borrado de ${named(record, 'instanceId', 'dBInstanceIdentifier', 'dBClusterIdentifier', 'tableName', 'stackName', 'loadBalancerArn', 'userPoolId')}.`,
        ),
  examples: {
    hits: [
      example('a database', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', deletionProtection: false })),
      example('a machine, refused', denied('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', disableApiTermination: { value: false } })),
    ],
    quiet: [
      example('set', call('cloudformation:UpdateTerminationProtection', { stackName: 's', enableTerminationProtection: true })),
      example('another change', call('dynamodb:UpdateTable', { tableName: 't', billingMode: 'PAY_PER_REQUEST' })),
    ],
  },
};
