import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, text as textAt } from '../../event.ts';
import { each, isAws, upTo, who } from './saying.ts';

export const detection: Detection = {
  title: text('Login keys were pushed to many machines', 'Se enviaron claves de acceso a muchas máquinas'),
  description: text(
    'One identity pushed an SSH key to several machines within minutes, to log in to each. Administrators work on one at a time. See who logged in there, and as which user.',
    'Una identidad envió una clave SSH a varias máquinas en minutos, para entrar en cada una. Los administradores trabajan en una cada vez. Vea quién entró y con qué usuario.',
  ),
  severity: 'medium',
  attack: ['T1098.004', 'T1021.004'],
  apis: ['ec2-instance-connect:SendSSHPublicKey'],
  when(record) {
    if (isAws(record)) return undefined;
    return text(`${who(record)} pushed a login key to one machine after another.`, `${who(record)} envió una clave de acceso a una máquina tras otra.`);
  },
  burst: { by: principalOf, distinct: (record) => textAt(record, 'requestParameters.instanceId'), within: 900, atLeast: 3 },
  examples: {
    hits: [
      {
        what: 'four',
        records: each(
          upTo(4).map((i) => ({ instanceId: `i-${i}`, instanceOSUser: 'ec2-user' })),
          'ec2-instance-connect:SendSSHPublicKey',
          {},
          30,
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(4).map((i) => ({ instanceId: `i-${i}` })),
          'ec2-instance-connect:SendSSHPublicKey',
          { errorCode: 'AccessDeniedException' },
        ),
      },
    ],
    quiet: [
      {
        what: 'one again and again',
        records: each(
          upTo(9).map(() => ({ instanceId: 'i-1' })),
          'ec2-instance-connect:SendSSHPublicKey',
        ),
      },
      { what: 'two', records: each([{ instanceId: 'i-1' }, { instanceId: 'i-2' }], 'ec2-instance-connect:SendSSHPublicKey') },
    ],
  },
};
