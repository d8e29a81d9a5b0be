import type { Account, World } from '../../contract.ts';
import { organizationOf } from '../../world/index.ts';
import { deposit, uniqueOf } from './deposit.ts';
import { selects } from './selects.ts';
import { type Course, stateAt, type TrailState } from './states.ts';

type Entry = Account['trail'][number];
/** CloudTrail writes its files about every five minutes. */
const PACE = 300_000;
const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
export const day = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');

/** `[prefix/]AWSLogs/[o-id/]ACCOUNT/` */
export function base(world: World, owner: Account, state: TrailState, account: string): string {
  const organization = state.organization ? `${organizationOf(world, owner)?.id ?? ''}/` : '';
  return `${state.prefix ? `${state.prefix.replace(/\/$/, '')}/` : ''}AWSLogs/${organization.replace(/^\/$/, '')}${account}/`;
}
/** Whose events the trail has ever written: its own account's, and those of the organisation's members. */
export function accountsOf(world: World, owner: Account, course: Course): Account[] {
  const members = course.states.some((state) => state.organization) ? Object.keys(organizationOf(world, owner)?.members ?? {}) : [];
  return [...new Set([owner.id, ...members])].map((id) => world.accounts[id]).filter((one): one is Account => one !== undefined);
}

/**
 * Writes the log files that are due: events wait for the end of the five minutes in which LookupEvents begins to show them; what comes
 * later than its file goes into the next. Every event is judged by the trail's state when it happened.
 */
export function writeLogFiles(world: World, owner: Account, course: Course, now: number): void {
  for (const account of accountsOf(world, owner, course)) {
    const progress = (course.progress[account.id] ??= { next: 0, waiting: [], until: 0 });
    while (progress.next < account.trail.length) progress.waiting.push(progress.next++);
    const due = Math.floor(now / PACE) * PACE;
    const files = new Map<string, { at: number; region: string; state: TrailState; entries: Entry[] }>();
    const later: number[] = [];
    for (const index of progress.waiting) {
      const entry = account.trail[index]!;
      const at = Math.max((Math.floor(entry.visibleAt / PACE) + 1) * PACE, progress.until + PACE);
      if (at > due) {
        later.push(index);
        continue;
      }
      // Events carry whole seconds: one that turned the trail on or off belongs to the state that it made or ended.
      const time = Date.parse(entry.record.eventTime) + 999;
      const state = stateAt(course, time);
      if (!state || (account !== owner && !state.organization) || !(selects(course, state, entry) || endedIt(course, state, entry))) continue;
      const name = `${at}/${entry.region}/${state.bucket}`;
      const file = files.get(name) ?? { at, region: entry.region, state, entries: [] };
      files.set(name, file);
      file.entries.push(entry);
    }
    progress.waiting = later;
    progress.until = due;
    for (const { at, region, state, entries } of [...files.values()].sort((a, b) => a.at - b.at)) {
      const unique = uniqueOf(`${world.seed} ${course.arn} ${account.id} ${region} ${at} ${entries[0]!.record.eventID}`);
      const key = `${base(world, owner, state, account.id)}CloudTrail/${region}/${day(at)}/${account.id}_CloudTrail_${region}_${minute(at)}_${unique}.json.gz`;
      const text = JSON.stringify({ Records: entries.map(({ record }) => record) });
      const { hash } = deposit(world, { bucket: state.bucket, key, text, time: at });
      const times = entries.map(({ record }) => record.eventTime as string).sort();
      const files = (course.unnamed[`${account.id}/${region}`] ??= []);
      if (state.validation) files.push({ at, bucket: state.bucket, key, hash, oldest: times[0]!, newest: times.at(-1)! });
    }
  }
}
/** The call that stopped the trail is the last that the trail tells. */
const endedIt = (course: Course, state: TrailState, { record }: Entry): boolean => {
  const before = course.states[course.states.indexOf(state) - 1];
  return before?.logging === true && record.eventSource === 'cloudtrail.amazonaws.com' && Math.abs(Date.parse(record.eventTime) - state.from) < 1000;
};
