import { plainText } from '../../i18n/index.ts';
import { type JsonObject, text } from '../../kernel/index.ts';
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
    severity: {
      kind: 'string',
      placeholder: 'CODE',
      brief: text(
        'Severity, as your Support plan has it (default: the most urgent one that fits)',
        'Severidad, según su plan de soporte (por defecto: la más urgente que proceda)',
      ),
    },
    force: { kind: 'boolean', brief: text('Open a case although one that looks alike is open', 'Abrir un caso aunque haya otro abierto que se le parece') },
  },
  // Without a Support plan a person has to paste it: here it is, and where it goes.
  afterwards(io, observed) {
    const seen = observed['support-case'] as JsonObject | undefined;
    if (!seen || (seen.noPlan !== true && !(Array.isArray(seen.alike) && seen.alike.length > 0))) return;
    io.err(`\n       ${io.lang === 'es' ? 'Péguelo en' : 'Paste this at'} ${plainText(String(seen.where), 400)}\n`);
    io.out(plainText(String(seen.subject), 300));
    io.out('');
    for (const line of String(seen.text).split('\n')) io.out(plainText(line, 2000));
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
