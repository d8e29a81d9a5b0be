import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Traffic of a machine mirrored', 'Tráfico de una máquina duplicado'),
  description: text(
    "A copy of all packets goes to an interface of the caller's choice; what is not encrypted is read there. Rare outside of network monitoring products.",
    'Una copia de todos los paquetes va a una interfaz elegida por quien llama; lo que no está cifrado se lee allí. Raro fuera de productos de vigilancia de red.',
  ),
  severity: 'high',
  attack: ['T1040'],
  apis: ['ec2:CreateTrafficMirrorSession', 'ec2:CreateTrafficMirrorTarget', 'ec2:ModifyTrafficMirrorSession'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}: interface ${named(record, 'networkInterfaceId')}, target ${named(record, 'trafficMirrorTargetId', 'networkLoadBalancerArn')}.`,
          `${who(record)} llamó a ${api(record)}: interfaz ${named(record, 'networkInterfaceId')}, destino ${named(record, 'trafficMirrorTargetId', 'networkLoadBalancerArn')}.`,
        ),
  examples: {
    hits: [
      example(
        'a session',
        call('ec2:CreateTrafficMirrorSession', {
          CreateTrafficMirrorSessionRequest: { NetworkInterfaceId: 'eni-1', TrafficMirrorTargetId: 'tmt-1', SessionNumber: 1 },
        }),
      ),
      example('refused', denied('ec2:CreateTrafficMirrorTarget', { CreateTrafficMirrorTargetRequest: { NetworkInterfaceId: 'eni-2' } })),
    ],
    quiet: [
      example('a service', byService('ec2', 'ec2:CreateTrafficMirrorSession', {})),
      example('another', byService('guardduty', 'ec2:CreateTrafficMirrorTarget', {})),
    ],
  },
};
