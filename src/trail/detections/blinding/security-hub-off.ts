import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Security Hub switched off, or standards and products taken from it', 'Security Hub desactivado, o sin estándares o productos'),
  description: text(
    'Findings of all security services are no longer gathered here. Some turn standards off against noise; switching the whole off is rare.',
    'Los hallazgos de los servicios de seguridad ya no se reúnen aquí. Algunos quitan estándares contra el ruido; apagarlo entero es raro.',
  ),
  severity: 'high',
  attack: ['T1562.001'],
  apis: [
    'securityhub:DisableSecurityHub',
    'securityhub:DisableSecurityHubV2',
    'securityhub:BatchDisableStandards',
    'securityhub:DisableImportFindingsForProduct',
    'securityhub:DisassociateFromAdministratorAccount',
    'securityhub:DisassociateMembers',
    'securityhub:DeleteMembers',
    'securityhub:DisableOrganizationAdminAccount',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on Security Hub in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} en Security Hub en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('switched off', call('securityhub:DisableSecurityHub')),
      example(
        'refused',
        denied('securityhub:BatchDisableStandards', { standardsSubscriptionArns: ['arn:aws:securityhub:us-east-1:111122223333:subscription/cis'] }),
      ),
    ],
    quiet: [
      example('by Organizations', byService('organizations', 'securityhub:DisassociateMembers', { accountIds: ['444455556666'] })),
      example('by Security Hub', byService('securityhub', 'securityhub:DeleteMembers')),
    ],
  },
};
