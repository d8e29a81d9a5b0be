import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { asked, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Master password of a database changed', 'Contraseña maestra de una base de datos cambiada'),
  description: text(
    "Whoever set it can read everything in the database; the owner's programs may be locked out. Rotation does this on schedule, by a role of its own.",
    'Quien la puso puede leer toda la base de datos; los programas del dueño pueden quedar fuera. La rotación lo hace según calendario, con un rol propio.',
  ),
  severity: 'medium',
  attack: ['T1098', 'T1531'],
  apis: ['rds:ModifyDBInstance', 'rds:ModifyDBCluster', 'redshift:ModifyCluster', 'docdb-elastic:UpdateCluster'],
  when: (record) =>
    machinery(record) || !(asked(record, 'masterUserPassword') !== undefined || asked(record, 'adminUserPassword') !== undefined)
      ? undefined
      : text(
          `${who(record)} set a new master password for database ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'clusterIdentifier', 'clusterArn')}.`,
          `${who(record)} puso una contraseña maestra nueva a la base de datos ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'clusterIdentifier', 'clusterArn')}.`,
        ),
  examples: {
    hits: [
      example(
        'a new one',
        call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', masterUserPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS', applyImmediately: true }),
      ),
      example('refused', denied('rds:ModifyDBCluster', { dBClusterIdentifier: 'shop', masterUserPassword: '****' })),
    ],
    quiet: [
      example('another change', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', dBInstanceClass: 'db.m6g.large' })),
      example('Secrets Manager rotates', byService('secretsmanager', 'rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', masterUserPassword: '****' })),
    ],
  },
};
