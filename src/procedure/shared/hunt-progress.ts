import type { Json, JsonObject } from '../../kernel/index.ts';

/** How far the hunt is in one region: the `hunt` member of a progress event. */
export interface HuntProgress {
  readonly region: string;
  readonly status: 'running' | 'inspected' | 'denied' | 'failed';
  /** Kinds of resources looked at, of how many. */
  readonly done: number;
  readonly of: number;
  /** Resources seen, whoever made them. */
  readonly found: number;
  /** CloudTrail events read. */
  readonly events: number;
  /** Regions finished, of how many. */
  readonly finished: number;
  readonly regions: number;
}

/** The hunt's progress in an event's data, or null when it is about something else. */
export function huntProgress(data: JsonObject): HuntProgress | null {
  const hunt: Json | undefined = data.hunt;
  return typeof hunt === 'object' && hunt !== null && !Array.isArray(hunt) && typeof hunt.region === 'string' ? (hunt as unknown as HuntProgress) : null;
}
