import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabConfig, LabProcess } from '../../src/cli/lab-process.ts';
import type { Settings } from '../../src/lab/contract.ts';
import { type Caller, run } from './aws-cli.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/aplomb.js', import.meta.url));
/** The lab and the program run from what was built; the address is a variable, so that types need no build. */
const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** Good weather, and pages small enough that every listing has several. */
const CALM: Partial<Settings> = { faults: [], iamDelay: 0, ec2Stale: 0, trailDelay: [3_600_000, 3_600_000], pageSize: 5, speed: 6000, lookupRate: 0 };

export interface Ran {
  readonly exit: number | null;
  readonly result: any;
  readonly events: readonly any[];
  readonly stdout: string;
  readonly stderr: string;
}
/** Who responds against which endpoint, in which case folder. */
export interface Responder extends Caller {
  readonly region: string;
  readonly dir: string;
}

/** One command of the program, in a process of its own. With `json` its result is read, else standard output is kept as it is. */
export async function aplomb(args: readonly string[], who: Responder, options: { json?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const { json = true } = options;
  const ran = await run(process.execPath, [PROGRAM, ...args, ...(json ? ['--json'] : [])], who.dir, {
    PATH: '/usr/bin:/bin',
    HOME: who.dir,
    XDG_CONFIG_HOME: join(who.dir, 'config'),
    APLOMB_CASE: join(who.dir, 'case'),
    APLOMB_LOOPBACK_ONLY: '1',
    AWS_ENDPOINT_URL: who.endpoint,
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
    AWS_REGION: who.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...options.env,
  });
  const lines = json
    ? ran.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];
  return {
    exit: ran.status,
    result: lines.find((line) => line.kind === 'result'),
    events: lines.filter((line) => line.kind === 'event'),
    stdout: ran.stdout,
    stderr: ran.stderr,
  };
}

/** What a command did, short enough for a failing assertion. */
export const told = ({ exit, result, stderr }: Ran): unknown => ({
  exit,
  error: result?.error,
  changes: result?.changes?.map((change: any) => `${change.id} ${change.state}${change.code ? ` ${change.code}` : ''}${change.why ? `: ${change.why}` : ''}`),
  verdicts: result?.verdicts?.flatMap((row: any) => row.checks.map((check: any) => `${row.action}/${check.name} ${check.verdict}: ${check.why}`)),
  ...(stderr ? { stderr } : {}),
});

/** The command, which must have ended well. */
export function well(ran: Ran): Ran {
  if (ran.exit !== 0) throw new Error(`ended with ${ran.exit}: ${JSON.stringify(told(ran), null, 1)}`);
  return ran;
}

export interface Rehearsal {
  readonly lab: LabProcess;
  readonly root: string;
  /** A responder with a fresh folder. */
  responder(name: string): Responder;
  close(): Promise<void>;
}
/** The story `key-leak`, in good weather, served by a lab of its own. */
export async function rehearse(seed: string): Promise<Rehearsal> {
  const { startLabProcess } = (await import(built('cli/lab-process.js'))) as typeof import('../../src/cli/lab-process.ts');
  const root = mkdtempSync(join(tmpdir(), 'aplomb-witness-'));
  const config: LabConfig = { scenario: 'key-leak', seed, settings: CALM as LabConfig['settings'] };
  const lab = await startLabProcess(config, { env: process.env, log: () => undefined });
  const { accessKeyId, secretAccessKey, region } = lab.briefing.responder;
  return {
    lab,
    root,
    responder: (name) => ({ endpoint: lab.url, accessKeyId, secretAccessKey, region, dir: mkdtempSync(join(root, `${name}-`)) }),
    async close() {
      await lab.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
