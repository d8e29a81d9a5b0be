import { type ActionContext, AplombError, type Call, type Check, EXIT, type Json, text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { textOption } from '../shared/options.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';

/** Where the case is mirrored to. */
export interface Mirror {
  readonly bucket: string;
  /** Empty, or without slashes at its ends. */
  readonly prefix: string;
  readonly region: string;
  /** The set of credentials to use there, or empty for the responder's own. */
  readonly as: string;
}
/** @throws AplombError BadMirror (exit 2) @example mirrorOf('s3://evidence/2026-014', 'eu-west-1', '') */
export function mirrorOf(place: string, region: string, as: string): Mirror {
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(place);
  const prefix = (found?.[2] ?? '').replace(/\/+$/, '');
  const bad = !found || found[1]!.includes('..') || Buffer.byteLength(prefix) > 800 || /\p{C}/u.test(prefix) || /(^|\/)\.{0,2}(\/|$)/.test(prefix || 'x');
  if (!bad) return { bucket: found[1]!, prefix, region, as };
  throw new AplombError('BadMirror', `${JSON.stringify(place.slice(0, 200))} is not a place in S3.`, {
    exit: EXIT.usage,
    fix: 'Give it as s3://BUCKET/PREFIX.',
  });
}

export const s3 = ({ region, as }: Mirror, operation: string, input: Json): Call => ({ ...(as ? { as } : {}), service: 's3', operation, region, input });

/** Object Lock and versioning of a bucket, as S3 says. */
export interface BucketState {
  readonly versioning: boolean;
  readonly objectLock: boolean;
  /** `GOVERNANCE 90 days`, or empty without a default retention. */
  readonly standard: string;
}
export async function readBucket(ctx: ActionContext, mirror: Mirror): Promise<BucketState & { readonly evidence: readonly string[] }> {
  const where = { Bucket: mirror.bucket };
  const versioning = await ctx.read<{ Status?: string }>(s3(mirror, 'GetBucketVersioning', where));
  const evidence = [...versioning.evidence];
  const on = versioning.output.Status === 'Enabled';
  try {
    const lock = await ctx.read<{
      ObjectLockConfiguration?: { ObjectLockEnabled?: string; Rule?: { DefaultRetention?: { Mode?: string; Days?: number; Years?: number } } };
    }>(s3(mirror, 'GetObjectLockConfiguration', where));
    evidence.push(...lock.evidence);
    const { ObjectLockEnabled, Rule } = lock.output.ObjectLockConfiguration ?? {};
    const rule = Rule?.DefaultRetention;
    const standard = rule ? `${rule.Mode ?? ''} ${rule.Days !== undefined ? `${rule.Days} days` : `${rule.Years ?? 0} years`}` : '';
    return { versioning: on, objectLock: ObjectLockEnabled === 'Enabled', standard, evidence };
  } catch (error) {
    if (!isAwsFailure(error) || error.code !== 'ObjectLockConfigurationNotFoundError') throw error;
    return { versioning: on, objectLock: false, standard: '', evidence };
  }
}

/** Is what is mirrored there kept from deletion? Nothing is said when the case is mirrored nowhere. */
export async function bucketChecks(ctx: ActionContext, region: string): Promise<Check[]> {
  const place = textOption(ctx, 'mirror');
  if (!place) return [];
  const mirror = mirrorOf(place, textOption(ctx, 'mirrorRegion') ?? region, textOption(ctx, 'mirrorAs') ?? '');
  const name = 'evidence-bucket';
  try {
    const seen = await readBucket(ctx, mirror);
    const held = seen.versioning && seen.objectLock;
    return [
      check(
        name,
        held ? 'holds' : 'fails',
        held
          ? text(
              `The bucket ${mirror.bucket} has versioning and Object Lock${seen.standard ? ` (default ${seen.standard})` : ''}.`,
              `El bucket ${mirror.bucket} tiene versionado y Object Lock${seen.standard ? ` (por defecto ${seen.standard})` : ''}.`,
            )
          : text(
              `The bucket ${mirror.bucket} has no ${seen.versioning ? 'Object Lock' : 'versioning'}: what is mirrored there can be deleted. Object Lock can be switched on for a bucket with versioning.`,
              `El bucket ${mirror.bucket} no tiene ${seen.versioning ? 'Object Lock' : 'versionado'}: lo copiado allí se puede borrar. Object Lock se puede activar en un bucket con versionado.`,
            ),
        seen.evidence,
      ),
    ];
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    return [
      check(
        name,
        'unknown',
        text(`The bucket ${mirror.bucket} could not be read (${inShort(error)}).`, `No se pudo leer el bucket ${mirror.bucket} (${inShort(error)}).`),
        [],
      ),
    ];
  }
}
