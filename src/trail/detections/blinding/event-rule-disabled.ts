import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('EventBridge rule disabled, deleted or without targets', 'Regla de EventBridge desactivada, borrada o sin destinos'),
  description: text(
    'Rules carry security findings to people and start responses. Deployment tools delete their own rules; read what the rule did.',
    'Las reglas llevan los hallazgos de seguridad a las personas y arrancan respuestas. Las herramientas de despliegue borran las suyas; lea qué hacía la regla.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['events:DisableRule', 'events:DeleteRule', 'events:RemoveTargets'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on rule ${named(record, 'name', 'rule')} in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} sobre la regla ${named(record, 'name', 'rule')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('disabled', call('events:DisableRule', { name: 'guardduty-to-pager' })),
      example('refused', denied('events:RemoveTargets', { rule: 'guardduty-to-pager', ids: ['1'] })),
    ],
    quiet: [
      example('a service and its own rule', byService('autoscaling', 'events:DeleteRule', { name: 'AutoScalingManagedRule' })),
      example('Step Functions', byService('stepfunctions', 'events:RemoveTargets', { rule: 'StepFunctionsGetEventsForECSTaskRule' })),
    ],
  },
};
