import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

const request = { policyArn: 'arn:aws:iam::111122223333:policy/app', versionId: 'v1' };

export const detection: Detection = {
  title: text('An old version of a policy counts again', 'Vuelve a valer una versión antigua de una política'),
  description: text(
    'Old versions of a policy are often wider than the one in use, and bringing one back needs a single permission. Undoing a bad change looks the same. Compare the two versions.',
    'Las versiones antiguas de una política suelen ser más amplias que la vigente, y recuperar una requiere un solo permiso. Deshacer un mal cambio se ve igual. Compare las dos versiones.',
  ),
  severity: 'medium',
  attack: ['T1548.005', 'T1098.003'],
  apis: ['iam:SetDefaultPolicyVersion'],
  when(record) {
    if (isAws(record)) return undefined;
    const [version, policy] = [shown(record, 'requestParameters.versionId'), shown(record, 'requestParameters.policyArn')];
    return text(
      `${who(record)} made version ${version} of ${policy} the one that counts.`,
      `${who(record)} hizo que valga la versión ${version} de ${policy}.`,
    );
  },
  examples: {
    hits: [
      { what: 'the first version', records: [call('iam:SetDefaultPolicyVersion', request)] },
      { what: 'refused', records: [call('iam:SetDefaultPolicyVersion', request, REFUSED)] },
    ],
    quiet: [
      { what: 'a service', records: [call('iam:SetDefaultPolicyVersion', request, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a role of a service',
        records: [
          call('iam:SetDefaultPolicyVersion', request, {
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
