import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Point } from './points.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/aplomb.js', import.meta.url));
const KILLER = fileURLToPath(new URL('./killer.mjs', import.meta.url));
const TERMINAL = fileURLToPath(new URL('./terminal.mjs', import.meta.url));
const HUNTERS = fileURLToPath(new URL('./few-hunters.mjs', import.meta.url));
const HASTE = fileURLToPath(new URL('./haste.mjs', import.meta.url));
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
 * It hunts for little, and does not sleep long unless CRASH_PATIENT is set. `plain`: for people, not with --json. `typed`: at a terminal, where this is typed.
 */
export function aplomb(args: readonly string[], options: { env: NodeJS.ProcessEnv; point?: Point; plain?: boolean; typed?: string }): Promise<Ran> {
  const { point, typed } = options;
  const loaded = [HUNTERS, ...(options.env.CRASH_PATIENT ? [] : [HASTE]), ...(typed === undefined ? [] : [TERMINAL]), ...(point ? [KILLER] : [])].map(
    (path) => `--import ${path}`,
  );
  const env = {
    ...options.env,
    NODE_OPTIONS: [options.env.NODE_OPTIONS ?? '', ...loaded].join(' ').trim(),
    ...(point ? { CRASH_POINT: JSON.stringify(point) } : {}),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args, ...(options.plain ? [] : ['--json'])], {
      env,
      stdio: [typed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: LONGEST,
      killSignal: 'SIGTERM',
    });
    const events: any[] = [];
    let result: any;
    let stderr = '';
    let all = '';
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (options.plain) return;
      const parsed = JSON.parse(line);
      if (parsed.kind === 'result') result = parsed;
      else events.push(parsed);
    });
    let asked = 0;
    child.stdin?.on('error', () => undefined);
    child.stderr!.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-4000);
      const questions = (all += chunk.toString('utf8')).split(`Type "${typed}"`).length - 1;
      for (; asked < questions; asked++) child.stdin?.write(`${typed}\n`);
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

/** The same from the ledger, for what a single command judged: each action's last verdict. */
export const rowsIn = (entries: readonly any[]): Row[] => {
  const last = new Map<string, any>();
  for (const { kind, body } of entries) if (kind === 'verdict') last.set(body.action, body);
  return [...last.values()]
    .map(({ action, verdict, checks }) => ({ id: action, verdict, checks: checks.map((check: any) => `${check.name}: ${check.verdict}`) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};
