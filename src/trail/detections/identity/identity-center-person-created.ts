import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A person was added to Identity Center by hand', 'Se añadió una persona a Identity Center a mano'),
  description: text(
    'Where a company’s directory is the source, nobody adds people by hand; where there is none, it is how colleagues start. See which groups and accounts the person got.',
    'Donde el directorio de la empresa es la fuente, nadie añade personas a mano; donde no lo hay, así empiezan los compañeros. Vea qué grupos y cuentas recibió.',
  ),
  severity: 'low',
  attack: ['T1136.003'],
  apis: ['sso-directory:CreateUser', 'identitystore:CreateUser'],
  looksFurther: true,
  when(record) {
    // SCIM writes people with a token of its own, not with AWS credentials.
    if (isAws(record) || textAt(record, 'userIdentity.type') === 'WebIdentityUser' || /scim/i.test(textAt(record, 'additionalEventData.client') ?? ''))
      return undefined;
    const name = shown(record, 'requestParameters.userName', shown(record, 'responseElements.userId'));
    return text(`${who(record)} added the person ${name}.`, `${who(record)} añadió a la persona ${name}.`);
  },
  examples: {
    hits: [
      { what: 'added', records: [call('identitystore:CreateUser', { identityStoreId: 'd-1', userName: 'x' })] },
      { what: 'refused', records: [call('sso-directory:CreateUser', null, { errorCode: 'AccessDeniedException' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('identitystore:CreateUser', null, { userIdentity: { type: 'AWSService' } })] },
      { what: 'a token', records: [call('identitystore:CreateUser', null, { userIdentity: { type: 'WebIdentityUser' } })] },
    ],
  },
};
