import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Backup vault, plan or lock removed', 'Bóveda, plan o bloqueo de copias quitado'),
  description: text(
    'No new back-ups are made, or those there are can be deleted from now on. Snapshots lose their lock, or the recycle bin its rule.',
    'Ya no se hacen copias nuevas, o las que hay se pueden borrar desde ahora. Los snapshots pierden su bloqueo o la papelera su regla.',
  ),
  severity: 'high',
  attack: ['T1490'],
  apis: [
    'backup:DeleteBackupVault',
    'backup:DeleteBackupPlan',
    'backup:DeleteBackupSelection',
    'backup:DeleteBackupVaultLockConfiguration',
    'backup:DeleteBackupVaultAccessPolicy',
    'backup:DisassociateRecoveryPoint',
    'ec2:UnlockSnapshot',
    'rbin:DeleteRule',
    'rbin:UnlockRule',
    'dlm:DeleteLifecyclePolicy',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'backupVaultName', 'backupPlanId', 'snapshotId', 'identifier', 'policyId')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'backupVaultName', 'backupPlanId', 'snapshotId', 'identifier', 'policyId')}.`,
        ),
  examples: {
    hits: [
      example('a vault loses its lock', call('backup:DeleteBackupVaultLockConfiguration', { backupVaultName: 'main' })),
      example('refused', denied('ec2:UnlockSnapshot', { UnlockSnapshotRequest: { SnapshotId: 'snap-1' } })),
    ],
    quiet: [
      example('by a service', byService('backup', 'backup:DeleteBackupSelection', { backupPlanId: 'p' })),
      example('by Organizations', byService('organizations', 'backup:DeleteBackupPlan', { backupPlanId: 'p' })),
    ],
  },
};
