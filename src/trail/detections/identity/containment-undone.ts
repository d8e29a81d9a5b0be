import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, shown, target, who } from './saying.ts';

const CUTS = /(^|\/)(AWSCompromisedKeyQuarantine(V\d+)?|AWSDenyAll|AWSRevokeOlderSessions)$/;

export const detection: Detection = {
  title: text('A quarantine or revocation was taken back', 'Se deshizo una cuarentena o revocación'),
  description: text(
    'AWS or a responder had cut an identity off, by a quarantine policy or by revoking its sessions, and somebody took that away again. After an incident is closed it is right; during one it is the attacker or somebody in a hurry. Ask at once.',
    'AWS o quien responde había aislado una identidad, con una política de cuarentena o revocando sus sesiones, y alguien lo retiró. Con el incidente cerrado es correcto; durante él es el atacante o alguien con prisa. Pregunte enseguida.',
  ),
  severity: 'high',
  attack: ['T1562.001', 'T1098'],
  apis: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachGroupPolicy', 'iam:DeleteUserPolicy', 'iam:DeleteRolePolicy'],
  when(record) {
    const policy = shown(record, 'requestParameters.policyArn', shown(record, 'requestParameters.policyName'));
    if (!CUTS.test(policy)) return undefined;
    return text(`${who(record)} took ${policy} from ${target(record)}.`, `${who(record)} quitó ${policy} a ${target(record)}.`);
  },
  examples: {
    hits: [
      {
        what: 'quarantine by AWS',
        records: [call('iam:DetachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' })],
      },
      { what: 'sessions work again', records: [call('iam:DeleteRolePolicy', { roleName: 'r', policyName: 'AWSRevokeOlderSessions' })] },
      {
        what: 'there was none',
        records: [call('iam:DetachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }, { errorCode: 'NoSuchEntityException' })],
      },
    ],
    quiet: [
      { what: 'another policy', records: [call('iam:DetachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })] },
      { what: 'an inline policy', records: [call('iam:DeleteRolePolicy', { roleName: 'r', policyName: 'app' })] },
    ],
  },
};
