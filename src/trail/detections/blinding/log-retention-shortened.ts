import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedNumber, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Logs kept for a week at most', 'Registros conservados una semana como mucho'),
  description: text(
    'CloudWatch Logs deletes older events within days of this call. New groups of development accounts are made that way; an older group with years in it is another matter.',
    'CloudWatch Logs borra los eventos más viejos en los días siguientes. Los grupos nuevos de cuentas de desarrollo se crean así; un grupo antiguo con años dentro es otra cosa.',
  ),
  severity: 'medium',
  attack: ['T1070', 'T1562.008'],
  apis: ['logs:PutRetentionPolicy'],
  when: (record) =>
    machinery(record) || !(askedNumber(record, 'retentionInDays') <= 7)
      ? undefined
      : text(
          `${who(record)} had log group ${named(record, 'logGroupName')} keep only ${named(record, 'retentionInDays')} days.`,
          `${who(record)} hizo que el grupo ${named(record, 'logGroupName')} guarde solo ${named(record, 'retentionInDays')} días.`,
        ),
  examples: {
    hits: [
      example('one day', call('logs:PutRetentionPolicy', { logGroupName: 'trail', retentionInDays: 1 })),
      example('refused', denied('logs:PutRetentionPolicy', { logGroupName: 'trail', retentionInDays: 3 })),
    ],
    quiet: [
      example('a year', call('logs:PutRetentionPolicy', { logGroupName: 'trail', retentionInDays: 365 })),
      example('no number', call('logs:PutRetentionPolicy', { logGroupName: 'trail' })),
    ],
  },
};
