import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Point } from './points.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/aplomb.js', import.meta.url));
const KILLER = fileURLToPath(new URL('./killer.mjs', import.meta.url));
const SKEW = fileURLToPath(new URL('./skew.mjs', import.meta.url));

/** The environment of a computer whose clock is ahead by so much, or behind. */
export const skewed = (milliseconds: number): NodeJS.ProcessEnv => ({ NODE_OPTIONS: `--import ${SKEW}`, CLOCK_SKEW: String(milliseconds) });

/** Milliseconds after which a command is taken to be stuck. */
const LONGEST = 280_000;

/** One check as a command reports it, without its words. */
export interface Row {
  readonly id: string;
  readonly verdict: string;
  readonly checks: readonly string[];
}
/** How one command ended. */
export interface Ran {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly result: any;
  readonly events: readonly any[];
  readonly stderr: string;
}

/**
 * Runs the built program as the responder, in a process of its own; with `point` it does not live past that moment.
 * `plain`: for people, not with --json.
 */
export function aplomb(args: readonly string[], options: { env: NodeJS.ProcessEnv; point?: Point; plain?: boolean }): Promise<Ran> {
  const { point } = options;
  const env = point
    ? { ...options.env, NODE_OPTIONS: `${options.env.NODE_OPTIONS ?? ''} --import ${KILLER}`.trim(), CRASH_POINT: JSON.stringify(point) }
    : options.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args, ...(options.plain ? [] : ['--json'])], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST,
      killSignal: 'SIGTERM',
    });
    const events: any[] = [];
    let result: any;
    let stderr = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (options.plain) return;
      const parsed = JSON.parse(line);
      if (parsed.kind === 'result') result = parsed;
      else events.push(parsed);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve({ exit, signal, result, events, stderr }));
  });
}

/** The rows of a playbook's result in an order of their own: what ran side by side may end in any order. */
export const rowsOf = (ran: Ran): Row[] =>
  ((ran.result?.steps ?? []) as any[])
    .map(({ id, verdict, checks }) => ({ id, verdict, checks: checks.map((check: any) => `${check.name}: ${check.verdict}`) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
