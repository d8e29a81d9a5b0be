import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A Cognito identity pool gives AWS credentials to guests', 'Un grupo de identidades de Cognito da credenciales de AWS a invitados'),
  description: text(
    'Anybody who knows the pool’s number gets credentials of the role for guests, without signing in. Some apps want it, with a role that may do next to nothing. Read that role’s policies.',
    'Cualquiera que sepa el número del grupo recibe credenciales del rol de invitados, sin iniciar sesión. Algunas aplicaciones lo quieren, con un rol que casi nada puede. Lea las políticas de ese rol.',
  ),
  severity: 'medium',
  attack: ['T1098', 'T1078.004'],
  apis: ['cognito-identity:CreateIdentityPool', 'cognito-identity:UpdateIdentityPool'],
  when(record) {
    if (isAws(record) || textAt(record, 'requestParameters.allowUnauthenticatedIdentities') !== 'true') return undefined;
    const pool = shown(record, 'requestParameters.identityPoolName', shown(record, 'requestParameters.identityPoolId'));
    return text(`${who(record)} opened the pool ${pool} to guests.`, `${who(record)} abrió el grupo ${pool} a invitados.`);
  },
  examples: {
    hits: [
      {
        what: 'opened',
        records: [
          call('cognito-identity:UpdateIdentityPool', { identityPoolId: 'us-east-1:1', identityPoolName: 'app', allowUnauthenticatedIdentities: true }),
        ],
      },
      {
        what: 'refused',
        records: [
          call(
            'cognito-identity:CreateIdentityPool',
            { identityPoolName: 'app', allowUnauthenticatedIdentities: true },
            { errorCode: 'AccessDeniedException' },
          ),
        ],
      },
    ],
    quiet: [
      { what: 'closed', records: [call('cognito-identity:UpdateIdentityPool', { identityPoolName: 'app', allowUnauthenticatedIdentities: false })] },
      {
        what: 'a service',
        records: [call('cognito-identity:CreateIdentityPool', { allowUnauthenticatedIdentities: true }, { userIdentity: { type: 'AWSService' } })],
      },
    ],
  },
};
