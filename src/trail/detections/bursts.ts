import { text as say, type Text } from '../../kernel/index.ts';
import type { Burst } from '../detection.ts';
import type { TrailRecord } from '../event.ts';

interface Seen {
  readonly n: number;
  /** UTC milliseconds. */
  readonly time: number;
  readonly attempt: boolean;
  readonly why: Text;
  readonly record: TrailRecord;
}
export interface Found {
  readonly attempt: boolean;
  readonly why: Text;
  readonly events: readonly number[];
}
export interface Bursts {
  add(event: Seen): void;
  /** All bursts; call it once, at the end. */
  done(): readonly Found[];
}

/** Actors followed at once, per detection; the one not heard of for longest is let go first. */
const ACTORS = 20_000;
/** Events named in one hit; more are counted only. */
const NAMED = 5_000;

type Waiting = Pick<Seen, 'n' | 'time' | 'attempt'>;
interface Open {
  why: Text;
  events: number[];
  count: number;
  readonly answers: Set<string>;
  attempt: boolean;
  first: number;
  last: number;
}
interface Actor {
  /** The latest event of each different answer, or the latest few events; never more than `atLeast`. Oldest first. */
  waiting: Map<string | number, Waiting>;
  open: Open | undefined;
}

/**
 * A window that slides over each actor's events. A burst begins when `atLeast` events (or different answers) lie within the window, and goes on
 * until the actor is quiet for as long as the window is: one hit, however long it lasts.
 */
export function burstsOf(burst: Burst): Bursts {
  const window = burst.within * 1000;
  const actors = new Map<string, Actor>();
  const found: Found[] = [];
  const close = (actor: Actor) => {
    if (actor.open) found.push(foundOf(actor.open, burst.distinct !== undefined));
    actor.open = undefined;
  };
  const actorOf = (name: string): Actor => {
    const actor = actors.get(name) ?? { waiting: new Map(), open: undefined };
    // Put last, so that the first is the one not heard of for longest.
    actors.delete(name);
    actors.set(name, actor);
    if (actors.size > ACTORS) {
      const [oldest, itself] = actors.entries().next().value!;
      close(itself);
      actors.delete(oldest);
    }
    return actor;
  };
  return {
    add(event) {
      if (Number.isNaN(event.time)) return;
      const name = burst.by(event.record);
      const answer = burst.distinct ? burst.distinct(event.record) : undefined;
      if (name === undefined || (burst.distinct && answer === undefined)) return;
      const actor = actorOf(name);
      if (actor.open && event.time - actor.open.last > window) close(actor);
      if (actor.open) return extend(actor.open, event, answer);
      const { waiting } = actor;
      const key = answer ?? event.n;
      waiting.delete(key);
      waiting.set(key, { n: event.n, time: event.time, attempt: event.attempt });
      for (const [old, { time }] of waiting) {
        if (event.time - time <= window) break;
        waiting.delete(old);
      }
      if (waiting.size < burst.atLeast) return;
      const events = [...waiting.values()];
      actor.open = {
        why: event.why,
        events: events.map(({ n }) => n),
        count: events.length,
        answers: new Set(burst.distinct ? ([...waiting.keys()] as string[]) : []),
        attempt: events.every(({ attempt }) => attempt),
        first: events[0]!.time,
        last: event.time,
      };
      actor.waiting = new Map();
    },
    done() {
      for (const actor of actors.values()) close(actor);
      actors.clear();
      return found;
    },
  };
}
function extend(open: Open, { n, time, attempt, why }: Seen, answer: string | undefined): void {
  if (open.events.length < NAMED) open.events.push(n);
  if (answer !== undefined && open.answers.size < NAMED) open.answers.add(answer);
  open.count += 1;
  // What worked is the better example of what was done.
  if (open.attempt && !attempt) Object.assign(open, { attempt: false, why });
  open.last = Math.max(open.last, time);
}
function foundOf({ why, events, count, answers, attempt, first, last }: Open, distinct: boolean): Found {
  const seconds = Math.round((last - first) / 1000);
  const [en, es] =
    seconds < 120
      ? [`${seconds} s`, `${seconds} s`]
      : seconds < 7200
        ? [`${Math.round(seconds / 60)} min`, `${Math.round(seconds / 60)} min`]
        : [`${Math.round(seconds / 3600)} h`, `${Math.round(seconds / 3600)} h`];
  const [differentEn, differentEs] = distinct ? [`, ${answers.size} of them different`, `, ${answers.size} de ellos distintos`] : ['', ''];
  return {
    attempt,
    events,
    why: say(`${why.en} In all ${count} events within ${en}${differentEn}.`, `${why.es} En total ${count} eventos en ${es}${differentEs}.`),
  };
}
