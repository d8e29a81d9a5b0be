import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Whole inventory of the account asked for at once', 'Inventario entero de la cuenta pedido de una vez'),
  description: text(
    'One query to Resource Explorer, Config or the tagging API lists what enumeration would take hundreds of calls for. People use it in the console; a long-term key seldom does.',
    'Una consulta a Resource Explorer, Config o la API de etiquetas lista lo que enumerando costaría cientos de llamadas. Se usa en la consola; una clave permanente, rara vez.',
  ),
  severity: 'low',
  attack: ['T1580', 'T1526'],
  apis: [
    'resource-explorer-2:Search',
    'resource-explorer-2:ListResources',
    'config:SelectResourceConfig',
    'config:SelectAggregateResourceConfig',
    'tagging:GetResources',
  ],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(
          `${who(record)} asked for the whole inventory by ${api(record)} in ${region(record)}${noted(record, 'queryString', 'expression')}.`,
          `${who(record)} pidió el inventario entero con ${api(record)} en ${region(record)}${noted(record, 'queryString', 'expression')}.`,
        ),
  burst: { by: principalOf, within: 3_600, atLeast: 1 },
  examples: {
    hits: [example('by search', call('resource-explorer-2:Search', { queryString: '*' })), example('refused', denied('tagging:GetResources'))],
    quiet: [
      example('a role', call('tagging:GetResources', null, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('resource-groups', 'tagging:GetResources')),
    ],
  },
};
