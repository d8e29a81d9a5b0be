import { text as say, type Text } from '../../kernel/index.ts';
import type { Background, Detection, Hit, Severity } from '../detection.ts';
import { apiOf, outcomeOf, type TrailEvent, timeOf } from '../event.ts';
import { type Bursts, burstsOf } from './bursts.ts';

export interface NamedDetection {
  readonly id: string;
  readonly detection: Detection;
}

const SEVERITIES: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];
/** One step less for what was only tried. @example lowered('high') // 'medium' */
export const lowered = (severity: Severity): Severity => SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - 1)]!;

/** `iam:CreateUser`, `iam:*`, `ec2:Describe*`, `*:*`. */
export function matches(pattern: string, api: string): boolean {
  if (pattern === '*:*') return true;
  return pattern.endsWith('*') ? api.startsWith(pattern.slice(0, -1)) : pattern === api;
}
/** The APIs that these detections look at, each once, sorted: for a filter before `detect`. `s3:*` and `*:*` mean what they say. */
export const apisOf = (detections: readonly NamedDetection[]): readonly string[] => [...new Set(detections.flatMap(({ detection }) => detection.apis))].sort();

interface Armed extends NamedDetection {
  readonly named: NamedDetection;
  readonly bursts: Bursts | undefined;
}
/** So many different APIs are remembered with their detections: real trails have about two thousand; names in hostile ones are without end. */
const REMEMBERED = 20_000;

/**
 * Hits of our own detections, in order of their first event. Events must come in order of time, or bursts are not seen whole; an event without a readable
 * time is in no burst. What was refused, did not work or was a dry run is an attempt: one step less severe, or no hit when the detection says `attempts: false`.
 * A burst is an attempt when each of its events was. An event gives at most one hit per detection.
 * `looksAt` may spare a detection an event that is known to be no hit of it.
 */
export async function detect<E extends TrailEvent>(
  detections: readonly NamedDetection[],
  events: AsyncIterable<E> | Iterable<E>,
  background: Background,
  looksAt: (one: NamedDetection, event: E) => boolean = () => true,
): Promise<Hit[]> {
  const armed: Armed[] = detections.map((one) => ({ ...one, named: one, bursts: one.detection.burst && burstsOf(one.detection.burst) }));
  const byApi = new Map<string, readonly Armed[]>();
  const lookers = (api: string): readonly Armed[] => {
    let found = byApi.get(api);
    if (!found) {
      if (byApi.size >= REMEMBERED) byApi.clear();
      found = armed.filter(({ detection }) => detection.apis.some((pattern) => matches(pattern, api)));
      byApi.set(api, found);
    }
    return found;
  };
  const hits: Hit[] = [];
  const look = (one: Armed, event: TrailEvent, attempt: boolean) => {
    const why = one.detection.when(event.record, background);
    if (!why) return;
    if (!one.bursts) hits.push(hitOf(one, attempt, why, [event.n]));
    else one.bursts.add({ n: event.n, time: timeOf(event.record), attempt, why, record: event.record });
  };
  for await (const event of events) {
    const found = lookers(apiOf(event.record));
    if (found.length === 0) continue;
    const attempt = outcomeOf(event.record) !== 'done';
    for (const one of found) {
      if ((attempt && one.detection.attempts === false) || !looksAt(one.named, event)) continue;
      try {
        look(one, event, attempt);
      } catch {
        // A record made to make a detection fall over must not pass unseen.
        hits.push({ ...hitOf(one, attempt, UNREADABLE, [event.n]), severity: 'informational' });
      }
    }
  }
  for (const one of armed) for (const burst of one.bursts?.done() ?? []) hits.push(hitOf(one, burst.attempt, burst.why, burst.events));
  return hits.sort((a, b) => a.events[0]! - b.events[0]!);
}
const UNREADABLE: Text = say(
  'This event has a shape that the detection could not read. Look at it by hand.',
  'Este evento tiene una forma que la detección no pudo leer. Mírelo a mano.',
);
const hitOf = ({ id, detection }: NamedDetection, attempt: boolean, why: Text, events: readonly number[]): Hit => ({
  rule: id,
  title: detection.title.en,
  severity: attempt ? lowered(detection.severity) : detection.severity,
  attack: detection.attack,
  author: '',
  attempt,
  // The sentence tells what the call does; alone it would claim that it did.
  why: attempt ? say(`Tried, without success: ${why.en}`, `Intentado, sin éxito: ${why.es}`) : why,
  events,
});
