import { join } from 'node:path';
import { aplomb, CALM, startLab } from './lab.mjs';
import { row, value } from './measure.mjs';
import { inTemporary } from './workspace.mjs';

export const title = 'The drill, and what its weather costs';
const SEEDS = ['11', '22', '33'];

/**
 * The baseline is the same response to the same attack in a lab without weather: no latency, no throttling, no IAM delay, no
 * stale reads, whole pages. What is left of it is what the product computes and what it waits for on purpose: consistency
 * before a verdict, CloudTrail's two look-ups a second, pending states. Both run at the same time, so that they share the
 * machine's noise; on two processors each still has one.
 */
export async function bench({ quick }) {
  const seeds = quick ? SEEDS.slice(0, 1) : SEEDS;
  const seen = { ours: [], baseline: [], ratios: [] };
  const whole = [];
  const phases = {};
  for (const seed of seeds) {
    await inTemporary(async (folder) => {
      const [drill, calm] = await Promise.all([drilled(seed, join(folder, 'drill')), inCalm(seed, join(folder, 'calm'))]);
      whole.push(drill.seconds);
      seen.ours.push(drill.response);
      seen.baseline.push(calm);
      seen.ratios.push(drill.response / calm);
      for (const [name, seconds] of Object.entries(drill.phases)) (phases[name] ??= []).push(seconds);
    });
  }
  return [
    row('from the alarm to the last verdict', seen, { against: 'the same response to the same attack in a lab without weather', unit: 's' }),
    value('aplomb drill, whole process', whole, { unit: 's', limit: 60 }),
    ...Object.entries(phases).map(([name, seconds]) => value(`  of that, ${name}`, seconds, { unit: 's' })),
  ];
}

const at = (event) => Date.parse(event.time);

/** The command as a stranger types it; its phases from the times of its own events. */
async function drilled(seed, dir) {
  const { code, events, result, started, ended } = await aplomb(['drill', '--seed', seed, '--case', dir], process.env);
  if (code !== 0 || !result.score.contained) throw new Error(`the drill with seed ${seed} ended with ${code}`);
  const opened = at(events.find((event) => event.code === 'case'));
  const ends = events.filter((event) => event.code === 'playbook' && event.data.state === 'finished').map(at);
  if (ends.length !== 2) throw new Error(`the drill with seed ${seed} finished ${ends.length} playbooks`);
  const seconds = (from, to) => (to - from) / 1000;
  return {
    seconds: seconds(started, ended),
    response: seconds(opened, ends[1]),
    phases: {
      'the lab and the attack': seconds(started, opened),
      'playbook leaked-key': seconds(opened, ends[0]),
      'playbook compromised-instance': seconds(ends[0], ends[1]),
      'score and report': seconds(ends[1], ended),
    },
  };
}

/** Seconds from the opening of the case to the last verdict, with the command lines of the drill. */
async function inCalm(seed, dir) {
  const lab = await startLab({ seed, settings: CALM });
  try {
    const { alarm, webServer, workstation, responderIp, reference } = lab.briefing;
    const common = ['--case', dir];
    const opening = await aplomb(['open', ...common, '--reference', String(reference), '--from', alarm.accessKeyId, '--since', alarm.since], lab.env);
    await aplomb(['respond', 'leaked-key', ...common, '--yes'], lab.env);
    const instance = ['--instance', webServer.publicIp, '--from-ip', responderIp, '--workstation', workstation.name];
    const { events } = await aplomb(['respond', 'compromised-instance', ...common, ...instance, '--reference', String(reference), '--yes'], lab.env);
    const end = events.findLast((event) => event.code === 'playbook' && event.data.state === 'finished');
    if (!end) throw new Error(`the response to seed ${seed} did not finish`);
    return (at(end) - at(opening.events.find((event) => event.code === 'case'))) / 1000;
  } finally {
    await lab.close();
  }
}
