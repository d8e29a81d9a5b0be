import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from './examples.ts';
import { api, asked, machinery, named, who, yes } from './reading.ts';

export const detection: Detection = {
  title: text('Database reachable from the internet', 'Base de datos accesible desde internet'),
  description: text(
    'The instance gets a public address; with its security group open, only the password is left. Restored copies of snapshots are made public by thieves so that they can read them from home.',
    'La instancia recibe una dirección pública; con el grupo de seguridad abierto solo queda la contraseña. Los ladrones hacen públicas copias restauradas de snapshots para leerlas desde casa.',
  ),
  severity: 'high',
  attack: ['T1530', 'T1133'],
  apis: [
    'rds:ModifyDBInstance',
    'rds:CreateDBInstance',
    'rds:RestoreDBInstanceFromDBSnapshot',
    'rds:RestoreDBInstanceToPointInTime',
    'rds:CreateDBInstanceReadReplica',
    'redshift:ModifyCluster',
    'redshift:CreateCluster',
    'redshift:RestoreFromClusterSnapshot',
  ],
  when: (record) =>
    machinery(record) || !yes(asked(record, 'publiclyAccessible'))
      ? undefined
      : text(
          `${who(record)} asked for a public address for database ${named(record, 'dBInstanceIdentifier', 'targetDBInstanceIdentifier', 'clusterIdentifier')} (${api(record)}).`,
          `${who(record)} pidió una dirección pública para la base de datos ${named(record, 'dBInstanceIdentifier', 'targetDBInstanceIdentifier', 'clusterIdentifier')} (${api(record)}).`,
        ),
  examples: {
    hits: [
      example('made public', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', publiclyAccessible: true })),
      example(
        'a restored copy, refused',
        denied('rds:RestoreDBInstanceFromDBSnapshot', { dBInstanceIdentifier: 'copy', dBSnapshotIdentifier: 'nightly', publiclyAccessible: true }),
      ),
    ],
    quiet: [
      example('a private one', call('rds:CreateDBInstance', { dBInstanceIdentifier: 'shop', publiclyAccessible: false })),
      example('another change', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', allocatedStorage: 50 })),
    ],
  },
};
