import { plainText } from '../i18n/index.ts';
import { AplombError, type BlockSource, EXIT, type Json, sha256 } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Aws, SendRequest } from './types.ts';

/** Blocks [from, to] as one listing gave them; what is not in `tokens` was never written. */
interface Page {
  readonly from: number;
  /** Last block index that this page speaks about. */
  readonly to: number;
  readonly tokens: ReadonlyMap<number, string>;
  readonly next: string | undefined;
}
/** Pages of up to 10,000 tokens; 64 of them bound the memory at about 100 MB. */
const PAGES_KEPT = 64;
const PAGE_SIZES = [10_000, 1_000, 100];
const READS_PER_BLOCK = 4;

/**
 * A completed snapshot through the EBS direct APIs (ListSnapshotBlocks, GetSnapshotBlock). Every block is checked for
 * length and against the SHA-256 that AWS sends with it. Tokens of pages live 60 minutes, of blocks 7 days, and change
 * with every listing: they are never stored, an expired one is listed anew.
 * @throws AplombError UnknownSnapshot (not there, not completed), BlockCorrupt (a checksum that stays wrong). AwsFailure otherwise.
 */
export async function snapshotSource(
  aws: Aws,
  region: string,
  snapshotId: string,
  options: { readonly signal?: AbortSignal /** Whose credentials; default the responder's own. */; readonly as?: string } = {},
): Promise<BlockSource> {
  if (!/^snap-[0-9a-f]{8,32}$/.test(snapshotId)) {
    throw new AplombError('InvalidSnapshot', `"${snapshotId.slice(0, 60)}" is not a snapshot id.`, {
      fix: 'It looks like snap-0123456789abcdef0.',
      exit: EXIT.usage,
    });
  }
  const request = (operation: string, input: Json): SendRequest => ({
    call: { ...(options.as === undefined ? {} : { as: options.as }), service: 'ebs', operation, region, input },
    input,
    purpose: 'read',
    keep: false,
    phase: `snapshot ${snapshotId}`,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  let pageSize = 0;
  let size = 0;
  let blockSize = 524_288;
  const pages: Page[] = [];

  const list = async (input: { [key: string]: Json }): Promise<any> => {
    for (;;) {
      try {
        return (await aws.send(request('ListSnapshotBlocks', { SnapshotId: snapshotId, MaxResults: PAGE_SIZES[pageSize] ?? 100, ...input }))).output;
      } catch (error) {
        // An endpoint may allow smaller pages only.
        if (isAwsFailure(error) && error.code === 'Validation' && /max.?results/i.test(error.message) && pageSize < PAGE_SIZES.length - 1) pageSize++;
        else throw notThere(error, snapshotId, region);
      }
    }
  };
  /** One page from `from` on, through NextToken while it is valid. An empty page may still have a next one. */
  const page = async (from: number, next?: string): Promise<Page> => {
    let output: any;
    try {
      output = await list(next ? { NextToken: next } : { StartingBlockIndex: from });
    } catch (error) {
      if (!next || !isAwsFailure(error) || error.code !== 'Validation') throw error;
      output = await list({ StartingBlockIndex: from });
    }
    while ((output.Blocks ?? []).length === 0 && output.NextToken) output = await list({ NextToken: output.NextToken });
    const tokens = new Map<number, string>(((output.Blocks ?? []) as any[]).map((block) => [block.BlockIndex as number, block.BlockToken as string]));
    size = Number(output.VolumeSize) * 1024 ** 3 || size;
    blockSize = Number(output.BlockSize) || blockSize;
    const last = [...tokens.keys()].at(-1);
    const made: Page = { from, to: output.NextToken && last !== undefined ? last : Number.POSITIVE_INFINITY, tokens, next: output.NextToken || undefined };
    pages.push(made);
    if (pages.length > PAGES_KEPT) pages.shift();
    return made;
  };
  const pageOf = (index: number): Page | undefined => pages.find((one) => one.from <= index && index <= one.to);
  const forget = (one: Page): void => {
    const at = pages.indexOf(one);
    if (at >= 0) pages.splice(at, 1);
  };
  // Readers that ask for neighbouring blocks at the same time share one listing.
  const listing = new Map<number, Promise<Page>>();
  const pageFor = async (index: number): Promise<Page> => {
    const known = pageOf(index);
    if (known) return known;
    let wanted = listing.get(index);
    if (!wanted) {
      wanted = page(index).finally(() => listing.delete(index));
      listing.set(index, wanted);
    }
    return wanted;
  };

  await page(0);
  let zeros: { data: Uint8Array; checksum: string } | undefined;
  const absent = () => {
    if (!zeros) {
      const data = new Uint8Array(blockSize);
      zeros = { data, checksum: sha256(data) };
    }
    return zeros;
  };

  return {
    size,
    blockSize,
    async *blocks() {
      let position = 0;
      let current: Page | undefined = pageOf(0) ?? (await page(0));
      while (current) {
        // A page that was listed anew for one block may begin before the position.
        for (const index of current.tokens.keys()) if (index >= position) yield index;
        const { to, next }: Page = current;
        position = to + 1;
        current = next === undefined ? undefined : (pageOf(position) ?? (await page(position, next)));
      }
    },
    async block(index) {
      if (!Number.isSafeInteger(index) || index < 0 || index * blockSize >= size) throw new RangeError(`block ${index} is outside the snapshot`);
      let why = '';
      let relisted = false;
      for (let attempt = 0; attempt < READS_PER_BLOCK; attempt++) {
        if (attempt > 0) await aws.clock.sleep(Math.random() * 200 * 2 ** attempt, options.signal);
        const where = await pageFor(index);
        const token = where.tokens.get(index);
        if (token === undefined) return absent();
        try {
          const { data, output, answer } = await aws.sendForBytes(
            request('GetSnapshotBlock', { SnapshotId: snapshotId, BlockIndex: index, BlockToken: token }),
          );
          const { DataLength, Checksum, ChecksumAlgorithm } = output as { DataLength?: number; Checksum?: string; ChecksumAlgorithm?: string };
          const told = Buffer.from(Checksum ?? '', 'base64').toString('hex');
          if (data.length === blockSize && DataLength === blockSize && ChecksumAlgorithm === 'SHA256' && told === answer.sha256)
            return { data, checksum: told };
          why = data.length === blockSize ? `SHA-256 ${answer.sha256} instead of ${told || 'none'}` : `${data.length} bytes instead of ${blockSize}`;
        } catch (error) {
          if (relisted || !isAwsFailure(error) || error.code !== 'Validation') throw error;
          // An expired token: list again, once.
          relisted = true;
          forget(where);
        }
      }
      throw new AplombError('BlockCorrupt', `Block ${index} of ${snapshotId} came wrong ${READS_PER_BLOCK} times: ${why || 'its token is refused'}.`, {
        fix: 'Read the snapshot again from another network; if it persists open an AWS Support case and keep this message.',
        exit: EXIT.integrity,
      });
    },
    close: async () => void pages.splice(0),
  };
}

function notThere(error: unknown, snapshotId: string, region: string): unknown {
  if (!isAwsFailure(error) || !(error.code === 'ResourceNotFound' || (error.code === 'Validation' && /snapshot/i.test(error.message)))) return error;
  return new AplombError('UnknownSnapshot', `${region} has no completed snapshot ${snapshotId} that these credentials may read: ${plainText(error.message)}`, {
    fix: 'Check the region; wait until the snapshot is completed; the caller needs ebs:ListSnapshotBlocks and ebs:GetSnapshotBlock.',
    cause: error,
  });
}
