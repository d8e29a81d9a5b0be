import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, type Seen, type TestServer, testServer } from '../../test/aws/endpoint.ts';
import { openAws } from './open.ts';
import { readBlocks } from './read-blocks.ts';
import { snapshotSource } from './snapshot-source.ts';
import type { Aws } from './types.ts';

const BLOCK = 524_288;
const ID = 'snap-0123456789abcdef0';
let server: TestServer;
let aws: Aws;
/** Written blocks; all others are zeros. */
let disk: Map<number, Buffer>;
let generation: number;
/** What goes wrong, by block index: answers left to spoil. */
let spoil: Map<number, { how: 'data' | 'short' | 'checksum' | 'error'; times: number }>;
let pageSize: number;
let largestPage: number;

beforeEach(async () => {
  disk = new Map([0, 3, 4, 7, 100, 2047].map((index) => [index, randomBytes(BLOCK)]));
  [generation, spoil, pageSize, largestPage] = [1, new Map(), 2, 10_000];
  server = await testServer((seen, response) => {
    const url = new URL(seen.url, 'http://x');
    const [, , id, , index] = url.pathname.split('/');
    if (id !== ID) return json(response, 404, { Message: 'no' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
    if (index === undefined) return list(url, response);
    const block = Number(index);
    if (url.searchParams.get('blockToken') !== `b${generation}-${block}`)
      return json(response, 400, { Message: 'token', Reason: 'INVALID_BLOCK_TOKEN' }, { 'x-amzn-errortype': 'ValidationException' });
    let data = disk.get(block) as Buffer;
    let checksum = createHash('sha256').update(data).digest('base64');
    const trouble = spoil.get(block);
    if (trouble && trouble.times-- > 0) {
      if (trouble.how === 'error') return json(response, 500, { Message: 'x' }, { 'x-amzn-errortype': 'InternalServerException' });
      if (trouble.how === 'data') data = randomBytes(BLOCK);
      if (trouble.how === 'short') data = data.subarray(0, 1000);
      if (trouble.how === 'checksum') checksum = '';
    }
    response.writeHead(200, {
      'x-amz-data-length': String(data.length),
      'x-amz-checksum': checksum,
      'x-amz-checksum-algorithm': 'SHA256',
      'content-type': 'application/octet-stream',
    });
    response.end(data);
  });
  const list = (url: URL, response: any) => {
    if (Number(url.searchParams.get('maxResults')) > largestPage)
      return json(response, 400, { Message: 'maxResults too large' }, { 'x-amzn-errortype': 'ValidationException' });
    const token = url.searchParams.get('pageToken')?.split('-').map(Number);
    if (token && token[0] !== generation)
      return json(response, 400, { Message: 'page token', Reason: 'INVALID_PAGE_TOKEN' }, { 'x-amzn-errortype': 'ValidationException' });
    const from = token?.[1] ?? Number(url.searchParams.get('startingBlockIndex') ?? 0);
    const all = [...disk.keys()].sort((a, b) => a - b).filter((index) => index >= from);
    const page = all.slice(0, pageSize);
    json(response, 200, {
      BlockSize: BLOCK,
      VolumeSize: 1,
      ExpiryTime: 1_800_000_000,
      Blocks: page.map((index) => ({ BlockIndex: index, BlockToken: `b${generation}-${index}` })),
      ...(all.length > pageSize ? { NextToken: `${generation}-${all[pageSize]}` } : {}),
    });
  };
  aws = await openAws({ env: server.env, clock: { now: () => Date.now(), sleep: async () => {} } });
});
afterEach(async () => {
  await aws.close();
  await server.close();
});
const reads = (seen: readonly Seen[]) => seen.filter((one) => /blocks\/\d+/.test(one.url)).length;

describe('snapshotSource', () => {
  it('gives size, written blocks over all pages, and their bytes', async () => {
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    expect([source.size, source.blockSize]).toEqual([1024 ** 3, BLOCK]);
    const seen = new Map<number, string>();
    for await (const { index, data, checksum } of readBlocks(source, { concurrency: 3 })) {
      expect(Buffer.compare(data, disk.get(index) as Buffer)).toBe(0);
      expect(checksum).toBe(createHash('sha256').update(data).digest('hex'));
      seen.set(index, checksum);
    }
    expect([...seen.keys()]).toEqual([0, 3, 4, 7, 100, 2047]);
    // Past the client's middleware: our own user agent, the same signature.
    const direct = server.seen.filter((one) => /^aplomb\//.test(one.headers['user-agent'] ?? ''));
    expect(direct.length).toBe(6);
    expect(direct.every((one) => /Credential=[^/]+\/\d{8}\/eu-west-1\/ebs\/aws4_request, SignedHeaders=[^,]*host/.test(one.headers.authorization ?? ''))).toBe(
      true,
    );
  });

  it('reads any block directly; what was never written is zeros and costs no read', async () => {
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    expect(Buffer.compare((await source.block(100)).data, disk.get(100) as Buffer)).toBe(0);
    expect(reads(server.seen)).toBe(1);
    expect((await source.block(50)).data.every((byte) => byte === 0)).toBe(true);
    expect((await source.block(1)).checksum).toBe(createHash('sha256').update(new Uint8Array(BLOCK)).digest('hex'));
    expect(reads(server.seen)).toBe(1);
    await expect(source.block(2048)).rejects.toThrow(RangeError);
  });

  it.each(['data', 'short', 'checksum', 'error'] as const)('reads a block again when its %s is wrong', async (how) => {
    spoil.set(3, { how, times: 2 });
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    expect(Buffer.compare((await source.block(3)).data, disk.get(3) as Buffer)).toBe(0);
    expect(reads(server.seen)).toBe(3);
  });

  it.each(['data', 'short', 'checksum'] as const)('never gives a block whose %s stays wrong', async (how) => {
    spoil.set(3, { how, times: 99 });
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    await expect(source.block(3)).rejects.toMatchObject({ code: 'BlockCorrupt', exit: 7 });
    await expect(collect(readBlocks(source))).rejects.toMatchObject({ code: 'BlockCorrupt' });
  });

  it('lists again when tokens have expired, in the middle of a listing too', async () => {
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    const indexes: number[] = [];
    for await (const block of readBlocks(source, { concurrency: 1 })) {
      indexes.push(block.index);
      if (indexes.length === 1) generation++;
    }
    expect(indexes).toEqual([0, 3, 4, 7, 100, 2047]);
  });

  it('asks for smaller pages when large ones are refused', async () => {
    largestPage = 100;
    expect((await snapshotSource(aws, 'eu-west-1', ID)).size).toBe(1024 ** 3);
  });

  it('says when the snapshot is not there or is no id', async () => {
    await expect(snapshotSource(aws, 'eu-west-1', 'snap-00000000')).rejects.toMatchObject({ code: 'UnknownSnapshot' });
    await expect(snapshotSource(aws, 'eu-west-1', '../../etc')).rejects.toMatchObject({ code: 'InvalidSnapshot', exit: 2 });
  });

  it('gives blocks as they come when order does not matter', async () => {
    const source = await snapshotSource(aws, 'eu-west-1', ID);
    const indexes = (await collect(readBlocks(source, { ordered: false, concurrency: 4 }))).map((block) => block.index);
    expect(indexes.sort((a, b) => a - b)).toEqual([0, 3, 4, 7, 100, 2047]);
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
