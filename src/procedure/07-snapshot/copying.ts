import { type ActionContext, AplombError, EXIT } from '../../kernel/index.ts';
import { ec2, failureCode, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { type Forensic, forensicOf } from '../shared/forensic.ts';
import { oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { caseAlias, inPlace, type Place } from '../shared/place.ts';
import { readOrAbsent } from '../shared/reading.ts';
import { copyOf, type DescribedSnapshot, type SnapshotCopy, snapshotCopies } from '../shared/snapshot-copies.ts';
import { bestByVolume, describedSnapshots } from '../shared/snapshots.ts';
import { type KeyGrant, type KeyUse, keyUse } from './key-use.ts';

/** What stands between a snapshot and its copy, read anew each time. */

export interface KmsKey {
  readonly arn: string;
  readonly managed: boolean;
  /** Enabled, Disabled, PendingDeletion, ... */
  readonly state: string;
}
export interface Original {
  readonly snapshotId: string;
  readonly volumeId: string;
  readonly state: string;
  readonly stateMessage: string;
  readonly startTime: string;
  /** GiB. */
  readonly size: number;
  readonly progress: string;
  /** The key it is encrypted under; null: it is not encrypted. */
  readonly key: KmsKey | null;
  /** Under a key that can be shared, in the account it comes from; null: none was made, or none is needed. */
  readonly between: SnapshotCopy | null;
  readonly copy: SnapshotCopy | null;
  /** Accounts, by number, and groups that may make volumes of the one that is shared. */
  readonly sharedWith: readonly string[];
}
export interface Copying {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  readonly to: Forensic;
  /** The copies' key there: as wanted and as it is; null: that account's default for EBS. */
  readonly key: { readonly asked: string; readonly found: KmsKey | null } | null;
  /** The customer key here under which those of the managed key are copied first. */
  readonly sourceKey: KmsKey | null;
  readonly createGrant: boolean;
  readonly originals: readonly Original[];
  /** Keys whose snapshots the other account is to copy, with what it lacks there; null where the key may not be read. */
  readonly uses: readonly { readonly key: string; readonly use: KeyUse | null }[];
}
export const isAbroad = ({ to, account }: Pick<Copying, 'to' | 'account'>): boolean => to.account !== account;
/** A managed key cannot be shared: such a snapshot is copied under a customer key first. */
export const needsBetween = (seen: Copying, one: Original): boolean => isAbroad(seen) && one.key?.managed === true;
/** The key that the other account must be able to use for this snapshot. */
export const sharedKey = (seen: Copying, one: Original): string | null =>
  isAbroad(seen) && one.key ? (one.key.managed ? (seen.sourceKey?.arn ?? null) : one.key.arn) : null;

async function describeKey(ctx: ActionContext, place: Place, KeyId: string): Promise<KmsKey | null> {
  try {
    const { output } = await ctx.read<{ KeyMetadata?: { Arn?: string; KeyManager?: string; KeyState?: string } }>(
      inPlace(place, { service: 'kms', operation: 'DescribeKey', region: place.region, input: { KeyId } }),
    );
    const { Arn, KeyManager, KeyState } = output.KeyMetadata ?? {};
    return Arn === undefined ? null : { arn: Arn, managed: KeyManager === 'AWS', state: KeyState ?? 'unknown' };
  } catch (error) {
    if (failureCode(error) === 'NotFound') return null;
    throw error;
  }
}

/** What the other account lacks on this key; null when policy or grants may not be read (a key of yet another account). */
async function useOf(ctx: ActionContext, region: string, KeyId: string, to: Forensic): Promise<KeyUse | null> {
  try {
    const kms = (operation: string, input: { [name: string]: string }) => ({ service: 'kms', operation, region, input });
    const [policy, grants] = await Promise.all([
      ctx.read<{ Policy?: string }>(kms('GetKeyPolicy', { KeyId, PolicyName: 'default' })),
      ctx.readAll<{ Grants?: KeyGrant[] }>(kms('ListGrants', { KeyId })),
    ]);
    return keyUse(policy.output.Policy, grants.output.Grants ?? [], to);
  } catch (error) {
    if (!/^(AccessDenied|NotFound|InvalidArn)/.test(failureCode(error) ?? '')) throw error;
    return null;
  }
}

/** Whom a snapshot is shared with; nobody when it is no more, which a list may not show yet. */
async function sharing(ctx: ActionContext, region: string, snapshotId: string): Promise<string[]> {
  const seen = await readOrAbsent<{ CreateVolumePermissions?: { UserId?: string; Group?: string }[] }>(
    ctx,
    ec2(region, 'DescribeSnapshotAttribute', { SnapshotId: snapshotId, Attribute: 'createVolumePermission' }),
  );
  return (seen?.output.CreateVolumePermissions ?? []).flatMap((one) => one.UserId ?? one.Group ?? []);
}

/** Snapshots of the case, one for each volume: the newest that did not fail. */
async function originals(ctx: ActionContext, target: InstanceTarget) {
  const { output, evidence } = await describedSnapshots<DescribedSnapshot>(ctx, target);
  const rows = output
    .map((one) => ({
      snapshotId: one.SnapshotId,
      volumeId: one.VolumeId ?? '',
      state: one.State ?? 'unknown',
      stateMessage: oneLine(one.StateMessage),
      startTime: one.StartTime ?? '',
      size: one.VolumeSize ?? 0,
      progress: one.Progress ?? '',
      keyId: one.Encrypted ? (one.KmsKeyId ?? 'unknown') : null,
    }))
    .sort((a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : a.snapshotId < b.snapshotId ? -1 : 1));
  const chosen = new Set([...bestByVolume(rows).values()].map((one) => one.snapshotId));
  return { rows: rows.filter((one) => chosen.has(one.snapshotId)).sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1)), evidence };
}

