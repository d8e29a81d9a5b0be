import { type Action, type ActionContext, AplombError, type BlockSource, type Check, EXIT, isAplombError, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { type Counts, chained, comparePiece, count, draw, type Piece, pieces } from './compare-blocks.ts';
import { type Original, readCopying } from './copying.ts';
import { EBS_DIRECT_PRICES, estimate } from './ebs-direct-prices.ts';
import { type Compared, isEqual, lastVerification, type Verification } from './verification.ts';

type Copied = Original & { readonly copy: NonNullable<Original['copy']> };
const hasCopy = (one: Original): one is Copied => one.copy?.state === 'completed' && one.state === 'completed';

function sampleSize(ctx: ActionContext): number | undefined {
  const given = textOption(ctx, 'sample');
  if (given === undefined) return undefined;
  const size = Number(given);
  if (!/^\d{1,9}$/.test(given) || size < 1)
    throw new AplombError('InvalidSample', `${JSON.stringify(given)} is not a number of blocks.`, { exit: EXIT.usage, fix: 'Give a whole number from 1 on.' });
  return size;
}

async function observe(ctx: ActionContext): Promise<Verification> {
  const wanted = sampleSize(ctx);
  const { instanceId } = targetOf(ctx);
  const { originals, region, to } = await readCopying(ctx);
  const open: { one: Copied; counts: Counts; sources: readonly [BlockSource, BlockSource] }[] = [];
  const pairs: Compared[] = [];
  try {
    // Counted first: what it costs and how long it takes is said before the first block is read.
    for (const one of originals.filter(hasCopy)) {
      const pair = `${one.snapshotId} ${one.copy.snapshotId}`;
      try {
        const sources = [await ctx.blocks(region, one.snapshotId), await ctx.blocks(to.region, one.copy.snapshotId, to.as)] as const;
        open.push({ one, sources, counts: await ctx.once(`count ${pair}`, async () => ({ ...(await count(...sources)) })) });
      } catch (error) {
        pairs.push(unread(one, error));
      }
    }
    announce(ctx, open, wanted);
    for (const { one, sources, counts } of open) pairs.push(await compare(ctx, one, sources, counts, wanted));
  } finally {
    await Promise.all(open.flatMap(({ sources }) => sources.map((source) => source.close())));
  }
  return { instanceId, account: to.account, region: to.region, pairs };
}

function announce(ctx: ActionContext, open: readonly { counts: Counts }[], wanted: number | undefined): void {
  const sum = (of: (counts: Counts) => number): number => open.reduce((all, { counts }) => all + of(counts), 0);
  const listed = sum((counts) => counts.original + counts.copy);
  const blocks = wanted === undefined ? listed : sum((counts) => Math.min(2 * wanted, counts.original + counts.copy));
  const { dollars, transferDollars, minutes } = estimate(blocks, listed);
  const { asOf } = EBS_DIRECT_PRICES;
  ctx.progress(
    text(
      `${blocks} blocks of both sides are read now: about ${dollars} USD (${asOf}), and up to ${transferDollars} USD for data transfer if this computer is outside AWS; about ${minutes} min`,
      `Se leen ahora ${blocks} bloques de ambos lados: unos ${dollars} USD (${asOf}), y hasta ${transferDollars} USD de transferencia si este equipo está fuera de AWS; unos ${minutes} min`,
    ),
    { blocks, dollars, transferDollars, minutes },
  );
}

const unread = (one: Copied, error: unknown): Compared => {
  if (!isAwsFailure(error) && !isAplombError(error)) throw error;
  return { ...start(one), problem: inShort(error) };
};
const start = (one: Copied): Compared => ({
  original: one.snapshotId,
  copy: one.copy.snapshotId,
  counts: null,
  sizes: [0, 0],
  due: 0,
  equal: 0,
  different: 0,
  first: null,
  sample: null,
  seed: null,
  chain: '',
  problem: null,
});

/** What an earlier comparison of this pair had got to when it could read no further: snapshots never change. */
function earlier(ctx: ActionContext, { original, copy, due, seed }: Compared): Compared | undefined {
  return lastVerification(ctx)?.pairs.find(
    (one) => one.original === original && one.copy === copy && one.due === due && one.seed === seed && one.problem !== null && one.counts !== null,
  );
}

/** Piece by piece, each kept with the case; the first piece that differs ends it, since nothing after it could make the copy a good one. */
async function compare(
  ctx: ActionContext,
  one: Copied,
  sources: readonly [BlockSource, BlockSource],
  counts: Counts,
  wanted: number | undefined,
): Promise<Compared> {
  const [a, b] = sources;
  const seed = `${ctx.facts.caseId}/${one.snapshotId}/${one.copy.snapshotId}`;
  const places = draw(counts.either, wanted, seed);
  const sample: number[] | null = places === null ? null : [];
  const due = places?.size ?? counts.either;
  let result: Compared = { ...start(one), counts, sizes: [a.size, b.size], due, seed: places === null ? null : seed };
  // Disks of two sizes are not the same, whatever their blocks hold.
  if (a.size !== b.size) return result;
  const before = earlier(ctx, result);
  let skip = before?.equal ?? 0;
  if (before) result = { ...result, equal: before.equal, chain: before.chain };
  const began = ctx.now();
  let [blocks, said] = [0, began];
  try {
    for await (const indexes of pieces(a, b, places)) {
      sample?.push(...indexes);
      if (skip >= indexes.length) {
        skip -= indexes.length;
        continue;
      }
      const name = `blocks ${one.snapshotId} ${one.copy.snapshotId} ${wanted ?? 'all'} ${indexes[0]}-${indexes.at(-1)}`;
      const piece: Piece = await ctx.once(name, () =>
        comparePiece(a, b, indexes, () => {
          blocks += 1;
          if (ctx.now() - said < 1000) return;
          said = ctx.now();
          say(ctx, one.copy.snapshotId, result.equal + (blocks % indexes.length), due, blocks, said - began);
        }),
      );
      result = {
        ...result,
        equal: result.equal + piece.equal.length,
        different: result.different + piece.different.length,
        first: result.first ?? piece.different[0] ?? null,
        chain: chained(result.chain, piece),
      };
      if (result.first !== null) break;
    }
  } catch (error) {
    return { ...result, sample, problem: unread(one, error).problem };
  }
  return { ...result, sample };
}
function say(ctx: ActionContext, copy: string, done: number, due: number, read: number, milliseconds: number): void {
  const left = Math.ceil(((due - done) * milliseconds) / Math.max(1, read) / 60_000);
  const line = `${copy}: ${done} / ${due}`;
  ctx.progress(text(`${line} blocks compared, about ${left} min left`, `${line} bloques comparados, quedan unos ${left} min`), { copy, done, due });
}

/** What the last comparison says about the pairs as they are now. */
function blocksEqual(pairs: readonly Copied[], verified: Verification | undefined, evidence: readonly string[]): Check {
  const name = 'blocks-equal';
  const of = (one: Copied) => verified?.pairs.find((pair) => pair.original === one.snapshotId && pair.copy === one.copy.snapshotId);
  const found = pairs.map((one) => ({ one, pair: of(one) }));
  const wrong = found.flatMap(({ pair }) => (pair && (pair.first !== null || (pair.counts && pair.sizes[0] !== pair.sizes[1])) ? [pair] : []));
  if (wrong.length > 0) {
    const list = wrong
      .map(({ original, copy, first, sizes }) =>
        first
          ? `${original} / ${copy}: block ${first[0]} (${first[1].slice(0, 16)}… / ${first[2].slice(0, 16)}…)`
          : `${original} / ${copy}: ${sizes.join(' / ')} bytes`,
      )
      .join(', ');
    return check(name, 'fails', text(`The copy is not the original: ${list}.`, `La copia no es el original: ${list}.`), evidence);
  }
  const partly = found.flatMap(({ one, pair }): string[] =>
    !pair
      ? [`${one.copy.snapshotId}: not compared`]
      : !isEqual(pair)
        ? [`${pair.copy}: ${pair.equal} of ${pair.due} blocks${pair.problem === null ? '' : `, ${pair.problem}`}`]
        : [],
  );
  if (partly.length > 0)
    return check(name, 'unknown', text(`Not wholly compared: ${partly.join('; ')}.`, `Sin comparar del todo: ${partly.join('; ')}.`), evidence);
  const list = found
    .map(({ pair }) => `${pair!.copy}: ${pair!.equal}${pair!.sample === null ? '' : ` of ${pair!.counts!.either}, drawn from the seed ${pair!.seed}`}`)
    .join('; ');
  return check(
    name,
    'holds',
    equalText(
      list,
      found.some(({ pair }) => pair!.sample !== null),
    ),
    evidence,
  );
}
const equalText = (list: string, sampled: boolean): Text =>
  sampled
    ? text(
        `Every block of the sample is the same on both sides (${list}); the others were not read.`,
        `Cada bloque de la muestra es igual en ambos lados (${list}); los demás no se leyeron.`,
      )
    : text(`Every block is the same on both sides (${list}).`, `Cada bloque es igual en ambos lados (${list}).`);

/** Reads both sides through the EBS direct API and compares every block, or a sample. Changes nothing. */
export const action: Action<Verification> = {
  id: 'verify-copies',
  step: 7,
  title: text('Compare the copies with the originals, block by block', 'Comparar las copias con los originales, bloque a bloque'),
  permissions: [
    'ebs:GetSnapshotBlock',
    'ebs:ListSnapshotBlocks',
    'ec2:DescribeSnapshotAttribute',
    'ec2:DescribeSnapshots',
    'iam:GetRole',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:ListGrants',
    'sts:GetCallerIdentity',
  ],
  observe,
  plan: () => [],
  check: (ctx) =>
    readable(['copies-as-copied', 'blocks-equal'], async () => {
      const seen = await settled(
        ctx,
        () => readCopying(ctx),
        ({ originals }) => originals.every(hasCopy),
      );
      const { evidence, to } = seen;
      const without = seen.originals.filter((one) => !hasCopy(one)).map((one) => one.snapshotId);
      if (without.length > 0) {
        const why = text(`No complete copy to compare of ${without.join(', ')}.`, `No hay copia completa que comparar de ${without.join(', ')}.`);
        return [check('copies-as-copied', 'unknown', why, evidence)];
      }
      const pairs = seen.originals.filter(hasCopy);
      const verified = lastVerification(ctx);
      const mine = verified?.instanceId === seen.instanceId && verified.account === to.account && verified.region === to.region ? verified : undefined;
      return [asCopied(pairs, seen.to.account, evidence), blocksEqual(pairs, mine, evidence)];
    }),
};

/** Size, owner and key, read again. */
function asCopied(pairs: readonly Copied[], account: string, evidence: readonly string[]): Check {
  const odd = pairs.flatMap(({ copy, size }) =>
    copy.size !== size || copy.owner !== account || (copy.encrypted && copy.key.split(':')[4] !== account)
      ? [`${copy.snapshotId} (${copy.size} / ${size} GiB, ${copy.owner}, ${copy.key || 'no key'})`]
      : [],
  );
  return odd.length > 0
    ? check(
        'copies-as-copied',
        'fails',
        text(`Of another size, owner or key: ${odd.join(', ')}.`, `De otro tamaño, dueño o clave: ${odd.join(', ')}.`),
        evidence,
      )
    : check(
        'copies-as-copied',
        'holds',
        text(`Size, owner and key of ${pairs.length} copies are as they should be.`, `Tamaño, dueño y clave de ${pairs.length} copias son los debidos.`),
        evidence,
      );
}
