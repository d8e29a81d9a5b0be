import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, who } from './saying.ts';

export const detection: Detection = {
  title: text('A running machine was given another role', 'Se dio otro rol a una máquina en marcha'),
  description: text(
    'Whoever is on the machine acts with the new role at once: a way up when one may hand on roles but not use them. Adding Systems Manager to an old machine looks the same. See what the role may do.',
    'Quien esté en la máquina actúa al momento con el rol nuevo: un camino hacia arriba cuando se pueden dar roles pero no usarlos. Añadir Systems Manager a una máquina antigua se ve igual. Vea qué puede el rol.',
  ),
  severity: 'medium',
  attack: ['T1098.003', 'T1548.005'],
  apis: ['ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const role = grantOf(record, background, { refused: true })?.powers[0]?.on?.[0];
    const name = role === undefined ? '?' : role.slice(0, 160);
    return text(`${who(record)} gave a running machine the role ${name}.`, `${who(record)} dio a una máquina en marcha el rol ${name}.`);
  },
  examples: {
    hits: [
      {
        what: 'given',
        records: [
          call('ec2:AssociateIamInstanceProfile', { AssociateIamInstanceProfileRequest: { InstanceId: 'i-1', IamInstanceProfile: { Name: 'admin' } } }),
        ],
      },
      { what: 'refused', records: [call('ec2:ReplaceIamInstanceProfileAssociation', {}, { errorCode: 'Client.UnauthorizedOperation' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('ec2:AssociateIamInstanceProfile', {}, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'Systems Manager’s own role',
        records: [
          call(
            'ec2:AssociateIamInstanceProfile',
            {},
            {
              userIdentity: {
                type: 'AssumedRole',
                sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM' } },
              },
            },
          ),
        ],
      },
    ],
  },
};
