import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text(
    'Organisation policy detached, deleted or switched off, or an account moved away from it',
    'Política de la organización desvinculada, borrada o apagada, o cuenta movida fuera de ella',
  ),
  description: text(
    "Service control and resource control policies are limits that even an administrator of a member account cannot pass. Whoever detaches them can do more from this moment. Read the policy's text from before, and the account's events after.",
    'Las políticas de control son límites que ni un administrador de una cuenta miembro puede pasar. Quien las desvincula puede hacer más desde ese momento. Lea el texto anterior de la política y los eventos posteriores de la cuenta.',
  ),
  severity: 'high',
  attack: ['T1562.001', 'T1484'],
  apis: [
    'organizations:DetachPolicy',
    'organizations:DeletePolicy',
    'organizations:DisablePolicyType',
    'organizations:UpdatePolicy',
    'organizations:MoveAccount',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in the organisation: ${named(record, 'policyId', 'policyType', 'accountId')}${noted(record, 'targetId', 'rootId', 'destinationParentId')}.`,
          `${who(record)} llamó a ${api(record)} en la organización: ${named(record, 'policyId', 'policyType', 'accountId')}${noted(record, 'targetId', 'rootId', 'destinationParentId')}.`,
        ),
  examples: {
    hits: [
      example('detached', call('organizations:DetachPolicy', { policyId: 'p-1', targetId: '444455556666' })),
      example('refused', denied('organizations:DisablePolicyType', { rootId: 'r-1', policyType: 'SERVICE_CONTROL_POLICY' })),
    ],
    quiet: [
      example('by Control Tower', byService('controltower', 'organizations:DetachPolicy', { policyId: 'p-1', targetId: 'ou-1' })),
      example('by Control Tower, moved', byService('controltower', 'organizations:MoveAccount', { accountId: '444455556666' })),
    ],
  },
};
