import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('An OIDC identity provider was added or changed', 'Se añadió o cambió un proveedor de identidad OIDC'),
  description: text(
    'The account now believes tokens of another issuer. Build services and Kubernetes clusters need one each (but anybody can have a cluster); an attacker adds his own, then a role for it. Check whose issuer it is, and which roles trust it.',
    'La cuenta cree ahora en los tokens de otro emisor. Los servicios de compilación y los clústeres de Kubernetes necesitan uno (pero cualquiera puede tener un clúster); un atacante añade el suyo y luego un rol. Compruebe de quién es el emisor y qué roles confían en él.',
  ),
  severity: 'medium',
  attack: ['T1484.002'],
  apis: ['iam:CreateOpenIDConnectProvider', 'iam:AddClientIDToOpenIDConnectProvider', 'iam:UpdateOpenIDConnectProviderThumbprint'],
  when(record) {
    const issuer = shown(record, 'requestParameters.url', shown(record, 'requestParameters.openIDConnectProviderArn'));
    if (isAws(record)) return undefined;
    return text(`${who(record)} lets the account trust tokens of ${issuer}.`, `${who(record)} hace que la cuenta confíe en los tokens de ${issuer}.`);
  },
  examples: {
    hits: [
      {
        what: 'an unknown issuer',
        records: [call('iam:CreateOpenIDConnectProvider', { url: 'https://login.example.net', clientIDList: ['sts.amazonaws.com'] })],
      },
      { what: 'refused', records: [call('iam:CreateOpenIDConnectProvider', null, REFUSED)] },
    ],
    quiet: [
      {
        what: 'a service adds a client',
        records: [call('iam:AddClientIDToOpenIDConnectProvider', { clientID: 'x' }, { userIdentity: { type: 'AWSService' } })],
      },
      { what: 'a service', records: [call('iam:CreateOpenIDConnectProvider', { url: 'https://x.example' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
