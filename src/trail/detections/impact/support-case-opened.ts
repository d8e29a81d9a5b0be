import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { longTermKey, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Support case opened', 'Caso de soporte abierto'),
  description: text(
    "Cases are how limits are raised where no API does it, and attackers write them in the owner's name. Read the case.",
    'Con casos se suben límites donde no hay API, y los atacantes los escriben en nombre del dueño. Lea el caso.',
  ),
  severity: 'low',
  attack: ['T1496', 'T1526'],
  apis: ['support:CreateCase'],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(
          `${who(record)} opened a support case about ${named(record, 'serviceCode')}${noted(record, 'categoryCode')} with a long-term key.`,
          `${who(record)} abrió un caso de soporte sobre ${named(record, 'serviceCode')}${noted(record, 'categoryCode')} con una clave permanente.`,
        ),
  examples: {
    hits: [
      example('about limits', call('support:CreateCase', { serviceCode: 'service-limit-increase', categoryCode: 'ec2-instances' })),
      example('refused', denied('support:CreateCase', { serviceCode: 'service-limit-increase' })),
    ],
    quiet: [
      example('in the console', call('support:CreateCase', { serviceCode: 'billing' }, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('health', 'support:CreateCase', { serviceCode: 'x' })),
    ],
  },
};
