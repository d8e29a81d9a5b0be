import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { ADMIN_KINDS, call, isAws, shown, who } from './saying.ts';

const ADMIN = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const arn = 'arn:aws:iam::111122223333:policy/app';

export const detection: Detection = {
  title: text('A policy was rewritten to allow everything', 'Se reescribió una política para permitirlo todo'),
  description: text(
    'A new version of a managed policy allows everything, or the rewriting of all permissions, and counts at once for all who have the policy: one call lifts them all. Compare it with the version before, and see who has the policy.',
    'Una nueva versión de una política administrada lo permite todo, o reescribir todos los permisos, y vale al momento para todos los que la tienen: una llamada los eleva a todos. Compárela con la versión anterior y vea quién tiene la política.',
  ),
  severity: 'high',
  attack: ['T1098.003', 'T1548.005'],
  apis: ['iam:CreatePolicyVersion'],
  when(record, background) {
    if (isAws(record) || at(record, 'requestParameters.setAsDefault') !== 'true') return undefined;
    const power = grantOf(record, background, { refused: true })?.powers.find(({ kind }) => ADMIN_KINDS.has(kind));
    if (!power) return undefined;
    const policy = shown(record, 'requestParameters.policyArn');
    return text(`${who(record)} rewrote ${policy}. ${power.why.en}`, `${who(record)} reescribió ${policy}. ${power.why.es}`);
  },
  examples: {
    hits: [
      { what: 'everything', records: [call('iam:CreatePolicyVersion', { policyArn: arn, policyDocument: ADMIN, setAsDefault: true })] },
      {
        what: 'five versions already',
        records: [call('iam:CreatePolicyVersion', { policyArn: arn, policyDocument: ADMIN, setAsDefault: true }, { errorCode: 'LimitExceededException' })],
      },
    ],
    quiet: [
      { what: 'not the default', records: [call('iam:CreatePolicyVersion', { policyArn: arn, policyDocument: ADMIN, setAsDefault: false })] },
      {
        what: 'narrow',
        records: [call('iam:CreatePolicyVersion', { policyArn: arn, policyDocument: ADMIN.replace('"*"', '"s3:GetObject"'), setAsDefault: true })],
      },
    ],
  },
};
