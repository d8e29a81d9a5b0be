import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machine given a public address', 'Máquina con dirección pública'),
  description: text(
    'A machine, or all new ones of a subnet, can be reached from outside if its security group lets it. New networks do it, too.',
    'Una máquina, o todas las nuevas de una subred, son accesibles desde fuera si su grupo de seguridad lo permite. Las redes nuevas también lo hacen.',
  ),
  severity: 'low',
  attack: ['T1133'],
  apis: ['ec2:AssociateAddress', 'ec2:ModifySubnetAttribute'],
  when: (record) =>
    machinery(record) || !(apiOf(record) === 'ec2:AssociateAddress' || yes(asked(record, 'mapPublicIpOnLaunch')))
      ? undefined
      : text(
          `${who(record)} gave a public address to ${named(record, 'instanceId', 'networkInterfaceId', 'subnetId')}.`,
          `${who(record)} dio una dirección pública a ${named(record, 'instanceId', 'networkInterfaceId', 'subnetId')}.`,
        ),
  examples: {
    hits: [
      example('one machine', call('ec2:AssociateAddress', { instanceId: 'i-1', allocationId: 'eipalloc-1' })),
      example('a subnet, refused', denied('ec2:ModifySubnetAttribute', { subnetId: 'subnet-1', mapPublicIpOnLaunch: { value: true } })),
    ],
    quiet: [
      example('no longer', call('ec2:ModifySubnetAttribute', { subnetId: 'subnet-1', mapPublicIpOnLaunch: { value: false } })),
      example('a load balancer', byService('elasticloadbalancing', 'ec2:AssociateAddress', { networkInterfaceId: 'eni-1' })),
    ],
  },
};
