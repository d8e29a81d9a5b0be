import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Root disk of a machine replaced', 'Disco raíz de una máquina sustituido'),
  description: text(
    'The machine runs from another image or snapshot, under the same role and address. What was on the old disk may be deleted with it: look whether the volume is still there.',
    'La máquina corre desde otra imagen o snapshot, con el mismo rol y dirección. Lo que había en el disco viejo puede borrarse con él: mire si el volumen sigue ahí.',
  ),
  severity: 'medium',
  attack: ['T1578.004', 'T1070'],
  apis: ['ec2:CreateReplaceRootVolumeTask'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} replaced the root disk of machine ${named(record, 'instanceId')} from ${named(record, 'imageId', 'snapshotId')}.`,
          `${who(record)} sustituyó el disco raíz de la máquina ${named(record, 'instanceId')} desde ${named(record, 'imageId', 'snapshotId')}.`,
        ),
  examples: {
    hits: [
      example(
        'from an image',
        call('ec2:CreateReplaceRootVolumeTask', {
          CreateReplaceRootVolumeTaskRequest: { InstanceId: 'i-1', ImageId: 'ami-1', DeleteReplacedRootVolume: true },
        }),
      ),
      example('refused', denied('ec2:CreateReplaceRootVolumeTask', { CreateReplaceRootVolumeTaskRequest: { InstanceId: 'i-1', SnapshotId: 'snap-1' } })),
    ],
    quiet: [
      example('Auto Scaling replaces', byService('autoscaling', 'ec2:CreateReplaceRootVolumeTask', {})),
      example('a service', byService('ec2', 'ec2:CreateReplaceRootVolumeTask', {})),
    ],
  },
};
