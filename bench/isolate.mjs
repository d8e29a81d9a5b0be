import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { aplomb, startLab, steady } from './lab.mjs';
import { row, value } from './measure.mjs';
import { callsOf, longestChain } from './round-trips.mjs';
import { inTemporary, LAUNCHER, product, ROOT } from './workspace.mjs';

export const title = 'Isolation until it is verified, at a fixed latency of 80 ms a call';
const LATENCY = 80;
const CRITICAL = 1.3;
const QUARTER = 0.25;
/** pip's aws CLI, as scripts/witness-python.sh installs it. */
const VENV = join(ROOT, '.witness/venv/bin');
const run = promisify(execFile);

export async function bench({ quick }) {
  return inTemporary(async (folder) => {
    const lab = await startLab({ scenario: 'web-shell', disks: folder });
    try {
      const world = await lab.control('GET', 'save');
      const seen = { trips: [], ours: [], critical: [], bound: [], whole: [], cli: [], ratios: [] };
      const cli = existsSync(join(VENV, 'aws'));
      for (let at = 0; at < (quick ? 1 : 3); at++) {
        const dir = join(folder, `case-${at}`);
        await aplomb(['open', '--case', dir, '--title', 'bench'], lab.env);
        await restore(lab, world);
        const { started, ended } = await aplomb([...line(lab), '--case', dir, '--yes'], lab.env);
        const path = await criticalPath(dir);
        seen.trips.push(path.trips);
        seen.ours.push(path.seconds);
        seen.critical.push(path.critical);
        seen.bound.push(path.seconds / path.critical);
        seen.whole.push((ended - started) / 1000);
        if (!cli) continue;
        const seconds = await printed(lab, world, join(folder, `printed-${at}`));
        seen.cli.push(seconds);
        seen.ratios.push((ended - started) / 1000 / seconds);
      }
      if (!cli) console.log('  NOT MEASURED: against the aws CLI, which is not installed (scripts/witness-python.sh installs it)');
      return [
        value('sequential round trips until isolation is verified', seen.trips, { unit: 'trips' }),
        row(
          'from the first call until the verdict',
          { ours: seen.ours, baseline: seen.critical, ratios: seen.bound },
          {
            against: 'the critical path: what each action must read, do and read again one after another, at 80 ms each',
            unit: 's',
            limit: CRITICAL,
          },
        ),
        ...(cli
          ? [
              row(
                'the whole command',
                { ours: seen.whole, baseline: seen.cli, ratios: seen.ratios },
                {
                  against: 'the same changes and checks as --print-cli prints them, run by the aws CLI one after another',
                  unit: 's',
                  limit: QUARTER,
                },
              ),
            ]
          : []),
      ];
    } finally {
      await lab.close();
    }
  });
}

/** Three interfaces, IPv4 and IPv6, an Auto Scaling group; named as the alarm names it. */
const line = ({ briefing }) => ['isolate', briefing.alarm.finding.resource.instanceDetails.instanceId, '--from-ip', briefing.responderIp];
async function restore(lab, world) {
  await lab.control('POST', 'load', world);
  await lab.control('POST', 'settings', steady(LATENCY));
}

/** Seconds from the first call to the last reading of a verdict, and the least it could have taken. */
async function criticalPath(dir) {
  const { readCase } = await product('evidence/index.js');
  const { planDepth } = await product('engine/index.js');
  const calls = await callsOf(dir);
  const { entries } = readCase(dir);
  const phases = grouped(calls);
  const plans = new Map(entries.filter(({ kind }) => kind === 'plan').map(({ body }) => [body.action, body.plan]));
  let trips = 0;
  let pauses = 0;
  for (const [phase, all] of phases) {
    // What is read after the first change belongs to carrying out the plan, whose own depth counts.
    const first = all.find(({ purpose }) => purpose === 'mutation')?.start ?? Number.POSITIVE_INFINITY;
    const before = all.filter(({ end }) => end <= first);
    trips += longestChain(before, before).length;
    const plan = plans.get(phase);
    if (!plan || first === Number.POSITIVE_INFINITY) continue;
    const depth = planDepth(plan.steps);
    trips += depth.calls;
    pauses += depth.seconds;
  }
  const seconds = (Math.max(...calls.map(({ end }) => end)) - calls[0].start) / 1000;
  return { trips, seconds, critical: (trips * LATENCY) / 1000 + pauses };
}
function grouped(calls) {
  const map = new Map();
  for (const call of calls) map.set(call.phase, [...(map.get(call.phase) ?? []), call]);
  return map;
}

/** Seconds that the printed lines take. */
async function printed(lab, world, dir) {
  await restore(lab, world);
  await aplomb(['open', '--case', dir, '--title', 'bench'], lab.env);
  const { stdout } = await run(process.execPath, [LAUNCHER, ...line(lab), '--case', dir, '--print-cli'], { env: lab.env, maxBuffer: 1 << 24 });
  const begun = Date.now();
  await run('bash', ['-c', stdout], { env: { ...lab.env, PATH: `${VENV}${delimiter}${process.env.PATH}` }, maxBuffer: 1 << 26 });
  return (Date.now() - begun) / 1000;
}
