import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Shell opened in a running container', 'Consola abierta en un contenedor en marcha'),
  description: text(
    'Somebody works inside a container, with its role and secrets. Developers do it to debug; what was typed is recorded only where ECS Exec logging is on.',
    'Alguien trabaja dentro de un contenedor, con su rol y secretos. Los desarrolladores lo hacen para depurar; lo tecleado solo se guarda si el registro de ECS Exec está activo.',
  ),
  severity: 'medium',
  attack: ['T1609'],
  apis: ['ecs:ExecuteCommand'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} ran ${named(record, 'command')} in container ${named(record, 'container')} of task ${named(record, 'task')}${noted(record, 'cluster')}.`,
          `${who(record)} ejecutó ${named(record, 'command')} en el contenedor ${named(record, 'container')} de la tarea ${named(record, 'task')}${noted(record, 'cluster')}.`,
        ),
  examples: {
    hits: [
      example('a shell', call('ecs:ExecuteCommand', { cluster: 'c', task: 't', container: 'web', command: '/bin/sh', interactive: true })),
      example('refused', denied('ecs:ExecuteCommand', { cluster: 'c', task: 't', command: '/bin/sh', interactive: true })),
    ],
    quiet: [example('a service', byService('ecs', 'ecs:ExecuteCommand', {})), example('fault injection', byService('fis', 'ecs:ExecuteCommand', {}))],
  },
};
