import { text } from '../../kernel/index.ts';
import { credentialAction } from './user-credentials.ts';

/** Serial numbers stand in a JMESPath below: only what cannot be anything else does. */
const SERIAL = /^[\w+=/:,.@-]{9,256}$/;

/**
 * An attacker pairs a device of his own so that policies which ask for MFA let him pass. Pairing it again needs its codes, so
 * this cannot be taken back by us.
 */
export const action = credentialAction({
  id: 'deactivate-mfa-devices',
  title: text('Unpair MFA devices the attacker added', 'Desvincular dispositivos MFA añadidos por el atacante'),
  noun: text('MFA devices', 'dispositivos MFA'),
  type: 'AWS::IAM::MFADevice',
  permissions: ['iam:ListMFADevices', 'iam:DeactivateMFADevice'],
  list: { operation: 'ListMFADevices', members: 'MFADevices' },
  read: (row) =>
    typeof row.SerialNumber === 'string' && SERIAL.test(row.SerialNumber)
      ? { id: row.SerialNumber, created: typeof row.EnableDate === 'string' ? row.EnableDate : null, active: true }
      : null,
  end: (region, { userName, id }, danger) => ({
    id: `mfa.${id}`,
    why: text(`unpair the MFA device ${id} of ${userName}`, `desvincular el dispositivo MFA ${id} de ${userName}`),
    call: { service: 'iam', operation: 'DeactivateMFADevice', region, input: { UserName: userName, SerialNumber: id } },
    repeat: 'safe',
    already: ['NoSuchEntity'],
    probe: {
      call: { service: 'iam', operation: 'ListMFADevices', region, input: { UserName: userName } },
      // Absence counts only inside a complete list.
      done: [
        { path: 'IsTruncated', is: false },
        { path: `contains(MFADevices[].SerialNumber, '${id}')`, is: false },
      ],
      ready: [{ path: `contains(MFADevices[].SerialNumber, '${id}')`, is: true }],
    },
    undo: { never: text('only whoever holds the device can pair it again', 'solo quien tiene el dispositivo puede volver a vincularlo') },
    danger,
  }),
});
