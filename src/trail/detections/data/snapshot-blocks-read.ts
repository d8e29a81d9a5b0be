import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Blocks of a snapshot read directly', 'Bloques de un snapshot leídos directamente'),
  description: text(
    "With EBS direct APIs a disk is downloaded without making a volume or sharing anything. Backup products do it under a role of their own; a person's key never needs it. GetSnapshotBlock appears only where data events of EBS are on.",
    'Con las API directas de EBS se descarga un disco sin crear un volumen ni compartir nada. Los productos de copias lo hacen con un rol propio; la clave de una persona nunca lo necesita. GetSnapshotBlock solo aparece si los eventos de datos de EBS están activos.',
  ),
  severity: 'high',
  attack: ['T1530', 'T1005'],
  apis: ['ebs:ListSnapshotBlocks', 'ebs:ListChangedBlocks', 'ebs:GetSnapshotBlock'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on snapshot ${named(record, 'snapshotId', 'firstSnapshotId', 'secondSnapshotId')}.`,
          `${who(record)} llamó a ${api(record)} sobre el snapshot ${named(record, 'snapshotId', 'firstSnapshotId', 'secondSnapshotId')}.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'snapshotId') ?? askedText(record, 'secondSnapshotId') ?? ''}`,
    within: 600,
    atLeast: 1,
    sql: { by: 'principal' },
  },
  examples: {
    hits: [
      example('a list of blocks', call('ebs:ListSnapshotBlocks', { snapshotId: 'snap-1' })),
      example('refused', denied('ebs:ListChangedBlocks', { secondSnapshotId: 'snap-2' })),
    ],
    quiet: [
      example('AWS Backup', byService('backup', 'ebs:ListSnapshotBlocks', { snapshotId: 'snap-1' })),
      example('Amazon GuardDuty looks for malware', byService('malware-protection.guardduty', 'ebs:GetSnapshotBlock', { snapshotId: 'snap-1' })),
    ],
  },
};
