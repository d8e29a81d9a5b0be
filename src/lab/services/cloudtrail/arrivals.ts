import type { LabContext } from '../../contract.ts';
import { writeDigests } from './digests.ts';
import { writeLogFiles } from './log-files.ts';
import { coursesOf } from './states.ts';

/**
 * CloudTrail's files are written when somebody looks at the bucket: what would have arrived there by now. Digests only as far as
 * `prefix` reaches, since each is signed.
 */
export function trailArrivals(ctx: LabContext, bucket: string, prefix: string, delimited = false): void {
  const now = ctx.now();
  for (const owner of Object.values(ctx.world.accounts)) {
    for (const course of coursesOf(owner)) {
      if (!course.states.some((state) => state.bucket === bucket)) continue;
      writeLogFiles(ctx.world, owner, course, now);
      writeDigests(ctx.world, owner, course, now, prefix, delimited);
    }
  }
}
