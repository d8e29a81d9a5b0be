import { plainText } from '../../i18n/index.ts';
import { type JsonObject, text } from '../../kernel/index.ts';
import type { Io } from '../io.ts';
import { flag, string } from '../spec.ts';
import { verb } from '../verb.ts';

export const brief = text(
  'Step 3: open the AWS Support case, or write it ready to paste',
  'Paso 3: abrir el caso en AWS Support, o escribirlo listo para pegar',
);
export const order = 43;
export const command = verb({
  name: 'support',
  about: 'key',
  actions: (values) =>
    flag(values, 'show')
      ? ['support-replies']
      : string(values, 'add') !== undefined
        ? ['support-message']
        : flag(values, 'security-ir')
          ? ['security-ir-case']
          : ['support-case'],
  keyOptional: true,
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: {
    show: { kind: 'boolean', brief: text('Show what AWS answered', 'Mostrar lo que respondió AWS') },
    add: {
      kind: 'string',
      placeholder: 'TEXT',
      brief: text('Add a message to the case; name only ids, never a secret', 'Añadir un mensaje al caso; nombre solo ids, nunca un secreto'),
    },
    'security-ir': {
      kind: 'boolean',
      brief: text(
        "Call in AWS's own responders (members of AWS Security Incident Response)",
        'Llamar al equipo de respuesta de AWS (miembros de AWS Security Incident Response)',
      ),
    },
    'security-ir-region': { kind: 'string', placeholder: 'REGION', brief: text('Region of that membership', 'Región de esa suscripción') },
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
  afterwards(io, observed, values) {
    if (flag(values, 'show')) showReplies(io, observed['support-replies'] as JsonObject | undefined);
    else if (string(values, 'add') === undefined && !flag(values, 'security-ir')) showLetter(io, observed['support-case'] as JsonObject | undefined);
  },
  examples: [
    {
      line: 'aplomb support',
      why: text(
        'the text is filled in from the case; without a Support plan it is left in the case as a file, with the place to paste it',
        'el texto se rellena con el caso; sin plan de soporte queda en el caso como fichero, con el lugar donde pegarlo',
      ),
    },
    { line: 'aplomb support --show', why: text('what AWS answered', 'qué respondió AWS') },
    { line: "aplomb support --add 'We have stopped the instances listed above.'", why: text('write back, in the same case', 'contestar, en el mismo caso') },
  ],
});

/** Without a Support plan a person has to paste it: here it is, and where it goes. */
function showLetter(io: Io, seen: JsonObject | undefined): void {
  if (typeof seen?.member === 'string')
    io.err(
      io.lang === 'es'
        ? `\n       La cuenta es miembro de AWS Security Incident Response (${plainText(seen.member, 40)}): aplomb support --security-ir llama a su equipo`
        : `\n       The account is a member of AWS Security Incident Response (${plainText(seen.member, 40)}): aplomb support --security-ir calls in its responders`,
    );
  if (seen?.noPlan !== true) return;
  io.err(`\n       ${io.lang === 'es' ? 'Péguelo en' : 'Paste this at'} ${plainText(String(seen.where), 400)}\n`);
  io.out(plainText(String(seen.subject), 300));
  io.out('');
  for (const line of String(seen.text).split('\n')) io.out(plainText(line, 2000));
}

/** The conversation as a person reads it: oldest first. What AWS's side wrote is hostile until shown harmless. */
function showReplies(io: Io, seen: JsonObject | undefined): void {
  interface Said {
    time: string;
    by: string;
    body: string;
    attachments: string[];
  }
  for (const one of (seen?.cases ?? []) as unknown as { displayId: string; subject: string; status: string; communications: Said[] }[]) {
    io.out(`\n${plainText(one.displayId, 60)}  ${plainText(one.subject, 250)}  [${plainText(one.status, 40)}]`);
    for (const said of [...one.communications].reverse()) {
      io.out(`\n${plainText(said.time, 40)}  ${plainText(said.by, 200)}`);
      for (const line of said.body.split('\n')) io.out(`    ${plainText(line, 2000)}`);
      for (const name of said.attachments) io.out(`    ${io.lang === 'es' ? 'adjunto' : 'attachment'}: ${plainText(name, 200)}`);
    }
  }
}
