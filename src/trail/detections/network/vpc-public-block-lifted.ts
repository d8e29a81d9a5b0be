import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Block of internet access to networks lifted', 'Bloqueo de acceso a internet de las redes levantado'),
  description: text(
    'VPC block public access was switched off, or a network excepted from it: gateways let traffic through again.',
    'Se desactivó el bloqueo de acceso público de las VPC o se exceptuó una red: las pasarelas vuelven a dejar pasar tráfico.',
  ),
  severity: 'high',
  attack: ['T1562.007'],
  apis: ['ec2:ModifyVpcBlockPublicAccessOptions', 'ec2:CreateVpcBlockPublicAccessExclusion'],
  when: (record) =>
    machinery(record) || !(apiOf(record) === 'ec2:CreateVpcBlockPublicAccessExclusion' || askedText(record, 'internetGatewayBlockMode') === 'off')
      ? undefined
      : text(
          `${who(record)} lifted the block of internet access (${api(record)}, ${named(record, 'vpcId', 'subnetId')}) in ${region(record)}.`,
          `${who(record)} levantó el bloqueo de acceso a internet (${api(record)}, ${named(record, 'vpcId', 'subnetId')}) en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('switched off', call('ec2:ModifyVpcBlockPublicAccessOptions', { ModifyVpcBlockPublicAccessOptionsRequest: { InternetGatewayBlockMode: 'off' } })),
      example(
        'excepted, refused',
        denied('ec2:CreateVpcBlockPublicAccessExclusion', {
          CreateVpcBlockPublicAccessExclusionRequest: { VpcId: 'vpc-1', InternetGatewayExclusionMode: 'allow-bidirectional' },
        }),
      ),
    ],
    quiet: [
      example(
        'switched on',
        call('ec2:ModifyVpcBlockPublicAccessOptions', { ModifyVpcBlockPublicAccessOptionsRequest: { InternetGatewayBlockMode: 'block-bidirectional' } }),
      ),
      example('a service', byService('organizations', 'ec2:CreateVpcBlockPublicAccessExclusion', {})),
    ],
  },
};
