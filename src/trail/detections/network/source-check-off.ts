import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, no, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machine allowed to pass on traffic that is not its own', 'Máquina autorizada a reenviar tráfico ajeno'),
  description: text(
    'Without the source and destination check a machine can work as router, proxy or interceptor. NAT and VPN machines, and container networks, need it.',
    'Sin la comprobación de origen y destino una máquina puede ser encaminador, proxy o interceptor. Las máquinas NAT y VPN y las redes de contenedores la necesitan así.',
  ),
  severity: 'medium',
  attack: ['T1090', 'T1557'],
  apis: ['ec2:ModifyInstanceAttribute', 'ec2:ModifyNetworkInterfaceAttribute'],
  when: (record) =>
    machinery(record) || !no(asked(record, 'sourceDestCheck.value') ?? asked(record, 'sourceDestCheck'))
      ? undefined
      : text(
          `${who(record)} switched off the source and destination check of ${named(record, 'instanceId', 'networkInterfaceId')}.`,
          `${who(record)} desactivó la comprobación de origen y destino de ${named(record, 'instanceId', 'networkInterfaceId')}.`,
        ),
  examples: {
    hits: [
      example('of a machine', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', sourceDestCheck: { value: false } })),
      example('of an interface, refused', denied('ec2:ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1', sourceDestCheck: { value: false } })),
    ],
    quiet: [
      example('switched on', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', sourceDestCheck: { value: true } })),
      example('other groups', call('ec2:ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1', groupSet: { items: [{ groupId: 'sg-1' }] } })),
    ],
  },
};
