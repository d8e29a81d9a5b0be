import type { AplombEvent, Emit, Lang, Text } from '../kernel/index.ts';
import { jsonLine } from './render/json.ts';

/** The outside world of one command: streams, language, interruption. */
export interface Io {
  readonly lang: Lang;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A person sits at both ends. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly signal: AbortSignal;
  /** Results for people and scripts. */
  out(line: string): void;
  /** Everything else. */
  err(line: string): void;
  /** A line that the next one overwrites (nothing without a terminal). */
  transient(line: string): void;
  readonly emit: Emit;
  say(text: Text): string;
}

export interface IoOptions {
  readonly lang: Lang;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  /** Renders an event for people; JSON mode does not use it. */
  readonly view: (io: Io) => (event: AplombEvent) => void;
}

export function openIo(options: IoOptions): Io {
  const { stdout, stderr, stdin, env } = process;
  const colour = stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  let pending = false;
  const clear = (): void => {
    if (pending) stderr.write('\r\x1b[K');
    pending = false;
  };
  const io: Io = {
    lang: options.lang,
    json: options.json,
    quiet: options.quiet,
    env,
    cwd: process.cwd(),
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    colour,
    signal: options.signal,
    out(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    err(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    transient(line) {
      if (!stderr.isTTY || options.quiet || options.json) return;
      clear();
      stderr.write(line.slice(0, (stderr.columns ?? 80) - 1));
      pending = true;
    },
    emit: (event) => (options.json ? stdout.write(jsonLine(event)) : show(event)),
    say: (text) => text[options.lang],
  };
  const show = options.view(io);
  return io;
}
