import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AplombError, EXIT, type JsonObject, type Text } from '../kernel/index.ts';

export interface LabConfig {
  readonly scenario?: string;
  readonly seed?: string;
  readonly load?: string;
  readonly disks?: string;
  readonly port?: number;
  readonly speed?: number;
  readonly settings?: JsonObject;
}
/** A lab in a process of its own, and the way to its control interface (which the responder never gets). */
export interface LabProcess {
  readonly url: string;
  readonly controlToken: string;
  readonly briefing: any;
  control(method: 'GET' | 'POST', what: string, body?: unknown): Promise<any>;
  readonly ended: Promise<number | null>;
  close(): Promise<void>;
}

/** The environment of a child that must not reach AWS: nothing of the caller's AWS, proxy or Node settings comes along. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(AWS_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|APLOMB_(?!CONFIG_DIR|DEBUG|SETTLE_SECONDS|WATCH_SECONDS))/i.test(name) && !/_proxy$/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/**
 * Starts a lab and waits until it serves. `log` gets the lines of its story.
 * @throws AplombError with the lab's own code (UnknownScenario, PortInUse, ...)
 */
export async function startLabProcess(
  config: LabConfig,
  options: { env: NodeJS.ProcessEnv; log(line: Text): void; signal?: AbortSignal },
): Promise<LabProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../lab/main.js', import.meta.url))], {
    env: cleanEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own group: Ctrl-C reaches the responder first, and the lab lives until the drill lets go of it.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  createInterface({ input: child.stderr }).on('line', (line) => {
    const told = textOf(line);
    if (told) options.log(told);
    else if (options.env.APLOMB_DEBUG) process.stderr.write(`${line}\n`);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(config)}\n`);
  const first = await firstLine(child, ended, options.signal);
  if (first.error)
    throw new AplombError(first.error.code, first.error.message, {
      fix: first.error.fix,
      exit: first.error.code === 'UnknownScenario' || first.error.code === 'PortInUse' ? EXIT.usage : EXIT.failed,
    });
  return {
    url: first.url,
    controlToken: first.controlToken,
    briefing: first.briefing,
    ended,
    async control(method, what, body) {
      const answer = await ask(`${first.url}/_lab/${what}`, method, first.controlToken, body);
      if (answer.status !== 200) throw new AplombError('LabFailed', `the lab answered ${answer.status} to ${what}`);
      return JSON.parse(answer.text);
    },
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** One request of the control interface, straight to it: an agent of our own never takes a proxy, whatever the environment says. */
function ask(url: string, method: string, token: string, body: unknown): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const sent = request(url, { method, headers, agent: new Agent() }, (answer) => {
      const chunks: Buffer[] = [];
      answer
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .once('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString('utf8') }))
        .once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A line of the story, in both languages; null for anything else a process may print. */
function textOf(line: string): Text | null {
  try {
    const { en, es } = JSON.parse(line) as Record<string, unknown>;
    if (typeof en === 'string' && typeof es === 'string') return { en, es };
  } catch {
    // Not a line of the story.
  }
  return null;
}

async function firstLine(child: ChildProcess, ended: Promise<number | null>, signal?: AbortSignal): Promise<any> {
  const lines = createInterface({ input: child.stdout! });
  const line = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    ended.then((code) => JSON.stringify({ error: { code: 'LabFailed', message: `the lab ended with ${code} before it served` } })),
    new Promise<string>((_, reject) =>
      signal?.addEventListener(
        'abort',
        () => {
          child.kill('SIGTERM');
          reject(signal.reason);
        },
        { once: true },
      ),
    ),
  ]);
  lines.close();
  child.stdout!.resume();
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new AplombError('LabFailed', `the lab said something unexpected: ${line.slice(0, 200)}`, { cause });
  }
}
