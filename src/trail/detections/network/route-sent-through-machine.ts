import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, shown, who } from '../data/reading.ts';
import { isWorld } from './rules.ts';

const through = (record: TrailRecord) =>
  askedText(record, 'networkInterfaceId') ?? askedText(record, 'instanceId') ?? askedText(record, 'vpcPeeringConnectionId');

export const detection: Detection = {
  title: text('Traffic routed through a machine or a peered network', 'Tráfico enrutado por una máquina o una red emparejada'),
  description: text(
    "All packets to the internet, or of a network, pass a machine that can read and change them, or leave by another account's network. NAT instances and firewalls look the same: see whose interface it is.",
    'Todos los paquetes hacia internet, o de una red, pasan por una máquina que puede leerlos y cambiarlos, o salen por la red de otra cuenta. Las instancias NAT y los cortafuegos se ven igual: mire de quién es la interfaz.',
  ),
  severity: 'medium',
  attack: ['T1557', 'T1565.002'],
  apis: ['ec2:CreateRoute', 'ec2:ReplaceRoute'],
  when: (record) =>
    machinery(record) ||
    !(
      through(record) &&
      [askedText(record, 'destinationCidrBlock'), askedText(record, 'destinationIpv6CidrBlock')].some((range) => range !== undefined && isWorld(range))
    )
      ? undefined
      : text(
          `${who(record)} sent traffic of route table ${named(record, 'routeTableId')} through ${shown(through(record))}.`,
          `${who(record)} envió el tráfico de la tabla de rutas ${named(record, 'routeTableId')} por ${shown(through(record))}.`,
        ),
  examples: {
    hits: [
      example('through an interface', call('ec2:ReplaceRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', networkInterfaceId: 'eni-1' })),
      example('through a machine, refused', denied('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', instanceId: 'i-1' })),
    ],
    quiet: [
      example('through an internet gateway', call('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1' })),
      example(
        'one network to a peer',
        call('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '10.8.0.0/16', vpcPeeringConnectionId: 'pcx-1' }),
      ),
    ],
  },
};
