import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A build of the aws CLI that we did not write. */
export interface AwsCli {
  /** `pip` is generation 1, `debian` generation 2. */
  readonly name: 'pip' | 'debian';
  readonly path: string;
  readonly version: string;
}
const PLACES: readonly Pick<AwsCli, 'name' | 'path'>[] = [
  { name: 'pip', path: fileURLToPath(new URL('../../.witness/venv/bin/aws', import.meta.url)) },
  { name: 'debian', path: '/usr/bin/aws' },
];

/** Both builds, as far as they are there. Says loudly what is not tested; under APLOMB_WITNESS_REQUIRED=1 that is an error. */
export function awsClis(untested: string): AwsCli[] {
  return PLACES.flatMap(({ name, path }): AwsCli[] => {
    const asked = existsSync(path) ? spawnSync(path, ['--version'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }) : undefined;
    if (asked?.status === 0) return [{ name, path, version: /aws-cli\/([\d.]+)/.exec(`${asked.stdout}${asked.stderr}`)?.[1] ?? 'unknown' }];
    const notice = `NOT TESTED with the ${name} aws CLI (${path}): ${untested}. Run scripts/witness-python.sh first.`;
    if (process.env.APLOMB_WITNESS_REQUIRED === '1') throw new Error(notice);
    process.stderr.write(`\n*** ${notice} ***\n\n`);
    return [];
  });
}

export interface Caller {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
export interface BashRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a text as `bash -eu FILE` in `folder`, with `aws` being the given build and nothing else of ours in the environment.
 * Builds before 2.13 do not read AWS_ENDPOINT_URL, so each command gets it as an option.
 */
export function bash(script: string, cli: AwsCli, caller: Caller, folder: string, { env = {} }: { readonly env?: NodeJS.ProcessEnv } = {}): Promise<BashRun> {
  const bin = join(folder, `bin-${cli.name}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\nexec '${cli.path}' --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`);
  chmodSync(join(bin, 'aws'), 0o755);
  const file = join(folder, 'printed.sh');
  writeFileSync(file, script);
  return run('bash', ['-eu', file], folder, {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    AWS_ENDPOINT_URL: caller.endpoint,
    AWS_ACCESS_KEY_ID: caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...env,
  });
}

export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<BashRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
