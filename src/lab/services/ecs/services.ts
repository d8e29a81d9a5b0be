import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arn, invalid, running, type ServiceRow, serviceStatus, services, shortName, startTask, theCluster, theDefinition } from './model.ts';
import { needNetwork } from './tasks.ts';

const key = (cluster: string, name: string): string => `${cluster}/${name}`;
const own = (ctx: LabContext, row: ServiceRow) => running(ctx, row.cluster).filter((task) => task.group === `service:${row.name}`);
const view = (ctx: LabContext, row: ServiceRow) => {
  const tasks = own(ctx, row);
  const up = tasks.filter((task) => task.runningAt <= ctx.now()).length;
  return {
    serviceArn: row.arn,
    serviceName: row.name,
    clusterArn: arn(ctx, 'cluster', row.cluster),
    status: serviceStatus(row, ctx.now()),
    desiredCount: row.desired,
    runningCount: up,
    pendingCount: tasks.length - up,
    launchType: row.launchType,
    taskDefinition: row.definition,
    deployments: [],
    events: [],
    loadBalancers: [],
    serviceRegistries: [],
    createdAt: new Date(row.created),
    createdBy: row.createdBy,
    networkConfiguration: row.network,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: row.exec,
    tags: row.tags,
  };
};
/** Starts or stops tasks until as many run as are wanted; the newest go first. */
function scale(ctx: LabContext, row: ServiceRow): void {
  const tasks = own(ctx, row);
  for (const task of tasks.slice(row.desired)) Object.assign(task, { stoppedAt: ctx.now(), stopReason: 'Scaling activity initiated by deployment' });
  const cluster = theCluster(ctx, row.cluster);
  // Without container instances the service waits: only Fargate has room at once.
  if (row.launchType !== 'FARGATE') return;
  for (let count = tasks.length; count < row.desired; count++)
    startTask(ctx, cluster, theDefinition(ctx, row.definition), {
      group: `service:${row.name}`,
      startedBy: `ecs-svc/${String(row.created).padStart(19, '0')}`,
      launchType: row.launchType,
      exec: row.exec,
    });
}
function theService(ctx: LabContext, input: any): ServiceRow {
  const cluster = theCluster(ctx, input.cluster);
  const row = services.get(ctx, key(cluster.name, shortName(input.service)));
  if (row.deleted !== undefined) throw new LabError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return row;
}
const LAUNCH = { enum: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'] };
const resources = (input: any, ctx: LabContext): string[] => [
  arn(ctx, 'service', `${shortName(String(input.cluster ?? 'default'))}/${shortName(String(input.serviceName ?? input.service ?? '*'))}`),
];

export const operations: LabOperations = {
  CreateService: {
    constraints: { tags: { length: [0, 50] }, launchType: LAUNCH, schedulingStrategy: { enum: ['REPLICA', 'DAEMON'] } },
    resources,
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.serviceName)) throw invalid('Service name contains invalid characters.');
      if (input.taskDefinition === undefined) throw invalid('TaskDefinition can not be blank.');
      const definition = theDefinition(ctx, input.taskDefinition);
      if (!definition.active) throw new LabError('ClientException', 'TaskDefinition is inactive');
      const old = services.find(ctx, key(cluster.name, input.serviceName));
      if (old && serviceStatus(old, ctx.now()) === 'ACTIVE') throw invalid('Creation of service was not idempotent.');
      if (old && serviceStatus(old, ctx.now()) === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
      needNetwork(definition, input);
      if (input.desiredCount === undefined && (input.schedulingStrategy ?? 'REPLICA') === 'REPLICA') throw invalid('The desired count can not be null.');
      const row: ServiceRow = {
        name: input.serviceName,
        arn: arn(ctx, 'service', key(cluster.name, input.serviceName)),
        cluster: cluster.name,
        definition: definition.arn,
        desired: input.desiredCount ?? 0,
        launchType: input.launchType ?? (input.capacityProviderStrategy === undefined ? 'EC2' : 'FARGATE'),
        created: ctx.now(),
        createdBy: ctx.caller.arn,
        network: input.networkConfiguration,
        exec: input.enableExecuteCommand ?? false,
        tags: input.tags ?? [],
      };
      services.put(ctx, key(cluster.name, row.name), row);
      scale(ctx, row);
      return { service: view(ctx, row) };
    },
  },
  ListServices: {
    constraints: { launchType: LAUNCH, schedulingStrategy: { enum: ['REPLICA', 'DAEMON'] } },
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      const rows = services
        .all(ctx)
        .filter((row) => row.cluster === cluster.name && serviceStatus(row, ctx.now()) !== 'INACTIVE')
        .filter((row) => input.launchType === undefined || row.launchType === input.launchType);
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 10 });
      return { serviceArns: items.map((row) => row.arn), nextToken: next };
    },
  },
  DescribeServices: {
    run(input, ctx) {
      const cluster = theCluster(ctx, input.cluster);
      if (input.services.length === 0) throw invalid('Services cannot be empty.');
      if (input.services.length > 10) throw invalid('Services cannot have more than 10 elements.');
      const rows = input.services.map((given: string) => ({ given, row: services.find(ctx, key(cluster.name, shortName(given))) }));
      return {
        services: rows.flatMap(({ row }: { row?: ServiceRow }) => (row ? [view(ctx, row)] : [])),
        failures: rows
          .filter(({ row }: { row?: ServiceRow }) => !row)
          .map(({ given }: { given: string }) => ({ arn: arn(ctx, 'service', key(cluster.name, shortName(given))), reason: 'MISSING' })),
      };
    },
  },
  UpdateService: {
    resources,
    run(input, ctx) {
      const row = theService(ctx, input);
      if (input.taskDefinition !== undefined) row.definition = theDefinition(ctx, input.taskDefinition).arn;
      row.desired = input.desiredCount ?? row.desired;
      row.exec = input.enableExecuteCommand ?? row.exec;
      row.network = input.networkConfiguration ?? row.network;
      scale(ctx, row);
      return { service: view(ctx, row) };
    },
  },
  DeleteService: {
    resources,
    run(input, ctx) {
      const row = theService(ctx, input);
      if (row.desired > 0 && input.force !== true) throw invalid('The service cannot be stopped while it is scaled above 0.');
      row.desired = 0;
      scale(ctx, row);
      row.deleted = ctx.now();
      return { service: view(ctx, row) };
    },
  },
};
