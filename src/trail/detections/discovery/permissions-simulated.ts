import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Permissions of an identity tried out by simulation', 'Permisos de una identidad probados por simulación'),
  description: text(
    'SimulatePrincipalPolicy answers what a key may do without a single refusal. Auditors and some pipelines use it; attackers map their ways up with it.',
    'SimulatePrincipalPolicy responde qué puede una clave sin un solo rechazo. Lo usan auditores y algunas canalizaciones; los atacantes trazan con él su escalada.',
  ),
  severity: 'medium',
  attack: ['T1069.003', 'T1087.004'],
  apis: ['iam:SimulatePrincipalPolicy', 'iam:SimulateCustomPolicy', 'iam:GetContextKeysForPrincipalPolicy'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} simulated permissions of ${named(record, 'policySourceArn')}${noted(record, 'actionNames')}.`,
          `${who(record)} simuló permisos de ${named(record, 'policySourceArn')}${noted(record, 'actionNames')}.`,
        ),
  burst: { by: principalOf, within: 3_600, atLeast: 1 },
  examples: {
    hits: [
      example('simulated', call('iam:SimulatePrincipalPolicy', { policySourceArn: 'arn:aws:iam::111122223333:user/alice', actionNames: ['iam:CreateUser'] })),
      example('refused', denied('iam:SimulateCustomPolicy', { actionNames: ['s3:*'] })),
    ],
    quiet: [
      example('Access Analyzer', byService('access-analyzer', 'iam:SimulatePrincipalPolicy', {})),
      example('the console of IAM itself', byService('iam', 'iam:GetContextKeysForPrincipalPolicy', {})),
    ],
  },
};
