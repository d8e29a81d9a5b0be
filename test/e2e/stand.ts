import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { vi } from 'vitest';
import type { LabConfig, LabProcess } from '../../src/cli/lab-process.ts';

// Many commands one after another, each a process of its own, perhaps on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const APLOMB = join(ROOT, 'bin/aplomb.js');

/** Said on standard error, so that a suite that tested less than it could does not pass in silence. */
export const notTested = (what: string): void => void process.stderr.write(`\nNOT TESTED: ${what}\n\n`);

/** True when this program can be run here at all. */
export const canRun = (program: string, args: readonly string[]): boolean => spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of standard output as JSON; throws when one is not. */
  lines(): any[];
  /** The last of them, which must be the only result. */
  result(): any;
}
export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** Resolves when standard output or standard error holds this. */
  says(text: string): Promise<void>;
}
export interface HowToRun {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Default: this checkout's. */
  readonly program?: string;
  /** A program in front: strace, unshare. */
  readonly through?: readonly string[];
  /** Sit at a terminal (util-linux `script`) and answer: when the first text is shown, type the second. */
  readonly answers?: readonly (readonly [string, string])[];
}
export const hasTerminal = canRun('script', ['-qefc', 'test -t 0', '/dev/null']);

/** A folder of its own: home, signing key and cases of one test file. */
export function place(name: string) {
  const root = mkdtempSync(join(tmpdir(), `aplomb-${name}-`));
  const home = join(root, 'home');
  mkdirSync(home);
  /** Nothing of whoever runs the tests comes along. */
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', APLOMB_CONFIG_DIR: join(root, 'config') };

  function start(args: readonly string[], how: HowToRun = {}): Running {
    const plain = [...(how.through ?? []), process.execPath, how.program ?? APLOMB, ...args];
    const quoted = plain.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const [program, ...rest] = how.answers ? ['script', '-qefc', quoted, '/dev/null'] : plain;
    const child = spawn(program!, rest, {
      cwd: how.cwd ?? root,
      env: Object.fromEntries(Object.entries({ ...env, ...how.env }).filter((pair): pair is [string, string] => pair[1] !== undefined)),
      stdio: [how.answers ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    const answers = [...(how.answers ?? [])];
    let answeredUpTo = 0;
    let stdout = '';
    let stderr = '';
    const listeners = new Set<() => void>();
    const hear = (): void => {
      const [next] = answers;
      const found = next ? stdout.indexOf(next[0], answeredUpTo) : -1;
      if (next && found >= 0) {
        answers.shift();
        answeredUpTo = found + next[0].length;
        child.stdin!.write(`${next[1]}\n`);
      }
      for (const listener of listeners) listener();
    };
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      hear();
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      hear();
    });
    const done = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        const lines = (): any[] =>
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line));
        resolve({
          code,
          stdout,
          stderr,
          lines,
          result() {
            const results = lines().filter((line) => line.kind === 'result');
            if (results.length !== 1 || lines().at(-1).kind !== 'result') throw new Error(`not one result as the last line:\n${stdout}\n${stderr}`);
            return results[0];
          },
        });
        hear();
      });
    });
    return {
      child,
      done,
      says: (text) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (stdout.includes(text) || stderr.includes(text)) resolve();
            else if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`it ended without saying "${text}":\n${stdout}\n${stderr}`));
            else return;
            listeners.delete(look);
          };
          listeners.add(look);
          look();
        }),
    };
  }
  return {
    root,
    home,
    env,
    start,
    run: (args: readonly string[], how: HowToRun = {}): Promise<Ran> => start(args, how).done,
    path: (...names: string[]): string => join(root, ...names),
    clean: (): void => rmSync(root, { recursive: true, force: true }),
  };
}
export type Place = ReturnType<typeof place>;

/** No trouble, no delays: for tests that are about something else. */
export const CALM: LabConfig = {
  scenario: 'key-leak',
  seed: 'e2e',
  speed: 600,
  settings: { faults: [], iamDelay: 0, ec2Stale: 0, trailDelay: [0, 0], pageSize: 0, lookupRate: 0 },
};

/** A lab of the built package in a process of its own. */
export async function startLab(config: LabConfig = CALM): Promise<LabProcess> {
  const built = join(ROOT, 'dist/cli/lab-process.js');
  if (!existsSync(built)) throw new Error('the package is not built: npm run build');
  const { startLabProcess } = (await import(pathToFileURL(built).href)) as typeof import('../../src/cli/lab-process.ts');
  return startLabProcess(config, { env: process.env, log: () => undefined });
}

/** What a responder has in the environment who was pointed at a lab. */
export const responderOf = (lab: Pick<LabProcess, 'url' | 'briefing'>): Record<string, string> => ({
  AWS_ENDPOINT_URL: lab.url,
  AWS_ACCESS_KEY_ID: lab.briefing.responder.accessKeyId,
  AWS_SECRET_ACCESS_KEY: lab.briefing.responder.secretAccessKey,
  AWS_REGION: lab.briefing.responder.region,
  APLOMB_SETTLE_SECONDS: '3',
  // Else a playbook watches for a quarter of an hour.
  APLOMB_WATCH_SECONDS: '3',
});
