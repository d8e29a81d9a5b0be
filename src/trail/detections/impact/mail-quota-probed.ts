import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Mail quota looked up with a long-term key', 'Cuota de correo consultada con una clave permanente'),
  description: text(
    'GetSendQuota tells a thief how much spam and phishing the account can send; it is among the first calls of many a stolen key. Mail programs ask it too, always the same key for the same program.',
    'GetSendQuota dice al ladrón cuánto spam y phishing puede enviar la cuenta; está entre las primeras llamadas de muchas claves robadas. También la hacen programas de correo, siempre la misma clave y programa.',
  ),
  severity: 'medium',
  attack: ['T1496.004', 'T1526'],
  apis: ['ses:GetSendQuota', 'ses:GetAccount', 'ses:GetAccountSendingEnabled', 'ses:GetSendStatistics'],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(
          `${who(record)} looked up how much mail the account may send (${api(record)}, ${region(record)}).`,
          `${who(record)} consultó cuánto correo puede enviar la cuenta (${api(record)}, ${region(record)}).`,
        ),
  burst: { by: (record) => `${principalOf(record)} ${at(record, 'sourceIPAddress') ?? ''}`, within: 86_400, atLeast: 1 },
  examples: {
    hits: [example('asked', call('ses:GetSendQuota')), example('refused', denied('ses:GetAccount'))],
    quiet: [
      example('in the console', call('ses:GetSendQuota', null, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('ses', 'ses:GetSendQuota')),
    ],
  },
};
