import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, askedText, below, list, machinery, named, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machine or its disks set to vanish at shutdown', 'Máquina o discos configurados para desaparecer al apagarse'),
  description: text(
    'After this a shutdown from within ends the machine, or its end deletes its disks: the evidence goes with it. Snapshot the volumes before anything else is tried.',
    'Tras esto, apagar la máquina desde dentro la termina, o terminarla borra sus discos: la prueba se va con ella. Haga snapshots de los volúmenes antes de probar nada más.',
  ),
  severity: 'medium',
  attack: ['T1070', 'T1485'],
  apis: ['ec2:ModifyInstanceAttribute'],
  when: (record) =>
    machinery(record) ||
    !(
      askedText(record, 'instanceInitiatedShutdownBehavior') === 'terminate' ||
      list(asked(record, 'blockDeviceMapping')).some((one) => yes(below(one, 'ebs.deleteOnTermination')))
    )
      ? undefined
      : text(
          `${who(record)} had machine ${named(record, 'instanceId')}, or its disks, vanish at shutdown or termination.`,
          `${who(record)} hizo que la máquina ${named(record, 'instanceId')}, o sus discos, desaparezcan al apagarse o terminar.`,
        ),
  examples: {
    hits: [
      example('at shutdown', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', instanceInitiatedShutdownBehavior: { value: 'terminate' } })),
      example(
        'disks, refused',
        denied('ec2:ModifyInstanceAttribute', {
          instanceId: 'i-1',
          blockDeviceMapping: { items: [{ deviceName: '/dev/sda1', ebs: { deleteOnTermination: true } }] },
        }),
      ),
    ],
    quiet: [
      example('kept', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', instanceInitiatedShutdownBehavior: { value: 'stop' } })),
      example(
        'disks kept',
        call('ec2:ModifyInstanceAttribute', {
          instanceId: 'i-1',
          blockDeviceMapping: { items: [{ deviceName: '/dev/sda1', ebs: { deleteOnTermination: false } }] },
        }),
      ),
    ],
  },
};
