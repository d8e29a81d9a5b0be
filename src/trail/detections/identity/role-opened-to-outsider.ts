import { type Json, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, shown, who } from './saying.ts';

const trust = (Principal: Json, Condition: Json = {}) => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }] });

export const detection: Detection = {
  title: text('A role was opened to a foreign account', 'Un rol se abrió a una cuenta ajena'),
  description: text(
    'The trust policy of a role that exists already was changed so that an unknown account may take it on: a back door that needs no key. Suppliers ask for such access too, usually with a new role and an external id. Ask whose account it is, and put the old policy back.',
    'La política de confianza de un rol que ya existía se cambió para que una cuenta desconocida pueda asumirlo: una puerta trasera que no necesita clave. Los proveedores también piden acceso así, normalmente con un rol nuevo y un identificador externo. Pregunte de quién es la cuenta y restaure la política anterior.',
  ),
  severity: 'high',
  attack: ['T1098.003', 'T1199'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html'],
  apis: ['iam:UpdateAssumeRolePolicy'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const outsider = grantOf(record, background, { refused: true })?.outsiders.find(({ who: kind }) => kind === 'account' || kind === 'principal');
    if (!outsider) return undefined;
    const role = shown(record, 'requestParameters.roleName');
    return text(`${who(record)} opened the role ${role}. ${outsider.why.en}`, `${who(record)} abrió el rol ${role}. ${outsider.why.es}`);
  },
  examples: {
    hits: [
      {
        what: 'an unknown account',
        records: [call('iam:UpdateAssumeRolePolicy', { roleName: 'deploy', policyDocument: trust({ AWS: 'arn:aws:iam::999988887777:root' }) })],
      },
      {
        what: 'failed',
        records: [
          call('iam:UpdateAssumeRolePolicy', { roleName: 'deploy', policyDocument: trust({ AWS: '999988887777' }) }, { errorCode: 'NoSuchEntityException' }),
        ],
      },
    ],
    quiet: [
      { what: 'one’s own account', records: [call('iam:UpdateAssumeRolePolicy', { roleName: 'deploy', policyDocument: trust({ AWS: '111122223333' }) })] },
      { what: 'a service', records: [call('iam:UpdateAssumeRolePolicy', { roleName: 'deploy', policyDocument: trust({ Service: 'lambda.amazonaws.com' }) })] },
      {
        what: 'an organisation',
        records: [
          call('iam:UpdateAssumeRolePolicy', { roleName: 'deploy', policyDocument: trust('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }) }),
        ],
      },
    ],
  },
};
