import { campaign, type Move } from '../campaign.ts';
import type { Draw } from '../draw.ts';
import type { Technique } from '../technique.ts';
import { type Cast, SPAN } from './cast.ts';

/** What the attack's own scenes make at least: per mined region a pair, a group and a machine; two keys, a user with a password, and a role. */
const OWN = 14;
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
