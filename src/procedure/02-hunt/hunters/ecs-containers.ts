import type { JsonObject, Reason } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { hostileReasons } from './ecs-hostile.ts';

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
  hostileReasons(containers.flatMap((one) => [one.image, ...(one.entryPoint ?? []), ...(one.command ?? [])]));
/** ARNs, each once; what is absent is left out. A name alone (`myRole`) says too little. */
export const rolesOf = (...arns: readonly (string | undefined)[]): { roles?: string[] } => {
  const roles = [...new Set(arns.filter((arn): arn is string => /^arn:[^:]+:iam::\d{12}:role\//.test(arn ?? '')))];
  return roles.length > 0 ? { roles } : {};
};
