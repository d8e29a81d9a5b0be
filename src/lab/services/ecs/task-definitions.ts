import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, client, type DefinitionRow, definitions, invalid, theDefinition } from './model.ts';

const view = (row: DefinitionRow) => ({
  taskDefinitionArn: row.arn,
  family: row.family,
  revision: row.revision,
  status: row.active ? 'ACTIVE' : 'INACTIVE',
  registeredAt: new Date(row.registered),
  registeredBy: row.registeredBy,
  deregisteredAt: row.deregistered === undefined ? undefined : new Date(row.deregistered),
  compatibilities: row.body.requiresCompatibilities ?? ['EC2'],
  ...row.body,
});
/** What ECS itself refuses about a definition. */
function check(input: any): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family)) throw client('Family contains invalid characters.');
  if (input.containerDefinitions.length === 0) throw client('Container list cannot be empty.');
  for (const one of input.containerDefinitions) {
    if (one.name === undefined) throw client('Container.name should not be null or empty.');
    if (one.image === undefined) throw client('Container.image should not be null or empty.');
    if (one.memory === undefined && one.memoryReservation === undefined && input.memory === undefined)
      throw client(`Invalid setting for container '${one.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  if (!input.requiresCompatibilities?.includes('FARGATE')) return;
  if (input.networkMode !== 'awsvpc') throw client('Fargate only supports network mode ‘awsvpc’.');
  if (input.cpu === undefined) throw client("Task definition does not support launch_type FARGATE: 'cpu' is required.");
  if (input.memory === undefined) throw client("Task definition does not support launch_type FARGATE: 'memory' is required.");
}
const families = (ctx: LabContext, status: string): string[] => {
  const all = definitions.all(ctx);
  const active = new Set(all.filter((row) => row.active).map((row) => row.family));
  const names = [...new Set(all.map((row) => row.family))].sort();
  return names.filter((name) => status === 'ALL' || active.has(name) === (status === 'ACTIVE'));
};
const byName = (a: DefinitionRow, b: DefinitionRow): number => (a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1);

export const operations: LabOperations = {
  RegisterTaskDefinition: {
    mutates: true,
    constraints: {
      tags: { length: [0, 50] },
      networkMode: { enum: ['bridge', 'host', 'awsvpc', 'none'] },
      pidMode: { enum: ['host', 'task'] },
      ipcMode: { enum: ['host', 'task', 'none'] },
      'requiresCompatibilities[]': { enum: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'] },
    },
    resources: (input, ctx) => [arn(ctx, 'task-definition', `${input.family}:*`)],
    run(input, ctx) {
      check(input);
      const { family, tags, ...body } = input;
      const revision = Math.max(0, ...definitions.all(ctx).flatMap((row) => (row.family === family ? [row.revision] : []))) + 1;
      const id = `${family}:${revision}`;
      const row: DefinitionRow = {
        family,
        revision,
        arn: arn(ctx, 'task-definition', id),
        active: true,
        registered: ctx.now(),
        registeredBy: ctx.caller.arn,
        body: JSON.parse(JSON.stringify(body)),
        tags: tags ?? [],
      };
      return { taskDefinition: view(definitions.put(ctx, id, row)), tags: row.tags };
    },
  },
  DeregisterTaskDefinition: {
    mutates: true,
    run(input, ctx) {
      const row = theDefinition(ctx, input.taskDefinition);
      if (row.active) row.deregistered = ctx.now();
      row.active = false;
      return { taskDefinition: view(row) };
    },
  },
  ListTaskDefinitionFamilies: {
    constraints: { status: { enum: ['ACTIVE', 'INACTIVE', 'ALL'] } },
    run(input, ctx) {
      const rows = families(ctx, input.status ?? 'ALL').filter((name) => name.startsWith(input.familyPrefix ?? ''));
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { families: items, nextToken: next };
    },
  },
  ListTaskDefinitions: {
    constraints: { status: { enum: ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'] }, sort: { enum: ['ASC', 'DESC'] } },
    run(input, ctx) {
      if (input.maxResults !== undefined && (input.maxResults < 1 || input.maxResults > 100)) throw invalid('MaxResults must be between 1 and 100.');
      const active = (input.status ?? 'ACTIVE') === 'ACTIVE';
      const rows = definitions
        .all(ctx)
        .filter((row) => row.active === active && (input.familyPrefix === undefined || row.family === input.familyPrefix))
        .sort(byName);
      if (input.sort === 'DESC') rows.reverse();
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { taskDefinitionArns: items.map((row) => row.arn), nextToken: next };
    },
  },
  DescribeTaskDefinition: {
    run(input, ctx) {
      let row: DefinitionRow;
      try {
        row = theDefinition(ctx, input.taskDefinition);
      } catch {
        throw client('Unable to describe task definition.');
      }
      return { taskDefinition: view(row), ...(input.include?.includes('TAGS') ? { tags: row.tags } : {}) };
    },
  },
};
