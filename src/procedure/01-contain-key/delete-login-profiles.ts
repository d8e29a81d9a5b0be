import type { JsonObject } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { credentialAction } from './user-credentials.ts';

/**
 * Console passwords the attacker gave: to users of his own, to the leaked key's user, or to a colleague's. A password made
 * before him is left alone unless he changed it; the deny policy keeps it from being of use.
 */
export const action = credentialAction({
  id: 'delete-login-profiles',
  title: text('Take away console passwords the attacker made', 'Retirar contraseñas de consola creadas por el atacante'),
  noun: text('console passwords', 'contraseñas de consola'),
  // A password is listed under the name of its user: it has none of its own.
  called: ({ userName }) => text(`the console password of ${userName}`, `la contraseña de consola de ${userName}`),
  type: 'AWS::IAM::LoginProfile',
  permissions: ['iam:GetLoginProfile', 'iam:DeleteLoginProfile'],
  list: { operation: 'GetLoginProfile', members: 'LoginProfile' },
  read: (row: JsonObject) =>
    typeof row.UserName === 'string' ? { id: row.UserName, created: typeof row.CreateDate === 'string' ? row.CreateDate : null, active: true } : null,
  end: (region, { userName }, danger) => ({
    id: `login.${userName}`,
    why: text(`delete the console password of ${userName}`, `eliminar la contraseña de consola de ${userName}`),
    call: { service: 'iam', operation: 'DeleteLoginProfile', region, input: { UserName: userName } },
    repeat: 'safe',
    already: ['NoSuchEntity'],
    // IAM says "not yet" while a password was changed a moment ago.
    lag: ['EntityTemporarilyUnmodifiable'],
    probe: {
      call: { service: 'iam', operation: 'GetLoginProfile', region, input: { UserName: userName } },
      absent: ['NoSuchEntity'],
      done: [{ path: 'LoginProfile' }],
      ready: [{ path: 'LoginProfile.UserName', is: userName }],
    },
    undo: { never: text('the password is not known to anybody here; a new one can be set', 'nadie aquí conoce la contraseña; se puede poner una nueva') },
    danger,
  }),
});
