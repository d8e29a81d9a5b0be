import { type ActionContext, AplombError, type Check, EXIT, type Step } from '../../kernel/index.ts';
import { type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { sourceVolumes } from '../shared/source-volumes.ts';
import { disableChanges, endangered, type Lifecycle, lifecycleChecks, readLifecycle } from './lifecycle.ts';
import { type LockWish, lockChanges, lockWish } from './locks.ts';
import { type Bin, binChanges, binCheck, readBins } from './recycle-bin.ts';

/** What would delete evidence by itself, and how it shall be kept from it. */
export interface Suppression {
  readonly region: string;
  readonly caseId: string;
  /** lock: the backups are locked and the policy goes on for everybody else. disable: the policy stops. */
  readonly way: 'lock' | 'disable';
  readonly wish: LockWish;
  readonly bins: readonly Bin[];
  readonly lifecycle: Lifecycle;
}
type Reading = Suppression & { readonly evidence: readonly string[] };

/** @throws AplombError BadOption (exit 2) */
function wayOf(ctx: ActionContext): Suppression['way'] {
  const way = textOption(ctx, 'lifecycle') ?? 'lock';
  if (way === 'lock' || way === 'disable') return way;
  throw new AplombError('BadOption', `--lifecycle is lock or disable, not ${JSON.stringify(way)}.`, {
    exit: EXIT.usage,
    fix: 'lock keeps the backups and leaves the policy alone; disable stops the policy for everything it backs up.',
  });
}

export async function readSuppression(ctx: ActionContext, target: InstanceTarget = targetOf(ctx)): Promise<Reading> {
  const source = await sourceVolumes(ctx, target);
  const volumes = source.volumes.map(({ volumeId }) => volumeId);
  const [{ evidence: lifecycleProof, ...lifecycle }, bins] = await Promise.all([
    readLifecycle(ctx, target, volumes),
    readBins(ctx, target.region, target.instanceId),
  ]);
  return {
    region: target.region,
    caseId: ctx.facts.caseId,
    way: wayOf(ctx),
    // Backups are another's: never held firmer than can be lifted.
    wish: { ...lockWish(ctx), mode: 'governance' },
    bins: bins.bins,
    lifecycle,
    evidence: [...source.evidence, ...lifecycleProof, ...bins.evidence],
  };
}

export function suppressionPlan({ region, caseId, way, wish, bins, lifecycle }: Suppression): Step[] {
  const held =
    way === 'disable'
      ? disableChanges(region, lifecycle.policies)
      : lockChanges(
          region,
          endangered(lifecycle).map((one) => one.lock),
          wish,
          (lock) => `backup.${lock.snapshotId}`,
        );
  return [...binChanges(region, caseId, bins), ...held];
}

export const suppressionChecks = ({ bins, lifecycle, evidence }: Reading): Check[] => [binCheck(bins, evidence), ...lifecycleChecks(lifecycle, evidence)];

export const SUPPRESSION_PERMISSIONS = [
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ec2:DescribeTags',
  'ec2:DescribeSnapshots',
  'ec2:DescribeLockedSnapshots',
  'ec2:LockSnapshot',
  'ec2:UnlockSnapshot',
  'rbin:ListRules',
  'rbin:GetRule',
  'rbin:CreateRule',
  'rbin:DeleteRule',
  'dlm:GetLifecyclePolicies',
  'dlm:GetLifecyclePolicy',
  'dlm:UpdateLifecyclePolicy',
] as const;
