import { type ActionContext, type Call, type Change, type Check, type Json, text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { ec2, filter, type InstanceTarget, type Tag, tagText, tagValue } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { isLocked, type Lock, locksOf } from './locks.ts';

/** A lifecycle policy that backs up the instance or its volumes and deletes those backups when their time has come. */
export interface Policy {
  readonly id: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Whom it backs up: `Backup=daily`, or `every volume`. Harmless text. */
  readonly targets: string;
}
/** A snapshot of one of the volumes that was not made for the case: how the disk was before. */
export interface Backup {
  readonly lock: Lock;
  readonly volumeId: string;
  readonly startTime: string;
  readonly by: 'lifecycle' | 'aws-backup' | 'other';
  /** Lifecycle policy that made it and will delete it, or empty. */
  readonly policy: string;
}
export interface Lifecycle {
  readonly policies: readonly Policy[];
  readonly backups: readonly Backup[];
  /** Why Data Lifecycle Manager could not be read, or empty. */
  readonly unread: string;
}

interface Details {
  PolicyId?: string;
  Description?: string;
  State?: string;
  DefaultPolicy?: boolean;
  PolicyDetails?: {
    ResourceTypes?: string[];
    ResourceType?: string;
    TargetTags?: Tag[];
    Exclusions?: { ExcludeTags?: Tag[] };
  };
}
const dlm = (region: string, operation: string, input: Json): Call => ({ service: 'dlm', operation, region, input });
const pairs = (tags: readonly Tag[]): string => tags.map((tag) => `${oneLine(tag.Key, 60)}=${oneLine(tag.Value, 60)}`).join(', ');

/** Does the policy act on what carries these tags? Of target tags one is enough; a default policy takes all that it does not exclude. */
function actsOn(
  { DefaultPolicy, PolicyDetails: details = {} }: Details,
  tagsOf: Readonly<Record<'VOLUME' | 'INSTANCE', readonly (readonly Tag[])[]>>,
): boolean {
  const type = details.ResourceTypes?.[0] ?? details.ResourceType;
  if (type !== 'VOLUME' && type !== 'INSTANCE') return false;
  const has = (tags: readonly Tag[], wanted: Tag) => tags.some((tag) => tag.Key === wanted.Key && (tag.Value ?? '') === (wanted.Value ?? ''));
  return tagsOf[type].some((tags) =>
    DefaultPolicy ? !(details.Exclusions?.ExcludeTags ?? []).some((one) => has(tags, one)) : (details.TargetTags ?? []).some((one) => has(tags, one)),
  );
}

/** @param volumes attached to the instance */
export async function readLifecycle(
  ctx: ActionContext,
  { region, instanceId }: InstanceTarget,
  volumes: readonly string[],
): Promise<Lifecycle & { readonly evidence: readonly string[] }> {
  const evidence: string[] = [];
  const keep = <T>({ output, evidence: proof }: { output: T; evidence: readonly string[] }): T => {
    evidence.push(...proof);
    return output;
  };
  const [tagged, listed] = await Promise.all([
    ctx.readAll<{ Tags?: (Tag & { ResourceId?: string })[] }>(ec2(region, 'DescribeTags', { Filters: [filter('resource-id', instanceId, ...volumes)] })),
    volumes.length === 0
      ? { output: { Snapshots: [] }, evidence: [] }
      : ctx.readAll<{ Snapshots?: { SnapshotId: string; VolumeId?: string; StartTime?: string; State?: string; Tags?: Tag[] }[] }>(
          ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('volume-id', ...volumes)] }),
        ),
  ]);
  const tags = keep(tagged).Tags ?? [];
  const of = (id: string): Tag[] => tags.filter((tag) => tag.ResourceId === id);
  const byCase = tagText(ctx.facts.caseId);
  const earlier = (keep(listed).Snapshots ?? []).filter((one) => tagValue(one.Tags, 'ir:case') !== byCase && one.State !== 'error');
  const { locks, evidence: locked } = await locksOf(
    ctx,
    region,
    earlier.map((one) => one.SnapshotId),
  );
  evidence.push(...locked);
  const backups = earlier.map((one, index): Backup => {
    const policy = tagValue(one.Tags, 'aws:dlm:lifecycle-policy-id') ?? '';
    const byBackup = one.Tags?.some((tag) => tag.Key.startsWith('aws:backup:')) ?? false;
    return {
      lock: locks[index]!,
      volumeId: one.VolumeId ?? '',
      startTime: one.StartTime ?? '',
      by: policy ? 'lifecycle' : byBackup ? 'aws-backup' : 'other',
      policy: oneLine(policy, 64),
    };
  });
  const tagsOf = { VOLUME: volumes.map(of), INSTANCE: [of(instanceId)] };
  const policies: Policy[] = [];
  let unread = '';
  try {
    const summaries = keep(await ctx.readAll<{ Policies?: { PolicyId?: string }[] }>(dlm(region, 'GetLifecyclePolicies', {}))).Policies ?? [];
    const known = new Set(backups.map((one) => one.policy));
    for (const { PolicyId = '' } of summaries) {
      const { Policy: policy = {} } = keep(await ctx.read<{ Policy?: Details }>(dlm(region, 'GetLifecyclePolicy', { PolicyId })));
      if (!known.has(PolicyId) && !actsOn(policy, tagsOf)) continue;
      policies.push({
        id: PolicyId,
        description: oneLine(policy.Description, 80),
        enabled: policy.State !== 'DISABLED',
        targets: policy.DefaultPolicy ? '*' : pairs(policy.PolicyDetails?.TargetTags ?? []),
      });
    }
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    // No policy at all is how a Region without Data Lifecycle Manager answers too.
    if (error.code !== 'ResourceNotFound') unread = inShort(error);
  }
  return { policies, backups, unread, evidence };
}

