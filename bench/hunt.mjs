import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aplomb, CALM, startLab } from './lab.mjs';
import { row, value } from './measure.mjs';
import { callsOf } from './round-trips.mjs';
import { inTemporary, LAUNCHER } from './workspace.mjs';

export const title = 'A hunt with every hunter in every region, at 80 ms a call and with token buckets';
const LATENCY = 80;
/** The wall time may be so many times what the limits allow at best. */
const TARGET = 1.5;
/**
 * Buckets per account and region, by signing name. CloudTrail's are documented. EC2's documented default for reads is 100 tokens and
 * 20 a second for each API; here all of EC2 shares one. The others are not published: cautious round numbers.
 */
const RATES = {
  'cloudtrail:LookupEvents': { perSecond: 2, burst: 2 },
  cloudtrail: { perSecond: 10, burst: 10 },
  ec2: { perSecond: 20, burst: 100 },
  iam: { perSecond: 20, burst: 100 },
  ...Object.fromEntries(
    'autoscaling ecs eks batch lambda events scheduler ssm cloudformation lightsail sagemaker bedrock glue elasticmapreduce codebuild apprunner amplify rds s3 kms secretsmanager ses sns organizations guardduty config'
      .split(' ')
      .map((name) => [name, { perSecond: 10, burst: 20 }]),
  ),
};
/** Client names that differ from the signing name. */
const SIGNING = {
  'auto-scaling': 'autoscaling',
  eventbridge: 'events',
  emr: 'elasticmapreduce',
  'secrets-manager': 'secretsmanager',
  sesv2: 'ses',
  'config-service': 'config',
  'sso-admin': 'sso',
};

export async function bench({ quick }) {
  return inTemporary(async (folder) => {
    const lab = await startLab({ disks: folder });
    try {
      const world = await lab.control('GET', 'save');
      const seen = { wall: [], requests: [], throttled: [], bound: [], ratios: [], sequential: [], gain: [], processor: [] };
      for (let run = 0; run < (quick ? 1 : 3); run++) {
        const dir = join(folder, `run-${run}`);
        const { seconds, processor, result } = await hunted(lab, world, dir);
        const calls = await callsOf(dir);
        const bound = lowerBound(calls, result);
        const sequential = oneByOne(calls);
        seen.wall.push(seconds);
        seen.processor.push(processor);
        seen.requests.push(calls.length);
        seen.throttled.push(calls.filter((call) => call.status === 503 || /Throttl|TooMany|RequestLimit/.test(call.code ?? '')).length);
        seen.bound.push(bound.seconds);
        seen.ratios.push(seconds / bound.seconds);
        seen.sequential.push(sequential);
        seen.gain.push(seconds / sequential);
        seen.why = bound.why;
      }
      return [
        row(
          'the whole hunt, process start to end',
          { ours: seen.wall, baseline: seen.bound, ratios: seen.ratios },
          { against: `the least that the limits allow (calculated: ${seen.why})`, unit: 's', limit: TARGET },
        ),
        row(
          'the same',
          { ours: seen.wall, baseline: seen.sequential, ratios: seen.gain },
          { against: 'its calls one region after the other, one at a time (calculated: 80 ms each, never faster than the buckets)', unit: 's' },
        ),
        value('requests, retries included', seen.requests, { unit: 'requests' }),
        value('of them refused for their rate', seen.throttled, { unit: 'requests' }),
        value('processor time of the process', seen.processor, { unit: 's' }),
        ...(await memory(lab, world, folder, quick)),
      ];
    } finally {
      await lab.close();
    }
  });
}

async function prepared(lab, world, dir, settings) {
  await lab.control('POST', 'load', world);
  await lab.control('POST', 'settings', CALM);
  await aplomb(['open', '--case', dir, '--title', 'bench', '--from', lab.briefing.alarm.accessKeyId], lab.env);
  await lab.control('POST', 'settings', { ...CALM, ...settings });
}

async function hunted(lab, world, dir) {
  await prepared(lab, world, dir, { faults: [{ kind: 'latency', milliseconds: [LATENCY, LATENCY] }], rates: RATES });
  const ran = await watched(['hunt', '--case', dir], lab.env);
  await lab.control('POST', 'settings', { rates: {} });
  return ran;
}

/** One command, with the most memory it held (bytes) and the processor time it took (seconds), from /proc. */
function watched(args, env) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let peak = 0;
    let processor = 0;
    const look = () => {
      try {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024);
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
        processor = (Number(fields[11]) + Number(fields[12])) / 100;
      } catch {
        // It has ended, or this system has no /proc.
      }
    };
    const timer = setInterval(look, 50);
    const out = [];
    let errors = '';
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      const result = Buffer.concat(out)
        .toString('utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .find((line) => line.kind === 'result');
      if (!result || result.error) reject(new Error(`aplomb ${args.join(' ')} ended with ${code}: ${result?.error?.message ?? errors.slice(-600)}`));
      else resolve({ seconds, peak, processor, result });
    });
  });
}

