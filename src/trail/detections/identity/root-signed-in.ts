import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { call, shown, WORKER } from './saying.ts';

export const detection: Detection = {
  title: text('The root user signed in to the console', 'El usuario raíz entró en la consola'),
  description: text(
    'Root needs no policy and is needed for a handful of tasks a year; in a small account it may be how the owner works. Ask him whether it was he, from where, and whether a second factor was asked for.',
    'El usuario raíz no necesita políticas y solo hace falta para unas pocas tareas al año; en una cuenta pequeña puede ser como trabaja el dueño. Pregúntele si fue él, desde dónde y si se pidió un segundo factor.',
  ),
  severity: 'medium',
  attack: ['T1078.004'],
  apis: ['signin:ConsoleLogin'],
  when(record) {
    if (textAt(record, 'userIdentity.type') !== 'Root') return undefined;
    const from = shown(record, 'sourceIPAddress');
    const without = /^no$/i.test(textAt(record, 'additionalEventData.MFAUsed') ?? '') ? [' without a second factor', ' sin segundo factor'] : ['', ''];
    if (textAt(record, 'responseElements.ConsoleLogin') === 'Failure')
      return text(`Somebody tried to sign in as root from ${from}.`, `Alguien intentó entrar como raíz desde ${from}.`);
    return text(`Root signed in from ${from}${without[0]}.`, `El usuario raíz entró desde ${from}${without[1]}.`);
  },
  examples: {
    hits: [
      {
        what: 'in',
        records: [
          call('signin:ConsoleLogin', null, {
            userIdentity: { type: 'Root' },
            responseElements: { ConsoleLogin: 'Success' },
            additionalEventData: { MFAUsed: 'No' },
          }),
        ],
      },
      {
        what: 'a wrong password',
        records: [
          call('signin:ConsoleLogin', null, {
            userIdentity: { type: 'Root' },
            errorMessage: 'Failed authentication',
            responseElements: { ConsoleLogin: 'Failure' },
          }),
        ],
      },
    ],
    quiet: [
      { what: 'a user', records: [call('signin:ConsoleLogin', null, { responseElements: { ConsoleLogin: 'Success' } })] },
      { what: 'a role', records: [call('signin:ConsoleLogin', null, { ...WORKER, responseElements: { ConsoleLogin: 'Success' } })] },
    ],
  },
};
