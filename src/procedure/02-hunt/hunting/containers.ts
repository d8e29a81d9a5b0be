import type { JsonObject, Reason } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { commandReasons } from './startup-code.ts';

/** The parts of a container that say what it runs, in ECS and in Batch. Values of environment variables are secrets and are not read. */
export interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly privileged?: boolean;
}
const MOST = 20;

/** Images only: commands may carry secrets, and what is hostile in them is said as a reason. */
export const containerDetail = (containers: readonly Container[]): JsonObject => ({
  images: containers.flatMap((one) => (one.image === undefined ? [] : [oneLine(one.image)])).slice(0, MOST),
  ...(containers.some((one) => one.privileged === true) ? { privileged: true } : {}),
});
export const containerReasons = (containers: readonly Container[]): Reason[] =>
  commandReasons(containers.flatMap((one) => [one.image, ...(one.entryPoint ?? []), ...(one.command ?? [])]));
