import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../kernel/index.ts';
import { failure } from '../testing/fake-context.ts';
import { AS, copiesContext, copyFrom, fakeCopies, original } from '../testing/fake-copies.ts';
import { fakeInstance, fakeWorld, REGION, SUSPECT, snapshotOf, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as awaiting } from './await-snapshots.ts';
import { action as legalHold } from './legal-hold.ts';
import { action as lockSnapshots } from './lock-snapshots.ts';
import { action as snapshot } from './snapshot.ts';
import { action as suppress } from './suppress-deletion.ts';
import { action as verifyCopies } from './verify-copies.ts';

/** EC2's reads lag behind what was just written; the case knows what it made. */
const SET = [snapshotOf('root', 'pending'), snapshotOf('data', 'pending')];
const IDS = SET.map((one) => String(one.SnapshotId));
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));
const made = (set: readonly JsonObject[] = SET): JsonObject => ({
  observed: { snapshot: { instanceId: SUSPECT } },
  outputs: { snapshot: { snap: { Snapshots: json(set) } } },
});
/** The case's list answers from `lists` one by one, the last of them for good. */
function lagging(lists: readonly (readonly JsonObject[])[], facts = made()) {
  let asked = 0;
  const context = fakeInstance(fakeWorld(), {
    facts,
    answers: {
      'ec2:DescribeSnapshots': ({ input }) =>
        json({ Snapshots: JSON.stringify(input).includes('tag:ir:case') ? (lists[Math.min(asked++, lists.length - 1)] ?? []) : [] }),
      'ec2:DescribeLockedSnapshots': json({ Snapshots: [] }),
      'rbin:ListRules': json({ Rules: [] }),
      'dlm:GetLifecyclePolicies': json({ Policies: [] }),
    },
  });
  return Object.assign(context, { asked: () => asked });
}
const locked = (changes: readonly { call: { operation: string; input: Json } }[]) =>
  changes.filter(({ call }) => call.operation === 'LockSnapshot').map(({ call }) => (call.input as JsonObject).SnapshotId);

describe('snapshots that were just made', () => {
  it.each([
    ['legal-hold', legalHold, [[], SET]],
    ['legal-hold, one of the two', legalHold, [SET.slice(0, 1), [], SET]],
    ['lock-snapshots', lockSnapshots, [[], SET]],
  ])('are locked, though the first answer does not show them: %s', async (_, action, lists) => {
    const { changes } = await planOf(action, lagging(lists));
    expect(locked(changes)).toEqual(IDS);
  });
  it('are not made a second time', async () => {
    expect((await planOf(snapshot, lagging([[], SET]))).steps).toEqual([]);
    expect(verdictsOf(await snapshot.check(lagging([[], [], SET])))).toEqual({ 'every-volume': 'holds' });
  });
  it('are each waited for', async () =>
    expect((await planOf(awaiting, lagging([SET.slice(0, 1), SET]))).steps.map(({ id }) => id)).toEqual(IDS.map((id) => `completed.${id}`)));
  it('are shown as complete once a wait has seen them so', async () => {
    const facts = made();
    const outputs = { ...(facts.outputs as JsonObject), 'await-snapshots': { [`completed.${IDS[0]}`]: { Snapshots: [snapshotOf('root')] } } };
    const complete = [snapshotOf('root'), snapshotOf('data')];
    const context = lagging([[SET[0]!, complete[1]!], complete], { ...facts, outputs });
    expect((await planOf(awaiting, context)).steps).toEqual([]);
  });
  it('cost no call and no second when they are shown at once', async () => {
    const context = lagging([SET]);
    await planOf(lockSnapshots, context);
    expect([context.asked(), context.settled]).toEqual([1, []]);
  });
});

