import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AplombEvent, Emit, ExitCode, JsonObject } from '../kernel/index.ts';
import { cleanEnvironment } from './lab-process.ts';

export interface Responder {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly account: string;
}
export interface Response {
  readonly exit: ExitCode;
  readonly result: JsonObject & { error?: { code: string; message: string; fix?: string } };
}

/** The fence around a rehearsal's responder: one endpoint, one account, loopback only. */
export const responderEnvironment = (env: NodeJS.ProcessEnv, who: Responder): NodeJS.ProcessEnv => ({
  ...cleanEnvironment(env),
  AWS_ENDPOINT_URL: who.endpoint,
  AWS_ACCESS_KEY_ID: who.accessKeyId,
  AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
  AWS_REGION: who.region,
  APLOMB_LOOPBACK_ONLY: '1',
  APLOMB_EXPECT_ACCOUNT: who.account,
  // A rehearsal is over in a minute: its watch takes seconds where AWS's takes a quarter of an hour.
  APLOMB_WATCH_SECONDS: '12',
});

/**
 * Runs one command of this same program as the responder, in a process of its own, and passes its events on.
 * An interruption is handed to it: it writes down what it was doing and ends with 130.
 */
export function runResponder(args: readonly string[], options: { env: NodeJS.ProcessEnv; emit: Emit; signal: AbortSignal }): Promise<Response> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../bin/aplomb.js', import.meta.url)), ...args, '--json'], {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let result: Response['result'] | undefined;
    let errors = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      try {
        const parsed = JSON.parse(line) as { kind: string };
        if (parsed.kind === 'result') result = parsed as never;
        else if (parsed.kind === 'event') options.emit(parsed as never as AplombEvent);
      } catch {
        errors += `${line}\n`;
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-4000);
    });
    const interrupt = (): boolean => child.kill('SIGINT');
    options.signal.addEventListener('abort', interrupt, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      options.signal.removeEventListener('abort', interrupt);
      const exit = (code ?? 1) as ExitCode;
      resolve({
        exit,
        result: result ?? ({ error: { code: 'NoResult', message: `the responder ended with ${code}: ${errors.trim().slice(-600)}` } } as never),
      });
    });
  });
}
