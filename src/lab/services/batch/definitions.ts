import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, checkName, client, type DefinitionRow, definitions, theDefinition } from './model.ts';

const view = (row: DefinitionRow) => ({
  jobDefinitionName: row.name,
  jobDefinitionArn: row.arn,
  revision: row.revision,
  status: row.active ? 'ACTIVE' : 'INACTIVE',
  type: row.type,
  ...row.body,
  tags: row.tags,
  containerOrchestrationType: row.body.eksProperties ? 'EKS' : 'ECS',
});
function check(input: any): void {
  checkName(input.jobDefinitionName);
  if (input.type === 'multinode') {
    if (input.nodeProperties === undefined) throw client('nodeProperties are required for multinode type.');
    return;
  }
  const kinds = [input.containerProperties, input.eksProperties, input.ecsProperties].filter((one) => one !== undefined);
  if (kinds.length !== 1) throw client('Container properties should be non-null for container type.');
  const { containerProperties } = input;
  if (containerProperties === undefined) return;
  if (!containerProperties.image) throw client('Container image should not be null or empty.');
  const needs = new Set((containerProperties.resourceRequirements ?? []).map((one: any) => one.type));
  if (containerProperties.vcpus === undefined && !needs.has('VCPU')) throw client('Container vcpus should be specified.');
  if (containerProperties.memory === undefined && !needs.has('MEMORY')) throw client('Container memory should be specified.');
  if (input.platformCapabilities?.includes('FARGATE') && containerProperties.executionRoleArn === undefined)
    throw client('Container executionRoleArn is required for Fargate platform jobs.');
}
const resources = (input: any, ctx: LabContext): string[] => {
  const given = String(input.jobDefinitionName ?? input.jobDefinition ?? '*');
  return [given.startsWith('arn:') ? given : arn(ctx, 'job-definition', given)];
};

export const operations: LabOperations = {
  RegisterJobDefinition: {
    mutates: true,
    constraints: { type: { enum: ['container', 'multinode'] }, 'platformCapabilities[]': { enum: ['EC2', 'FARGATE', 'MANAGED_INSTANCES'] } },
    resources,
    run(input, ctx) {
      check(input);
      const { jobDefinitionName: name, type, tags, ...body } = input;
      const revision = Math.max(0, ...definitions.all(ctx).flatMap((row) => (row.name === name ? [row.revision] : []))) + 1;
      const id = `${name}:${revision}`;
      const row: DefinitionRow = { name, revision, arn: arn(ctx, 'job-definition', id), active: true, type, body, tags: tags ?? {} };
      definitions.put(ctx, id, row);
      return { jobDefinitionName: name, jobDefinitionArn: row.arn, revision };
    },
  },
  DescribeJobDefinitions: {
    run(input, ctx) {
      const asked: string[] = input.jobDefinitions ?? [];
      const rows = definitions
        .all(ctx)
        .filter((row) => asked.length === 0 || asked.includes(row.arn) || asked.includes(`${row.name}:${row.revision}`))
        .filter((row) => input.jobDefinitionName === undefined || row.name === input.jobDefinitionName)
        .filter((row) => input.status === undefined || (row.active ? 'ACTIVE' : 'INACTIVE') === input.status);
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { jobDefinitions: items.map(view), nextToken: next };
    },
  },
  DeregisterJobDefinition: {
    mutates: true,
    resources,
    run(input, ctx) {
      theDefinition(ctx, input.jobDefinition).active = false;
      return {};
    },
  },
};
