import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A deactivated access key was switched on again', 'Se reactivó una clave de acceso desactivada'),
  description: text(
    'A key that somebody had deactivated works again. Owners do so when they switched off the wrong one; attackers do so when a responder was faster. See who deactivated it and why.',
    'Una clave que alguien había desactivado vuelve a funcionar. Los dueños lo hacen si apagaron la equivocada; los atacantes, si el respondedor fue más rápido. Vea quién la desactivó y por qué.',
  ),
  severity: 'medium',
  attack: ['T1098.001'],
  apis: ['iam:UpdateAccessKey'],
  when(record) {
    if (isAws(record) || textAt(record, 'requestParameters.status') !== 'Active') return undefined;
    const key = shown(record, 'requestParameters.accessKeyId');
    return text(`${who(record)} switched the key ${key} on again.`, `${who(record)} reactivó la clave ${key}.`);
  },
  examples: {
    hits: [
      { what: 'on', records: [call('iam:UpdateAccessKey', { userName: 'bob', accessKeyId: 'AKIAEXAMPLEBOB000001', status: 'Active' })] },
      {
        what: 'gone already',
        records: [call('iam:UpdateAccessKey', { accessKeyId: 'AKIAEXAMPLEBOB000001', status: 'Active' }, { errorCode: 'NoSuchEntityException' })],
      },
    ],
    quiet: [
      { what: 'off', records: [call('iam:UpdateAccessKey', { accessKeyId: 'AKIAEXAMPLEBOB000001', status: 'Inactive' })] },
      {
        what: 'a service',
        records: [call('iam:UpdateAccessKey', { accessKeyId: 'AKIAEXAMPLEBOB000001', status: 'Active' }, { userIdentity: { type: 'AWSService' } })],
      },
    ],
  },
};
