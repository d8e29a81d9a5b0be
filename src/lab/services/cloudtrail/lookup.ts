import { createHash } from 'node:crypto';
import { type Account, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { resourcesOf } from '../../world/index.ts';

type Entry = Account['trail'][number];
const DAY = 86_400_000;
const KEYS = ['EventId', 'EventName', 'ReadOnly', 'Username', 'ResourceType', 'ResourceName', 'EventSource', 'AccessKeyId'] as const;

/** The name LookupEvents files an event under: the user, or the session name of a role. */
function username(record: Record<string, any>): string | undefined {
  const { type, userName, arn } = record.userIdentity;
  if (type === 'Root') return 'root';
  return userName ?? (type === 'AssumedRole' || type === 'FederatedUser' ? String(arn).split('/').at(-1) : undefined);
}
const tests: Record<(typeof KEYS)[number], (record: Record<string, any>, value: string) => boolean> = {
  EventId: (record, value) => record.eventID === value,
  EventName: (record, value) => record.eventName === value,
  ReadOnly: (record, value) => String(record.readOnly) === value,
  Username: (record, value) => username(record) === value,
  ResourceType: (record, value) => resourcesOf(record).some((resource) => resource.ResourceType === value),
  ResourceName: (record, value) => resourcesOf(record).some((resource) => resource.ResourceName === value),
  EventSource: (record, value) => record.eventSource === value,
  AccessKeyId: (record, value) => record.userIdentity.accessKeyId === value,
};

function described({ record }: Entry): object {
  const name = username(record);
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    ...(record.userIdentity.accessKeyId === undefined ? {} : { AccessKeyId: record.userIdentity.accessKeyId }),
    EventTime: new Date(record.eventTime),
    EventSource: record.eventSource,
    ...(name === undefined ? {} : { Username: name }),
    Resources: resourcesOf(record),
    CloudTrailEvent: JSON.stringify(record),
  };
}

/** Calls of the last second by account and region. Beside the world: a limiter is not state worth saving. */
const calls = new WeakMap<Account, Map<string, number[]>>();
function limitRate(ctx: LabContext): void {
  const { lookupRate } = ctx.world.settings;
  if (lookupRate <= 0) return;
  let byRegion = calls.get(ctx.account);
  if (!byRegion) calls.set(ctx.account, (byRegion = new Map()));
  const now = ctx.now();
  const recent = (byRegion.get(ctx.region.name) ?? []).filter((time) => time > now - 1000 && time <= now);
  byRegion.set(ctx.region.name, recent);
  if (recent.length >= lookupRate) throw new LabError('ThrottlingException', 'Rate exceeded', { status: 400 });
  recent.push(now);
}

const invalidToken = (): LabError =>
  new LabError('InvalidNextTokenException', 'Invalid next token. The token must be used with the same parameters.', { status: 400 });

/**
 * The token names the last event given and the parameters it belongs to, so that events arriving meanwhile (newest first)
 * neither repeat nor push out others.
 */
function decode(token: string, parameters: string): { after: string; until: number } {
  const [mark, after, until] = Buffer.from(token, 'base64url').toString('latin1').split('|');
  if (mark !== parameters || after === undefined || until === undefined || !Number.isSafeInteger(Number(until))) throw invalidToken();
  return { after, until: Number(until) };
}

export const operations: LabOperations = {
  LookupEvents: {
    constraints: {
      'LookupAttributes[].AttributeKey': { enum: KEYS, required: true },
      'LookupAttributes[].AttributeValue': { length: [1, 2000], required: true },
      EventCategory: { enum: ['insight'] },
      MaxResults: { min: 1, max: 50 },
    },
    run(input, ctx) {
      if (input.LookupAttributes?.length > 1)
        throw new LabError('InvalidLookupAttributesException', 'You can specify only one lookup attribute.', { status: 400 });
      limitRate(ctx);
      const now = ctx.now();
      const start = input.StartTime === undefined ? now - 90 * DAY : new Date(input.StartTime).getTime();
      const end = input.EndTime === undefined ? Number.POSITIVE_INFINITY : new Date(input.EndTime).getTime();
      if (start > end) throw new LabError('InvalidTimeRangeException', 'StartTime must be before EndTime.', { status: 400 });
      const [attribute] = input.LookupAttributes ?? [];
      const { NextToken, ...rest } = input;
      const parameters = createHash('sha256')
        .update(JSON.stringify([ctx.account.id, ctx.region.name, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]))
        .digest('hex')
        .slice(0, 16);
      const from = NextToken === undefined ? null : decode(NextToken, parameters);
      const seen = from?.until ?? now;
      const time = (entry: Entry): number => Date.parse(entry.record.eventTime);
      const events =
        input.EventCategory === 'insight'
          ? []
          : ctx.account.trail
              .filter((entry) => entry.region === ctx.region.name && entry.visibleAt <= seen)
              .filter((entry) => time(entry) >= Math.max(start, now - 90 * DAY) && time(entry) <= end)
              .filter((entry) => !attribute || tests[attribute.AttributeKey as (typeof KEYS)[number]](entry.record, attribute.AttributeValue))
              .reverse()
              .sort((a, b) => time(b) - time(a));
      const at = from ? events.findIndex((entry) => entry.record.eventID === from.after) : -1;
      if (from && at < 0) throw invalidToken();
      const size = Math.min(input.MaxResults ?? 50, ctx.world.settings.pageSize || 50);
      const page = events.slice(at + 1, at + 1 + size);
      const more = at + 1 + size < events.length;
      const next = more ? Buffer.from(`${parameters}|${page.at(-1)!.record.eventID}|${seen}`, 'latin1').toString('base64url') : undefined;
      return { Events: page.map(described), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
};
