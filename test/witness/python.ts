import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const python = `${root}.witness/venv/bin/python`;

/** Whether the Python witnesses can run. Says loudly what is not tested otherwise; under APLOMB_WITNESS_REQUIRED=1 that is an error. */
export function pythonReady(untested: string): boolean {
  if (existsSync(python)) return true;
  const notice = `NOT TESTED: ${untested}. Run scripts/witness-python.sh first.`;
  if (process.env.APLOMB_WITNESS_REQUIRED === '1') throw new Error(notice);
  process.stderr.write(`\n*** ${notice} ***\n\n`);
  return false;
}

export interface Conversation {
  child: ChildProcess;
  write(line: unknown): void;
  lines: AsyncIterable<any>;
}
/** A Python script of this folder, spoken to in JSON lines. Its environment holds nothing of ours. */
export function startPython(script: string): Conversation {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
  const lines = createInterface({ input: child.stdout! });
  return {
    child,
    write: (line) => child.stdin!.write(`${JSON.stringify(line)}\n`),
    lines: (async function* () {
      for await (const line of lines) yield JSON.parse(line);
    })(),
  };
}
