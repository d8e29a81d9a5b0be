import { parseArgs } from 'node:util';
import { commands } from '../generated/commands.ts';
import { AplombError, EXIT } from '../kernel/error.ts';
import { ALWAYS, COMMON } from './flags.ts';
import type { Command, Flag, Values } from './spec.ts';

const usage = (code: string, message: string, fix: string): AplombError => new AplombError(code, message, { exit: EXIT.usage, fix });

/** Edits between two words, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
const nearest = (word: string, among: readonly string[]): string | undefined =>
  among
    .map((name) => [distance(word, name), name] as const)
    .filter(([d]) => d <= Math.max(2, Math.floor(word.length / 3)))
    .sort((a, b) => a[0] - b[0])[0]?.[1];

/** The command a line begins with ("lab up" is two words) and what follows it. */
export function findCommand(argv: readonly string[]): { name: string; rest: readonly string[] } | null {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  if (at < 0) return null;
  for (const words of [2, 1]) {
    const name = argv.slice(at, at + words).join(' ');
    if (name in commands) return { name, rest: [...argv.slice(0, at), ...argv.slice(at + words)] };
  }
  const word = argv[at]!;
  const close = nearest(word, Object.keys(commands));
  throw usage('UnknownCommand', `there is no command "${word.slice(0, 60)}"`, close ? `Did you mean: aplomb ${close}` : 'aplomb --help lists the commands.');
}

export function parseCommand(name: string, command: Command, argv: readonly string[]): { values: Values; positionals: readonly string[] } {
  const flags: Record<string, Flag> = { ...command.flags, ...Object.fromEntries(command.common.map((common) => [common, COMMON[common]])), ...ALWAYS };
  const options = Object.fromEntries(
    Object.entries(flags).map(([key, flag]) => [
      key,
      {
        type: flag.kind === 'boolean' ? ('boolean' as const) : ('string' as const),
        multiple: flag.kind === 'list',
        ...(flag.short ? { short: flag.short } : {}),
      },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const unknown = /'(--?[^' ]+)/.exec((error as Error).message)?.[1];
    const close = unknown && !(unknown.replace(/^-+/, '') in flags) ? nearest(unknown.replace(/^-+/, ''), Object.keys(flags)) : undefined;
    throw usage(
      'BadOption',
      `aplomb ${name}: ${(error as Error).message.split('. ')[0]}`,
      close ? `Did you mean: --${close}` : `aplomb ${name} --help lists the options.`,
    );
  }
  const values = parsed.values as Values;
  if (values.help) return { values, positionals: parsed.positionals };
  const wanted = command.positionals ?? [];
  const missing = wanted.find((positional, index) => !positional.optional && parsed.positionals[index] === undefined);
  if (missing) throw usage('MissingArgument', `aplomb ${name} needs ${missing.name}: ${missing.brief.en}`, `aplomb ${name} --help shows examples.`);
  if (parsed.positionals.length > wanted.length && !wanted.at(-1)?.many) {
    throw usage(
      'TooManyArguments',
      `aplomb ${name} does not take "${parsed.positionals[wanted.length]!.slice(0, 60)}"`,
      `aplomb ${name} --help shows examples.`,
    );
  }
  return { values, positionals: parsed.positionals };
}
