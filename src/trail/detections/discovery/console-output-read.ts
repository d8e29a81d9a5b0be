import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Console output or screen of a machine read', 'Salida de consola o pantalla de una máquina leída'),
  description: text(
    'Boot logs can hold passwords; a screen shows who is logged in. People debug with it now and then.',
    'Los registros de arranque pueden contener contraseñas; una pantalla muestra quién está conectado. A veces se usa para depurar.',
  ),
  severity: 'low',
  attack: ['T1005', 'T1580'],
  apis: ['ec2:GetConsoleOutput', 'ec2:GetConsoleScreenshot'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} read the console of machine ${named(record, 'instanceId')} (${api(record)}).`,
          `${who(record)} leyó la consola de la máquina ${named(record, 'instanceId')} (${api(record)}).`,
        ),
  burst: { by: principalOf, within: 3_600, atLeast: 1 },
  examples: {
    hits: [
      example('a screen', call('ec2:GetConsoleScreenshot', { instanceId: 'i-1' })),
      example('refused', denied('ec2:GetConsoleOutput', { instanceId: 'i-1' })),
    ],
    quiet: [
      example('a service', byService('imagebuilder', 'ec2:GetConsoleOutput', { instanceId: 'i-1' })),
      example('another service', byService('elasticbeanstalk', 'ec2:GetConsoleOutput', { instanceId: 'i-1' })),
    ],
  },
};
