import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, machinery, named, region, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Sending of mail enabled, or production access asked for', 'Envío de correo habilitado o acceso de producción pedido'),
  description: text(
    'The sandbox of SES keeps strangers from mailing the world; out of it, an account with a good name sends thousands of phishing mails a minute.',
    'El sandbox de SES impide escribir a todo el mundo; fuera de él, una cuenta con buen nombre envía miles de correos de phishing por minuto.',
  ),
  severity: 'high',
  attack: ['T1496.004'],
  apis: ['ses:UpdateAccountSendingEnabled', 'ses:PutAccountSendingAttributes', 'ses:PutAccountDetails', 'ses:PutAccountDedicatedIpWarmupAttributes'],
  when: (record) =>
    machinery(record) || !(yes(asked(record, 'enabled')) || yes(asked(record, 'sendingEnabled')) || apiOf(record) === 'ses:PutAccountDetails')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in ${region(record)}, ${named(record, 'websiteURL', 'mailType')}.`,
          `${who(record)} llamó a ${api(record)} en ${region(record)}, ${named(record, 'websiteURL', 'mailType')}.`,
        ),
  examples: {
    hits: [
      example('production access', call('ses:PutAccountDetails', { mailType: 'MARKETING', websiteURL: 'https://example.net', productionAccessEnabled: true })),
      example('refused', denied('ses:UpdateAccountSendingEnabled', { enabled: true })),
    ],
    quiet: [
      example('switched off', call('ses:UpdateAccountSendingEnabled', { enabled: false })),
      example('switched off, in the younger API', call('ses:PutAccountSendingAttributes', { sendingEnabled: false })),
    ],
  },
};
