import { text as say, type Text } from '../../kernel/index.ts';
import { text } from '../event.ts';
import { actingUser, isActor, lastName } from './actor.ts';
import { type Asked, type Grant, grant } from './grant-words.ts';
import { PASSED_ROLES } from './places.ts';
import type { Power } from './powers.ts';

const CREDENTIALS: Readonly<Record<string, Text>> = {
  'iam:CreateAccessKey': say('An access key was made', 'Se creó una clave de acceso'),
  'iam:CreateLoginProfile': say('A console password was made', 'Se creó una contraseña de consola'),
  'iam:UpdateLoginProfile': say('The console password was changed', 'Se cambió la contraseña de consola'),
  'iam:CreateServiceSpecificCredential': say('A credential for one service was made', 'Se creó una credencial para un servicio'),
  'iam:ResetServiceSpecificCredential': say('A credential for one service was made anew', 'Se renovó una credencial para un servicio'),
  'iam:UploadSSHPublicKey': say('An SSH key was added', 'Se añadió una clave SSH'),
  'iam:UploadSigningCertificate': say('A signing certificate was added', 'Se añadió un certificado de firma'),
};
const power = (kind: Power['kind'], action: string, on: string, why: Text): Power => ({ kind, actions: [action], on: [on], conditional: false, why });

/** Credentials handed out, and roles handed to code. */
export function directGrant(asked: Asked): Grant | undefined {
  return credential(asked) ?? passed(asked);
}
function credential({ record, api, ask }: Asked): Grant | undefined {
  if (!Object.hasOwn(CREDENTIALS, api)) return undefined;
  const made = CREDENTIALS[api]!;
  const user = ask('userName') ?? actingUser(record);
  const root = user === undefined && text(record, 'userIdentity.type') === 'Root';
  const self = root || (user !== undefined && isActor(record, 'user', user));
  return grant({
    to: root ? 'root' : `user/${user ?? ''}`,
    self,
    powers: [
      power(
        root ? 'admin' : 'credentials',
        api,
        root ? 'root' : `user/${user ?? ''}`,
        say('Its holder acts as this user.', 'Quien la tenga actúa como este usuario.'),
      ),
    ],
    why: self
      ? say(`${made.en} by the user for himself.`, `${made.es}, del usuario para sí mismo.`)
      : say(`${made.en} for another user.`, `${made.es} para otro usuario.`),
  });
}
function passed({ record, api, ask }: Asked): Grant | undefined {
  if (!Object.hasOwn(PASSED_ROLES, api)) return undefined;
  const role = PASSED_ROLES[api]!.map(ask).find((name) => name !== undefined && name !== '');
  if (role === undefined) return undefined;
  const own = isActor(record, 'role', role);
  return grant({
    to: 'code',
    // Whoever hands on his own role gains nothing.
    powers: own ? [] : [power('escalation', 'iam:PassRole', role, say('The code acts as this role.', 'El código actúa como este rol.'))],
    unclear: say('What the role may do is not in this event.', 'Lo que puede hacer el rol no está en este evento.'),
    why: lastName(role).startsWith('AWSServiceRole')
      ? say('Code is given a role of AWS itself.', 'Se da a un código un rol de la propia AWS.')
      : say('Code is given a role to act as.', 'Se da a un código un rol con el que actuar.'),
  });
}
