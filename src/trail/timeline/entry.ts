import { apiOf, outcomeOf, type TrailEvent, type TrailRecord, text, timeOf } from '../event.ts';
import { type Actor, actorOf } from './actor.ts';
import { deedOf, familyOf } from './deed.ts';
import { type Mark, marksOf } from './marks.ts';
import type { Part } from './parts.ts';

/** One line of a timeline: one event, or several alike. Texts are the record's own, hostile. */
export interface Entry {
  /** Number of the (first) event. */
  readonly n: number;
  /** UTC milliseconds, of the first and of the last event; undefined when the record's time is no date. */
  readonly time: number | undefined;
  readonly last: number | undefined;
  readonly count: number;
  /** `iam`, `CreateAccessKey`. */
  readonly service: string;
  readonly name: string;
  readonly parts: readonly Part[];
  /** What it was done to; of several events the first few different ones. */
  readonly targets: readonly string[];
  /** There were more targets than are kept. */
  readonly more: boolean;
  readonly actor: Actor;
  readonly key: string | undefined;
  readonly address: string | undefined;
  readonly agent: string | undefined;
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly errorCode: string | undefined;
  readonly marks: readonly Mark[];
  /** Entries with the same text are alike. */
  readonly alike: string;
}

const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** UTC milliseconds, or undefined when the record's time is no date. */
export function dateOf(record: TrailRecord): number | undefined {
  const ms = DATE.test(text(record, 'eventTime') ?? '') ? timeOf(record) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** One event as an entry; `firsts` are its bits of `firstSeen`. */
export function entryOf({ n, record }: TrailEvent, firsts = 0): Entry {
  const time = dateOf(record);
  const deed = deedOf(record);
  const actor = actorOf(record);
  const api = apiOf(record);
  const colon = api.indexOf(':');
  const marks = marksOf(record, firsts);
  const [key, address, errorCode] = [text(record, 'userIdentity.accessKeyId'), text(record, 'sourceIPAddress'), text(record, 'errorCode')];
  const account = text(record, 'recipientAccountId');
  return {
    n,
    time,
    last: time,
    count: 1,
    service: api.slice(0, colon),
    name: api.slice(colon + 1),
    parts: deed.parts,
    targets: deed.target === '' ? [] : [deed.target],
    more: false,
    actor,
    key,
    address,
    agent: text(record, 'userAgent'),
    region: text(record, 'awsRegion'),
    account,
    errorCode: errorCode === '' ? undefined : errorCode,
    marks,
    alike: JSON.stringify([actor, key, address, account, api, outcomeOf(record), errorCode, text(record, 'awsRegion'), familyOf(record, deed)]),
  };
}
