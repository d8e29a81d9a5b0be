import { type ActionContext, isAplombError } from '../../kernel/index.ts';
import { describeInstance, ec2, filter, type Instance, type InstanceTarget, volumesOf } from './ec2.ts';

export type SourceVolume = ReturnType<typeof volumesOf>[number];
/** The volumes whose evidence counts, also when the instance that had them is no more. */
export interface SourceVolumes {
  /** null: EC2 knows it no more. */
  readonly instance: Instance | null;
  /** It was terminated: its volumes are those this case saw on it. */
  readonly gone: boolean;
  /** The root volume first. */
  readonly volumes: readonly SourceVolume[];
  /** Of a terminated instance: volumes that outlived it. */
  readonly kept: readonly string[];
  readonly evidence: readonly string[];
}

/** Volumes this case saw on the instance while it lived. */
function remembered({ facts }: Pick<ActionContext, 'facts'>, instanceId: string): SourceVolume[] {
  const seen = new Map<string, SourceVolume>();
  for (const action of ['snapshot', 'protect', 'isolate']) {
    const { instanceId: of, volumes } = (facts.observed[action] ?? {}) as { instanceId?: string; volumes?: readonly (Partial<SourceVolume> | string)[] };
    if (of !== instanceId) continue;
    for (const one of volumes ?? []) {
      const { volumeId, device = '', root = false } = typeof one === 'string' ? { volumeId: one } : one;
      if (volumeId && !seen.has(volumeId)) seen.set(volumeId, { volumeId, device, root });
    }
  }
  return [...seen.values()].sort((a, b) => Number(b.root) - Number(a.root));
}

/**
 * The instance's volumes; of a terminated one, or one that EC2 has forgotten, those that the case remembers.
 * @throws AplombError UnknownInstance when neither EC2 nor the case knows it.
 */
export async function sourceVolumes(ctx: ActionContext, target: InstanceTarget): Promise<SourceVolumes> {
  const before = remembered(ctx, target.instanceId);
  let instance: Instance | null = null;
  let evidence: readonly string[] = [];
  try {
    ({ instance, evidence } = await describeInstance(ctx, target));
  } catch (error) {
    if (!isAplombError(error) || error.code !== 'UnknownInstance' || before.length === 0) throw error;
  }
  const state = instance?.State?.Name;
  if (instance !== null && state !== 'terminated' && state !== 'shutting-down')
    return { instance, gone: false, volumes: volumesOf(instance), kept: [], evidence };
  if (before.length === 0) return { instance, gone: true, volumes: [], kept: [], evidence };
  // By filter, not by id: one that went with the instance must not hide the others.
  const found = await ctx.readAll<{ Volumes?: { VolumeId?: string; State?: string }[] }>(
    ec2(target.region, 'DescribeVolumes', { Filters: [filter('volume-id', ...before.map((one) => one.volumeId))] }),
  );
  const kept = (found.output.Volumes ?? []).flatMap((one) => (one.VolumeId && !/^delet/.test(one.State ?? '') ? [one.VolumeId] : []));
  return { instance, gone: true, volumes: before, kept, evidence: [...evidence, ...found.evidence] };
}
