import { describe, expect, it } from 'vitest';
import { type BlockSource, type JsonObject, sha256 } from '../../kernel/index.ts';
import { failure } from '../testing/fake-context.ts';
import { AS, CUSTOMER, copiesContext, copyFrom, fakeCopies, original } from '../testing/fake-copies.ts';
import { verdictsOf } from '../testing/fake-instance.ts';
import { PIECE } from './compare-blocks.ts';
import { action } from './verify-copies.ts';

const source = original(1, { Encrypted: true, KmsKeyId: CUSTOMER });
const copy = copyFrom(source);
const SIDES = [String(source.SnapshotId), String(copy.SnapshotId)] as const;
const world = () => ({ ...fakeCopies(), snapshots: [source], there: [copy] });
type Disk = ReadonlyMap<number, string>;
const disk = (blocks: number, more: Record<number, string> = {}): Disk =>
  new Map([
    ...Array.from({ length: blocks }, (_, index) => [index, `block ${index}`] as const),
    ...Object.entries(more).map(([at, fill]) => [Number(at), fill] as const),
  ]);

/** Both sides on one stand: what was read under whose credentials, and which reads fail. */
function sides(mine: Disk, theirs: Disk) {
  const read: string[] = [];
  const broken = new Set<number>();
  const asked: string[] = [];
  const blocks = (region: string, id: string, as?: string): BlockSource => {
    asked.push([region, id, as ?? 'own'].join(' '));
    const held = id === SIDES[0] ? mine : theirs;
    return {
      size: 8 * 1024 ** 3,
      blockSize: 524_288,
      async *blocks() {
        yield* held.keys();
      },
      async block(index) {
        if (broken.has(index)) throw failure('RequestThrottled', 400, 'too fast');
        read.push(`${id} ${index}`);
        const data = Buffer.from(held.get(index) ?? '');
        return { data, checksum: held.has(index) ? sha256(data) : sha256('') };
      },
      close: async () => undefined,
    };
  };
  return { blocks, read, broken, asked };
}
type Verified = { pairs: { equal: number; due: number; sample: number[] | null; chain: string; problem: string | null }[] };
async function verified(of: ReturnType<typeof sides>, options: JsonObject = {}) {
  const ctx = copiesContext(world(), { blocks: of.blocks, options });
  const observed = (await action.observe(ctx)) as unknown as Verified;
  const judged = async () => action.check(copiesContext(world(), { options, facts: { observed: { 'verify-copies': observed as never } } }));
  return { ctx, observed, checks: await judged() };
}

describe('verify-copies', () => {
  it('reads both sides, each with its own credentials, says the price first, and holds when all is the same', async () => {
    const of = sides(disk(5), disk(5, { 9: '' }));
    const { ctx, checks, observed } = await verified(of);
    expect(verdictsOf(checks)).toEqual({ 'copies-as-copied': 'holds', 'blocks-equal': 'holds' });
    expect(of.asked).toEqual([`eu-west-1 ${SIDES[0]} own`, `eu-west-1 ${SIDES[1]} ${AS}`]);
    expect(ctx.said[0]?.en).toMatch(/^11 blocks of both sides .* USD .* min$/);
    expect(observed.pairs[0]).toMatchObject({ equal: 6, due: 6, sample: null, problem: null });
    expect(action.plan(observed as never)).toEqual([]);
  });
  it('names the first block that differs, and reads no further piece', async () => {
    const of = sides(disk(PIECE + 3), disk(PIECE + 3, { 7: 'changed', 8: 'too' }));
    const { checks } = await verified(of);
    expect(verdictsOf(checks)).toMatchObject({ 'blocks-equal': 'fails' });
    expect(checks.find((one) => one.name === 'blocks-equal')?.why.en).toContain('block 7 ');
    expect(of.read).not.toContain(`${SIDES[0]} ${PIECE}`);
  });
  it('finds what only the copy holds, and what only the original holds', async () => {
    for (const [mine, theirs] of [
      [disk(5), disk(5, { 9: 'more' })],
      [disk(5, { 9: 'more' }), disk(5)],
    ] as const)
      expect(verdictsOf((await verified(sides(mine, theirs))).checks)).toMatchObject({ 'blocks-equal': 'fails' });
  });
  it('fails for disks of two sizes without reading a block', async () => {
    const of = sides(disk(2), disk(2));
    const blocks = (region: string, id: string, as?: string): BlockSource => ({ ...of.blocks(region, id, as), size: id === SIDES[0] ? 2 ** 33 : 2 ** 32 });
    const { checks } = await verified({ ...of, blocks });
    expect(verdictsOf(checks)).toMatchObject({ 'blocks-equal': 'fails' });
    expect(of.read).toEqual([]);
  });
  it('reads a sample that anybody can draw again', async () => {
    const [one, other] = [await verified(sides(disk(500), disk(500)), { sample: '20' }), await verified(sides(disk(500), disk(500)), { sample: '20' })];
    expect(one.observed).toEqual(other.observed);
    expect(one.observed.pairs[0]!.sample).toHaveLength(20);
    expect(verdictsOf(one.checks)).toMatchObject({ 'blocks-equal': 'holds' });
    expect(one.checks.find((each) => each.name === 'blocks-equal')?.why.en).toContain('the others were not read');
    await expect(verified(sides(disk(1), disk(1)), { sample: 'half' })).rejects.toMatchObject({ code: 'InvalidSample' });
  });
  it('is unknown when it was read in part, and goes on from there', async () => {
    const of = sides(disk(PIECE + 3), disk(PIECE + 3));
    of.broken.add(PIECE + 1);
    const first = await verified(of);
    expect(verdictsOf(first.checks)).toMatchObject({ 'blocks-equal': 'unknown' });
    expect(first.checks.find((one) => one.name === 'blocks-equal')?.why.en).toContain('RequestThrottled');
    of.broken.clear();
    const whole = await verified(sides(disk(PIECE + 3), disk(PIECE + 3)));
    const facts = { observed: { 'verify-copies': first.observed as never } };
    // The same run interrupted, and another one later.
    for (const ctx of [first.ctx, copiesContext(world(), { blocks: of.blocks, facts })]) {
      of.read.length = 0;
      const again = (await action.observe(ctx)) as unknown as Verified;
      expect(again).toEqual(whole.observed);
      expect(of.read).not.toContain(`${SIDES[0]} 0`);
      expect(of.read).toContain(`${SIDES[0]} ${PIECE}`);
    }
  });
  it('knows nothing of copies that were never compared, or of others than these', async () => {
    expect(verdictsOf(await action.check(copiesContext(world())))).toEqual({ 'copies-as-copied': 'holds', 'blocks-equal': 'unknown' });
    const { observed } = await verified(sides(disk(2), disk(2)));
    const newer = { ...world(), there: [{ ...copy, SnapshotId: 'snap-0f0f0f0f0f0f0f001' }] };
    const facts = { observed: { 'verify-copies': observed as never } };
    expect(verdictsOf(await action.check(copiesContext(newer, { facts })))).toMatchObject({ 'blocks-equal': 'unknown' });
    const larger = { ...world(), there: [{ ...copy, VolumeSize: 9 }] };
    expect(verdictsOf(await action.check(copiesContext(larger, { facts })))).toMatchObject({ 'copies-as-copied': 'fails' });
  });
});
