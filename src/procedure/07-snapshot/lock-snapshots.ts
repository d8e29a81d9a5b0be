import { type Action, type ActionContext, text } from '../../kernel/index.ts';
import { readable, settled } from '../shared/checks.ts';
import { targetOf } from '../shared/ec2.ts';
import { caseSnapshots } from '../shared/snapshots.ts';
import { type Lock, type LockWish, lockChanges, lockCheck, locksOf, lockWish } from './locks.ts';

interface Locking {
  readonly region: string;
  readonly wish: LockWish;
  readonly locks: readonly Lock[];
}

/** Every snapshot of the case in the instance's Region that may still serve; AWS takes a lock on a pending one too. */
export async function caseLocks(ctx: ActionContext): Promise<Locking & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const mine = await caseSnapshots(ctx, target);
  const usable = mine.snapshots.filter(({ state }) => state === 'pending' || state === 'completed').map(({ snapshotId }) => snapshotId);
  const { locks, evidence } = await locksOf(ctx, target.region, usable);
  return { region: target.region, wish: lockWish(ctx), locks, evidence: [...mine.evidence, ...evidence] };
}

export const action: Action<Locking> = {
  id: 'lock-snapshots',
  step: 7,
  title: text('Lock the snapshots against deletion', 'Bloquear las instantáneas contra el borrado'),
  permissions: ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots', 'ec2:LockSnapshot', 'ec2:UnlockSnapshot'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await caseLocks(ctx);
    return observed;
  },
  plan: ({ region, locks, wish }) => lockChanges(region, locks, wish),
  check: (ctx) =>
    readable(['locked'], async () => {
      const judge = (seen: Awaited<ReturnType<typeof caseLocks>>) => lockCheck('locked', seen.locks, seen.wish, ctx.now(), seen.evidence);
      return [
        judge(
          await settled(
            ctx,
            () => caseLocks(ctx),
            (seen) => judge(seen).verdict === 'holds',
          ),
        ),
      ];
    }),
};
