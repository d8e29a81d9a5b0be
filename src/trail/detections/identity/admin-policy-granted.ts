import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ADMIN_KINDS, call, grantIn, isAws, MAY_EMPOWER, target, who } from './saying.ts';

const ADMIN = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

export const detection: Detection = {
  title: text('Another identity was given full power', 'Se dio poder total a otra identidad'),
  description: text(
    'A user, group or role was given a policy that allows everything, or the rewriting of all permissions. Setting up an account looks like this too: ask who asked for it. See whether the receiver is new, and what it did.',
    'Se dio a un usuario, grupo o rol una política que lo permite todo, o reescribir todos los permisos. Preparar una cuenta también se ve así: pregunte quién lo pidió. Vea si el receptor es nuevo y qué hizo.',
  ),
  severity: 'high',
  attack: ['T1098.003'],
  references: ['https://attack.mitre.org/techniques/T1098/003/'],
  apis: ['iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:PutGroupPolicy', 'iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:AttachGroupPolicy'],
  sql: MAY_EMPOWER,
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantIn(record, background);
    const power = grant?.self === false ? grant.powers.find(({ kind }) => ADMIN_KINDS.has(kind)) : undefined;
    if (!power) return undefined;
    return text(`${who(record)} gave ${target(record)} a policy. ${power.why.en}`, `${who(record)} dio a ${target(record)} una política. ${power.why.es}`);
  },
  examples: {
    hits: [
      { what: 'AdministratorAccess', records: [call('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })] },
      { what: 'written by hand', records: [call('iam:PutGroupPolicy', { groupName: 'g', policyName: 'p', policyDocument: ADMIN })] },
      {
        what: 'too many policies already',
        records: [call('iam:AttachRolePolicy', { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess' }, { errorCode: 'LimitExceededException' })],
      },
    ],
    quiet: [
      { what: 'reading', records: [call('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })] },
      { what: 'a service', records: [call('iam:AttachRolePolicy', { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' })] },
      { what: 'quarantine', records: [call('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' })] },
    ],
  },
};
