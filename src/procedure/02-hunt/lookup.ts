import type { ActionContext } from '../../kernel/index.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { parseEvent, type TrailEvent } from './event.ts';

export interface Window {
  /** UTC. LookupEvents reaches back 90 days. */
  readonly from: string;
  readonly to: string;
}
export interface Unread {
  readonly of: string;
  readonly region: string;
  readonly why: string;
}
export interface Looked {
  readonly events: readonly TrailEvent[];
  readonly evidence: readonly string[];
  readonly unread: readonly Unread[];
}

/**
 * CloudTrail's event history of the regions for one attribute (LookupEvents takes exactly one). A region that does not
 * answer, or answers what is no record, is in `unread`; it never just looks empty.
 */
export async function lookup(
  ctx: ActionContext,
  regions: readonly string[],
  attribute: 'AccessKeyId' | 'Username' | 'EventName' | 'EventSource',
  value: string,
  window: Window,
): Promise<Looked> {
  const looked = await Promise.all(
    regions.map(async (region): Promise<Looked> => {
      try {
        const answer = await ctx.readAll<{ Events?: { CloudTrailEvent?: string }[] }>({
          service: 'cloudtrail',
          operation: 'LookupEvents',
          region,
          input: { LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }], StartTime: window.from, EndTime: window.to, MaxResults: 50 },
        });
        const raw = answer.output.Events ?? [];
        const events = raw.flatMap((one) => parseEvent(one.CloudTrailEvent) ?? []);
        const broken = raw.length - events.length;
        return {
          events,
          evidence: raw.length > 0 ? answer.evidence : [],
          unread: broken > 0 ? [{ of: value, region, why: `${broken} of ${raw.length} records could not be parsed` }] : [],
        };
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        return { events: [], evidence: [], unread: [{ of: value, region, why: `cloudtrail:LookupEvents: ${inShort(error)}` }] };
      }
    }),
  );
  return { events: looked.flatMap((one) => one.events), evidence: looked.flatMap((one) => one.evidence), unread: looked.flatMap((one) => one.unread) };
}
