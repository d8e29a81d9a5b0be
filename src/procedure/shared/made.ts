import type { ActionContext, Facts, Json } from '../../kernel/index.ts';
import { settled } from './checks.ts';
import type { InstanceTarget } from './ec2.ts';
import type { Place } from './place.ts';

/** Something the case made, as AWS named it in the answer to the call that made it. */
export interface Made {
  readonly id: string;
  /** When, UTC; undefined counts as just now. */
  readonly time: string | undefined;
}

/** EC2's lists lag by seconds. What was made longer ago than this and is not in them is gone. Milliseconds. */
const LATELY = 600_000;
export const isRecent = (ctx: Pick<ActionContext, 'now'>, { time }: Made): boolean => !(Date.parse(time ?? '') < ctx.now() - LATELY);

/** What was waited for in vain, by context: an observation or a check waits for it once, not at each of its readings. */
const waived = new WeakMap<object, Set<string>>();
/**
 * A list that does not show what the case itself has just made is an old one, and is taken again with the usual patience. Then
 * what is seen counts: somebody may have deleted it. Where everything is shown there is no further call.
 * @param late ids that this reading does not show as they must be by now
 * @param kept those of them that were not taken back; asked only of what is late
 */
export async function caughtUp<T>(
  ctx: ActionContext,
  take: () => Promise<T>,
  late: (reading: T) => readonly string[],
  kept?: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<T> {
  const given = waived.get(ctx) ?? new Set<string>();
  waived.set(ctx, given);
  const due = (reading: T): string[] => late(reading).filter((id) => !given.has(id));
  let first: T | undefined = await take();
  const missing = due(first);
  if (missing.length === 0) return first;
  if (kept) {
    const mine = await kept(missing);
    for (const id of missing) if (!mine.includes(id)) given.add(id);
  }
  const last = await settled(
    ctx,
    async () => {
      const reading = first ?? (await take());
      first = undefined;
      return reading;
    },
    (reading) => due(reading).length === 0,
  );
  for (const id of due(last)) given.add(id);
  return last;
}

interface Told {
  readonly SnapshotId?: string;
  readonly VolumeId?: string;
  readonly State?: string;
  readonly StartTime?: string;
}
/** Snapshots in the answers to an action's changes and waits. */
const told = ({ outputs }: Facts, action: string): Told[] =>
  Object.values(outputs[action] ?? {}).flatMap((output) => {
    const one = (output ?? {}) as Told & { readonly Snapshots?: readonly Told[] };
    return one.Snapshots ?? [one];
  });
/** Snapshots of the instance that the case made: evidence, and so never taken back. */
export function madeSnapshots({ facts }: Pick<ActionContext, 'facts'>, { instanceId }: Pick<InstanceTarget, 'instanceId'>): (Made & { volumeId: string })[] {
  const about = facts.observed.snapshot as { readonly instanceId?: Json } | undefined;
  if (about?.instanceId !== instanceId) return [];
  return told(facts, 'snapshot').flatMap((one) => (one.SnapshotId ? [{ id: one.SnapshotId, volumeId: one.VolumeId ?? '', time: one.StartTime }] : []));
}
/** Their copies in one place, and those made on the way; not those that were to be deleted again. */
export function madeCopies({ facts }: Pick<ActionContext, 'facts'>, place: Place, { instanceId }: Pick<InstanceTarget, 'instanceId'>): Made[] {
  const about = facts.observed['copy-snapshots'] as { readonly instanceId?: string; readonly region: string; readonly to?: Place } | undefined;
  if (about?.instanceId !== instanceId) return [];
  const { left = [] } = (facts.observed['remove-intermediate-copies'] ?? {}) as { readonly left?: readonly { readonly snapshotId: string }[] };
  const described = told(facts, 'copy-snapshots');
  return Object.entries(facts.outputs['copy-snapshots'] ?? {}).flatMap(([step, output]) => {
    const there = step.startsWith('copy-') ? about.to : step.startsWith('reencrypt-') ? { region: about.region } : undefined;
    const id = (output as Told | null)?.SnapshotId;
    if (!isSame(there, place) || id === undefined || left.some((one) => one.snapshotId === id)) return [];
    return [{ id, time: described.find((one) => one.SnapshotId === id && one.StartTime)?.StartTime }];
  });
}
/** Working volumes in one place, by the step that made them. They can be taken back: `standing` knows. */
export function madeVolumes({ facts }: Pick<ActionContext, 'facts'>, place: Place, { instanceId }: Pick<InstanceTarget, 'instanceId'>) {
  const about = facts.observed.volume as { readonly instanceId?: string; readonly place?: Place } | undefined;
  if (about?.instanceId !== instanceId || !isSame(about.place, place)) return [];
  return Object.entries(facts.outputs.volume ?? {}).flatMap(([step, output]): (Made & { step: string })[] => {
    const { VolumeId, CreateTime } = (output ?? {}) as { readonly VolumeId?: string; readonly CreateTime?: string };
    return step.startsWith('volume.') && VolumeId !== undefined ? [{ step, id: VolumeId, time: CreateTime }] : [];
  });
}
const isSame = (one: Place | undefined, other: Place): boolean => one?.region === other.region && one.as === other.as;

/** Of the snapshots that were made: those not in the list yet. Of those in it: pending ones that a wait of the case saw complete, which never changes back. */
export function lateSnapshots(ctx: Pick<ActionContext, 'facts' | 'now'>, made: readonly Made[], shown: readonly Told[]): string[] {
  const absent = made.filter((one) => isRecent(ctx, one) && !shown.some(({ SnapshotId }) => SnapshotId === one.id)).map(({ id }) => id);
  const pending = shown.flatMap((one) => (one.State === 'pending' && one.SnapshotId ? [one.SnapshotId] : []));
  if (pending.length === 0) return absent;
  const complete = [...told(ctx.facts, 'await-snapshots'), ...told(ctx.facts, 'copy-snapshots')].filter((one) => one.State === 'completed');
  return [...absent, ...pending.filter((id) => complete.some((one) => one.SnapshotId === id))];
}
