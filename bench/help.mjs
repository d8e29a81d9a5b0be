import { spawnSync } from 'node:child_process';
import { clock, interleave, row } from './measure.mjs';
import { LAUNCHER } from './workspace.mjs';

export const title = 'Time to the first page: the whole process of `aplomb --help`';

/** Whole processes, since that is what a person waits for. */
function run(args) {
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
}

export async function bench({ quick }) {
  const pairs = await interleave(
    quick ? 11 : 41,
    () => clock(() => run([LAUNCHER, '--help'])),
    () => clock(() => run(['-e', '0'])),
    { warm: 3 },
  );
  return [row('time of aplomb --help', pairs, { against: 'node -e 0', unit: 'ms', limit: 1.5 })];
}
