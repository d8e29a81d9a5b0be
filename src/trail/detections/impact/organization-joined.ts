import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Account joins, or invites into, an organisation', 'La cuenta entra en una organización o invita a ella'),
  description: text(
    'Whoever owns the organisation rules the account and its bill. Attackers take a stolen account into theirs, or make one to put accounts into. The owner knows of it, or it is not his.',
    'Quien posee la organización gobierna la cuenta y su factura. Los atacantes llevan una cuenta robada a la suya o crean una para meter cuentas. El dueño lo sabe, o no es suyo.',
  ),
  severity: 'high',
  attack: ['T1666', 'T1098'],
  apis: [
    'organizations:AcceptHandshake',
    'organizations:CreateOrganization',
    'organizations:InviteAccountToOrganization',
    'organizations:InviteOrganizationToTransferResponsibility',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'handshakeId', 'target.id', 'featureSet')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'handshakeId', 'target.id', 'featureSet')}.`,
        ),
  examples: {
    hits: [
      example('an invitation accepted', call('organizations:AcceptHandshake', { handshakeId: 'h-1' })),
      example('refused', denied('organizations:InviteAccountToOrganization', { target: { id: OUTSIDER, type: 'ACCOUNT' } })),
    ],
    quiet: [
      example('Control Tower', byService('controltower', 'organizations:CreateOrganization', { featureSet: 'ALL' })),
      example('Control Tower invites', byService('controltower', 'organizations:InviteAccountToOrganization', {})),
    ],
  },
};
