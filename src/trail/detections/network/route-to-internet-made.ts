import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';
import { isWorld } from './rules.ts';

export const detection: Detection = {
  title: text('Subnet given a way to the internet', 'Subred con salida a internet'),
  description: text(
    'Machines with a public address in the subnets of this route table can be reached from outside. Every new network has this call; a network that was closed should not.',
    'Las máquinas con dirección pública de las subredes de esta tabla de rutas son accesibles desde fuera. Toda red nueva hace esta llamada; una red cerrada no debería.',
  ),
  severity: 'low',
  attack: ['T1133'],
  apis: ['ec2:CreateRoute', 'ec2:ReplaceRoute'],
  when: (record) =>
    machinery(record) ||
    !(
      /^igw-/.test(askedText(record, 'gatewayId') ?? '') &&
      [askedText(record, 'destinationCidrBlock'), askedText(record, 'destinationIpv6CidrBlock')].some((range) => range !== undefined && isWorld(range))
    )
      ? undefined
      : text(
          `${who(record)} routed route table ${named(record, 'routeTableId')} to internet gateway ${named(record, 'gatewayId')}.`,
          `${who(record)} enrutó la tabla de rutas ${named(record, 'routeTableId')} a la pasarela de internet ${named(record, 'gatewayId')}.`,
        ),
  examples: {
    hits: [
      example('made', call('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1' })),
      example('refused', denied('ec2:ReplaceRoute', { routeTableId: 'rtb-1', destinationIpv6CidrBlock: '::/0', gatewayId: 'igw-1' })),
    ],
    quiet: [
      example('outwards only', call('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1' })),
      example('an endpoint', call('ec2:CreateRoute', { routeTableId: 'rtb-1', destinationCidrBlock: '10.0.0.0/8', gatewayId: 'vgw-1' })),
    ],
  },
};