describe('a snapshot that was deleted', () => {
  it('is waited for once, and the other is locked', async () => {
    const context = lagging([SET.slice(0, 1)]);
    expect(locked((await planOf(lockSnapshots, context)).changes)).toEqual(IDS.slice(0, 1));
    expect(context.settled).toEqual([0.5, 1, 2, 4]);
    await planOf(lockSnapshots, context);
    expect(context.settled).toHaveLength(4);
  });
  it('is missed by the check, which does not take its patience twice over', async () => {
    const context = lagging([SET.slice(0, 1)]);
    expect(verdictsOf(await snapshot.check(context))).toEqual({ 'every-volume': 'fails' });
    expect(context.settled).toHaveLength(8);
  });
  it('is not waited for when it was made long ago, or of another instance', async () => {
    const old = SET.map((one) => ({ ...one, StartTime: '2026-11-22T11:00:00.000Z' }));
    const other = { ...made(), observed: { snapshot: { instanceId: 'i-0999999999999999f' } } };
    for (const context of [lagging([[]], made(old)), lagging([[]], other)]) {
      expect((await planOf(lockSnapshots, context)).steps).toEqual([]);
      expect(context.settled).toEqual([]);
    }
  });
});

it('copies that were just made are compared, though the first answers show them pending or not at all', async () => {
  const source = original(1);
  const copy = copyFrom(source);
  const step = (name: string) => `${name}-${String(source.SnapshotId)}`;
  const facts = {
    observed: { 'copy-snapshots': { instanceId: SUSPECT, region: REGION, to: { as: AS, region: REGION } } },
    outputs: { 'copy-snapshots': { [step('copy')]: { SnapshotId: copy.SnapshotId! }, [step('copied')]: { Snapshots: [copy] } } },
  };
  const world = { ...fakeCopies(), snapshots: [source] };
  const read: string[] = [];
  const context = copiesContext(world, {
    facts: json(facts) as JsonObject,
    blocks: (_, id) => {
      read.push(id);
      return { size: 1, blockSize: 1, blocks: async function* () {}, block: async () => ({ data: new Uint8Array(1), checksum: '' }), close: async () => {} };
    },
  });
  const answers = [[], [{ ...copy, State: 'pending' }], [copy]];
  context.answer('ec2:DescribeSnapshots', ({ input, as }) => {
    const ofCopies = JSON.stringify(input).includes('ir:source-instance');
    return json({ Snapshots: !ofCopies ? [source] : as ? (answers.length > 1 ? answers.shift() : answers[0]) : [] });
  });
  await verifyCopies.observe(context);
  expect([read, context.settled]).toEqual([
    [source.SnapshotId, copy.SnapshotId],
    [0.5, 1],
  ]);
});

describe('a rule of the Recycle Bin that was just made', () => {
  const year = { Identifier: 'r1', RetentionPeriod: { RetentionPeriodValue: 365 } };
  const facts = {
    observed: { 'legal-hold': { region: REGION } },
    outputs: { 'legal-hold': { 'bin.EBS_SNAPSHOT': { Identifier: 'r1' }, 'bin.EBS_VOLUME': { Identifier: 'r1' } } },
  };
  const context = (standing: boolean, more: JsonObject = facts) => {
    const asked = new Map<string, number>();
    const late = <T>(key: string, first: T, then: T): T => (asked.set(key, (asked.get(key) ?? 0) + 1).get(key) === 1 ? first : then);
    const fake = fakeInstance(fakeWorld(), {
      facts: more,
      answers: {
        'rbin:ListRules': ({ input }) => late(`list ${(input as JsonObject).ResourceType}`, json({ Rules: [] }), json({ Rules: [{ Identifier: 'r1' }] })),
        'rbin:GetRule': (_, times) => (times === 0 ? failure('ResourceNotFound', 404) : year),
        'dlm:GetLifecyclePolicies': json({ Policies: [] }),
      },
    });
    const row = (type: string) => ({ action: 'legal-hold', step: `bin.${type}` });
    return { ...fake, standing: async () => (standing ? (['EBS_SNAPSHOT', 'EBS_VOLUME'].map(row) as never) : []) };
  };
  it('is not made a second time', async () => expect((await planOf(suppress, context(true))).steps).toEqual([]));
  it('is made again when it was taken back, without waiting for the old one', async () => {
    const fake = context(false);
    expect((await planOf(suppress, fake)).changes.map(({ id }) => id)).toEqual(['bin.EBS_SNAPSHOT', 'bin.EBS_VOLUME']);
    expect(fake.settled).toEqual([]);
  });
  it('is looked at again when the list shows it and nothing else does', async () => {
    const fake = context(true, {});
    expect(verdictsOf(await suppress.check(fake))).toMatchObject({ 'recycle-bin': 'holds' });
  });
});
