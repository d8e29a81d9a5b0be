import { setMaxListeners } from 'node:events';
import type { Io } from '../../src/cli/io.ts';
import { findCommand, parseCommand } from '../../src/cli/parse.ts';
import type { Command } from '../../src/cli/spec.ts';
import { commands } from '../../src/generated/commands.ts';
import { EXIT, isAplombError } from '../../src/kernel/index.ts';

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** As `--json` would print it last. */
  result(): any;
}

/**
 * A command line of the program run inside this process: parsed, answered and failed as the binary does it, without its start.
 * @param how `signal` ends it as Ctrl-C would; `progress` hears what a terminal would show and overwrite
 */
export async function trailRun(
  argv: readonly string[],
  how: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal; progress?(line: string): void },
): Promise<Answered> {
  const { cwd, env = {}, signal = new AbortController().signal } = how;
  const json = argv.includes('--json');
  const [stdout, stderr]: [string[], string[]] = [[], []];
  setMaxListeners(0, signal);
  const io: Io = {
    lang: 'en',
    json,
    quiet: false,
    env: { APLOMB_CONFIG_DIR: process.env.APLOMB_CONFIG_DIR, ...env },
    cwd,
    interactive: false,
    colour: false,
    signal,
    out: (line) => void stdout.push(line),
    err: (line) => void stderr.push(line),
    live: false,
    columns: 80,
    rows: 24,
    transient: (lines) => how.progress?.(typeof lines === 'string' ? lines : lines.join('\n')),
    emit: () => undefined,
    say: (text) => text.en,
  };
  const answered = (code: number, result: object): Answered => ({
    code,
    stdout: stdout.join('\n'),
    stderr: stderr.join('\n'),
    result: () => JSON.parse(JSON.stringify({ kind: 'result', ok: code === EXIT.ok, exit: code, ...result })),
  });
  try {
    const found = findCommand(argv)!;
    const command = (await commands[found.name]!.load()) as Command;
    const { values, positionals } = parseCommand(found.name, command, found.rest);
    const ending = await command.run(io, values, positionals);
    return answered(ending.exit, ending.result);
  } catch (error) {
    if (!isAplombError(error)) throw error;
    return answered(error.exit, { error: { code: error.code, message: error.message, fix: error.fix } });
  }
}
