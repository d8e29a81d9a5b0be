import { text } from '../../kernel/index.ts';
import { INSTANCE } from '../instance-flags.ts';
import { collectorsOfStep } from '../registry.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 6: save its metadata, console output and screenshot', 'Paso 6: guardar sus metadatos, la consola y la captura de pantalla');
export const order = 46;
export const command = verb({
  name: 'collect',
  about: 'instance',
  readOnly: true,
  actions: () => [],
  collectors: () => collectorsOfStep('06-collect'),
  positional: INSTANCE,
  examples: [
    {
      line: 'aplomb collect i-0123456789abcdef0',
      why: text(
        'raw answers, hashed; what AWS does not give is recorded with the reason',
        'respuestas originales con su huella; lo que AWS no da queda anotado con el motivo',
      ),
    },
  ],
});
