import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { api, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Delegated administrator of a security service changed', 'Administrador delegado de un servicio de seguridad cambiado'),
  description: text(
    'Who runs GuardDuty, Security Hub, CloudTrail and the like for all accounts was replaced or removed. A foreign or unexpected account can then see and switch off everything.',
    'Se sustituyó o quitó a quien dirige GuardDuty, Security Hub, CloudTrail y similares para todas las cuentas. Una cuenta ajena o inesperada puede entonces verlo y apagarlo todo.',
  ),
  severity: 'high',
  attack: ['T1562.001', 'T1098'],
  apis: [
    'organizations:RegisterDelegatedAdministrator',
    'organizations:DeregisterDelegatedAdministrator',
    'guardduty:EnableOrganizationAdminAccount',
    'securityhub:EnableOrganizationAdminAccount',
    'macie2:EnableOrganizationAdminAccount',
    'inspector2:EnableDelegatedAdminAccount',
    'detective:EnableOrganizationAdminAccount',
    'cloudtrail:RegisterOrganizationDelegatedAdmin',
    'cloudtrail:DeregisterOrganizationDelegatedAdmin',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for account ${named(record, 'accountId', 'adminAccountId', 'delegatedAdminAccountId', 'memberAccountId')}${noted(record, 'servicePrincipal')}.`,
          `${who(record)} llamó a ${api(record)} para la cuenta ${named(record, 'accountId', 'adminAccountId', 'delegatedAdminAccountId', 'memberAccountId')}${noted(record, 'servicePrincipal')}.`,
        ),
  examples: {
    hits: [
      example('another account runs GuardDuty', call('guardduty:EnableOrganizationAdminAccount', { adminAccountId: OUTSIDER })),
      example('refused', denied('organizations:RegisterDelegatedAdministrator', { accountId: OUTSIDER, servicePrincipal: 'cloudtrail.amazonaws.com' })),
    ],
    quiet: [
      example('by Control Tower', byService('controltower', 'organizations:RegisterDelegatedAdministrator', { accountId: '444455556666' })),
      example('by the service', byService('guardduty', 'organizations:DeregisterDelegatedAdministrator', { accountId: '444455556666' })),
    ],
  },
};