/** The bucket a call falls into, with its rate; undefined when it has none. */
function bucketOf({ service, operation, region }) {
  const signing = SIGNING[service] ?? service;
  const name = RATES[`${signing}:${operation}`] ? `${signing}:${operation}` : signing;
  const rate = RATES[name];
  return rate && { key: `${name} in ${region}`, rate };
}

/**
 * What no client could beat: the fullest bucket, emptied from its burst on, or the longest chain of calls that need one another's
 * answers: who am I, which regions, and the credentials issued one from the other.
 */
function lowerBound(calls, { tree = [] }) {
  const counts = new Map();
  for (const call of calls) {
    if (call.status === 503 || call.status === 429 || /Throttl/.test(call.code ?? '')) continue;
    const bucket = bucketOf(call);
    if (bucket) counts.set(bucket.key, { ...bucket, count: (counts.get(bucket.key)?.count ?? 0) + 1 });
  }
  const parents = new Map(tree.map((node) => [node.credential, node.issuedBy]));
  const depth = (credential, seen = 0) => (credential && parents.has(credential) && seen < 50 ? 1 + depth(parents.get(credential), seen + 1) : 0);
  const chain = 2 + Math.max(0, ...tree.map((node) => depth(node.credential)));
  let best = { seconds: (chain * LATENCY) / 1000, why: `${chain} calls that need one another` };
  for (const { key, rate, count } of counts.values()) {
    const seconds = Math.max(0, count - rate.burst) / rate.perSecond + LATENCY / 1000;
    if (seconds > best.seconds) best = { seconds, why: `${count} requests for ${key} at ${rate.perSecond} a second` };
  }
  return best;
}

/** Seconds that the same calls take one at a time, region by region: each waits for its answer and for its bucket. */
function oneByOne(calls) {
  const regions = Map.groupBy ? Map.groupBy(calls, (call) => call.region) : grouped(calls);
  let now = 0;
  for (const list of regions.values()) {
    const buckets = new Map();
    for (const call of list) {
      const bucket = bucketOf(call);
      if (bucket) {
        const state = buckets.get(bucket.key) ?? { tokens: bucket.rate.burst, at: now };
        state.tokens = Math.min(bucket.rate.burst, state.tokens + (now - state.at) * bucket.rate.perSecond);
        state.at = now;
        if (state.tokens < 1) {
          now += (1 - state.tokens) / bucket.rate.perSecond;
          state.tokens = 1;
          state.at = now;
        }
        state.tokens -= 1;
        buckets.set(bucket.key, state);
      }
      now += LATENCY / 1000;
    }
  }
  return now;
}
function grouped(calls) {
  const groups = new Map();
  for (const call of calls) groups.set(call.region, [...(groups.get(call.region) ?? []), call]);
  return groups;
}

/** Peak memory of a hunt through one region with many old volumes, against one with few. */
async function memory(lab, world, folder, quick) {
  const seen = { ours: [], baseline: [], ratios: [] };
  for (let run = 0; run < (quick ? 1 : 2); run++) {
    const few = await crowded(lab, world, join(folder, `few-${run}`), 1_000);
    const many = await crowded(lab, world, join(folder, `many-${run}`), 100_000);
    seen.baseline.push(few);
    seen.ours.push(many);
    seen.ratios.push(many / few);
  }
  return [row('peak memory with 100,000 volumes in a region', seen, { against: 'the same hunt with 1,000', unit: 'MB' })];
}
async function crowded(lab, world, dir, count) {
  const crowd = structuredClone(world);
  const [account] = Object.values(crowd.accounts).filter((one) => one.id === lab.briefing.account);
  const region = lab.env.AWS_REGION;
  const { volumes } = account.regions[region].tables;
  const [model] = Object.values(volumes);
  if (!model) throw new Error(`the scenario has no volume in ${region} to copy`);
  for (let n = 0; n < count; n++) {
    const id = `vol-0${n.toString(16).padStart(16, '0')}`;
    const { attachment: _, ...loose } = model;
    // Long before the window: what the hunt reports stays the same.
    volumes[id] = { ...loose, id, created: loose.created - 500 * 86_400_000 };
  }
  await prepared(lab, crowd, dir, {});
  const { peak } = await watched(['hunt', '--case', dir, '--region', region, '--type', 'AWS::EC2::Volume'], lab.env);
  return peak / 1e6;
}
