import type { Settings } from '../contract.ts';
import { draw } from './draw.ts';

/** A minute of AWS's own work passes in a second, as the watch of a rehearsal does. */
const SPEED = 60;

/** The weather of a drill: slow calls, some throttling, IAM that takes effect late, EC2 reads behind writes, small pages. */
export function defaultTrouble(seed: string): Settings {
  const dice = draw(`${seed}/trouble`);
  return {
    faults: [
      { kind: 'latency', milliseconds: [dice.int(18, 24), dice.int(45, 60)] },
      { service: 'ec2', kind: 'error', code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.', chance: 0.01 },
      { service: 'iam', kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded', chance: 0.01 },
    ],
    iamDelay: dice.int(2_500, 3_500),
    ec2Stale: dice.int(800, 1_200),
    // What the story left is visible at once; what is done now shows one to five minutes later, at the lab's speed.
    trailDelay: [60_000 / SPEED, 300_000 / SPEED],
    pageSize: dice.int(5, 7),
    speed: SPEED,
    lookupRate: 2,
  };
}
