import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, below, list, machinery, named, no, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Control plane logs of an EKS cluster switched off', 'Registros del plano de control de un clúster EKS desactivados'),
  description: text(
    "The cluster's audit log, the only record of who did what inside Kubernetes, is no longer written.",
    'Deja de escribirse el registro de auditoría del clúster, el único que dice quién hizo qué dentro de Kubernetes.',
  ),
  severity: 'medium',
  attack: ['T1562.008'],
  apis: ['eks:UpdateClusterConfig'],
  when: (record) =>
    machinery(record) ||
    !list(asked(record, 'logging.clusterLogging')).some(
      (one) => no(below(one, 'enabled')) && (list(below(one, 'types')).includes('audit') || list(below(one, 'types')).includes('authenticator')),
    )
      ? undefined
      : text(
          `${who(record)} switched off audit logs of cluster ${named(record, 'name')}.`,
          `${who(record)} desactivó los registros de auditoría del clúster ${named(record, 'name')}.`,
        ),
  examples: {
    hits: [
      example('audit off', call('eks:UpdateClusterConfig', { name: 'prod', logging: { clusterLogging: [{ types: ['audit', 'api'], enabled: false }] } })),
      example('refused', denied('eks:UpdateClusterConfig', { name: 'prod', logging: { clusterLogging: [{ types: ['authenticator'], enabled: false }] } })),
    ],
    quiet: [
      example('switched on', call('eks:UpdateClusterConfig', { name: 'prod', logging: { clusterLogging: [{ types: ['audit'], enabled: true }] } })),
      example('the scheduler only', call('eks:UpdateClusterConfig', { name: 'prod', logging: { clusterLogging: [{ types: ['scheduler'], enabled: false }] } })),
    ],
  },
};
