import type { Account, LabContext } from '../../contract.ts';
import type { Trail } from './trails.ts';

/** What a trail was set to from a moment on (lab time, epoch milliseconds). Files are written later than events happen, by what held then. */
export interface TrailState {
  from: number;
  logging: boolean;
  bucket: string;
  prefix?: string;
  multiRegion: boolean;
  globalEvents: boolean;
  validation: boolean;
  organization: boolean;
  selectors?: any[];
  advanced?: any[];
}
/** A log file that no digest has named yet. */
export interface Unnamed {
  at: number;
  bucket: string;
  key: string;
  hash: string;
  oldest: string;
  newest: string;
}
/** The end of a chain of digests. `next`: when the digest's hour begins. */
export interface Chain {
  next: number;
  previous: { bucket: string; key: string; hash: string; signature: string } | null;
}
/** All that delivery remembers of a trail, also after the trail is gone. */
export interface Course {
  name: string;
  arn: string;
  home: string;
  states: TrailState[];
  /** By account: events that were looked at, those of them that wait for their file, and until when files are written. */
  progress: Record<string, { next: number; waiting: number[]; until: number }>;
  /** By `account/region`. */
  unnamed: Record<string, Unnamed[]>;
  /** By `account/region/beginning`. */
  chains: Record<string, Chain>;
}
const TABLE = 'trailCourses';

const stateOf = (trail: Trail, from: number): TrailState => ({
  from,
  logging: trail.logging,
  bucket: trail.bucket,
  ...(trail.prefix === undefined ? {} : { prefix: trail.prefix }),
  multiRegion: trail.multiRegion,
  globalEvents: trail.globalEvents,
  validation: trail.validation,
  organization: trail.organization ?? false,
  ...(trail.selectors === undefined ? {} : { selectors: structuredClone(trail.selectors) }),
  ...(trail.advanced === undefined ? {} : { advanced: structuredClone(trail.advanced) }),
});
/** A trail that came into the world as a row, not by a call, has been so since it was started. */
const courseOf = (account: Account, trail: Trail): Course => {
  const table = (account.tables[TABLE] ??= {});
  table[trail.arn] ??= {
    name: trail.name,
    arn: trail.arn,
    home: trail.home,
    states: trail.started === undefined && trail.stopped === undefined ? [] : [stateOf({ ...trail, logging: true }, trail.started ?? 0)],
    progress: {},
    unnamed: {},
    chains: {},
  } satisfies Course;
  return table[trail.arn] as Course;
};

/** After every change of a trail. */
export function noteState(ctx: LabContext, trail: Trail): void {
  courseOf(ctx.account, trail).states.push(stateOf(trail, ctx.now()));
}
/** Before a trail is deleted: what it has logged until now is still delivered. */
export function endStates(ctx: LabContext, trail: Trail): void {
  courseOf(ctx.account, trail).states.push({ ...stateOf(trail, ctx.now()), logging: false });
}
/** Every trail that the account has or had. */
export function coursesOf(account: Account): Course[] {
  for (const trail of Object.values(account.tables.trails ?? {}) as Trail[]) courseOf(account, trail);
  return Object.values(account.tables[TABLE] ?? {}) as Course[];
}
export const stateAt = (course: Course, time: number): TrailState | undefined => course.states.findLast((state) => state.from <= time);
