import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Support case closed, or support plan changed', 'Caso de soporte cerrado o plan de soporte cambiado'),
  description: text(
    "AWS opens a case when it finds a stolen key; attackers close it, or answer in the owner's name. A changed plan slows help down, or buys the way to quotas.",
    'AWS abre un caso cuando encuentra una clave robada; los atacantes lo cierran o contestan en nombre del dueño. Cambiar el plan retrasa la ayuda o compra el camino a las cuotas.',
  ),
  severity: 'medium',
  attack: ['T1562', 'T1070'],
  apis: ['support:ResolveCase', 'support:AddCommunicationToCase', 'supportplans:CreateSupportPlanSchedule'],
  when: (record) =>
    machinery(record) || !(longTermKey(record) || apiOf(record) !== 'support:AddCommunicationToCase')
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'caseId', 'startLevel')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'caseId', 'startLevel')}.`,
        ),
  examples: {
    hits: [
      example('closed', call('support:ResolveCase', { caseId: 'case-1' })),
      example('refused', denied('supportplans:CreateSupportPlanSchedule', { startLevel: 'BASIC' })),
    ],
    quiet: [
      example('a service', byService('trustedadvisor', 'support:ResolveCase', { caseId: 'case-1' })),
      example('an answer in the console', call('support:AddCommunicationToCase', { caseId: 'case-1' }, { userIdentity: { type: 'AssumedRole' } })),
    ],
  },
};
