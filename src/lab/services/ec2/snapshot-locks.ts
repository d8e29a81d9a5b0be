import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Snapshot } from './rows.ts';
import { snapshotState } from './snapshot-model.ts';
import { chosen, date, edit } from './tables.ts';

/** Snapshot lock (Amazon EBS User Guide, "Amazon EBS snapshot lock"). */

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** governance, compliance-cooloff, compliance, or undefined when nothing holds the snapshot (never locked, or expired). */
export function lockState(ctx: LabContext, row: Snapshot): string | undefined {
  const { lock } = row;
  if (!lock || lock.expires <= ctx.now()) return undefined;
  if (lock.mode === 'governance') return 'governance';
  return lock.coolOffExpires !== undefined && lock.coolOffExpires > ctx.now() ? 'compliance-cooloff' : 'compliance';
}
/** The days count from when the snapshot is complete: until then nobody knows when they end. */
const counting = (ctx: LabContext, row: Snapshot): boolean => row.lock!.start <= ctx.now();
const view = (ctx: LabContext, row: Snapshot) => ({
  SnapshotId: row.id,
  LockState: lockState(ctx, row) ?? 'expired',
  LockDuration: row.lock!.duration,
  CoolOffPeriod: row.lock!.coolOffHours,
  CoolOffPeriodExpiresOn: date(row.lock!.coolOffExpires),
  LockCreatedOn: date(row.lock!.created),
  LockDurationStartTime: counting(ctx, row) ? date(row.lock!.start) : undefined,
  LockExpiresOn: counting(ctx, row) ? date(row.lock!.expires) : undefined,
});
const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:ec2:${ctx.region.name}::snapshot/${input.SnapshotId ?? '*'}`];

export const operations: LabOperations = {
  /** A compliance lock past its cooling-off can only be extended. A governance lock can be changed at will. */
  LockSnapshot: {
    run(input, ctx) {
      const row = edit<Snapshot>(ctx, 'snapshots', input.SnapshotId);
      if ((input.LockDuration === undefined) === (input.ExpirationDate === undefined))
        throw new LabError('InvalidParameterCombination', 'Exactly one of LockDuration and ExpirationDate must be given.');
      if (input.CoolOffPeriod !== undefined && input.LockMode !== 'compliance')
        throw new LabError('InvalidParameterCombination', 'A cooling-off period is for compliance mode only.');
      const now = ctx.now();
      const state = snapshotState(ctx, row);
      if (state !== 'pending' && state !== 'completed')
        throw new LabError('IncorrectState', `The snapshot ${row.id} is in the '${state}' state and can't be locked.`);
      const start = Math.max(now, row.timeline.at(-1)!.at);
      const expires = input.ExpirationDate === undefined ? start + input.LockDuration * DAY : new Date(input.ExpirationDate).getTime();
      if (expires < now + DAY) throw new LabError('InvalidParameterValue', 'The lock must expire at least 1 day from now.');
      const held = lockState(ctx, row);
      if (held === 'compliance' && (input.LockMode !== 'compliance' || expires < row.lock!.expires || input.CoolOffPeriod !== undefined))
        throw new LabError('SnapshotLockModificationNotAllowed', `The snapshot ${row.id} is locked in compliance mode: its lock can only be extended.`);
      row.lock = {
        mode: input.LockMode,
        created: held ? row.lock!.created : now,
        start,
        duration: input.LockDuration ?? Math.max(1, Math.ceil((expires - start) / DAY)),
        expires,
        coolOffHours: input.CoolOffPeriod,
        coolOffExpires: input.CoolOffPeriod === undefined ? undefined : now + input.CoolOffPeriod * HOUR,
      };
      return view(ctx, row);
    },
    resources,
    constraints: {
      LockMode: { enum: ['compliance', 'governance'] },
      CoolOffPeriod: { min: 1, max: 72 },
      LockDuration: { min: 1, max: 36500 },
    },
  },
  UnlockSnapshot: {
    run(input, ctx) {
      const row = edit<Snapshot>(ctx, 'snapshots', input.SnapshotId);
      const held = lockState(ctx, row);
      if (!held) throw new LabError('SnapshotNotLocked', `The snapshot ${row.id} is not locked.`);
      if (held === 'compliance')
        throw new LabError('SnapshotLockModificationNotAllowed', `The snapshot ${row.id} is locked in compliance mode and can't be unlocked.`);
      delete row.lock;
      return { SnapshotId: row.id };
    },
    resources,
  },
  DescribeLockedSnapshots: {
    run(input, ctx) {
      const all = chosen<Snapshot>(ctx, 'snapshots', input.SnapshotIds).filter((row) => row.lock);
      const rows = filtered(ctx, all, input.Filters, { 'lock-state': (row) => lockState(ctx, row) ?? 'expired' });
      return paged(ctx, input, rows, 'Snapshots', (row) => ({ OwnerId: row.ownerId, ...view(ctx, row) }), { given: input.SnapshotIds, name: 'snapshotIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
