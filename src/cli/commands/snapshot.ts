import { text } from '../../kernel/index.ts';
import { INSTANCE, SNAPSHOT_FLAGS } from '../instance-flags.ts';
import { flag, type Values } from '../spec.ts';
import { verb } from '../verb.ts';

/** In the order that loses least: the moment is fixed first, a lock takes a pending snapshot too, and copying may last hours. */
const actions = (values: Values): string[] => [
  'snapshot',
  ...(flag(values, 'hold') ? ['legal-hold'] : flag(values, 'lock') ? ['lock-snapshots'] : []),
  ...(flag(values, 'no-wait') ? [] : ['await-snapshots']),
];

export const brief = text('Step 7: one consistent snapshot of all its volumes', 'Paso 7: una instantánea coherente de todos sus volúmenes');
export const order = 47;
export const command = verb({
  name: 'snapshot',
  about: 'instance',
  actions,
  description: text(
    'One call freezes every EBS volume at one moment; disks of the host itself (instance store) are never in it. With --lock nobody deletes them by accident, with --hold nothing else of the case is deleted either: not by one call, not by a schedule.',
    'Una sola llamada congela todos los volúmenes EBS en un mismo instante; los discos del propio host (almacén de instancia) nunca entran. Con --lock nadie las borra por accidente; con --hold tampoco se borra nada más del caso: ni con una llamada ni por un calendario.',
  ),
  positional: INSTANCE,
  flags: SNAPSHOT_FLAGS,
  examples: [
    {
      line: 'aplomb snapshot i-0123456789abcdef0',
      why: text(
        'described with responder, date and reference; waits with progress',
        'descrita con responsable, fecha y referencia; espera mostrando el progreso',
      ),
    },
    { line: 'aplomb snapshot --hold', why: text('legal hold: nothing of the case can be deleted', 'retención legal: nada del caso se puede borrar') },
    {
      line: 'aplomb snapshot --lock --lock-mode compliance --lock-days 400',
      why: text('a lock that nobody can lift; a word is asked for', 'un bloqueo que nadie puede levantar; se pide una palabra'),
    },
  ],
});
