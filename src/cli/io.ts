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
  /** Standard error is a terminal that takes redrawn lines. */
  readonly live: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Lines that whatever is written next overwrites (nothing without a terminal). */
  transient(lines: string | readonly string[]): void;
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
  const live = stderr.isTTY === true && !options.quiet && !options.json;
  /** Lines on the screen that are to be overwritten. */
  let pending = 0;
  const clear = (): void => {
    if (pending > 0) stderr.write(`\r\x1b[K${'\x1b[1A\x1b[K'.repeat(pending - 1)}`);
    pending = 0;
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
    live,
    get columns() {
      return stderr.columns ?? 80;
    },
    get rows() {
      return stderr.rows ?? 24;
    },
    transient(lines) {
      if (!live) return;
      const fitting = (typeof lines === 'string' ? [lines] : lines).slice(0, io.rows - 1).map((line) => line.slice(0, io.columns - 1));
      clear();
      stderr.write(fitting.join('\n'));
      pending = fitting.length;
    },
    emit: (event) => (options.json ? stdout.write(jsonLine(event)) : show(event)),
    say: (text) => text[options.lang],
  };
  const show = options.view(io);
  return io;
}
