import { commands } from '../generated/commands.ts';
import { type Lang, text } from '../kernel/text.ts';
import { ALWAYS, COMMON } from './flags.ts';
import type { Command, Flag } from './spec.ts';

const HEAD = text(
  'Aplomb carries an AWS security incident from alarm to report: the ten-step procedure, run calmly, in order, with proof.',
  'Aplomb lleva un incidente de seguridad en AWS de la alarma al informe: el procedimiento de diez pasos, con calma, en orden y con pruebas.',
);
const CALM = text(
  'Never done this before? Start with a rehearsal; it touches nothing of yours:',
  '¿Es su primera vez? Empiece por un ensayo; no toca nada suyo:',
);
const WORDS = {
  usage: text('Usage', 'Uso'),
  commands: text('Commands', 'Órdenes'),
  options: text('Options', 'Opciones'),
  arguments: text('Arguments', 'Argumentos'),
  examples: text('Examples', 'Ejemplos'),
  more: text('aplomb COMMAND --help tells more about one of them.', 'aplomb COMMAND --help cuenta más sobre una de ellas.'),
  exits: text(
    'Exit codes: 0 done and checked, 1 failed, 2 usage, 3 partial or waiting, 4 not contained, 5 declined, 6 plan is stale, 7 integrity broken, 130 interrupted.',
    'Códigos de salida: 0 hecho y comprobado, 1 fallo, 2 uso, 3 parcial o en espera, 4 no contenido, 5 rechazado, 6 plan caducado, 7 integridad rota, 130 interrumpido.',
  ),
};

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

/** The first page: needs nothing but the generated list of commands. */
export const rootHelp = (lang: Lang): string =>
  [
    HEAD[lang],
    '',
    `${WORDS.usage[lang]}: aplomb COMMAND [OPTIONS]`,
    '',
    `${CALM[lang]}\n  aplomb drill`,
    '',
    `${WORDS.commands[lang]}:`,
    table(Object.entries(commands).map(([name, { brief }]) => [name, brief[lang]])),
    '',
    WORDS.more[lang],
    WORDS.exits[lang],
  ].join('\n');

/** The commands that share a first word, such as `trail`; undefined when none does. */
export function groupHelp(word: string, lang: Lang): string | undefined {
  const group = Object.entries(commands).filter(([name]) => name.startsWith(`${word} `));
  if (group.length === 0) return undefined;
  return [
    `${WORDS.usage[lang]}: aplomb ${word} COMMAND [OPTIONS]`,
    '',
    `${WORDS.commands[lang]}:`,
    table(group.map(([name, { brief }]) => [name, brief[lang]])),
    '',
    WORDS.more[lang].replace('COMMAND', `${word} COMMAND`),
  ].join('\n');
}

const flagRow = (name: string, flag: Flag, lang: Lang): [string, string] => [
  `${flag.short ? `-${flag.short}, ` : '    '}--${name}${flag.kind === 'boolean' ? '' : ` ${flag.placeholder ?? 'VALUE'}`}`,
  flag.brief[lang],
];

export function commandHelp(name: string, command: Command, lang: Lang): string {
  const positionals = command.positionals ?? [];
  const usage = positionals.map((p) => (p.optional ? `[${p.name}${p.many ? '...' : ''}]` : `${p.name}${p.many ? '...' : ''}`)).join(' ');
  const flags = [...Object.entries(command.flags ?? {}), ...command.common.map((common) => [common, COMMON[common]] as const), ...Object.entries(ALWAYS)].map(
    ([flag, spec]) => flagRow(flag, spec, lang),
  );
  return [
    commands[name]?.brief[lang] ?? name,
    ...(command.description ? ['', command.description[lang]] : []),
    '',
    `${WORDS.usage[lang]}: aplomb ${name}${usage ? ` ${usage}` : ''} [OPTIONS]`,
    ...(positionals.length > 0 ? ['', `${WORDS.arguments[lang]}:`, table(positionals.map((p) => [p.name, p.brief[lang]]))] : []),
    '',
    `${WORDS.options[lang]}:`,
    table(flags),
    '',
    `${WORDS.examples[lang]}:`,
    ...command.examples.map(({ line, why }) => `  ${line}\n      ${why[lang]}`),
  ].join('\n');
}
