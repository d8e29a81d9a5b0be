import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../.witness/venv/bin/moto_server', import.meta.url));

export interface MotoServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** moto's server on loopback, its accounts empty. */
export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const child: ChildProcess = spawn(PROGRAM, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (let waited = 0; waited < 60_000; waited += 250) {
    if (child.exitCode !== null) throw new Error(`moto_server ended: ${said}`);
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return { endpoint, close };
    await sleep(250);
  }
  await close();
  throw new Error(`moto_server did not answer: ${said}`);
}
