import { type Json, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, shown, who } from './saying.ts';

const policy = (Principal: Json) => JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }] });

export const detection: Detection = {
  title: text('A secret was opened to outsiders', 'Un secreto se abrió a extraños'),
  description: text(
    'A secret’s own policy lets in an account that is not among the known ones, or anyone. Sharing with a partner looks the same: ask whose account it is. Change the secret either way if nobody knows.',
    'La política de un secreto deja entrar a una cuenta que no está entre las conocidas, o a cualquiera. Compartir con un socio se ve igual: pregunte de quién es la cuenta. Si nadie lo sabe, cambie el secreto.',
  ),
  severity: 'high',
  attack: ['T1555.006', 'T1098'],
  apis: ['secretsmanager:PutResourcePolicy'],
  when(record, background) {
    const outsider = grantOf(record, background, { refused: true })?.outsiders[0];
    if (isAws(record) || !outsider) return undefined;
    const secret = shown(record, 'requestParameters.secretId');
    return text(`${who(record)} opened the secret ${secret}. ${outsider.why.en}`, `${who(record)} abrió el secreto ${secret}. ${outsider.why.es}`);
  },
  examples: {
    hits: [
      {
        what: 'an account',
        records: [call('secretsmanager:PutResourcePolicy', { secretId: 's', resourcePolicy: policy({ AWS: 'arn:aws:iam::999988887777:root' }) })],
      },
      {
        what: 'anyone; blocked',
        records: [call('secretsmanager:PutResourcePolicy', { secretId: 's', resourcePolicy: policy('*') }, { errorCode: 'PublicPolicyException' })],
      },
    ],
    quiet: [
      {
        what: 'one’s own account',
        records: [call('secretsmanager:PutResourcePolicy', { secretId: 's', resourcePolicy: policy({ AWS: 'arn:aws:iam::111122223333:role/app' }) })],
      },
      { what: 'a service', records: [call('secretsmanager:PutResourcePolicy', { secretId: 's', resourcePolicy: policy({ Service: 'rds.amazonaws.com' }) })] },
    ],
  },
};
