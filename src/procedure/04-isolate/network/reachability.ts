import type { Decided } from './acl.ts';
import { passing } from './flows.ts';
import { groupTraffic } from './groups.ts';
import { type PathKind, pathsOf, type Shut } from './paths.ts';
import { type Box, minus, trafficName } from './space.ts';
import type { NetworkState } from './state.ts';

/** One line of "who can still talk to it, and why". Ids and numbers are AWS's own; `why` says what decides. */
export interface Reach {
  readonly interface: string;
  readonly family: 4 | 6;
  /** in: they may open a connection to it. out: it may open one to them. */
  readonly direction: 'in' | 'out';
  readonly peer: PathKind;
  readonly name: string;
  readonly via: string;
  readonly open: boolean;
  /** Why not: no rule of a group, an ACL, or there is no way. */
  readonly why: 'open' | 'expected' | 'no-rule' | 'acl' | Shut;
  /** What is let pass: `tcp 22`. */
  readonly traffic: readonly string[];
  /** Rule ids with what they say, ACL entries; at most a few. */
  readonly by: readonly string[];
}
/** Traffic that shall be possible: the responder's. */
export interface Expected {
  readonly egress: boolean;
  readonly box: Box;
}
const MANY = 6;

/**
 * Who can open a connection with the instance, in both directions and both families: groups, ACLs on the way, routes and addresses taken
 * together. What could not be read counts as open. `expected` is taken out first: what is then left is not wanted.
 */
export function reachability(state: NetworkState, expected: readonly Expected[] = []): Reach[] {
  return state.interfaces.flatMap((one) =>
    ([4, 6] as const).flatMap((family) =>
      pathsOf(state, one, family).flatMap((path) =>
        ([false, true] as const).map((egress): Reach => {
          const offered = groupTraffic(state, one.groups, egress, family);
          const { open, stopped, shut } = passing(state, one, path, egress, offered);
          const wanted = expected.filter((each) => each.egress === egress).map((each) => each.box);
          const strange = open.flatMap((piece): Decided[] => minus([piece.box], wanted).map((box) => ({ box, by: piece.by })));
          const shown = strange.length > 0 ? strange : open;
          const why = strange.length > 0 ? 'open' : open.length > 0 ? 'expected' : (shut ?? (stopped.length > 0 ? 'acl' : 'no-rule'));
          return {
            interface: one.id,
            family,
            direction: egress ? 'out' : 'in',
            peer: path.kind,
            name: path.name,
            via: path.via,
            open: open.length > 0,
            why,
            traffic: few(shown.map((piece) => trafficName(piece.box))),
            by: few(open.length > 0 ? shown.map((piece) => piece.by) : why === 'acl' ? stopped : []),
          };
        }),
      ),
    ),
  );
}
const few = (words: readonly string[]): string[] => {
  const all = [...new Set(words)];
  return all.length > MANY ? [...all.slice(0, MANY), `+${all.length - MANY}`] : all;
};
