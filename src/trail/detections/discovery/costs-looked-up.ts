import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Costs and credits looked up with a long-term key', 'Costes y créditos consultados con una clave permanente'),
  description: text(
    'How much the account spends tells a miner how much will pass unseen. People look in the console; cost tools run under roles.',
    'Cuánto gasta la cuenta dice a un minero cuánto pasará inadvertido. Las personas miran en la consola; las herramientas de costes usan roles.',
  ),
  severity: 'low',
  attack: ['T1526'],
  apis: [
    'ce:GetCostAndUsage',
    'ce:GetCostForecast',
    'ce:GetDimensionValues',
    'budgets:DescribeBudgets',
    'freetier:GetFreeTierUsage',
    'billing:GetCredits',
    'cur:DescribeReportDefinitions',
  ],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(`${who(record)} looked up costs of the account (${api(record)}).`, `${who(record)} consultó costes de la cuenta (${api(record)}).`),
  burst: { by: principalOf, within: 86_400, atLeast: 1 },
  examples: {
    hits: [example('costs', call('ce:GetCostAndUsage', { Granularity: 'MONTHLY' })), example('refused', denied('ce:GetCostForecast'))],
    quiet: [
      example('a role', call('ce:GetCostAndUsage', null, { userIdentity: { type: 'AssumedRole' } })),
      example('in the console', call('ce:GetCostForecast', null, { userIdentity: { type: 'IAMUser', accessKeyId: 'ASIAEXAMPLEALICE0001' } })),
    ],
  },
};
