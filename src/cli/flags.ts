import { text } from '../kernel/text.ts';
import type { CommonFlag, Flag } from './spec.ts';

/** Options every command has. */
export const ALWAYS: Readonly<Record<string, Flag>> = {
  json: {
    kind: 'boolean',
    brief: text('JSON lines on standard output: events, then one result', 'Líneas JSON en la salida estándar: eventos y luego un resultado'),
  },
  quiet: { kind: 'boolean', short: 'q', brief: text('Only results and errors', 'Solo resultados y errores') },
  lang: { kind: 'string', placeholder: 'en|es', brief: text('Language of all words', 'Idioma de todos los textos') },
  help: { kind: 'boolean', short: 'h', brief: text('This help', 'Esta ayuda') },
};
/** Options shared by many commands. */
export const COMMON: Readonly<Record<CommonFlag, Flag>> = {
  case: {
    kind: 'string',
    placeholder: 'DIR',
    brief: text(
      'The case folder (default: APLOMB_CASE, else the only open case under ./cases)',
      'La carpeta del caso (por defecto: APLOMB_CASE, o el único caso abierto en ./cases)',
    ),
  },
  profile: { kind: 'string', placeholder: 'NAME', brief: text('Profile of the AWS configuration', 'Perfil de la configuración de AWS') },
  region: { kind: 'string', placeholder: 'NAME', brief: text('AWS Region to start from', 'Región de AWS de partida') },
  'dry-run': {
    kind: 'boolean',
    brief: text(
      'Show the plan, ask AWS whether it would be permitted, change nothing',
      'Mostrar el plan, preguntar a AWS si estaría permitido y no cambiar nada',
    ),
  },
  'print-cli': {
    kind: 'boolean',
    brief: text('Print the plan as aws CLI lines, change nothing', 'Imprimir el plan como líneas de la CLI de aws y no cambiar nada'),
  },
  yes: {
    kind: 'boolean',
    short: 'y',
    brief: text(
      'Approve the plan without being asked (typed words are still asked)',
      'Aprobar el plan sin preguntar (las palabras tecleadas se piden igualmente)',
    ),
  },
};
