import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CALM, startLab } from './lab.mjs';
import { clock, interleave, row } from './measure.mjs';
import { inTemporary, product } from './workspace.mjs';

export const title = 'Reading a snapshot through the EBS direct APIs, every checksum verified';
const BLOCK = 524_288;
/** What readBlocks keeps in flight by default, and so does the baseline. */
const CONCURRENCY = 32;

export async function bench({ quick }) {
  const blocks = quick ? 100 : 400;
  return inTemporary(async (folder) => {
    const lab = await startLab({ disks: folder, settings: { ...CALM, speed: 1e6 } });
    const { openAws, readBlocks, snapshotSource } = await product('aws/index.js');
    const { webServer } = lab.briefing;
    const aws = await openAws({ env: lab.env, loopbackOnly: true });
    try {
      const { snapshotId, indexes } = await bigSnapshot(aws, webServer, folder, blocks);
      const urls = await signedUrls(lab, webServer.region, snapshotId, indexes);
      const bytes = indexes.length * BLOCK;
      const rate = (milliseconds) => bytes / 1e6 / (milliseconds / 1000);
      const ours = async () => {
        const source = await snapshotSource(aws, webServer.region, snapshotId);
        let read = 0;
        for await (const block of readBlocks(source)) read += block.data.length;
        await source.close();
        if (read !== bytes) throw new Error(`${read} bytes were read instead of ${bytes}`);
      };
      const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
      const plain = async () => {
        const read = await fetchAll(agent, urls);
        if (read !== bytes) throw new Error(`${read} bytes were read instead of ${bytes}`);
      };
      const spent = { ours: [], baseline: [] };
      const pairs = await interleave(
        quick ? 3 : 9,
        () => clock(() => spending(ours, spent.ours)),
        () => clock(() => spending(plain, spent.baseline)),
      );
      agent.destroy();
      const speed = { ratios: pairs.ratios, ours: pairs.ours.map(rate), baseline: pairs.baseline.map(rate) };
      return [
        row(`time to list and read ${indexes.length} blocks of 512 KiB`, speed, {
          against: `plain HTTP GETs of the same blocks from the same lab, signed beforehand, ${CONCURRENCY} at a time, unverified`,
          unit: 'MB/s',
          limit: 1.5,
        }),
        row('processor time of the reading process', warm(spent), { against: 'the same', unit: 'ms' }),
      ];
    } finally {
      await aws.close();
      await lab.close();
    }
  });
}

/** Adds to `list` the processor milliseconds of this process that `work` takes: they depend less on who else is at work. */
async function spending(work, list) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  list.push((user + system) / 1000);
}
/** Without the warm-up, as pairs. */
function warm({ ours, baseline }) {
  const [a, b] = [ours.slice(1), baseline.slice(1)];
  return { ours: a, baseline: b, ratios: a.map((one, index) => one / b[index]) };
}

/** Fills the web server's root disk with random bytes and takes a snapshot of it. */
async function bigSnapshot(aws, webServer, folder, blocks) {
  const { region } = webServer;
  const call = async (operation, input, purpose = 'read') =>
    (await aws.send({ call: { service: 'ec2', operation, region, input }, input, purpose, keep: false, phase: 'bench' })).output;
  const { Reservations } = await call('DescribeInstances', { Filters: [{ Name: 'ip-address', Values: [webServer.publicIp] }] });
  const instance = Reservations[0].Instances[0];
  const volume = instance.BlockDeviceMappings.find((one) => one.DeviceName === instance.RootDeviceName).Ebs.VolumeId;
  const image = await open(join(folder, 'web-server-root.img'), 'r+');
  const data = Buffer.alloc(BLOCK);
  for (let index = 0; index < blocks; index++) await image.write(randomFillSync(data), 0, BLOCK, (index * 2 + 1) * BLOCK);
  await image.close();
  const { SnapshotId: snapshotId } = await call('CreateSnapshot', { VolumeId: volume }, 'mutation');
  for (;;) {
    const { Snapshots } = await call('DescribeSnapshots', { SnapshotIds: [snapshotId] });
    if (Snapshots[0].State === 'completed') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { snapshotSource } = await product('aws/index.js');
  const source = await snapshotSource(aws, region, snapshotId);
  const indexes = [];
  for await (const index of source.blocks()) indexes.push(index);
  return { snapshotId, indexes };
}

/** The requests for all blocks as the SDK itself signs them, good for some minutes. */
async function signedUrls(lab, region, snapshotId, indexes) {
  const { EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } = await import('@aws-sdk/client-ebs');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = lab.env;
  const client = new EBSClient({ region, endpoint: lab.url, credentials: { accessKeyId, secretAccessKey } });
  const tokens = new Map();
  let NextToken;
  do {
    const page = await client.send(new ListSnapshotBlocksCommand({ SnapshotId: snapshotId, MaxResults: 10_000, NextToken }));
    for (const { BlockIndex, BlockToken } of page.Blocks) tokens.set(BlockIndex, BlockToken);
    ({ NextToken } = page);
  } while (NextToken);
  client.destroy();
  const signed = [];
  const signer = new EBSClient({
    region,
    endpoint: lab.url,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: {
      async handle({ path, query, headers }) {
        const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
        signed.push({ url: `${lab.url}${path}?${pairs.join('&')}`, headers });
        return { response: { statusCode: 200, headers: {}, body: Readable.from([]) } };
      },
    },
  });
  for (const index of indexes) await signer.send(new GetSnapshotBlockCommand({ SnapshotId: snapshotId, BlockIndex: index, BlockToken: tokens.get(index) }));
  return signed;
}

/** The least a program can do: GET, collect, count. */
async function fetchAll(agent, requests) {
  let next = 0;
  let bytes = 0;
  const one = ({ url, headers }) =>
    new Promise((resolve, reject) => {
      get(url, { agent, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a plain read was answered with ${response.statusCode}`));
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).length));
        response.on('error', reject);
      }).on('error', reject);
    });
  const worker = async () => {
    while (next < requests.length) {
      const length = await one(requests[next++]);
      bytes += length;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return bytes;
}
