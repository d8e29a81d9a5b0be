import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, grantIn, isAws, MAY_EMPOWER, target, who } from './saying.ts';

const WAYS: ReadonlySet<string> = new Set(['escalation', 'credentials']);
const writes = (Action: string | string[], Resource = '*') => JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource }] });

export const detection: Detection = {
  title: text('A policy opens a way to more power', 'Una política abre un camino a más poder'),
  description: text(
    'An identity was given permissions that look small but lead to more, such as handing roles to new code or making keys for others, without limit to named resources. Deployment tools need some of these: check that this identity is one.',
    'Se dieron a una identidad permisos que parecen pequeños pero llevan a más, como dar roles a código nuevo o crear claves de otros, sin limitarlos a recursos concretos. Las herramientas de despliegue necesitan algunos: compruebe que esta identidad lo es.',
  ),
  severity: 'low',
  attack: ['T1098.003'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  apis: ['iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:PutGroupPolicy', 'iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:AttachGroupPolicy'],
  sql: MAY_EMPOWER,
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantIn(record, background);
    if (!grant || grant.self || grant.powers.some(({ kind }) => kind === 'admin' || kind === 'iam')) return undefined;
    const power = grant.powers.find(({ kind, on, conditional }) => WAYS.has(kind) && on === undefined && !conditional);
    if (!power) return undefined;
    return text(`${who(record)} gave ${target(record)} a policy. ${power.why.en}`, `${who(record)} dio a ${target(record)} una política. ${power.why.es}`);
  },
  examples: {
    hits: [
      { what: 'any key of any user', records: [call('iam:PutUserPolicy', { userName: 'bob', policyDocument: writes('iam:CreateAccessKey') })] },
      {
        what: 'any role to any function',
        records: [call('iam:PutRolePolicy', { roleName: 'r', policyDocument: writes(['iam:PassRole', 'lambda:CreateFunction']) })],
      },
      {
        what: 'failed',
        records: [call('iam:PutUserPolicy', { userName: 'bob', policyDocument: writes('iam:AddUserToGroup') }, { errorCode: 'NoSuchEntityException' })],
      },
    ],
    quiet: [
      {
        what: 'one role only',
        records: [
          call('iam:PutRolePolicy', { roleName: 'r', policyDocument: writes(['iam:PassRole', 'lambda:CreateFunction'], 'arn:aws:iam::111122223333:role/app') }),
        ],
      },
      { what: 'looking', records: [call('iam:PutRolePolicy', { roleName: 'r', policyDocument: writes('ec2:Describe*') })] },
    ],
  },
};
