import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { authorize } from '../../world/index.ts';
import { date } from '../paging.ts';
import { type Bucket, bucketArn, bucketAt, MODES, objectArn, type StoredObject } from './shared.ts';
import { versionOf } from './versions.ts';

/** S3 Object Lock (Amazon S3 User Guide, "Locking objects with Object Lock"): what is under it cannot be deleted, version by version. */

const DAY = 86_400_000;
const invalid = (message: string): LabError => new LabError('InvalidRequest', message, { status: 400 });
const denied = (): LabError => new LabError('AccessDenied', 'Access Denied because object protected by object lock.', { status: 403 });

/** The lock a new version gets: what the request says, else the bucket's default retention. @throws LabError */
export function lockFor(ctx: LabContext, bucket: Bucket, input: any): Pick<StoredObject, 'retention' | 'legalHold'> {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if ((mode ?? until ?? hold) !== undefined && !bucket.objectLock) throw invalid('Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined)) throw invalid('x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied');
  const rule = bucket.objectLockRule;
  const retention =
    mode !== undefined
      ? { mode, until: future(ctx, until) }
      : rule
        ? { mode: rule.Mode, until: ctx.now() + (rule.Days ?? (rule.Years ?? 0) * 365) * DAY }
        : undefined;
  return { ...(retention ? { retention } : {}), ...(hold === 'ON' ? { legalHold: true } : {}) };
}
function future(ctx: LabContext, until: unknown): number {
  const time = new Date(until as string).getTime();
  if (!(time > ctx.now())) throw new LabError('InvalidArgument', 'The retain until date must be in the future!', { status: 400 });
  return time;
}
export const lockHeaders = ({ retention, legalHold }: StoredObject) => ({
  ...(retention ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: date(retention.until) } : {}),
  ...(legalHold === undefined ? {} : { ObjectLockLegalHoldStatus: legalHold ? 'ON' : 'OFF' }),
});

/** May governance be passed by? It takes the header and the permission. */
function bypasses(ctx: LabContext, input: any, resource: string): boolean {
  if (input.BypassGovernanceRetention !== true) return false;
  const request = { action: 's3:BypassGovernanceRetention', resources: [resource], conditions: {}, now: ctx.now() };
  return authorize(ctx.world, ctx.caller, request).allowed;
}
/** @throws LabError AccessDenied when this version is held */
export function refuseIfHeld(ctx: LabContext, row: StoredObject, input: any): void {
  if (row.legalHold) throw denied();
  const { retention } = row;
  if (!retention || retention.until <= ctx.now()) return;
  if (retention.mode === 'GOVERNANCE' && bypasses(ctx, input, `arn:aws:s3:::${row.bucket}/${row.key}`)) return;
  throw denied();
}
const lockable = (ctx: LabContext, input: any): StoredObject => {
  const bucket = bucketAt(ctx, input);
  if (!bucket.objectLock) throw invalid('Bucket is missing Object Lock Configuration');
  return versionOf(ctx, bucket, input);
};
const noLock = (): LabError => new LabError('NoSuchObjectLockConfiguration', 'The specified object does not have a ObjectLock configuration', { status: 404 });

export const operations: LabOperations = {
  PutObjectLockConfiguration: {
    resources: bucketArn,
    constraints: { 'ObjectLockConfiguration.ObjectLockEnabled': { enum: ['Enabled'] }, 'ObjectLockConfiguration.Rule.DefaultRetention.Mode': { enum: MODES } },
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const rule = input.ObjectLockConfiguration?.Rule?.DefaultRetention;
      if (bucket.versioning !== 'Enabled')
        throw new LabError('InvalidBucketState', "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", { status: 409 });
      if (rule && (rule.Mode === undefined || (rule.Days === undefined) === (rule.Years === undefined)))
        throw new LabError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', { status: 400 });
      bucket.objectLock = true;
      if (rule) bucket.objectLockRule = { Mode: rule.Mode, ...(rule.Days === undefined ? { Years: rule.Years } : { Days: rule.Days }) };
      else delete bucket.objectLockRule;
      return {};
    },
  },
  GetObjectLockConfiguration: {
    resources: bucketArn,
    run(input, ctx) {
      const { objectLock, objectLockRule } = bucketAt(ctx, input);
      if (!objectLock) throw new LabError('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket', { status: 404 });
      return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...(objectLockRule ? { Rule: { DefaultRetention: objectLockRule } } : {}) } };
    },
  },
  /** Retention is only lengthened, but for governance by whoever may pass by it. */
  PutObjectRetention: {
    dataPlane: true,
    resources: objectArn,
    constraints: { 'Retention.Mode': { enum: MODES } },
    run(input, ctx) {
      const row = lockable(ctx, input);
      const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
      const held = row.retention && row.retention.until > ctx.now() ? row.retention : undefined;
      if (mode === undefined || until === undefined) {
        if (held) refuseIfHeld(ctx, { ...row, legalHold: false }, input);
        delete row.retention;
        return {};
      }
      const wanted = { mode, until: future(ctx, until) };
      const weaker = held && (wanted.until < held.until || (held.mode === 'COMPLIANCE' && mode !== 'COMPLIANCE'));
      if (weaker) refuseIfHeld(ctx, { ...row, legalHold: false }, input);
      row.retention = wanted;
      return {};
    },
  },
  GetObjectRetention: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const { retention } = lockable(ctx, input);
      if (!retention) throw noLock();
      return { Retention: { Mode: retention.mode, RetainUntilDate: date(retention.until) } };
    },
  },
  PutObjectLegalHold: {
    dataPlane: true,
    resources: objectArn,
    constraints: { 'LegalHold.Status': { enum: ['ON', 'OFF'] } },
    run(input, ctx) {
      lockable(ctx, input).legalHold = input.LegalHold?.Status === 'ON';
      return {};
    },
  },
  GetObjectLegalHold: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const { legalHold } = lockable(ctx, input);
      if (legalHold === undefined) throw noLock();
      return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } };
    },
  },
};
