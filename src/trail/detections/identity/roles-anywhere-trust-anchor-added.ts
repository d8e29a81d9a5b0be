import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('Certificates from outside open roles (Roles Anywhere)', 'Certificados externos abren roles (Roles Anywhere)'),
  description: text(
    'A trust anchor or profile lets holders of certificates from some authority take on roles, without any AWS key, for as long as the authority lives. Companies set this up once, with their own authority; an uploaded certificate bundle may be anybody’s. Ask who holds the authority’s key.',
    'Un ancla de confianza o perfil permite a quien tenga certificados de cierta autoridad asumir roles, sin ninguna clave de AWS, mientras viva la autoridad. Las empresas lo configuran una vez, con su autoridad; un certificado subido puede ser de cualquiera. Pregunte quién tiene la clave de la autoridad.',
  ),
  severity: 'high',
  attack: ['T1098.001', 'T1649'],
  references: ['https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html'],
  apis: ['rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor', 'rolesanywhere:EnableTrustAnchor'],
  when(record) {
    if (isAws(record)) return undefined;
    if (textAt(record, 'requestParameters.source.sourceType') === 'AWS_ACM_PCA') return undefined;
    const name = shown(record, 'requestParameters.name', shown(record, 'requestParameters.trustAnchorId'));
    return text(
      `${who(record)} lets the account trust certificates of the anchor ${name}.`,
      `${who(record)} hace que la cuenta confíe en los certificados del ancla ${name}.`,
    );
  },
  examples: {
    hits: [
      {
        what: 'a bundle',
        records: [
          call('rolesanywhere:CreateTrustAnchor', {
            name: 'anchor',
            enabled: true,
            source: { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: '-----BEGIN CERTIFICATE-----' } },
          }),
        ],
      },
      { what: 'refused', records: [call('rolesanywhere:CreateTrustAnchor', null, { errorCode: 'AccessDenied' })] },
    ],
    quiet: [
      {
        what: 'AWS’s private authority',
        records: [
          call('rolesanywhere:CreateTrustAnchor', {
            name: 'a',
            source: { sourceType: 'AWS_ACM_PCA', sourceData: { acmPcaArn: 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1' } },
          }),
        ],
      },
      { what: 'a service', records: [call('rolesanywhere:EnableTrustAnchor', { trustAnchorId: '1' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
