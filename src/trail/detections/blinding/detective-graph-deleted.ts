import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text("Amazon Detective's graph deleted or an account taken out of it", 'Grafo de Amazon Detective borrado o cuenta sacada de él'),
  description: text(
    'Detective keeps a year of who did what from where. Deleting its graph destroys that history.',
    'Detective guarda un año de quién hizo qué y desde dónde. Borrar su grafo destruye esa historia.',
  ),
  severity: 'medium',
  attack: ['T1562.001', 'T1070'],
  apis: ['detective:DeleteGraph', 'detective:DeleteMembers', 'detective:DisassociateMembership', 'detective:DisableOrganizationAdminAccount'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on Amazon Detective${noted(record, 'graphArn', 'accountIds')}.`,
          `${who(record)} llamó a ${api(record)} en Amazon Detective${noted(record, 'graphArn', 'accountIds')}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('detective:DeleteGraph', { graphArn: 'arn:aws:detective:us-east-1:111122223333:graph:1' })),
      example('refused', denied('detective:DisassociateMembership', { graphArn: 'arn:aws:detective:us-east-1:111122223333:graph:1' })),
    ],
    quiet: [
      example('by Organizations', byService('organizations', 'detective:DeleteMembers', { accountIds: ['444455556666'] })),
      example('by Detective', byService('detective', 'detective:DeleteMembers', { accountIds: ['444455556666'] })),
    ],
  },
};
