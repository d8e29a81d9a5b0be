import type { Draw } from './draw.ts';
import type { Place, Technique } from './technique.ts';

/** One technique at one place and time, and, for most, a colleague who does the same kind of thing nearby. */
export interface Move {
  readonly technique: Technique;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly innocent: { readonly region: string; readonly at: number } | null;
  /** Which of the attacker's credentials, by number. */
  readonly hand: number;
}
export interface CampaignOptions {
  readonly techniques: readonly Technique[];
  /** Regions the attacker works in that the company never used. */
  readonly regions: readonly string[];
  /** Where the company's things are. */
  readonly home: string;
  /** Where colleagues make the same kinds of things. */
  readonly officeRegions: readonly string[];
  /** He works between these, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** At least so many things are to be made. */
  readonly atLeast: number;
  /** How many credentials he may use; the last is the most powerful. */
  readonly hands: number;
}
const GLOBAL_REGION = 'us-east-1';
const MINUTE = 60_000;

/** Which techniques, where, when and with what: all from the seed. Everything is decided here, so that it can be counted unplayed. */
export function campaign(draw: Draw, options: CampaignOptions): Move[] {
  const { techniques, regions, home, officeRegions, from, to, atLeast, hands } = options;
  const places: Record<Place, () => string> = { global: () => GLOBAL_REGION, home: () => home, region: () => draw.pick(regions) };
  const chosen: { technique: Technique; region: string }[] = [];
  const count = (): number => chosen.reduce((sum, { technique }) => sum + technique.makes.length, 0);
  const unused = (): string[] => regions.filter((region) => !chosen.some((one) => one.region === region && one.technique.makes.length > 0));
  for (const technique of draw.sample(techniques, techniques.length)) {
    if (count() >= atLeast && unused().length === 0) break;
    const fresh = technique.place === 'region' && technique.makes.length > 0 ? unused() : [];
    chosen.push({ technique, region: fresh.length > 0 ? draw.pick(fresh) : places[technique.place]() });
  }
  // Too few kinds for so much: some are done again elsewhere.
  const again = techniques.filter((one) => one.place === 'region' && one.makes.length > 0);
  while ((count() < atLeast || unused().length > 0) && again.length > 0) {
    const technique = draw.pick(again);
    const free = regions.filter((region) => !chosen.some((one) => one.technique === technique && one.region === region));
    chosen.push({ technique, region: draw.pick(unused().length > 0 ? unused() : free.length > 0 ? free : regions) });
  }
  return chosen
    .map(({ technique, region }): Move => {
      const at = draw.int(from, to);
      const nearby = technique.place === 'region' ? draw.pick(officeRegions) : region;
      const innocent = technique.innocent && draw.fraction() < 0.7 ? { region: nearby, at: Math.min(at + draw.int(-20, 20) * MINUTE, to + 3 * MINUTE) } : null;
      return { technique, region, at, innocent, hand: technique.powerful ? hands - 1 : draw.int(0, hands - 1) };
    })
    .sort((a, b) => a.at - b.at);
}
/** What the plan will have made, without playing it. */
export const planned = (moves: readonly Move[]): { type: string; region: string }[] =>
  moves.flatMap(({ technique, region }) => technique.makes.map((type) => ({ type, region })));
