import { basename } from 'node:path';
import { type ActionContext, AplombError, type Collected, type Collector, EXIT, sha256, text } from '../../kernel/index.ts';
import { visible } from '../shared/checks.ts';
import { unavailable } from '../shared/collected.ts';
import { caseCopies, chosenSnapshots, completed, UNREADY } from '../shared/copies.ts';
import { failureCode, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { placeOf } from '../shared/place.ts';
import { type Image, writeImage } from './image.ts';
import { mountImage, mountVolume } from './mount.ts';

/**
 * Reads the snapshot through the EBS direct API, without a volume or a workstation: every block's checksum is verified.
 * The image goes to derived/ (it can be made again); its hash, the block manifest and the fingerprint are evidence.
 */
export const collector: Collector = {
  id: 'read-snapshot',
  step: 10,
  title: text('Read the snapshot block by block', 'Leer la instantánea bloque a bloque'),
  permissions: ['ec2:DescribeSnapshots', 'ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock'],
  async *collect(ctx) {
    let ids: string[];
    try {
      const named = textOption(ctx, 'snapshot');
      if (named !== undefined && !/^snap-([0-9a-f]{8}|[0-9a-f]{17})$/.test(named))
        throw new AplombError('InvalidSnapshotId', `${JSON.stringify(named)} is not a snapshot id.`, {
          exit: EXIT.usage,
          fix: 'It is "snap-" and 8 or 17 hexadecimal digits.',
        });
      ids =
        named !== undefined
          ? [named]
          : (await visible(ctx, UNREADY, async () => completed((await chosenSnapshots(ctx)).snapshots))).map((one) => one.snapshotId);
    } catch (error) {
      yield unavailable('snapshot-image', error);
      return;
    }
    for (const snapshotId of ids) yield* one(ctx, snapshotId);
  },
};

async function* one(ctx: ActionContext, snapshotId: string): AsyncIterable<Collected> {
  const { region } = targetOf(ctx);
  let image: Image;
  let path: string;
  try {
    path = await ctx.derived(`${snapshotId}.img`);
    const source = await ctx.blocks(region, snapshotId);
    try {
      image = await writeImage(source, path, reporter(ctx, snapshotId, source.size));
    } finally {
      await source.close();
    }
  } catch (error) {
    yield unavailable(`${snapshotId}.img`, error);
    return;
  }
  const { manifest, linear, ...facts } = image;
  const manifestSha256 = sha256(manifest);
  const summary = {
    snapshotId,
    region,
    image: basename(path),
    ...facts,
    fingerprint: { algorithm: 'SHA-256', method: 'LINEAR', hex: linear, base64: Buffer.from(linear, 'hex').toString('base64') },
    manifestSha256,
  };
  yield {
    name: `${snapshotId}-blocks.jsonl`,
    mediaType: 'application/jsonl',
    data: manifest,
    reading: [],
    note: text('Every block the snapshot holds, with its verified SHA-256.', 'Cada bloque de la instantánea, con su SHA-256 verificado.'),
  };
  yield {
    name: `${snapshotId}-image.json`,
    mediaType: 'application/json',
    data: Buffer.from(`${JSON.stringify(summary, null, 2)}\n`),
    reading: [manifestSha256],
    note: text(`Image ${basename(path)}: SHA-256 ${image.sha256}`, `Imagen ${basename(path)}: SHA-256 ${image.sha256}`),
  };
  yield* mountLines(ctx, snapshotId, image, manifestSha256);
}

/** The lines that fit what was found on the disk: for the working volume, when there is one, and for the image. */
async function* mountLines(ctx: ActionContext, snapshotId: string, { fileSystems }: Image, from: string): AsyncIterable<Collected> {
  const script = (name: string, lines: readonly string[]): Collected => ({
    name,
    mediaType: 'text/x-shellscript',
    data: Buffer.from(`#!/bin/sh\n${lines.join('\n')}\n`),
    reading: [from],
    note: text(`On the disk: ${fileSystems.map((one) => one.type).join(', ')}`, `En el disco: ${fileSystems.map((one) => one.type).join(', ')}`),
  });
  yield script('mount-image.sh', mountImage(snapshotId, fileSystems));
  try {
    const target = targetOf(ctx);
    const { copies } = await caseCopies(ctx, target, placeOf(ctx, target));
    for (const copy of copies.filter((other) => other.snapshotId === snapshotId && other.attachment))
      yield script('mount.sh', mountVolume(copy.volumeId, copy.attachment!.device, fileSystems));
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
    yield unavailable('mount.sh', error);
  }
}

/** At most one line a second. */
function reporter(ctx: ActionContext, snapshotId: string, size: number): (bytes: number, position: number) => void {
  let said = 0;
  return (bytes, position) => {
    if (ctx.now() - said < 1000 && position < size) return;
    said = ctx.now();
    const percent = Math.floor((position / size) * 100);
    const read = `${snapshotId}: ${percent} % (${Math.round(bytes / 2 ** 20)} MiB)`;
    ctx.progress(text(`${read} read and verified`, `${read} leído y verificado`), { snapshotId, bytes, position, size });
  };
}
