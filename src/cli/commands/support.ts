import { text } from '../../kernel/index.ts';
import { verb } from '../verb.ts';

export const brief = text(
  'Step 3: open the AWS Support case, or print it ready to paste',
  'Paso 3: abrir el caso en AWS Support, o imprimirlo listo para pegar',
);
export const order = 43;
export const command = verb({
  name: 'support',
  about: 'key',
  actions: () => ['support-case'],
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: {
    cc: { kind: 'list', placeholder: 'EMAIL', brief: text('Copy the case to this address (repeatable)', 'Enviar copia del caso a esta dirección (repetible)') },
  },
  examples: [
    {
      line: 'aplomb support',
      why: text(
        'the text is filled in from the case; without a Support plan it is printed with the place to paste it',
        'el texto se rellena con el caso; sin plan de soporte se imprime con el lugar donde pegarlo',
      ),
    },
  ],
});
