import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many snapshots, images or back-ups deleted', 'Muchos snapshots, imágenes o copias borrados'),
  description: text(
    "Ten or more within ten minutes, by a person's or a program's identity. Clean-up jobs delete old ones; an attacker deletes the newest first. The recycle bin may still have them.",
    'Diez o más en diez minutos, por la identidad de una persona o un programa. Las limpiezas borran las viejas; un atacante, primero las nuevas. La papelera puede tenerlas aún.',
  ),
  severity: 'high',
  attack: ['T1490', 'T1485'],
  apis: [
    'ec2:DeleteSnapshot',
    'ec2:DeregisterImage',
    'rds:DeleteDBSnapshot',
    'rds:DeleteDBClusterSnapshot',
    'rds:DeleteDBInstanceAutomatedBackup',
    'backup:DeleteRecoveryPoint',
    'dynamodb:DeleteBackup',
    'redshift:DeleteClusterSnapshot',
    'elasticfilesystem:DeleteFileSystem',
    'fsx:DeleteBackup',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} deletes one back-up after another${noted(record, 'snapshotId', 'imageId', 'dBSnapshotIdentifier', 'recoveryPointArn', 'backupArn')}.`,
          `${who(record)} borra una copia tras otra${noted(record, 'snapshotId', 'imageId', 'dBSnapshotIdentifier', 'recoveryPointArn', 'backupArn')}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 10 },
  examples: {
    hits: [
      example(
        'ten',
        many(10, (i) => call('ec2:DeleteSnapshot', { snapshotId: `snap-${i}` })),
      ),
      example(
        'refused',
        many(10, (i) => denied('backup:DeleteRecoveryPoint', { backupVaultName: 'v', recoveryPointArn: `arn:${i}` })),
      ),
    ],
    quiet: [
      example('one', call('ec2:DeleteSnapshot', { snapshotId: 'snap-1' })),
      example(
        'the lifecycle manager',
        many(20, (i) => byService('dlm', 'ec2:DeleteSnapshot', { snapshotId: `snap-${i}` })),
      ),
    ],
  },
};
