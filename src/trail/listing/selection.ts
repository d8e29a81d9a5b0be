import { dayOf, type Place, type TrailKind } from './layout.ts';

/** What of a trail is wanted. What a name does not tell is always wanted. */
export interface Selection {
  /** Of the events, epoch milliseconds, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly kinds?: readonly TrailKind[];
  /** So much later than an event its file may come, milliseconds. Default two hours; digests have two hours more. */
  readonly late?: number;
}
const HOUR = 3_600_000;
/** Names are rounded to five minutes, and delivery is later than the event. */
const EARLY = HOUR / 4;
const lateOf = (selection: Selection, kind: TrailKind): number => (selection.late ?? 2 * HOUR) + (kind === 'digest' ? 2 * HOUR : 0);

/** First and last day whose folders can hold files of the window. */
export const daysOf = (selection: Selection, kind: TrailKind): { readonly from?: string; readonly to?: string } => ({
  ...(selection.since === undefined ? {} : { from: dayOf(selection.since - EARLY) }),
  ...(selection.until === undefined ? {} : { to: dayOf(selection.until + lateOf(selection, kind)) }),
});
const among = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || value === undefined || wanted.includes(value);

export const wantsAccount = (selection: Selection, account: string): boolean => among(selection.accounts, account);
export const wantsRegion = (selection: Selection, region: string): boolean => among(selection.regions, region);
export const wantsKind = (selection: Selection, kind: TrailKind): boolean => among(selection.kinds, kind);

export function wants(selection: Selection, place: Place): boolean {
  if (!among(selection.accounts, place.account) || !among(selection.regions, place.region) || !wantsKind(selection, place.kind)) return false;
  if (place.time !== undefined) {
    if (selection.since !== undefined && place.time < selection.since - EARLY) return false;
    return selection.until === undefined || place.time <= selection.until + lateOf(selection, place.kind);
  }
  const { from, to } = daysOf(selection, place.kind);
  return place.day === undefined || ((from === undefined || place.day >= from) && (to === undefined || place.day <= to));
}
