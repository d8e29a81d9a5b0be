import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, grantIn, isAws, MAY_EMPOWER, WORKER, who } from './saying.ts';

const GRAVE: ReadonlySet<string> = new Set(['admin', 'iam', 'broad', 'escalation', 'credentials']);
const ADMIN = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

export const detection: Detection = {
  title: text('An identity gave itself more power', 'Una identidad se dio más poder a sí misma'),
  description: text(
    'Somebody attached a wide policy to his own user or role, or wrote one into it. Administrators rarely need to: they have it already. Take the policy away, and look at what the identity did since, above all which others it made.',
    'Alguien adjuntó una política amplia a su propio usuario o rol, o la escribió en él. Los administradores rara vez lo necesitan: ya lo tienen. Quite la política y mire qué hizo la identidad desde entonces, sobre todo qué otras creó.',
  ),
  severity: 'critical',
  attack: ['T1098.003', 'T1548.005'],
  references: ['https://attack.mitre.org/techniques/T1098/003/'],
  apis: ['iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:AttachUserPolicy', 'iam:AttachRolePolicy'],
  sql: MAY_EMPOWER,
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantIn(record, background);
    const power = grant?.self ? grant.powers.find(({ kind }) => GRAVE.has(kind)) : undefined;
    if (!power) return undefined;
    return text(`${who(record)} gave itself a policy. ${power.why.en}`, `${who(record)} se dio una política. ${power.why.es}`);
  },
  examples: {
    hits: [
      { what: 'a user writes everything into himself', records: [call('iam:PutUserPolicy', { userName: 'alice', policyName: 'p', policyDocument: ADMIN })] },
      {
        what: 'a role attaches a managed policy to itself',
        records: [call('iam:AttachRolePolicy', { roleName: 'worker', policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess' }, WORKER)],
      },
      {
        what: 'it did not work',
        records: [
          call(
            'iam:AttachUserPolicy',
            { userName: 'alice', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
            { errorCode: 'LimitExceededException' },
          ),
        ],
      },
    ],
    quiet: [
      { what: 'reading only', records: [call('iam:AttachUserPolicy', { userName: 'alice', policyArn: 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess' })] },
      { what: 'for somebody else', records: [call('iam:AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })] },
      {
        what: 'a policy that only denies',
        records: [call('iam:PutUserPolicy', { userName: 'alice', policyName: 'p', policyDocument: ADMIN.replace('Allow', 'Deny') })],
      },
    ],
  },
};
