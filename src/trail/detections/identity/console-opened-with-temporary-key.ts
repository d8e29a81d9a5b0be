import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, principalOf, text as textAt } from '../../event.ts';
import { call, WORKER, who } from './saying.ts';

/** Identity Center's portal opens the console like this, for its own roles. */
const PORTAL = /:role\/aws-reserved\/sso\.amazonaws\.com\//;

export const detection: Detection = {
  title: text('The console was opened with temporary credentials', 'Se abrió la consola con credenciales temporales'),
  description: text(
    'Somebody turned an API key or role session into a console session: no password, no second factor. Home-made sign-in portals do the same, always from the same place. See where the credentials came from, and what the console session did (its events have another key).',
    'Alguien convirtió una clave de API o sesión de rol en una sesión de consola: sin contraseña ni segundo factor. Los portales caseros hacen lo mismo, siempre desde el mismo sitio. Vea de dónde salieron las credenciales y qué hizo la sesión de consola (sus eventos llevan otra clave).',
  ),
  severity: 'medium',
  attack: ['T1550.001', 'T1021.007'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html'],
  apis: ['signin:GetSigninToken', 'signin:ConsoleLogin'],
  when(record) {
    const type = textAt(record, 'userIdentity.type');
    if (PORTAL.test(principalOf(record))) return undefined;
    // A role's sign-in is the ordinary end of SAML; only a federation token has no other use.
    if (apiOf(record) === 'signin:ConsoleLogin' ? type !== 'FederatedUser' : type !== 'AssumedRole' && type !== 'FederatedUser' && type !== 'IAMUser')
      return undefined;
    return text(`${who(record)} made a console session of temporary credentials.`, `${who(record)} hizo una sesión de consola con credenciales temporales.`);
  },
  examples: {
    hits: [
      {
        what: 'a role session',
        records: [call('signin:GetSigninToken', null, { ...WORKER, eventType: 'AwsConsoleSignIn', userAgent: 'python-requests/2.31' })],
      },
      {
        what: 'a federated user in the console',
        records: [call('signin:ConsoleLogin', null, { userIdentity: { type: 'FederatedUser' }, responseElements: { ConsoleLogin: 'Success' } })],
      },
      { what: 'failed', records: [call('signin:GetSigninToken', null, { ...WORKER, errorCode: 'AccessDenied' })] },
    ],
    quiet: [
      {
        what: 'the portal of Identity Center',
        records: [
          call('signin:GetSigninToken', null, {
            userIdentity: {
              type: 'AssumedRole',
              arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana',
              sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef' } },
            },
          }),
        ],
      },
      { what: 'a user signs in', records: [call('signin:ConsoleLogin', null, { responseElements: { ConsoleLogin: 'Success' } })] },
      { what: 'a role by SAML', records: [call('signin:ConsoleLogin', null, { ...WORKER, responseElements: { ConsoleLogin: 'Success' } })] },
    ],
  },
};
