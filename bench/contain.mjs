import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aplomb, startLab, steady } from './lab.mjs';
import { row, value } from './measure.mjs';
import { callsOf, longestChain } from './round-trips.mjs';
import { inTemporary } from './workspace.mjs';

export const title = 'Containment at a fixed latency of 80 ms a call';
const LATENCY = 80;
/** The most calls that may have to wait for one another. */
const ROUND_TRIPS = 12;

const SUBJECTS = [
  {
    name: 'key',
    until: 'keys inactive and the user denied everything',
    command: ({ alarm }) => ['contain-key', alarm.accessKeyId],
    contains: ({ operation }) => operation === 'UpdateAccessKey' || operation === 'AttachUserPolicy',
  },
  {
    name: 'instance',
    until: 'the last network interface in the isolation group',
    command: ({ webServer, responderIp }, ids) => ['isolate', ids[webServer.publicIp], '--from-ip', responderIp],
    contains: ({ operation }) => operation === 'ModifyNetworkInterfaceAttribute',
  },
];

export async function bench({ quick }) {
  return inTemporary(async (folder) => {
    const lab = await startLab({ disks: folder });
    try {
      const ids = await instanceIds(lab);
      const world = await lab.control('GET', 'save');
      const rows = [];
      for (const subject of SUBJECTS) {
        const seen = { trips: [], calls: [], first: [], ours: [], baseline: [], ratios: [] };
        for (let run = 0; run < (quick ? 1 : 3); run++) {
          const ours = await contained(lab, world, subject, ids, join(folder, `${subject.name}-${run}`));
          const plain = await oneByOne(lab, world, ours.calls, ids);
          seen.trips.push(ours.trips);
          seen.calls.push(ours.calls.length);
          seen.first.push(ours.seconds);
          seen.ours.push(ours.whole);
          seen.baseline.push(plain);
          seen.ratios.push(ours.whole / plain);
        }
        rows.push(
          value(`${subject.name}: sequential round trips until ${subject.until} (${[...new Set(seen.calls)].join(' or ')} calls in all)`, seen.trips, {
            unit: 'trips',
            limit: ROUND_TRIPS,
          }),
          row(`${subject.name}: from the start of the command until ${subject.until}`, seen, {
            against: 'a script of plain SDK clients sending the same calls one after another, from its start',
            unit: 's',
          }),
          value(`${subject.name}: from the first call until ${subject.until}`, seen.first, { unit: 's' }),
        );
      }
      return rows;
    } finally {
      await lab.close();
    }
  });
}

/** Public address -> instance id. The script is given ids, and so is the product. */
async function instanceIds(lab) {
  const { EC2Client, DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = lab.env;
  const client = new EC2Client({ region, endpoint: lab.url, credentials: { accessKeyId, secretAccessKey } });
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
  return Object.fromEntries(Reservations.flatMap((one) => one.Instances ?? []).map((one) => [one.PublicIpAddress, one.InstanceId]));
}

/** The account as it was when the alarm came, under the fixed latency. */
async function restore(lab, world) {
  await lab.control('POST', 'load', world);
  await lab.control('POST', 'settings', steady(LATENCY));
}

async function contained(lab, world, subject, ids, dir) {
  await aplomb(['open', '--case', dir, '--title', 'bench', '--from', lab.briefing.alarm.accessKeyId], lab.env);
  await restore(lab, world);
  const { started } = await aplomb([...subject.command(lab.briefing, ids), '--case', dir, '--yes'], lab.env);
  const calls = await callsOf(dir);
  const effects = calls.filter((call) => subject.contains(call) && call.status === 200);
  if (effects.length === 0) throw new Error(`${subject.name} was not contained`);
  const end = Math.max(...effects.map((call) => call.end));
  const until = calls.filter((call) => call.start < end);
  return { trips: longestChain(until, effects).length, calls: until, seconds: (end - until[0].start) / 1000, whole: (end - started) / 1000 };
}

/** Seconds that the same calls take in a process of their own, one after another. */
async function oneByOne(lab, world, calls, ids) {
  await restore(lab, world);
  const { alarm, webServer, responderIp } = lab.briefing;
  const begun = Date.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('plain-calls.mjs', import.meta.url))], { env: lab.env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ calls, accessKeyId: alarm.accessKeyId, instanceId: ids[webServer.publicIp], fromIp: responderIp }));
  const chunks = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const { ended } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return (ended - begun) / 1000;
}
