import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave, row, value } from './measure.mjs';
import { LAYOUTS, LEAKED, trailData } from './trail-data.mjs';
import { ROOT } from './workspace.mjs';

export const title = 'CloudTrail, from files to answers; CPU seconds against Node’s gunzip of the same files';
const TASK = fileURLToPath(new URL('./trail-task.mjs', import.meta.url));
/** Where the made trails lie between runs; memory is best, a disk's own time is not measured then. */
const PLACE = process.env.APLOMB_BENCH_DATA ?? join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aplomb-bench-trail');
/** SigmaHQ's AWS rules are not part of this project: name a folder with them. */
const SIGMA = process.env.APLOMB_SIGMA ?? join(ROOT, '../shared/data/sigma-aws');

function task(name, dir, store, more = '') {
  const ran = spawnSync(process.execPath, [TASK, name, dir, store, more], { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (ran.status !== 0) throw new Error(`${name}: ${ran.stderr}`);
  return JSON.parse(ran.stdout.trim().split('\n').at(-1));
}

export async function bench({ quick }) {
  const events = quick ? 60_000 : 1_200_000;
  mkdirSync(PLACE, { recursive: true });
  const runs = quick ? 2 : 3;
  const rows = [];
  const loads = {};
  let gunzips;
  for (const layout of Object.keys(LAYOUTS)) {
    const data = trailData(PLACE, layout, events);
    const store = join(PLACE, `store-${layout}`);
    const walls = [];
    const peaks = [];
    const load = () => {
      const told = task('ingest', data.dir, store);
      if (told.unique !== events || told.problems > 0) throw new Error(`${layout}: ${told.unique} of ${events} events, ${told.problems} problems`);
      walls.push(told.wall);
      peaks.push(told.rss);
      return told.cpu;
    };
    const measured = await interleave(runs, load, () => task('gunzip', data.dir, store).cpu, { warm: 0 });
    loads[layout] = measured.ours;
    gunzips ??= measured.baseline;
    rows.push(
      row(`load ${layout}: ${data.files} files, ${Math.round(data.gz / 1e6)} MB gz, ${Math.round(data.json / 1e6)} MB JSON`, measured, {
        against: 'gunzipSync of each',
        unit: 'CPU s',
        limit: 4,
      }),
    );
    rows.push(value(`  wall time of it`, walls, { unit: 's' }));
    rows.push(value(`  highest memory`, peaks, { unit: 'MB', limit: 1500 }));
  }
  const most = Math.max(...Object.values(loads).map((all) => Math.min(...all)));
  const least = Math.min(...Object.values(loads).map((all) => Math.min(...all)));
  rows.push(value('dearest layout over cheapest', [most / least], { unit: 'x', limit: 1.5 }));

  const { dir } = trailData(PLACE, 'middling', events);
  const store = join(PLACE, 'store-middling');
  const after = (what, name, more, limit) => {
    const told = Array.from({ length: runs }, () => task(name, dir, store, more));
    const ours = told.map(({ cpu }) => cpu);
    rows.push(
      row(
        what(told[0]),
        { ours, baseline: gunzips, ratios: ours.map((cpu, index) => cpu / gunzips[index % gunzips.length]) },
        { against: 'that gunzip', unit: 'CPU s', ...(limit === undefined ? {} : { limit }) },
      ),
    );
    return told;
  };
  if (existsSync(SIGMA)) after(({ rules, hits, hitRules }) => `${rules} Sigma rules: ${hits} hits of ${hitRules}`, 'sigma', SIGMA, 0.5);
  else console.error('NOT MEASURED: Sigma rules; name a folder with SigmaHQ’s AWS rules in APLOMB_SIGMA');
  after(({ detections, hits }) => `${detections} own detections: ${hits} hits`, 'own', '', 0.5);
  after(({ edges, keys }) => `sessions: ${edges} edges, closure of the leaked key: ${keys} keys`, 'sessions', LEAKED, 0.5);
  after(({ first }) => `identities; first is ${first}`, 'identities', '');
  const timeline = Array.from({ length: runs }, () => task('timeline', dir, store, LEAKED));
  rows.push(
    value(
      `the leaked key’s timeline: ${timeline[0].lines} lines`,
      timeline.map(({ wall }) => wall),
      { unit: 's', limit: 0.3 },
    ),
  );
  if (!quick) after(() => 'one read_json of all files into a table, nothing else', 'readJson', '');
  return rows;
}
