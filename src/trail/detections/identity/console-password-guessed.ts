import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { each, shown, upTo } from './saying.ts';

export const detection: Detection = {
  title: text('Console passwords were guessed', 'Se probaron contraseñas de consola'),
  description: text(
    'Many sign-ins to the console failed within minutes from one address, or for one user. Forgetful people give up after a few. See whether a sign-in from there worked afterwards.',
    'Muchas entradas en la consola fallaron en minutos desde una dirección o para un usuario. Las personas olvidadizas desisten tras unas pocas. Vea si después alguna entrada desde allí funcionó.',
  ),
  severity: 'high',
  attack: ['T1110.001', 'T1110.003'],
  apis: ['signin:ConsoleLogin'],
  when(record) {
    if (textAt(record, 'responseElements.ConsoleLogin') !== 'Failure') return undefined;
    const from = shown(record, 'sourceIPAddress');
    return text(`Sign-ins from ${from} failed again and again.`, `Las entradas desde ${from} fallaron una y otra vez.`);
  },
  burst: { by: (record) => textAt(record, 'sourceIPAddress'), within: 900, atLeast: 10 },
  examples: {
    hits: [
      {
        what: 'ten in ten minutes',
        records: each(
          upTo(10).map(() => null),
          'signin:ConsoleLogin',
          { errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } },
          60,
        ),
      },
      {
        what: 'users that do not exist',
        records: each(
          upTo(12).map(() => null),
          'signin:ConsoleLogin',
          {
            errorMessage: 'No username found in supplied account',
            userIdentity: { userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
            responseElements: { ConsoleLogin: 'Failure' },
          },
          5,
        ),
      },
    ],
    quiet: [
      {
        what: 'a bad memory',
        records: each(
          upTo(4).map(() => null),
          'signin:ConsoleLogin',
          { errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } },
          20,
        ),
      },
      {
        what: 'one a day',
        records: each(
          upTo(12).map(() => null),
          'signin:ConsoleLogin',
          { errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } },
          86400,
        ),
      },
      {
        what: 'they work',
        records: each(
          upTo(12).map(() => null),
          'signin:ConsoleLogin',
          { responseElements: { ConsoleLogin: 'Success' } },
        ),
      },
    ],
  },
};
