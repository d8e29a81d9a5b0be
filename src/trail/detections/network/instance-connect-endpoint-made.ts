import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('EC2 Instance Connect endpoint made', 'Extremo de EC2 Instance Connect creado'),
  description: text(
    "Through it SSH and RDP reach machines without a public address, with nothing but AWS credentials. Attackers put one into the victim's private network; administrators do it once, by a template.",
    'Por él SSH y RDP llegan a máquinas sin dirección pública, solo con credenciales de AWS. Los atacantes ponen uno en la red privada de la víctima; los administradores lo hacen una vez, con una plantilla.',
  ),
  severity: 'medium',
  attack: ['T1133', 'T1021.004'],
  apis: ['ec2:CreateInstanceConnectEndpoint'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked for an Instance Connect endpoint in subnet ${named(record, 'subnetId')} (${region(record)}).`,
          `${who(record)} pidió un extremo de Instance Connect en la subred ${named(record, 'subnetId')} (${region(record)}).`,
        ),
  examples: {
    hits: [
      example(
        'made',
        call('ec2:CreateInstanceConnectEndpoint', {
          CreateInstanceConnectEndpointRequest: { SubnetId: 'subnet-1', SecurityGroupId: { tag: 1, content: 'sg-1' } },
        }),
      ),
      example('refused', denied('ec2:CreateInstanceConnectEndpoint', { CreateInstanceConnectEndpointRequest: { SubnetId: 'subnet-1' } })),
    ],
    quiet: [
      example('a service', byService('ec2', 'ec2:CreateInstanceConnectEndpoint', {})),
      example('another service', byService('ec2-instance-connect', 'ec2:CreateInstanceConnectEndpoint', {})),
    ],
  },
};
