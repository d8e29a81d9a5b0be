import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Aws, dryRun, openAws, readBlocks, snapshotSource } from '../../src/aws/index.ts';
import type { Call, CaseFile, Change, Json, Plan } from '../../src/kernel/index.ts';
import { text } from '../../src/kernel/index.ts';
import { LabError } from '../../src/lab/contract.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, type KeyRow, newWorld } from '../../src/lab/world/index.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const reads = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ec2:Describe*', 'account:List*'], Resource: '*' }] };

/** The part of a case that this layer uses, in memory. */
const memoryCase = () => {
  const items = new Map<string, Buffer>();
  const store = async (data: Uint8Array) => {
    const sha256 = createHash('sha256').update(data).digest('hex');
    items.set(sha256, Buffer.from(data));
    return { sha256, bytes: data.length };
  };
  return { items, file: { store, append: () => undefined } as unknown as CaseFile };
};
let lab: RunningLab;
let key: KeyRow;
let readerKey: KeyRow;
const doors: Aws[] = [];
const door = async (who: KeyRow = key, more: object = {}): Promise<Aws> => {
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: who.id, AWS_SECRET_ACCESS_KEY: who.secret, AWS_REGION: REGION };
  const aws = await openAws({ env, loopbackOnly: true, expectAccount: ACCOUNT, ...more });
  doors.push(aws);
  return aws;
};
beforeEach(async () => {
  const world = newWorld({ seed: 'aws-layer' });
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'responder', inline: { all } });
  addUser(world, account, { name: 'reader', inline: { reads } });
  key = addAccessKey(world, account, 'responder');
  readerKey = addAccessKey(world, account, 'reader');
  lab = await startLab({ world });
});
afterEach(async () => {
  for (const aws of doors.splice(0)) await aws.close();
  await lab.close();
});
const ask = (aws: Aws, service: string, operation: string, input: Json = {}, purpose: 'read' | 'mutation' = 'read') => {
  const call: Call = { service, operation, region: REGION, input };
  return aws.send({ call, input, purpose, keep: false, phase: 'test' });
};

describe('the AWS layer against the lab', () => {
  it('knows who it is and which regions there are', async () => {
    const aws = await door();
    expect(await aws.identity()).toMatchObject({ arn: `arn:aws:iam::${ACCOUNT}:user/responder`, account: ACCOUNT, accessKeyId: key.id });
    const regions = await aws.regions();
    expect(regions.find((region) => region.name === REGION)).toMatchObject({ optIn: 'opt-in-not-required', status: 'ENABLED_BY_DEFAULT' });
    expect(regions.some((region) => region.optIn === 'not-opted-in')).toBe(true);
    expect(regions.map((region) => region.name)).toEqual([...new Set(regions.map((region) => region.name))].sort());
  });

  it('reads every page through throttling, latency and broken connections; a mutation has one effect', async () => {
    const aws = await door();
    for (let n = 0; n < 5; n++) await ask(aws, 'iam', 'CreateUser', { UserName: `user-${n}` }, 'mutation');
    lab.world.settings.pageSize = 2;
    lab.world.settings.faults.push(
      { kind: 'latency', milliseconds: [1, 20] },
      { kind: 'error', code: 'Throttling', status: 400, operation: 'ListUsers', times: 2 },
      { kind: 'drop-before-effect', operation: 'ListUsers', times: 1, after: 1 },
    );
    const call: Call = { service: 'iam', operation: 'ListUsers', region: 'us-east-1', input: {} };
    const { output } = await aws.sendAll({ call, input: {}, purpose: 'read', keep: false, phase: 'test' });
    expect((output as any).Users.map((user: any) => user.UserName).sort()).toEqual(['reader', 'responder', 'user-0', 'user-1', 'user-2', 'user-3', 'user-4']);
  });

  it('leaves a mutation whose answer was lost unknown, and never sends it twice', async () => {
    const aws = await door();
    lab.world.settings.faults.push({ kind: 'drop-after-effect', operation: 'CreateUser', times: 1 });
    await expect(ask(aws, 'iam', 'CreateUser', { UserName: 'once' }, 'mutation')).rejects.toMatchObject({ name: 'AwsFailure', status: undefined });
    expect(lab.world.effects.filter((effect) => effect.operation === 'CreateUser').length).toBe(1);
  });

  it('works with a clock that is hours away from AWS', async () => {
    lab.world.offset = 5 * 3600_000;
    const warnings: string[] = [];
    const aws = await door(key, { emit: (event: any) => event.level === 'warn' && warnings.push(event.text.en) });
    await ask(aws, 'iam', 'CreateUser', { UserName: 'late' }, 'mutation');
    expect(lab.world.effects.map((effect) => effect.operation)).toEqual(['CreateUser']);
    expect(Math.abs(aws.clock.now() - Date.now() - lab.world.offset)).toBeLessThan(2_000);
    expect(warnings).toEqual([expect.stringContaining('300 minutes behind')]);
  });

  it('asks by DryRun what it may do, and changes nothing', async () => {
    const change = (id: string, operation: string, input: Json): Change => {
      const call: Call = { service: 'ec2', operation, region: REGION, input };
      return { id, why: text('w', 'w'), call, repeat: 'safe', probe: { call, done: [] }, undo: { never: text('n', 'n') }, danger: [] };
    };
    const plan: Plan = { action: 'a', target: {}, steps: [change('volume', 'CreateVolume', { AvailabilityZone: `${REGION}a`, Size: 1, VolumeType: 'gp3' })] };
    expect(await dryRun(await door(), plan)).toMatchObject([{ id: 'volume', result: 'permitted' }]);
    expect(await dryRun(await door(readerKey, { expectAccount: undefined }), plan)).toMatchObject([{ id: 'volume', result: 'denied' }]);
    expect(lab.world.effects).toEqual([]);
  });

  it('reads a snapshot with signed requests that the lab verifies', async () => {
    const disk = new Map([3, 4, 2047].map((index) => [index, randomBytes(524_288)]));
    await lab.close();
    lab = await startLab({
      world: lab.world,
      behaviours: {
        ebs: {
          ListSnapshotBlocks: {
            run: () => ({
              VolumeSize: 1,
              BlockSize: 524_288,
              Blocks: [...disk.keys()].map((BlockIndex) => ({ BlockIndex, BlockToken: `a+b/${BlockIndex}==` })),
            }),
          },
          GetSnapshotBlock: {
            dataPlane: true,
            run: (input) => {
              const BlockData = disk.get(input.BlockIndex) as Buffer;
              if (input.BlockToken !== `a+b/${input.BlockIndex}==`) throw new LabError('ValidationException', 'token');
              return {
                BlockData,
                DataLength: BlockData.length,
                Checksum: createHash('sha256').update(BlockData).digest('base64'),
                ChecksumAlgorithm: 'SHA256',
              };
            },
          },
        },
      },
    });
    const { items, file } = memoryCase();
    const aws = await door(key, { case: file });
    const source = await snapshotSource(aws, REGION, 'snap-0123456789abcdef0');
    for await (const { index, data } of readBlocks(source)) expect(Buffer.compare(data, disk.get(index) as Buffer)).toBe(0);
    const log = await aws.flush('blocks');
    // One signed request a block: the lab refused none.
    const lines =
      items
        .get(log?.sha256 ?? '')
        ?.toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)) ?? [];
    expect(lines.map((line) => [line.operation, line.status])).toEqual([['ListSnapshotBlocks', 200], ...[...disk.keys()].map(() => ['GetSnapshotBlock', 200])]);
  });
});