/**
 * The state of the copies of one instance's snapshots.
 * @throws AplombError NoDestination, NoSnapshot, InvalidRegion, UnknownKey
 */
export async function readCopying(ctx: ActionContext): Promise<Copying & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const to = await forensicOf(ctx);
  const account = ctx.facts.account ?? target.account;
  const asked = textOption(ctx, 'forensicKey');
  if (to.account === account && to.region === target.region && asked === undefined)
    throw new AplombError('NoDestination', 'No other account, Region or key is named for the copies.', {
      exit: EXIT.usage,
      fix: 'Give --forensic profile:NAME (or the ARN of a role) of a forensic account, --forensic-region REGION, or both.',
    });
  const home: Place = { region: target.region };
  const [mine, here, there] = await Promise.all([originals(ctx, target), snapshotCopies(ctx, home, target), snapshotCopies(ctx, to, target)]);
  if (mine.rows.length === 0)
    throw new AplombError('NoSnapshot', `This case has no snapshot of ${target.instanceId}.`, { fix: 'Take it first: aplomb snapshot.' });
  const known = new Map<string, Promise<KmsKey | null>>();
  const keyOf = (id: string): Promise<KmsKey | null> => {
    if (!known.has(id)) known.set(id, describeKey(ctx, home, id));
    return known.get(id)!;
  };
  const source = textOption(ctx, 'sourceKey');
  const sourceKey = source === undefined ? null : await keyOf(source);
  if (source !== undefined && sourceKey === null) throw noKey(source, `${account} ${target.region}`);
  const wanted = asked === 'create' ? caseAlias(ctx.facts.caseId) : asked;
  const found = wanted === undefined ? null : await describeKey(ctx, to, wanted);
  if (wanted !== undefined && asked !== 'create' && found === null) throw noKey(wanted, `${to.account} ${to.region}`);
  const seen: Copying = {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    instanceId: target.instanceId,
    region: target.region,
    account,
    to,
    key: wanted === undefined ? null : { asked: wanted, found },
    sourceKey,
    createGrant: textOption(ctx, 'grant') === 'create',
    originals: await Promise.all(
      mine.rows.map(async ({ keyId, ...one }): Promise<Original> => {
        const key = keyId === null ? null : ((await keyOf(keyId)) ?? { arn: keyId, managed: false, state: 'missing' });
        const managed = key?.managed === true && to.account !== account;
        const between = managed ? (copyOf(here.copies, one.snapshotId, 're-encrypted') ?? null) : null;
        const given = managed ? between?.snapshotId : one.snapshotId;
        return {
          ...one,
          key,
          between,
          copy: copyOf(fitting(there.copies, found), one.snapshotId, 'copy') ?? null,
          sharedWith: given === undefined || to.account === account ? [] : await sharing(ctx, target.region, given),
        };
      }),
    ),
    uses: [],
  };
  const keys = [...new Set(seen.originals.flatMap((one) => sharedKey(seen, one) ?? []))].filter((key) => key.split(':')[4] !== to.account);
  const uses = await Promise.all(keys.map(async (key) => ({ key, use: await useOf(ctx, target.region, key, to) })));
  return { ...seen, uses, evidence: [...mine.evidence, ...here.evidence, ...there.evidence] };
}
/** A copy under another key than the one that is asked for is not the copy that is asked for. */
const fitting = (copies: readonly SnapshotCopy[], key: KmsKey | null): readonly SnapshotCopy[] =>
  key === null ? copies : copies.filter((one) => one.kind !== 'copy' || one.key === key.arn);

