import type { Text } from '../kernel/index.ts';
import type { TrailEvent, TrailRecord } from './event.ts';

export type Severity = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** What is known of the whole trail when a detection looks at one event. */
export interface Background {
  /** Accounts whose own trails were read: anything else is an outsider. */
  readonly accounts: ReadonlySet<string>;
}
/** Several events of one actor make one hit. Times in seconds. */
export interface Burst {
  /** Events with the same answer belong together; undefined: not counted. */
  by(record: TrailRecord): string | undefined;
  readonly within: number;
  readonly atLeast: number;
  /** Count different answers, not events. */
  distinct?(record: TrailRecord): string | undefined;
  /**
   * The same for the store, so that actors who have too few are never looked at event by event: `by` is SQL over the identity's columns (`principal`) that may put
   * several actors together but never parts one; `distinct` is columns of the call (`eventSource, eventName`) that may part answers but never put two together. Of few
   * values.
   */
  readonly sql?: { readonly by: string; readonly distinct?: string };
}
/** Events as partial records; what is missing is filled from an ordinary one (test/trail/ordinary.ts). */
export type Example = { readonly what: string; readonly records: readonly TrailRecord[] };

/**
 * One thing that attackers do, one file in detections/. The file's name is the id.
 * A call that was refused is an attempt, not a success: the hit says so and its severity is one lower, or there is none when `attempts` is false.
 */
export interface Detection {
  readonly title: Text;
  /** What it may mean, how it may be innocent, and what to look at next. */
  readonly description: Text;
  readonly severity: Severity;
  /** ATT&CK technique ids, T1078.004. */
  readonly attack: readonly string[];
  /** Pages that describe the technique or the API. */
  readonly references?: readonly string[];
  /** `iam:CreateUser`, `s3:*`; only these events are looked at. */
  readonly apis: readonly string[];
  /**
   * For APIs that every account calls all the time: a condition over the view `events` that holds for every hit. Never text from outside. It names columns that are
   * stored (docs/trail-views.md; not `eventTime`, `eventVersion`, `source`, `record`, `raw`) as they stand there; what looks at columns of the call alone, or at the
   * identity's alone, is cheap: several conditions in a list must all hold.
   */
  readonly sql?: string | readonly string[] | ((background: Background) => string | readonly string[]);
  /**
   * Looks at `responseElements`, `additionalEventData` or `eventID`: they are long and are fetched for such detections' APIs only. Of one that does not say so, all
   * events are gone through again.
   */
  readonly looksFurther?: boolean;
  /** Default true. */
  readonly attempts?: boolean;
  /** Why this event is a hit, in one sentence; undefined: it is none. Values from the record are hostile: they are quoted by whoever renders it. */
  when(record: TrailRecord, background: Background): Text | undefined;
  readonly burst?: Burst;
  /** Run by a contract test: each of `hits` gives at least one hit, each of `quiet` none. */
  readonly examples: { readonly hits: readonly Example[]; readonly quiet: readonly Example[] };
}

export interface Hit {
  /** Detection id, or the Sigma rule's file stem. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly attack: readonly string[];
  /** Of a Sigma rule (its licence asks for it); empty for our own. */
  readonly author: string;
  /** The call was refused or did not work. */
  readonly attempt: boolean;
  readonly why: Text;
  /** Numbers of the events, oldest first: one, or all of a burst or correlation. */
  readonly events: readonly number[];
}
export type { TrailEvent, TrailRecord };
