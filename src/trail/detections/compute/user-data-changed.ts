import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('User data of a machine changed', 'Datos de usuario de una máquina cambiados'),
  description: text(
    "User data runs as root at the next start, under the machine's role. The machine has to be stopped for the change: look for StopInstances before and StartInstances after. The trail does not keep the text: read it from the machine's attributes.",
    'Los datos de usuario se ejecutan como root en el siguiente arranque, con el rol de la máquina. Para cambiarlos la máquina debe estar parada: busque StopInstances antes y StartInstances después. El trail no guarda el texto: léalo en los atributos de la máquina.',
  ),
  severity: 'high',
  attack: ['T1059', 'T1037', 'T1578'],
  apis: ['ec2:ModifyInstanceAttribute'],
  when: (record) =>
    machinery(record) || !(asked(record, 'userData') !== undefined || askedText(record, 'attribute') === 'userData')
      ? undefined
      : text(
          `${who(record)} changed the user data of machine ${named(record, 'instanceId')}.`,
          `${who(record)} cambió los datos de usuario de la máquina ${named(record, 'instanceId')}.`,
        ),
  examples: {
    hits: [
      example('changed', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', userData: '<sensitiveDataRemoved>' })),
      example('refused', denied('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', attribute: 'userData', value: '<sensitiveDataRemoved>' })),
    ],
    quiet: [
      example('another type', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', instanceType: { value: 't3.large' } })),
      example('other groups', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', groupSet: { items: [{ groupId: 'sg-1' }] } })),
    ],
  },
};
