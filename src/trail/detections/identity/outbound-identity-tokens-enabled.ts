import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, who } from './saying.ts';

export const detection: Detection = {
  title: text('The account’s identities can prove themselves elsewhere', 'Las identidades de la cuenta pueden acreditarse fuera'),
  description: text(
    'Roles and users may from now on take signed tokens that other services accept: useful for programs that talk to other clouds, and a way to reach those from a stolen role. It is set once per account; ask who needs it.',
    'Los roles y usuarios pueden desde ahora obtener tokens firmados que otros servicios aceptan: útil para programas que hablan con otras nubes, y un camino hacia ellas desde un rol robado. Se activa una vez por cuenta; pregunte quién lo necesita.',
  ),
  severity: 'low',
  attack: ['T1550.001', 'T1484.002'],
  apis: ['iam:EnableOutboundWebIdentityFederation'],
  when(record) {
    if (isAws(record)) return undefined;
    return text(
      `${who(record)} lets identities of the account take tokens for other services.`,
      `${who(record)} permite que las identidades de la cuenta obtengan tokens para otros servicios.`,
    );
  },
  examples: {
    hits: [
      { what: 'switched on', records: [call('iam:EnableOutboundWebIdentityFederation')] },
      { what: 'refused', records: [call('iam:EnableOutboundWebIdentityFederation', null, REFUSED)] },
    ],
    quiet: [
      { what: 'a service', records: [call('iam:EnableOutboundWebIdentityFederation', null, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a service’s role',
        records: [
          call('iam:EnableOutboundWebIdentityFederation', null, {
            userIdentity: {
              type: 'AssumedRole',
              sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX' } },
            },
          }),
        ],
      },
    ],
  },
};
