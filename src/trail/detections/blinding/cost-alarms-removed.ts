import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Budgets or cost anomaly monitors removed', 'Presupuestos o monitores de anomalías de coste quitados'),
  description: text(
    'Nobody is told what the miners cost. Budgets are seldom deleted in good faith without a new one.',
    'Nadie se entera de lo que cuestan los mineros. Rara vez se borra de buena fe un presupuesto sin crear otro.',
  ),
  severity: 'medium',
  attack: ['T1562.001', 'T1496'],
  apis: [
    'budgets:DeleteBudget',
    'budgets:DeleteNotification',
    'budgets:DeleteSubscriber',
    'budgets:DeleteBudgetAction',
    'ce:DeleteAnomalyMonitor',
    'ce:DeleteAnomalySubscription',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'budgetName', 'monitorArn', 'subscriptionArn')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'budgetName', 'monitorArn', 'subscriptionArn')}.`,
        ),
  examples: {
    hits: [
      example('a budget', call('budgets:DeleteBudget', { accountId: '111122223333', budgetName: 'monthly' })),
      example('refused', denied('ce:DeleteAnomalyMonitor', { MonitorArn: 'arn:aws:ce::111122223333:anomalymonitor/1' })),
    ],
    quiet: [
      example('by a service', byService('budgets', 'budgets:DeleteBudgetAction', { budgetName: 'monthly' })),
      example('by Organizations', byService('organizations', 'budgets:DeleteBudget', { budgetName: 'x' })),
    ],
  },
};
