import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { keyTarget } from '../target.ts';
import { verb } from '../verb.ts';

const WHAT: Readonly<Record<string, string>> = {
  sessions: 'revoke-user-sessions',
  passwords: 'delete-login-profiles',
  mfa: 'deactivate-mfa-devices',
  'service-credentials': 'deactivate-service-credentials',
  'ssh-keys': 'deactivate-ssh-keys',
  certificates: 'deactivate-signing-certificates',
  'roles-anywhere': 'disable-roles-anywhere',
  'identity-center': 'deny-identity-center-user',
  organization: 'deny-by-scp',
  root: 'contain-root',
  'role-trust': 'close-role-trust',
};

export const brief = text(
  'Step 1, beyond the key: sessions, passwords, MFA, certificates, Identity Center, organisation, root',
  'Paso 1, más allá de la clave: sesiones, contraseñas, MFA, certificados, Identity Center, organización, raíz',
);
export const order = 41;
export const command = verb({
  name: 'contain',
  about: 'key',
  target: (session) => keyTarget(session, undefined, true),
  actions(_values, _target, what) {
    const action = what === undefined || !Object.hasOwn(WHAT, what) ? undefined : WHAT[what];
    if (action) return [action];
    throw new AplombError('UnknownContainment', `"${(what ?? '').slice(0, 40)}" is nothing that can be contained here`, {
      exit: EXIT.usage,
      fix: `One of: ${Object.keys(WHAT).join(', ')}`,
    });
  },
  description: text(
    'What the leaked-key playbook does by itself after the hunt (passwords, MFA devices, service credentials, SSH keys, certificates, Roles Anywhere), one at a time; and what is done only when you ask: ending sessions while the key must live on, denying an Identity Center user, a policy of the organisation, the root user of a member account.',
    'Lo que el playbook leaked-key hace por sí mismo tras la búsqueda (contraseñas, dispositivos MFA, credenciales de servicio, claves SSH, certificados, Roles Anywhere), una cosa cada vez; y lo que solo se hace si usted lo pide: terminar sesiones mientras la clave debe seguir viva, denegar un usuario de Identity Center, una política de la organización, el usuario raíz de una cuenta miembro.',
  ),
  positional: { name: 'WHAT', brief: text(Object.keys(WHAT).join(', '), Object.keys(WHAT).join(', ')) },
  flags: {
    user: { kind: 'string', placeholder: 'NAME|ID', brief: text('identity-center: whom to deny', 'identity-center: a quién denegar') },
    'identity-center-region': {
      kind: 'string',
      placeholder: 'REGION',
      brief: text(
        'identity-center: where it lives (default: looked for in every region)',
        'identity-center: dónde está (por defecto: se busca en toda región)',
      ),
    },
    target: {
      kind: 'string',
      placeholder: 'ID',
      brief: text(
        'organization: account, ou-... or r-... (default: the account of the case)',
        'organization: cuenta, ou-... o r-... (por defecto: la cuenta del caso)',
      ),
    },
    'root-of': {
      kind: 'string',
      placeholder: 'ACCOUNT',
      brief: text('root: the member account (default: the account of the case)', 'root: la cuenta miembro (por defecto: la del caso)'),
    },
    'organization-as': {
      kind: 'string',
      placeholder: 'AS',
      brief: text(
        'Credentials of the management account: profile:NAME or the ARN of a role to assume',
        'Credenciales de la cuenta de administración: profile:NOMBRE o el ARN de un rol',
      ),
    },
    account: {
      kind: 'list',
      placeholder: 'AS',
      brief: text(
        'Credentials for another account: profile:NAME or the ARN of a role (repeatable)',
        'Credenciales para otra cuenta: profile:NOMBRE o el ARN de un rol (repetible)',
      ),
    },
  },
  examples: [
    { line: 'aplomb contain sessions', why: text('the key must live on for now; its sessions need not', 'la clave debe vivir por ahora; sus sesiones no') },
    {
      line: 'aplomb contain identity-center --user ana.ruiz --organization-as profile:management',
      why: text('a person whose portal session was stolen', 'una persona cuya sesión del portal fue robada'),
    },
    {
      line: 'aplomb contain organization --organization-as profile:management',
      why: text('a deny that nobody inside the account can take off', 'una denegación que nadie dentro de la cuenta puede quitar'),
    },
  ],
});
