import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Database deleted without a last copy', 'Base de datos borrada sin una última copia'),
  description: text(
    'The request skips the final snapshot; automatic back-ups go as well unless it says otherwise. Test databases are deleted that way.',
    'La petición omite el snapshot final; las copias automáticas también se van salvo que diga lo contrario. Las bases de prueba se borran así.',
  ),
  severity: 'high',
  attack: ['T1485'],
  apis: ['rds:DeleteDBInstance', 'rds:DeleteDBCluster', 'redshift:DeleteCluster', 'docdb-elastic:DeleteCluster', 'neptune:DeleteDBCluster'],
  when: (record) =>
    machinery(record) || !(yes(asked(record, 'skipFinalSnapshot')) || yes(asked(record, 'skipFinalClusterSnapshot')))
      ? undefined
      : text(
          `${who(record)} deleted database ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'clusterIdentifier')} without a final snapshot.`,
          `${who(record)} borró la base de datos ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'clusterIdentifier')} sin snapshot final.`,
        ),
  examples: {
    hits: [
      example('deleted', call('rds:DeleteDBInstance', { dBInstanceIdentifier: 'shop', skipFinalSnapshot: true, deleteAutomatedBackups: true })),
      example('refused', denied('rds:DeleteDBCluster', { dBClusterIdentifier: 'shop', skipFinalSnapshot: true })),
    ],
    quiet: [
      example('with a snapshot', call('rds:DeleteDBInstance', { dBInstanceIdentifier: 'shop', skipFinalSnapshot: false, finalDBSnapshotIdentifier: 'last' })),
      example('nothing said', call('rds:DeleteDBInstance', { dBInstanceIdentifier: 'shop' })),
    ],
  },
};
