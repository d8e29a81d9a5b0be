import { type Json, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, shown, who } from './saying.ts';

const trust = (Principal: Json, Condition: Json = {}) => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }] });

export const detection: Detection = {
  title: text('A role was made for a foreign account', 'Se creó un rol para una cuenta ajena'),
  description: text(
    'A new role may be taken on from an unknown account. Suppliers of monitoring and backups are let in like this, with an external id; without one it is unusual. Ask whose account it is, and see what the role may do and whether it was used.',
    'Un rol nuevo puede asumirse desde una cuenta desconocida. Así se deja entrar a proveedores de monitorización y copias, con un identificador externo; sin él es inusual. Pregunte de quién es la cuenta y vea qué puede hacer el rol y si se usó.',
  ),
  severity: 'medium',
  attack: ['T1136.003', 'T1199'],
  apis: ['iam:CreateRole'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const outsider = grantOf(record, background, { refused: true })?.outsiders.find(({ who: kind }) => kind === 'account' || kind === 'principal');
    if (!outsider) return undefined;
    const role = shown(record, 'requestParameters.roleName');
    return text(`${who(record)} made the role ${role}. ${outsider.why.en}`, `${who(record)} creó el rol ${role}. ${outsider.why.es}`);
  },
  examples: {
    hits: [
      {
        what: 'an unknown account',
        records: [call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: 'arn:aws:iam::999988887777:user/x' }) })],
      },
      {
        what: 'with an external id',
        records: [
          call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: '999988887777' }, { StringEquals: { 'sts:ExternalId': 'x' } }) }),
        ],
      },
      {
        what: 'failed',
        records: [
          call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: '999988887777' }) }, { errorCode: 'EntityAlreadyExistsException' }),
        ],
      },
    ],
    quiet: [
      { what: 'for machines', records: [call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) })] },
      { what: 'for one’s own account', records: [call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: '111122223333' }) })] },
    ],
  },
};
