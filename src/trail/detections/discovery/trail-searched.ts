import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { longTermKey, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Event history searched with a long-term key', 'Historial de eventos buscado con una clave permanente'),
  description: text(
    "Attackers read the trail to learn what can be seen of them and what the owner does against it. Responders do, too: compare with the case's own ledger.",
    'Los atacantes leen el trail para saber qué se ve de ellos y qué hace el dueño. También quien responde: compare con el registro del caso.',
  ),
  severity: 'low',
  attack: ['T1654'],
  apis: ['cloudtrail:LookupEvents', 'cloudtrail:StartQuery', 'cloudtrail:GetQueryResults'],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(`${who(record)} searched the event history in ${region(record)}.`, `${who(record)} buscó en el historial de eventos de ${region(record)}.`),
  burst: { by: principalOf, within: 3_600, atLeast: 1 },
  examples: {
    hits: [example('searched', call('cloudtrail:LookupEvents', { maxResults: 50 })), example('refused', denied('cloudtrail:StartQuery'))],
    quiet: [
      example('a role', call('cloudtrail:LookupEvents', null, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('access-analyzer', 'cloudtrail:LookupEvents')),
    ],
  },
};
