import type { World } from '../../contract.ts';
import { type Flow, type Opening, openFlow } from '../../world/network/index.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from './cast.ts';

export type Connect = Omit<Opening, 'opened'>;

/** Opens connections at the stage's time. @throws Error when the network would not let one be opened: then it is another story */
export function opens(world: World, stage: Stage, cast: Cast): (wish: Connect) => Flow {
  return (wish) => {
    const flow = openFlow(world, world.accounts[cast.account]!, cast.home, wish, stage.now);
    if (typeof flow === 'string') throw new Error(`${wish.label} to ${wish.remote} could not be opened: ${flow}`);
    return flow;
  };
}
