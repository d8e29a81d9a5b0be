import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Copy of a database made from a snapshot', 'Copia de una base de datos hecha desde un snapshot'),
  description: text(
    'The copy has everything in it, and whoever makes it chooses its network and, by a change afterwards, its password. Tests and repairs do the same.',
    'La copia lo contiene todo, y quien la crea elige su red y, con un cambio posterior, su contraseña. Pruebas y reparaciones hacen lo mismo.',
  ),
  severity: 'low',
  attack: ['T1578.002', 'T1530'],
  apis: [
    'rds:RestoreDBInstanceFromDBSnapshot',
    'rds:RestoreDBClusterFromSnapshot',
    'rds:RestoreDBInstanceToPointInTime',
    'rds:RestoreDBClusterToPointInTime',
    'redshift:RestoreFromClusterSnapshot',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked for database ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'targetDBInstanceIdentifier', 'clusterIdentifier')} from ${named(record, 'dBSnapshotIdentifier', 'snapshotIdentifier', 'sourceDBInstanceIdentifier', 'sourceDBClusterIdentifier')}.`,
          `${who(record)} pidió la base de datos ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'targetDBInstanceIdentifier', 'clusterIdentifier')} a partir de ${named(record, 'dBSnapshotIdentifier', 'snapshotIdentifier', 'sourceDBInstanceIdentifier', 'sourceDBClusterIdentifier')}.`,
        ),
  examples: {
    hits: [
      example('restored', call('rds:RestoreDBInstanceFromDBSnapshot', { dBInstanceIdentifier: 'copy', dBSnapshotIdentifier: 'nightly' })),
      example('refused', denied('rds:RestoreDBClusterFromSnapshot', { dBClusterIdentifier: 'copy', snapshotIdentifier: 'nightly' })),
    ],
    quiet: [
      example('AWS Backup restores', byService('backup', 'rds:RestoreDBInstanceFromDBSnapshot', { dBInstanceIdentifier: 'copy' })),
      example('RDS itself', byService('rds', 'rds:RestoreDBClusterToPointInTime', { dBClusterIdentifier: 'x' })),
    ],
  },
};
