import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

const WATCHED =
  /"(Create(User|AccessKey|LoginProfile|Role)|Update(AccessKey|LoginProfile)|Delete(AccessKey|LoginProfile|User)|Attach(User|Role)Policy|Put(User|Role)Policy)"/;

export const detection: Detection = {
  title: text('Event rule that waits for users, keys or findings', 'Regla de eventos que espera usuarios, claves o hallazgos'),
  description: text(
    "A rule starts something whenever a user or key is made, changed or deleted, or a finding appears: attackers get each new credential, or undo the containment. Security teams watch the same events: read the rule's targets.",
    'Una regla arranca algo cada vez que se crea, cambia o borra un usuario o clave, o aparece un hallazgo: el atacante recibe cada credencial nueva o deshace la contención. Los equipos de seguridad vigilan los mismos eventos: lea los destinos de la regla.',
  ),
  severity: 'medium',
  attack: ['T1546', 'T1098'],
  apis: ['events:PutRule'],
  when: (record) =>
    machinery(record) || !WATCHED.test((askedText(record, 'eventPattern') ?? '').slice(0, 20_000))
      ? undefined
      : text(
          `${who(record)} made rule ${named(record, 'name')}, which waits for changes of identities.`,
          `${who(record)} creó la regla ${named(record, 'name')}, que espera cambios de identidades.`,
        ),
  examples: {
    hits: [
      example(
        'new users',
        call('events:PutRule', { name: 'x', eventPattern: '{"source":["aws.iam"],"detail":{"eventName":["CreateUser","CreateAccessKey"]}}' }),
      ),
      example('refused', denied('events:PutRule', { name: 'x', eventPattern: '{"detail":{"eventName":["DeleteAccessKey"]}}' })),
    ],
    quiet: [
      example('machines', call('events:PutRule', { name: 'x', eventPattern: '{"source":["aws.ec2"],"detail":{"state":["running"]}}' })),
      example('every hour', call('events:PutRule', { name: 'x', scheduleExpression: 'rate(1 hour)' })),
    ],
  },
};
