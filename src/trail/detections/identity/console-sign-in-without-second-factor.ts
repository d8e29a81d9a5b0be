import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, shown, WORKER, who } from './saying.ts';

export const detection: Detection = {
  title: text('Console sign-in with a password alone', 'Entrada en la consola solo con contraseña'),
  description: text(
    'An IAM user signed in to the console without a second factor: a stolen password was enough. It may be the user’s habit. Ask him whether it was he, compare the address with his earlier ones, and ask for a second factor from now on.',
    'Un usuario de IAM entró en la consola sin segundo factor: bastaba una contraseña robada. Puede ser su costumbre. Pregúntele si fue él, compare la dirección con las anteriores y exija un segundo factor desde ahora.',
  ),
  severity: 'medium',
  attack: ['T1078.004'],
  apis: ['signin:ConsoleLogin'],
  attempts: false,
  when(record) {
    if (textAt(record, 'userIdentity.type') !== 'IAMUser' || textAt(record, 'responseElements.ConsoleLogin') !== 'Success') return undefined;
    if (!/^no$/i.test(textAt(record, 'additionalEventData.MFAUsed') ?? '')) return undefined;
    const from = shown(record, 'sourceIPAddress');
    return text(`${who(record)} signed in from ${from} without a second factor.`, `${who(record)} entró desde ${from} sin segundo factor.`);
  },
  examples: {
    hits: [
      { what: 'in', records: [call('signin:ConsoleLogin', null, { responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'No' } })] },
      {
        what: 'in, with a mobile page',
        records: [
          call('signin:ConsoleLogin', null, { responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'NO', MobileVersion: 'Yes' } }),
        ],
      },
    ],
    quiet: [
      {
        what: 'with a second factor',
        records: [call('signin:ConsoleLogin', null, { responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'Yes' } })],
      },
      {
        what: 'by a company’s sign-in page: the factor was asked for there',
        records: [call('signin:ConsoleLogin', null, { ...WORKER, responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'No' } })],
      },
      {
        what: 'refused',
        records: [
          call('signin:ConsoleLogin', null, {
            errorMessage: 'Failed authentication',
            responseElements: { ConsoleLogin: 'Failure' },
            additionalEventData: { MFAUsed: 'No' },
          }),
        ],
      },
    ],
  },
};
