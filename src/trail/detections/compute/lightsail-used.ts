import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Lightsail machines made, opened or their keys downloaded', 'Máquinas Lightsail creadas, abiertas o con claves descargadas'),
  description: text(
    "Lightsail machines stand outside of the account's networks and of most monitoring, and their default key is one call away. Where nobody uses Lightsail, every such call is a finding.",
    'Las máquinas Lightsail están fuera de las redes de la cuenta y de casi toda vigilancia, y su clave por defecto está a una llamada. Donde nadie usa Lightsail, cada llamada así es un hallazgo.',
  ),
  severity: 'medium',
  attack: ['T1578.002', 'T1583.003'],
  apis: [
    'lightsail:CreateInstances',
    'lightsail:DownloadDefaultKeyPair',
    'lightsail:GetInstanceAccessDetails',
    'lightsail:OpenInstancePublicPorts',
    'lightsail:PutInstancePublicPorts',
    'lightsail:CreateContainerService',
    'lightsail:PeerVpc',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in Lightsail${noted(record, 'instanceNames', 'instanceName', 'serviceName')} in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} en Lightsail${noted(record, 'instanceNames', 'instanceName', 'serviceName')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('made', call('lightsail:CreateInstances', { instanceNames: ['x'], availabilityZone: 'us-east-1a', bundleId: 'large_3_0' })),
      example('refused', denied('lightsail:DownloadDefaultKeyPair')),
    ],
    quiet: [
      example('a service', byService('lightsail', 'lightsail:PutInstancePublicPorts', {})),
      example('another', byService('lightsail', 'lightsail:CreateInstances', {})),
    ],
  },
};
