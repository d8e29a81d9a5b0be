import type { ActionContext, JsonObject, Reason } from '../../../kernel/index.ts';
import { CLIENT_ERROR, read, unlessGone } from './calls.ts';
import { type Container, containerDetail, containerReasons } from './containers.ts';
import { rolesOf } from './roles.ts';

export interface Runs {
  readonly roles: readonly string[];
  readonly reasons: readonly Reason[];
  readonly detail: JsonObject;
}
interface Definition {
  taskRoleArn?: string;
  executionRoleArn?: string;
  containerDefinitions?: Container[];
}
const NOTHING: Runs = { roles: [], reasons: [], detail: {} };

/** What tasks and services run, and with which roles, stands in their task definitions. Each is asked for once. */
export function definitionsOf(ctx: ActionContext, region: string): (arn: string | undefined) => Promise<Runs> {
  const known = new Map<string, Promise<Runs>>();
  const ask = async (taskDefinition: string): Promise<Runs> => {
    const answer = await unlessGone(
      () => read<{ taskDefinition?: Definition }>(ctx, 'ecs', region, 'DescribeTaskDefinition', { taskDefinition }),
      CLIENT_ERROR,
    );
    const { taskRoleArn, executionRoleArn, containerDefinitions = [] } = answer?.taskDefinition ?? {};
    return {
      roles: rolesOf(ctx, taskRoleArn, executionRoleArn),
      reasons: containerReasons(containerDefinitions),
      detail: containerDetail(containerDefinitions),
    };
  };
  return async (arn) => {
    if (arn === undefined) return NOTHING;
    const asked = known.get(arn) ?? ask(arn);
    known.set(arn, asked);
    return asked;
  };
}
