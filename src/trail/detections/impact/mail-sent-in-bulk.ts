import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Very much mail sent in a short time', 'Muchísimo correo enviado en poco tiempo'),
  description: text(
    'Five hundred mails within ten minutes by one identity. News letters are that, too, from the same sender as always. Needs SES data events.',
    'Quinientos correos en diez minutos por una identidad. También lo es un boletín, del remitente de siempre. Necesita eventos de datos de SES.',
  ),
  severity: 'medium',
  attack: ['T1496.004', 'T1566'],
  apis: ['ses:SendEmail', 'ses:SendRawEmail', 'ses:SendBulkEmail', 'ses:SendTemplatedEmail', 'ses:SendBulkTemplatedEmail'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} sends very much mail as ${named(record, 'source', 'fromEmailAddress')} (${region(record)}).`,
          `${who(record)} envía muchísimo correo como ${named(record, 'source', 'fromEmailAddress')} (${region(record)}).`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 500, sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'a wave',
        many(500, () => call('ses:SendEmail', { source: 'x@example.org' }), 1),
      ),
      example(
        'refused',
        many(500, () => denied('ses:SendRawEmail', { source: 'x@example.org' }), 1),
      ),
    ],
    quiet: [
      example(
        'ten',
        many(10, () => call('ses:SendEmail', { source: 'x@example.org' })),
      ),
      example('Cognito', byService('cognito-idp', 'ses:SendEmail', { source: 'x@example.org' })),
    ],
  },
};
