import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, who } from './saying.ts';

export const detection: Detection = {
  title: text('A session token was taken with a lasting key', 'Se obtuvo un token de sesión con una clave duradera'),
  description: text(
    'GetSessionToken without a second factor gives a key that lives on after the lasting one is deleted, up to 36 hours, and is otherwise of no use. Some tools call it out of habit. Look at what the new key did.',
    'GetSessionToken sin segundo factor da una clave que sobrevive a la duradera hasta 36 horas, y no sirve para nada más. Algunas herramientas lo llaman por costumbre. Mire qué hizo la clave nueva.',
  ),
  severity: 'low',
  attack: ['T1550.001'],
  apis: ['sts:GetSessionToken'],
  when(record) {
    if (isAws(record) || textAt(record, 'requestParameters.serialNumber') !== undefined) return undefined;
    if (!textAt(record, 'userIdentity.accessKeyId')?.startsWith('AKIA')) return undefined;
    return text(`${who(record)} took a session token without a second factor.`, `${who(record)} obtuvo un token de sesión sin segundo factor.`);
  },
  examples: {
    hits: [
      { what: 'for 36 hours', records: [call('sts:GetSessionToken', { durationSeconds: 129600 })] },
      { what: 'refused', records: [call('sts:GetSessionToken', null, REFUSED)] },
    ],
    quiet: [
      { what: 'with a second factor', records: [call('sts:GetSessionToken', { serialNumber: 'arn:aws:iam::111122223333:mfa/alice' })] },
      { what: 'the console', records: [call('sts:GetSessionToken', null, { userIdentity: { accessKeyId: 'ASIAEXAMPLEALICE0001' } })] },
    ],
  },
};
