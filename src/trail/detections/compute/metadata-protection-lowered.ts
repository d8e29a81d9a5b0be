import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedNumber, askedText, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Protection of instance metadata lowered', 'Protección de los metadatos de instancia rebajada'),
  description: text(
    "With tokens optional, one forged request through a web application on the machine is enough to steal its role's credentials; with more hops a container gets at them, too.",
    'Con tokens opcionales basta una petición falsificada a través de una aplicación web de la máquina para robar las credenciales de su rol; con más saltos también llega un contenedor.',
  ),
  severity: 'medium',
  attack: ['T1552.005'],
  apis: ['ec2:ModifyInstanceMetadataOptions', 'ec2:ModifyInstanceMetadataDefaults'],
  when: (record) =>
    machinery(record) || !(askedText(record, 'httpTokens') === 'optional' || askedNumber(record, 'httpPutResponseHopLimit') > 2)
      ? undefined
      : text(
          `${who(record)} lowered the protection of metadata of ${named(record, 'instanceId')} in ${region(record)}.`,
          `${who(record)} rebajó la protección de los metadatos de ${named(record, 'instanceId')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example(
        'tokens optional',
        call('ec2:ModifyInstanceMetadataOptions', {
          ModifyInstanceMetadataOptionsRequest: { InstanceId: 'i-1', HttpTokens: 'optional', HttpEndpoint: 'enabled' },
        }),
      ),
      example('for the region, refused', denied('ec2:ModifyInstanceMetadataDefaults', { ModifyInstanceMetadataDefaultsRequest: { HttpTokens: 'optional' } })),
    ],
    quiet: [
      example(
        'tokens required',
        call('ec2:ModifyInstanceMetadataOptions', { ModifyInstanceMetadataOptionsRequest: { InstanceId: 'i-1', HttpTokens: 'required' } }),
      ),
      example(
        'two hops for containers',
        call('ec2:ModifyInstanceMetadataOptions', { ModifyInstanceMetadataOptionsRequest: { InstanceId: 'i-1', HttpPutResponseHopLimit: 2 } }),
      ),
    ],
  },
};
