import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LAUNCHER, product } from './workspace.mjs';

/** No weather: every call answers at once, counts at once, is seen at once, in whole pages; nothing is throttled. */
export const CALM = { faults: [], iamDelay: 0, ec2Stale: 0, pageSize: 0, lookupRate: 0 };
/** Every call takes the same time, and nothing else is in the way. */
export const steady = (milliseconds) => ({ ...CALM, faults: [{ kind: 'latency', milliseconds: [milliseconds, milliseconds] }] });

/** A scenario in a lab process of its own, and the environment of its responder. */
export async function startLab({ scenario = 'key-leak', seed = 'bench', settings, disks } = {}) {
  const [{ startLabProcess }, { responderEnvironment }] = await Promise.all([product('cli/lab-process.js'), product('cli/responder.js')]);
  const lab = await startLabProcess(
    { scenario, seed, ...(settings ? { settings } : {}), ...(disks ? { disks } : {}) },
    { env: process.env, log: () => undefined },
  );
  const { responder, account } = lab.briefing;
  return { ...lab, env: responderEnvironment(process.env, { ...responder, endpoint: lab.url, account }) };
}

/**
 * One command line of the product in a process of its own, as a person types it.
 * @returns its events, its result, when it was started and ended (epoch milliseconds)
 */
export function aplomb(args, env) {
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const events = [];
    let result;
    let errors = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = JSON.parse(line);
      if (parsed.kind === 'result') result = parsed;
      else events.push(parsed);
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (result === undefined || result.error)
        reject(new Error(`aplomb ${args.join(' ')} ended with ${code}: ${result?.error?.message ?? errors.slice(-600)}`));
      else resolve({ code, events, result, started, ended: Date.now() });
    });
  });
}
