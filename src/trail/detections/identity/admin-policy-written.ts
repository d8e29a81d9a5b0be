import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { ADMIN_KINDS, call, isAws, shown, who } from './saying.ts';

const ADMIN = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

export const detection: Detection = {
  title: text('A policy of one’s own that allows everything', 'Una política propia que lo permite todo'),
  description: text(
    'A new managed policy allows everything, or the rewriting of all permissions. AWS has such policies ready-made: writing one’s own hides it behind a harmless name. See whom it was attached to.',
    'Una nueva política administrada lo permite todo, o reescribir todos los permisos. AWS ya tiene políticas así: escribir una propia la esconde tras un nombre inocente. Vea a quién se adjuntó.',
  ),
  severity: 'medium',
  attack: ['T1098.003'],
  apis: ['iam:CreatePolicy'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const power = grantOf(record, background, { refused: true })?.powers.find(({ kind }) => ADMIN_KINDS.has(kind));
    if (!power) return undefined;
    const policy = shown(record, 'requestParameters.policyName');
    return text(`${who(record)} wrote the policy ${policy}. ${power.why.en}`, `${who(record)} escribió la política ${policy}. ${power.why.es}`);
  },
  examples: {
    hits: [
      { what: 'everything', records: [call('iam:CreatePolicy', { policyName: 'backup-helper', policyDocument: ADMIN })] },
      {
        what: 'the name is taken',
        records: [
          call('iam:CreatePolicy', { policyName: 'x', policyDocument: ADMIN.replace('"*"', '"iam:*"') }, { errorCode: 'EntityAlreadyExistsException' }),
        ],
      },
    ],
    quiet: [
      { what: 'reading one bucket', records: [call('iam:CreatePolicy', { policyName: 'x', policyDocument: ADMIN.replace('"*"', '"s3:GetObject"') })] },
      { what: 'a deny', records: [call('iam:CreatePolicy', { policyName: 'x', policyDocument: ADMIN.replace('Allow', 'Deny') })] },
    ],
  },
};
