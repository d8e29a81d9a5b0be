import { type Json, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, shown, who } from './saying.ts';

const trust = (Principal: Json, Condition: Json = {}) => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }] });

export const detection: Detection = {
  title: text('A role is open to anyone in the world', 'Un rol queda abierto a cualquiera en el mundo'),
  description: text(
    'Any AWS account may take on this role: nothing in its trust policy narrows who. This is never meant. Close it, then look for AssumeRole calls on it from other accounts since.',
    'Cualquier cuenta de AWS puede asumir este rol: nada en su política de confianza lo limita. Nunca es intencionado. Ciérrelo y busque llamadas AssumeRole sobre él desde otras cuentas.',
  ),
  severity: 'critical',
  attack: ['T1098.003', 'T1199'],
  apis: ['iam:UpdateAssumeRolePolicy', 'iam:CreateRole'],
  when(record, background) {
    const outsider = grantOf(record, background, { refused: true })?.outsiders.find(({ who: kind }) => kind === 'anyone');
    if (!outsider) return undefined;
    const role = shown(record, 'requestParameters.roleName');
    return text(`${who(record)} opened the role ${role}. ${outsider.why.en}`, `${who(record)} abrió el rol ${role}. ${outsider.why.es}`);
  },
  examples: {
    hits: [
      { what: 'a star', records: [call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust({ AWS: '*' }) })] },
      { what: 'failed', records: [call('iam:UpdateAssumeRolePolicy', { roleName: 'r', policyDocument: trust('*') }, { errorCode: 'NoSuchEntityException' })] },
    ],
    quiet: [
      {
        what: 'an organisation',
        records: [call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }) })],
      },
      {
        what: 'one’s own account by condition',
        records: [
          call('iam:CreateRole', { roleName: 'r', assumeRolePolicyDocument: trust('*', { StringEquals: { 'aws:PrincipalAccount': '111122223333' } }) }),
        ],
      },
    ],
  },
};
