import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { asked, askedText, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many text messages sent in a short time', 'Muchos mensajes SMS enviados en poco tiempo'),
  description: text(
    'A hundred different numbers within ten minutes. One-time codes of a busy application look the same. Needs SNS data events.',
    'Cien números distintos en diez minutos. Los códigos de una aplicación con mucho uso se ven igual. Necesita eventos de datos de SNS.',
  ),
  severity: 'medium',
  attack: ['T1496.003', 'T1566'],
  apis: ['sns:Publish', 'sms-voice:SendTextMessage'],
  looksFurther: true,
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} sends text messages to many numbers (${region(record)}).`,
          `${who(record)} envía mensajes SMS a muchos números (${region(record)}).`,
        ),
  burst: {
    by: principalOf,
    within: 600,
    atLeast: 100,
    distinct: (record) =>
      askedText(record, 'phoneNumber') ??
      askedText(record, 'destinationPhoneNumber') ??
      (asked(record, 'topicArn') === undefined ? at(record, 'eventID') : undefined),
    sql: { by: 'principal' },
  },
  examples: {
    hits: [
      example(
        'a hundred',
        many(100, (i) => call('sns:Publish', { phoneNumber: `+1555${i}` })),
      ),
      example(
        'refused',
        many(110, (i) => denied('sms-voice:SendTextMessage', { destinationPhoneNumber: `+1555${i}` })),
      ),
    ],
    quiet: [
      example(
        'to a topic',
        many(150, () => call('sns:Publish', { topicArn: 'arn:aws:sns:us-east-1:111122223333:t' })),
      ),
      example(
        'a few',
        many(5, (i) => call('sns:Publish', { phoneNumber: `+1555${i}` })),
      ),
    ],
  },
};
