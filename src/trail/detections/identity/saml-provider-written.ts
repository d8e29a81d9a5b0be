import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

const SSO_ROLE = {
  userIdentity: {
    type: 'AssumedRole',
    sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO' } },
  },
};

export const detection: Detection = {
  title: text('A SAML identity provider was added or changed', 'Se añadió o cambió un proveedor de identidad SAML'),
  description: text(
    'Whoever writes a provider’s metadata decides whose signatures the account believes: with his own he can sign in as anybody in every role that trusts it. It changes once in years, when certificates are renewed. Compare the metadata with your identity provider’s.',
    'Quien escribe los metadatos de un proveedor decide en qué firmas cree la cuenta: con los suyos puede entrar como cualquiera en todo rol que confíe en él. Cambia una vez en años, al renovar certificados. Compare los metadatos con los de su proveedor.',
  ),
  severity: 'medium',
  attack: ['T1484.002', 'T1606.002'],
  references: ['https://attack.mitre.org/techniques/T1484/002/'],
  apis: ['iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider'],
  when(record) {
    // Identity Center writes its own providers into every account, with its service's role; a name proves nothing.
    const name = shown(record, 'requestParameters.name', shown(record, 'requestParameters.sAMLProviderArn'));
    if (isAws(record)) return undefined;
    return text(`${who(record)} wrote the SAML provider ${name}.`, `${who(record)} escribió el proveedor SAML ${name}.`);
  },
  examples: {
    hits: [
      { what: 'a new one', records: [call('iam:CreateSAMLProvider', { name: 'okta2', sAMLMetadataDocument: '<EntityDescriptor/>' })] },
      { what: 'refused', records: [call('iam:UpdateSAMLProvider', null, REFUSED)] },
    ],
    quiet: [
      { what: 'Identity Center’s', records: [call('iam:CreateSAMLProvider', { name: 'AWSSSO_0123456789abcdef_DO_NOT_DELETE' }, SSO_ROLE)] },
      { what: 'a service', records: [call('iam:CreateSAMLProvider', { name: 'x' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
