import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, clusterResource, type DefinitionRow, invalid, shortName, startTask, type TaskRow, tasks, theCluster, theDefinition } from './model.ts';

/** Tasks with their own network interface must be told where. */
export function needNetwork(definition: DefinitionRow, input: any): void {
  if (definition.body.networkMode === 'awsvpc' && input.networkConfiguration?.awsvpcConfiguration === undefined)
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
}
const status = (ctx: LabContext, row: TaskRow): string => (row.stoppedAt !== undefined ? 'STOPPED' : row.runningAt <= ctx.now() ? 'RUNNING' : 'PENDING');
const view = (ctx: LabContext, row: TaskRow) => {
  const body = theDefinition(ctx, row.definition).body;
  return {
    taskArn: row.arn,
    clusterArn: arn(ctx, 'cluster', row.cluster),
    taskDefinitionArn: row.definition,
    group: row.group,
    startedBy: row.startedBy,
    launchType: row.launchType,
    lastStatus: status(ctx, row),
    desiredStatus: row.stoppedAt === undefined ? 'RUNNING' : 'STOPPED',
    createdAt: new Date(row.created),
    startedAt: row.runningAt <= ctx.now() ? new Date(row.runningAt) : undefined,
    stoppedAt: row.stoppedAt === undefined ? undefined : new Date(row.stoppedAt),
    stoppedReason: row.stopReason,
    stopCode: row.stoppedAt === undefined ? undefined : 'UserInitiated',
    overrides: row.overrides ?? { containerOverrides: [] },
    enableExecuteCommand: row.exec,
    cpu: body.cpu,
    memory: body.memory,
    containers: body.containerDefinitions.map((one: any) => ({
      name: one.name,
      image: one.image,
      taskArn: row.arn,
      lastStatus: status(ctx, row),
      containerArn: arn(ctx, 'container', `${row.cluster}/${row.id}/${one.name}`),
      networkInterfaces: [],
    })),
    tags: [],
    version: 1,
  };
};

export const operations: LabOperations = {
  RunTask: {
    mutates: true,
    constraints: { tags: { length: [0, 50] }, launchType: { enum: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'] } },
    resources: (input, ctx) => [arn(ctx, 'task-definition', shortName(input.taskDefinition))],
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      const definition = theDefinition(ctx, input.taskDefinition);
      const count: number = input.count ?? 1;
      if (count < 1 || count > 10) throw invalid('Task count must be between 1 and 10');
      needNetwork(definition, input);
      const launchType = input.launchType ?? (input.capacityProviderStrategy === undefined ? 'EC2' : 'FARGATE');
      if (launchType === 'EC2') throw invalid('No Container Instances were found in your cluster.');
      if (launchType === 'FARGATE' && !definition.body.requiresCompatibilities?.includes('FARGATE'))
        throw invalid('Task definition does not support launch_type FARGATE.');
      const made = Array.from({ length: count }, () =>
        startTask(ctx, cluster, definition, {
          group: input.group ?? `family:${definition.family}`,
          startedBy: input.startedBy,
          launchType,
          overrides: input.overrides,
          exec: input.enableExecuteCommand ?? false,
        }),
      );
      return { tasks: made.map((row) => view(ctx, row)), failures: [] };
    },
  },
  ListTasks: {
    constraints: {
      desiredStatus: { enum: ['RUNNING', 'PENDING', 'STOPPED'] },
      launchType: { enum: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'] },
    },
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      const stopped = input.desiredStatus === 'STOPPED';
      const rows = tasks
        .all(ctx)
        .filter((row) => row.cluster === cluster.name && (row.stoppedAt !== undefined) === stopped)
        .filter((row) => input.serviceName === undefined || row.group === `service:${shortName(input.serviceName)}`)
        .filter((row) => input.family === undefined || shortName(row.definition).split(':')[0] === input.family)
        .filter((row) => input.startedBy === undefined || row.startedBy === input.startedBy)
        .filter((row) => input.launchType === undefined || row.launchType === input.launchType);
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { taskArns: items.map((row) => row.arn), nextToken: next };
    },
  },
  DescribeTasks: {
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      if (input.tasks.length === 0) throw invalid('Tasks cannot be empty.');
      if (input.tasks.length > 100) throw invalid('Tasks cannot have more than 100 elements.');
      const shown = new Map(tasks.all(ctx).map((row) => [row.id, row]));
      const rows: { given: string; row?: TaskRow }[] = input.tasks.map((given: string) => ({ given, row: shown.get(shortName(given)) }));
      return {
        tasks: rows.flatMap(({ row }) => (row && row.cluster === cluster.name ? [view(ctx, row)] : [])),
        failures: rows
          .filter(({ row }) => row?.cluster !== cluster.name)
          .map(({ given }) => ({ arn: arn(ctx, 'task', `${cluster.name}/${shortName(given)}`), reason: 'MISSING' })),
      };
    },
  },
  StopTask: {
    mutates: true,
    resources: clusterResource,
    run(input, ctx) {
      theCluster(ctx, input.cluster);
      const row = tasks.get(ctx, shortName(input.task));
      row.stoppedAt ??= ctx.now();
      row.stopReason ??= input.reason ?? 'Task stopped by user';
      return { task: view(ctx, row) };
    },
  },
};
