import { setMaxListeners } from 'node:events';
import { commands } from '../generated/commands.ts';
import { AplombError, EXIT, type ExitCode, isAplombError } from '../kernel/error.ts';
import type { Lang } from '../kernel/text.ts';
import { VERSION } from '../kernel/tool.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import { findCommand, parseCommand } from './parse.ts';
import { jsonLine } from './render/json.ts';
import type { Command } from './spec.ts';

const langOf = (argv: readonly string[], env: NodeJS.ProcessEnv): Lang => {
  const at = argv.indexOf('--lang');
  const given = at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--lang='))?.slice(7);
  if (given !== undefined && given !== 'en' && given !== 'es')
    throw new AplombError('BadOption', `--lang is en or es, not "${given}"`, { exit: EXIT.usage, fix: 'Use --lang en or --lang es.' });
  return given ?? (/^es\b|^es_/.test(env.APLOMB_LANG ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '') ? 'es' : 'en');
};

/** One word of a line to paste, in POSIX quotes where it needs them. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** An error nobody foresaw is shown as what it is: a fault of ours, with its stack for the report. */
const known = (error: unknown): AplombError =>
  isAplombError(error)
    ? error
    : new AplombError('Unexpected', `${(error as Error)?.name ?? 'Error'}: ${(error as Error)?.message ?? String(error)}`, {
        cause: error,
        fix: 'Everything done so far is on the ledger; run the same command again to go on. If it stays, please report it (APLOMB_DEBUG=1 shows where).',
      });

/** Runs one command line and ends the process with its exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  let lang: Lang = 'en';
  const finish = (exit: ExitCode): void => {
    process.exitCode = exit;
  };
  const fail = async (error: unknown): Promise<void> => {
    const { showError } = await import('./render/error.ts');
    const foreseen = await (await import('./foresee.ts')).foresee(error, known);
    showError(foreseen, { json, lang });
    finish(foreseen.exit);
  };
  // Whoever reads our output may have seen enough (| head): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? EXIT.ok);
  });
  const interrupted = new AbortController();
  // Hundreds of requests may listen for the interruption at once; that is no leak.
  setMaxListeners(0, interrupted.signal);
  let presses = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    presses += 1;
    if (presses > 1) process.exit(EXIT.interrupted);
    interrupted.abort(
      new AplombError('Interrupted', `stopped by ${signal}; what was begun is on the ledger`, {
        exit: EXIT.interrupted,
        fix: argv[0] === 'drill' ? 'A drill starts anew: aplomb drill' : `Go on with the same command: aplomb ${argv.map(quoted).join(' ')}`,
      }),
    );
  };
  try {
    lang = langOf(argv, process.env);
    if (argv.length === 0 || (argv.length <= 3 && ['--help', '-h', 'help'].includes(argv[0]!))) {
      process.stdout.write(`${rootHelp(lang)}\n`);
      return finish(EXIT.ok);
    }
    if (argv[0] === '--version') {
      process.stdout.write(`aplomb ${VERSION}\n`);
      return finish(EXIT.ok);
    }
    const words = argv.filter((word) => !word.startsWith('-'));
    const group = words.length <= 1 && !(words[0]! in commands) ? groupHelp(words[0] ?? '', lang) : undefined;
    if (group) {
      const asked = argv.some((word) => word === '--help' || word === '-h');
      process[asked ? 'stdout' : 'stderr'].write(`${group}\n`);
      return finish(asked ? EXIT.ok : EXIT.usage);
    }
    const found = findCommand(argv);
    if (!found)
      throw new AplombError('NoCommand', 'no command given', { exit: EXIT.usage, fix: 'aplomb --help lists the commands; aplomb drill is a safe start.' });
    const command = (await commands[found.name]!.load()) as Command;
    const { values, positionals } = parseCommand(found.name, command, found.rest);
    if (values.help) {
      process.stdout.write(`${commandHelp(found.name, command, lang)}\n`);
      return finish(EXIT.ok);
    }
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    const [{ openIo }, { terminalView }] = await Promise.all([import('./io.ts'), import('./render/terminal.ts')]);
    const io = openIo({ lang, json, quiet: values.quiet === true, signal: interrupted.signal, view: terminalView });
    const ending = await command.run(io, values, positionals);
    if (json) process.stdout.write(jsonLine({ kind: 'result', ok: ending.exit === EXIT.ok, exit: ending.exit, ...ending.result }));
    finish(ending.exit);
  } catch (error) {
    await fail(interrupted.signal.aborted ? interrupted.signal.reason : error);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
