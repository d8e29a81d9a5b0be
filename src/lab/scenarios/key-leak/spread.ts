import { campaign, type Move } from '../campaign.ts';
import type { Draw } from '../draw.ts';
import type { Loot } from '../loot.ts';
import type { Actor, Stage } from '../stage.ts';
import { type Act, act, type Technique } from '../technique.ts';
import type { Scene } from './attack.ts';
import { type Cast, SPAN } from './cast.ts';
import type { Company } from './company.ts';

/** What the attack's own scenes make at least: per mined region a pair, a group and a machine; two keys, a user and a role. */
const OWN = 13;
/** Things of the attacker's in one telling, at least. */
export const AT_LEAST = 32;

/** Which techniques this telling uses, where and when: from the seed alone. */
export const movesOf = (draw: Draw, cast: Cast, techniques: readonly Technique[]): Move[] =>
  campaign(draw.fork('campaign'), {
    techniques,
    regions: [...cast.quiet, ...cast.attacked],
    home: cast.home,
    officeRegions: [cast.home, cast.second],
    from: cast.times.persist + 25 * SPAN.MINUTE,
    to: cast.times.blind - 25 * SPAN.MINUTE,
    atLeast: AT_LEAST - OWN + draw.fork('more').int(0, 6),
    hands: 3,
  });

export interface Spread {
  /** The company's own things that will be misused; played when the company is built. */
  before(): Promise<void>;
  scenes: Scene[];
}

/** The moves as scenes, the attacker's and the colleagues'. */
export function spread(stage: Stage, cast: Cast, company: Company, loot: Loot, moves: readonly Move[], hands: readonly (() => Actor)[], draw: Draw): Spread {
  const taken = new Set<string>();
  const played = moves.map((move, index) => {
    const kept: Record<string, string> = {};
    const dice = draw.fork(`${move.technique.id} ${index}`);
    const as = (by: Actor, region: string, hostile: boolean, label: string): Act =>
      act({ stage, loot, draw: dice.fork(label), by, hostile, account: cast.account, region, company: company.props, taken, kept });
    return { move, as };
  });
  return {
    async before() {
      for (const { move, as } of played) await move.technique.before?.(as(company.admin, move.region, false, 'before'));
    },
    scenes: played.flatMap(({ move, as }): Scene[] => [
      { at: move.at, play: () => move.technique.play(as(hands[move.hand]!(), move.region, true, 'play')) },
      ...(move.innocent ? [{ at: move.innocent.at, play: () => move.technique.innocent!(as(company.admin, move.innocent!.region, false, 'innocent')) }] : []),
    ]),
  };
}
