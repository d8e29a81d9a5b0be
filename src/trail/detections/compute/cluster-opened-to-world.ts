import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, strings, who, yes } from '../data/reading.ts';
import { isWorld } from '../network/rules.ts';

export const detection: Detection = {
  title: text('Kubernetes API of a cluster opened to the internet', 'API de Kubernetes de un clúster abierta a internet'),
  description: text(
    "Every address may speak to the cluster's API; a stolen token is then enough. It is the default of new clusters; a change of an old one is not.",
    'Cualquier dirección puede hablar con la API del clúster; entonces basta un token robado. Es lo normal en clústeres nuevos; cambiar uno antiguo no.',
  ),
  severity: 'medium',
  attack: ['T1133'],
  apis: ['eks:UpdateClusterConfig'],
  when: (record) =>
    machinery(record) ||
    !(
      strings(asked(record, 'resourcesVpcConfig.publicAccessCidrs')).some(isWorld) ||
      (yes(asked(record, 'resourcesVpcConfig.endpointPublicAccess')) && asked(record, 'resourcesVpcConfig.publicAccessCidrs') === undefined)
    )
      ? undefined
      : text(
          `${who(record)} opened the API of cluster ${named(record, 'name')} to the internet.`,
          `${who(record)} abrió a internet la API del clúster ${named(record, 'name')}.`,
        ),
  examples: {
    hits: [
      example(
        'to everybody',
        call('eks:UpdateClusterConfig', { name: 'prod', resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] } }),
      ),
      example('refused', denied('eks:UpdateClusterConfig', { name: 'prod', resourcesVpcConfig: { endpointPublicAccess: true } })),
    ],
    quiet: [
      example(
        'to one network',
        call('eks:UpdateClusterConfig', { name: 'prod', resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['192.0.2.0/24'] } }),
      ),
      example('closed', call('eks:UpdateClusterConfig', { name: 'prod', resourcesVpcConfig: { endpointPublicAccess: false } })),
    ],
  },
};
