import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { CLIENT_ERROR, each, listed, read, unlessGone } from '../hunting/calls.ts';
import { type Container, containerDetail, containerReasons } from '../hunting/containers.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

interface Definition {
  taskDefinitionArn?: string;
  family?: string;
  revision?: number;
  status?: string;
  registeredAt?: string;
  registeredBy?: string;
  taskRoleArn?: string;
  executionRoleArn?: string;
  networkMode?: string;
  pidMode?: string;
  cpu?: string;
  memory?: string;
  containerDefinitions?: Container[];
}
const familyOf = (arn: string): string => (arn.split('/').at(-1) ?? '').replace(/:\d+$/, '');

/** Revisions of one family after another, newest first, as ListTaskDefinitions lists them in descending order. */
async function* families(ctx: ActionContext, region: string): AsyncIterable<string[]> {
  let revisions: string[] = [];
  for await (const arn of listed<string>(ctx, 'ecs', region, 'ListTaskDefinitions', 'taskDefinitionArns', { status: 'ACTIVE', sort: 'DESC' })) {
    if (revisions.length > 0 && familyOf(revisions[0]!) !== familyOf(arn)) {
      yield revisions;
      revisions = [];
    }
    revisions.push(arn);
  }
  if (revisions.length > 0) yield revisions;
}

/**
 * What containers run and as which roles, ready to be started again. Active task definitions: the newest revision of each family, and
 * those before it as long as they were registered in the window. An attacker's revision may have been followed by an honest one.
 */
export const hunter: Hunter = {
  type: 'AWS::ECS::TaskDefinition',
  scope: 'regional',
  title: text('ECS task definitions', 'Definiciones de tareas de ECS'),
  permissions: ['ecs:ListTaskDefinitions', 'ecs:DescribeTaskDefinition'],
  createdByEvents: ['RegisterTaskDefinition'],
  names: ['taskDefinitionArn'],
  async *scan(ctx, region, since) {
    yield* each(families(ctx, region), async (revisions) => {
      const found: Found[] = [];
      for (const taskDefinition of revisions) {
        const answer = await unlessGone(
          () => read<{ taskDefinition?: Definition }>(ctx, 'ecs', region, 'DescribeTaskDefinition', { taskDefinition }),
          CLIENT_ERROR,
        );
        const one = answer?.taskDefinition;
        if (one?.taskDefinitionArn === undefined) continue;
        const containers = one.containerDefinitions ?? [];
        const reasons = containerReasons(containers);
        const createdAt = time(one.registeredAt);
        found.push(
          foundAt(ctx, 'AWS::ECS::TaskDefinition', region, one.taskDefinitionArn, `${one.family ?? ''}:${one.revision ?? ''}`, {
            createdAt,
            alive: one.status !== 'INACTIVE',
            roles: rolesOf(ctx, one.taskRoleArn, one.executionRoleArn),
            reasons,
            detail: {
              ...present({ madeBy: one.registeredBy, network: one.networkMode, pid: one.pidMode, cpu: one.cpu, memory: one.memory }),
              ...containerDetail(containers),
            },
          }),
        );
        if (createdAt === null || createdAt < since) break;
      }
      return found;
    });
  },
};
