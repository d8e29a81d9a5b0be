import { text } from '../../kernel/index.ts';
import { INSTANCE, REFERENCE } from '../instance-flags.ts';
import { flag } from '../spec.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 7: one consistent snapshot of all its volumes', 'Paso 7: una instantánea coherente de todos sus volúmenes');
export const order = 47;
export const command = verb({
  name: 'snapshot',
  about: 'instance',
  actions: (values) => (flag(values, 'no-wait') ? ['snapshot'] : ['snapshot', 'await-snapshots']),
  positional: INSTANCE,
  flags: { ...REFERENCE, 'no-wait': { kind: 'boolean', brief: text('Do not wait until AWS has copied the blocks', 'No esperar a que AWS copie los bloques') } },
  examples: [
    {
      line: 'aplomb snapshot i-0123456789abcdef0',
      why: text(
        'described with responder, date and reference; waits with progress',
        'descrita con responsable, fecha y referencia; espera mostrando el progreso',
      ),
    },
  ],
});
