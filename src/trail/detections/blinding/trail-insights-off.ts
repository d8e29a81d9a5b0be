import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, list, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('CloudTrail Insights switched off', 'CloudTrail Insights desactivado'),
  description: text(
    'Insights reports unusual numbers of calls and errors; an attacker who makes many does well to end it. Owners do it to save money.',
    'Insights avisa de números inusuales de llamadas y errores; a un atacante que hace muchas le conviene apagarlo. Los dueños lo hacen para ahorrar.',
  ),
  severity: 'low',
  attack: ['T1562.008'],
  apis: ['cloudtrail:PutInsightSelectors'],
  when: (record) =>
    machinery(record) || !(asked(record, 'insightSelectors') !== undefined && list(asked(record, 'insightSelectors')).length === 0)
      ? undefined
      : text(
          `${who(record)} removed every Insights type from ${named(record, 'trailName', 'eventDataStore')}.`,
          `${who(record)} quitó todos los tipos de Insights de ${named(record, 'trailName', 'eventDataStore')}.`,
        ),
  examples: {
    hits: [
      example('no types left', call('cloudtrail:PutInsightSelectors', { trailName: 'main', insightSelectors: [] })),
      example('refused', denied('cloudtrail:PutInsightSelectors', { trailName: 'main', insightSelectors: [] })),
    ],
    quiet: [
      example('switched on', call('cloudtrail:PutInsightSelectors', { trailName: 'main', insightSelectors: [{ insightType: 'ApiCallRateInsight' }] })),
      example('no selectors in the request', call('cloudtrail:PutInsightSelectors', { trailName: 'main' })),
    ],
  },
};
