import { type Json, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, shown, who } from './saying.ts';

const trust = (Principal: Json, Condition: Json = {}) => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }] });
const FORGE = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';

export const detection: Detection = {
  title: text('A role is open to every user of a sign-in service', 'Un rol queda abierto a todos los usuarios de un servicio de inicio de sesión'),
  description: text(
    'The role trusts tokens of a service where anybody can have an account (a code forge, a build service), and does not ask whose token it is. It is often a mistake, and it is a back door either way. Ask for the subject in the trust policy.',
    'El rol confía en tokens de un servicio donde cualquiera puede tener cuenta (una forja de código, un servicio de compilación) y no pide de quién es el token. A menudo es un error, y en cualquier caso es una puerta trasera. Exija el sujeto en la política de confianza.',
  ),
  severity: 'high',
  attack: ['T1098.003', 'T1484.002'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html'],
  apis: ['iam:UpdateAssumeRolePolicy', 'iam:CreateRole'],
  when(record, background) {
    const outsider = grantOf(record, background, { refused: true })?.outsiders.find(({ who: kind }) => kind === 'oidc' || kind === 'saml');
    if (!outsider) return undefined;
    const role = shown(record, 'requestParameters.roleName');
    return text(`${who(record)} opened the role ${role}. ${outsider.why.en}`, `${who(record)} abrió el rol ${role}. ${outsider.why.es}`);
  },
  examples: {
    hits: [
      { what: 'no subject', records: [call('iam:CreateRole', { roleName: 'ci', assumeRolePolicyDocument: trust({ Federated: FORGE }) })] },
      {
        what: 'any repository; failed',
        records: [
          call(
            'iam:UpdateAssumeRolePolicy',
            { roleName: 'ci', policyDocument: trust({ Federated: FORGE }, { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } }) },
            { errorCode: 'NoSuchEntityException' },
          ),
        ],
      },
    ],
    quiet: [
      {
        what: 'one repository',
        records: [
          call('iam:CreateRole', {
            roleName: 'ci',
            assumeRolePolicyDocument: trust({ Federated: FORGE }, { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:example/app:*' } }),
          }),
        ],
      },
      {
        what: 'a company’s own SAML provider',
        records: [call('iam:CreateRole', { roleName: 'ci', assumeRolePolicyDocument: trust({ Federated: 'arn:aws:iam::111122223333:saml-provider/corp' }) })],
      },
    ],
  },
};