/** Switches the policies off. Whatever else they back up is not backed up meanwhile: said, and undone by the same call. */
export function disableChanges(region: string, policies: readonly Policy[]): Change[] {
  return policies
    .filter((policy) => policy.enabled)
    .map(({ id, targets, description }): Change => {
      const whom = targets === '*' ? text('every volume or instance of the Region', 'todo volumen o instancia de la Región') : text(targets, targets);
      return {
        id: `disable.${id}`,
        why: text(`Stop lifecycle policy ${id} (${description}): it deletes old backups`, `Parar la política ${id} (${description}): borra copias antiguas`),
        call: dlm(region, 'UpdateLifecyclePolicy', { PolicyId: id, State: 'DISABLED' }),
        repeat: 'safe',
        probe: {
          call: dlm(region, 'GetLifecyclePolicy', { PolicyId: id }),
          done: [{ path: 'Policy.State', is: 'DISABLED' }],
          ready: [{ path: 'Policy.State', in: ['ENABLED', 'ERROR'] }],
        },
        undo: {
          calls: [dlm(region, 'UpdateLifecyclePolicy', { PolicyId: id, State: 'ENABLED' })],
          done: [{ path: 'Policy.State', in: ['ENABLED', 'ERROR'] }],
          ask: text(
            `The policy goes on deleting backups of this instance at its next run.`,
            `La política volverá a borrar copias de esta instancia en su próxima ejecución.`,
          ),
        },
        danger: [
          text(
            `Everything this policy backs up (${whom.en}) gets no new backup until this is undone.`,
            `Todo lo que esta política respalda (${whom.es}) se queda sin copias nuevas hasta deshacerlo.`,
          ),
        ],
      };
    });
}

/** Backups that a policy still at work will delete. */
export const endangered = ({ policies, backups }: Lifecycle): Backup[] =>
  backups.filter((one) => one.by === 'lifecycle' && !isLocked(one.lock) && policies.find((policy) => policy.id === one.policy)?.enabled !== false);

/** The earlier backups, as far as something deletes them by itself. */
export function lifecycleChecks(seen: Lifecycle, evidence: readonly string[]): Check[] {
  const doomed = endangered(seen);
  const ids = (list: readonly Backup[]) => list.map((one) => one.lock.snapshotId).join(', ');
  const safe = seen.backups.filter((one) => isLocked(one.lock));
  const awsBackup = seen.backups.filter((one) => one.by === 'aws-backup');
  const policies = seen.policies.map((one) => `${one.id}${one.enabled ? '' : ' (off)'}`).join(', ') || '-';
  const lifecycle =
    doomed.length > 0
      ? check(
          'lifecycle',
          'fails',
          text(`A lifecycle policy will delete these earlier backups: ${ids(doomed)}.`, `Una política borrará estas copias anteriores: ${ids(doomed)}.`),
          evidence,
        )
      : seen.unread
        ? check(
            'lifecycle',
            'unknown',
            text(`Data Lifecycle Manager could not be read (${seen.unread}).`, `No se pudo leer Data Lifecycle Manager (${seen.unread}).`),
            evidence,
          )
        : check(
            'lifecycle',
            'holds',
            text(
              `No lifecycle policy deletes a backup of this instance: ${seen.backups.length} earlier snapshots, ${safe.length} locked; policies: ${policies}.`,
              `Ninguna política borra copias de esta instancia: ${seen.backups.length} instantáneas anteriores, ${safe.length} bloqueadas; políticas: ${policies}.`,
            ),
            evidence,
          );
  if (awsBackup.length === 0) return [lifecycle];
  return [
    lifecycle,
    check(
      'aws-backup',
      'unknown',
      text(
        `AWS Backup made ${ids(awsBackup)} and deletes them when their time has come. It is not changed here: place a legal hold on the recovery points in AWS Backup.`,
        `AWS Backup creó ${ids(awsBackup)} y las borrará a su tiempo. Aquí no se cambia: ponga una retención legal sobre los puntos de recuperación en AWS Backup.`,
      ),
      evidence,
    ),
  ];
}
