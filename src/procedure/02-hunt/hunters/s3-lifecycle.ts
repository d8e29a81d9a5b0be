import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { bucketFound, bucketSetting, ofBuckets } from '../hunting/buckets.ts';

const TYPE = 'AWS::S3::Lifecycle';
const SOON_DAYS = 7;
const DAY = 86_400_000;
interface Filter {
  Prefix?: string;
  Tag?: unknown;
  And?: { Prefix?: string; Tags?: unknown[] };
}
interface Rule {
  ID?: string;
  Status?: string;
  Prefix?: string;
  Filter?: Filter;
  Expiration?: { Days?: number; Date?: string };
  NoncurrentVersionExpiration?: { NoncurrentDays?: number };
}
/** Deletes everything, or what CloudTrail and other services of AWS log there. */
function wide(rule: Rule): boolean {
  const filter = rule.Filter;
  const prefix = rule.Prefix ?? filter?.Prefix ?? filter?.And?.Prefix ?? '';
  const narrowed = filter?.Tag !== undefined || (filter?.And?.Tags?.length ?? 0) > 0;
  return !narrowed && (prefix === '' || /(^|\/)AWSLogs(\/|$)/.test(prefix));
}
function daysLeft(rule: Rule, now: number): number | undefined {
  const date = Date.parse(rule.Expiration?.Date ?? '');
  return rule.Expiration?.Days ?? (Number.isNaN(date) ? rule.NoncurrentVersionExpiration?.NoncurrentDays : Math.max(0, Math.ceil((date - now) / DAY)));
}

/** Rules that delete objects by themselves: a quiet way to destroy evidence, or to hold data to ransom. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'global',
  title: text('S3 lifecycle rules', 'Reglas de ciclo de vida de S3'),
  permissions: ['s3:ListAllMyBuckets', 's3:GetLifecycleConfiguration'],
  createdByEvents: ['PutBucketLifecycle', 'PutBucketLifecycleConfiguration'],
  names: ['bucketName'],
  arn: (id, { partition }) => `arn:${partition}:s3:::${id}`,
  scan: (ctx, region) =>
    ofBuckets(ctx, region, async (bucket) => {
      const rules = (await bucketSetting<{ Rules?: Rule[] }>(ctx, bucket, 'GetBucketLifecycleConfiguration'))?.Rules;
      if (rules === undefined) return [];
      const reasons: Reason[] = [];
      for (const rule of rules) {
        const days = daysLeft(rule, ctx.now());
        if (rule.Status !== 'Enabled' || days === undefined || days > SOON_DAYS || !wide(rule)) continue;
        reasons.push({
          code: 'blinded',
          text: text(
            `deletes what is in the bucket when it is ${days === 1 ? 'a day' : `${days} days`} old: evidence is being lost`,
            `borra lo que hay en el bucket cuando cumple ${days === 1 ? 'un día' : `${days} días`}: se están perdiendo pruebas`,
          ),
        });
      }
      return [bucketFound(ctx, TYPE, bucket, { createdAt: null, reasons, detail: { rules: rules.slice(0, 20).map((rule) => oneLine(rule.ID, 60)) } })];
    }),
};
