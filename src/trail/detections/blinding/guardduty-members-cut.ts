import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Account cut off from the central GuardDuty', 'Cuenta separada del GuardDuty central'),
  description: text(
    "Findings of this account no longer reach the organisation's security team, or a team no longer watches its members. Accounts that are closed or moved look the same; ask the security team.",
    'Los hallazgos de esta cuenta ya no llegan al equipo de seguridad de la organización, o el equipo ya no vigila a sus miembros. Las cuentas que se cierran o mueven se ven igual; pregunte al equipo de seguridad.',
  ),
  severity: 'high',
  attack: ['T1562.001'],
  apis: [
    'guardduty:DisassociateMembers',
    'guardduty:DeleteMembers',
    'guardduty:StopMonitoringMembers',
    'guardduty:DisassociateFromAdministratorAccount',
    'guardduty:DisassociateFromMasterAccount',
    'guardduty:DisableOrganizationAdminAccount',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in GuardDuty${noted(record, 'accountIds', 'adminAccountId', 'detectorId')}.`,
          `${who(record)} llamó a ${api(record)} en GuardDuty${noted(record, 'accountIds', 'adminAccountId', 'detectorId')}.`,
        ),
  examples: {
    hits: [
      example('members no longer watched', call('guardduty:StopMonitoringMembers', { detectorId: '12abc', accountIds: ['444455556666'] })),
      example('leaving is refused', denied('guardduty:DisassociateFromAdministratorAccount', { detectorId: '12abc' })),
    ],
    quiet: [
      example('by Organizations', byService('organizations', 'guardduty:DeleteMembers', { detectorId: '12abc' })),
      example('by GuardDuty', byService('guardduty', 'guardduty:DisassociateMembers', { detectorId: '12abc' })),
    ],
  },
};
