import type { Move } from './campaign.ts';
import type { Draw } from './draw.ts';
import type { Loot } from './loot.ts';
import type { Actor, Stage } from './stage.ts';
import { type Act, act, type Props } from './technique.ts';

/** Something that happens at a time of the story, epoch milliseconds. */
export interface Scene {
  at: number;
  play(): Promise<void>;
}
export interface Players {
  stage: Stage;
  loot: Loot;
  draw: Draw;
  account: string;
  company: Props;
  /** Who makes the innocent things. */
  colleague: Actor;
  /** The attacker's credentials, by number; asked for when they are used. */
  hands: readonly (() => Actor)[];
  /** Names in use, over all of a story. */
  taken: Set<string>;
}
export interface Played {
  /** The company's own things that will be misused; played when the company is built. */
  before(): Promise<void>;
  scenes: Scene[];
}

/** Moves of a campaign as scenes, the attacker's and the colleagues'. */
export function playMoves(moves: readonly Move[], players: Players): Played {
  const { stage, loot, draw, account, company, colleague, hands, taken } = players;
  const prepared = moves.map((move, index) => {
    const kept: Record<string, string> = {};
    const dice = draw.fork(`${move.technique.id} ${index}`);
    const as = (by: Actor, region: string, hostile: boolean, label: string): Act =>
      act({ stage, loot, draw: dice.fork(label), by, hostile, account, region, company, taken, kept });
    return { move, as };
  });
  return {
    async before() {
      for (const { move, as } of prepared) await move.technique.before?.(as(colleague, move.region, false, 'before'));
    },
    scenes: prepared.flatMap(({ move, as }): Scene[] => [
      { at: move.at, play: () => move.technique.play(as(hands[move.hand]!(), move.region, true, 'play')) },
      ...(move.innocent ? [{ at: move.innocent.at, play: () => move.technique.innocent!(as(colleague, move.innocent!.region, false, 'innocent')) }] : []),
    ]),
  };
}

/** In the order of time, whoever acts. */
export async function playScenes(stage: Stage, scenes: readonly Scene[]): Promise<void> {
  for (const scene of [...scenes].sort((a, b) => a.at - b.at)) {
    stage.until(scene.at);
    await scene.play();
  }
}
