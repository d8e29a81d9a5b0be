import type { Canned } from './fake-context.ts';

export type TrailRecord = Record<string, any>;

/** The name LookupEvents files a record under: the user's, or a session's. */
const username = ({ userIdentity: one }: TrailRecord): string | undefined =>
  one?.userName ?? (/^(AssumedRole|FederatedUser)$/.test(one?.type) ? String(one.arn).split('/').at(-1) : undefined);

/** Every text in a record: LookupEvents names resources out of request and answer. */
const texts = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];

/** An answer to cloudtrail:LookupEvents out of these records, by region and attribute; for `fakeContext`. */
export const trail =
  (records: readonly TrailRecord[]): Canned =>
  (call) => {
    const { LookupAttributes, StartTime, EndTime } = call.input as any;
    const [{ AttributeKey: attribute, AttributeValue: value }] = LookupAttributes;
    const is: Record<string, (one: TrailRecord) => boolean> = {
      AccessKeyId: (one) => one.userIdentity?.accessKeyId === value,
      Username: (one) => username(one) === value,
      EventName: (one) => one.eventName === value,
      EventSource: (one) => one.eventSource === value,
      ReadOnly: (one) => String(one.readOnly) === value,
      ResourceName: (one) => texts([one.requestParameters, one.responseElements]).includes(value),
    };
    const at = (one: TrailRecord) => Date.parse(one.eventTime);
    const matches = records.filter(
      (one) =>
        one.awsRegion === call.region &&
        (call.as ?? null) === (one.in ?? null) &&
        is[attribute]!(one) &&
        at(one) >= Date.parse(StartTime) &&
        at(one) <= Date.parse(EndTime),
    );
    return { Events: matches.map(({ in: _, ...one }) => ({ EventId: one.eventID, EventTime: one.eventTime, CloudTrailEvent: JSON.stringify(one) })) };
  };