const noKey = (key: string, where: string): AplombError =>
  new AplombError('UnknownKey', `KMS knows no key ${JSON.stringify(key)} in ${where}.`, {
    exit: EXIT.usage,
    fix: 'Give the ARN, the id or the alias (alias/...) of a key of that account and Region, or --forensic-key create.',
  });

/** What must be known before the first change, or nothing begins. @throws AplombError NoSourceKey, KeyUnusable, KeyNotShared, SnapshotFailed */
export function refuseBlocked(seen: Copying, statements: (principal: string) => string): void {
  const open = seen.originals.filter((one) => one.copy === null || one.copy.state === 'error');
  const failed = open.filter((one) => one.state === 'error');
  if (failed.length > 0)
    throw new AplombError('SnapshotFailed', `In error: ${failed.map((one) => `${one.snapshotId} (${one.stateMessage || 'no reason given'})`).join(', ')}.`, {
      fix: 'One in error never completes: take a new set with aplomb snapshot.',
    });
  if (!seen.sourceKey && open.some((one) => needsBetween(seen, one)))
    throw new AplombError(
      'NoSourceKey',
      `Under the AWS managed key aws/ebs, which can be neither shared nor used by another account: ${open
        .filter((one) => needsBetween(seen, one))
        .map((one) => one.snapshotId)
        .join(', ')}.`,
      { exit: EXIT.usage, fix: `Give --source-key: a customer key of account ${seen.account} in ${seen.region}, under which they are copied first.` },
    );
  const keys = [...open.flatMap((one) => one.key ?? []), ...(seen.sourceKey ? [seen.sourceKey] : []), ...(seen.key?.found ? [seen.key.found] : [])];
  const dead = keys.find((one) => one.state !== 'Enabled');
  if (dead)
    throw new AplombError('KeyUnusable', `The key ${dead.arn} is ${dead.state}: what it encrypts can be neither read nor copied.`, {
      fix: 'aws kms cancel-key-deletion or aws kms enable-key brings it back while its waiting period lasts.',
    });
  if (seen.sourceKey?.managed)
    throw new AplombError('NoSourceKey', `${seen.sourceKey.arn} is an AWS managed key and cannot be shared.`, {
      exit: EXIT.usage,
      fix: 'Give a customer key as --source-key.',
    });
  const needed = new Set(open.flatMap((one) => sharedKey(seen, one) ?? []));
  const lacking = seen.createGrant ? undefined : seen.uses.find(({ key, use }) => needed.has(key) && use && use.missing.length > 0);
  if (lacking)
    throw new AplombError('KeyNotShared', `${seen.to.principal} may not use the key ${lacking.key}: ${lacking.use!.missing.join(', ')} missing.`, {
      fix: `Give --grant create, or add these statements to the key's policy (its own account must allow the same): ${statements(seen.to.principal)}`,
    });
}
