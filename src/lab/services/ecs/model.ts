import { type LabContext, LabError } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

/** Rows of Amazon ECS. Times are epoch milliseconds. Source of the words: Amazon ECS API Reference. */
export interface ClusterRow {
  name: string;
  arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: { name: string; value: string }[];
  providers: string[];
  tags: { key: string; value: string }[];
}
export interface DefinitionRow {
  family: string;
  revision: number;
  arn: string;
  active: boolean;
  registered: number;
  registeredBy: string;
  deregistered?: number;
  /** RegisterTaskDefinition's input without family and tags. */
  body: Record<string, any>;
  tags: { key: string; value: string }[];
}
export interface ServiceRow {
  name: string;
  arn: string;
  cluster: string;
  definition: string;
  desired: number;
  launchType: string;
  created: number;
  createdBy: string;
  network?: object;
  exec: boolean;
  /** Deleted at this moment; drains, then is INACTIVE. */
  deleted?: number;
  tags: { key: string; value: string }[];
}
export interface TaskRow {
  id: string;
  arn: string;
  cluster: string;
  definition: string;
  group: string;
  startedBy?: string;
  launchType: string;
  created: number;
  runningAt: number;
  stoppedAt?: number;
  stopReason?: string;
  overrides?: object;
  exec: boolean;
}

export const invalid = (message: string): LabError => new LabError('InvalidParameterException', message);
export const client = (message: string): LabError => new LabError('ClientException', message);
const noCluster = (): LabError => new LabError('ClusterNotFoundException', 'Cluster not found.');
/** Stopped tasks are shown for an hour. */
const TASK_SHOWN = 3_600_000;

export const clusters = shelf<ClusterRow>('ecsClusters', noCluster);
export const services = shelf<ServiceRow>('ecsServices', () => new LabError('ServiceNotFoundException', 'Service not found.'));
export const definitions = shelf<DefinitionRow>('ecsDefinitions', () => client('Unable to describe task definition.'));
const allTasks = shelf<TaskRow>('ecsTasks', () => invalid('The referenced task was not found.'));
export const tasks = {
  ...allTasks,
  all: (ctx: LabContext): TaskRow[] => allTasks.all(ctx).filter((row) => row.stoppedAt === undefined || row.stoppedAt + TASK_SHOWN > ctx.now()),
};

/** The last part of an ARN, or the name itself. */
export const shortName = (given: string): string => given.split('/').at(-1) ?? given;
export const arn = (ctx: LabContext, kind: string, path: string): string => `arn:aws:ecs:${ctx.region.name}:${ctx.account.id}:${kind}/${path}`;
export function theCluster(ctx: LabContext, given: string | undefined): ClusterRow {
  const row = clusters.find(ctx, shortName(given ?? 'default'));
  if (row?.status !== 'ACTIVE') throw noCluster();
  return row;
}
/** `family` (the latest active revision), `family:revision` or the ARN. */
export function theDefinition(ctx: LabContext, given: string): DefinitionRow {
  const [family = '', revision] = shortName(given).split(':');
  const own = definitions.all(ctx).filter((row) => row.family === family);
  const row = revision === undefined ? own.filter((one) => one.active).at(-1) : own.find((one) => String(one.revision) === revision);
  if (!row) throw client('TaskDefinition not found.');
  return row;
}
/** ARNs of the cluster a call names, for policy evaluation. */
export const clusterResource = (input: any, ctx: LabContext): string[] => [
  arn(ctx, 'cluster', shortName(String(input.cluster ?? input.clusterName ?? 'default'))),
];

export function startTask(
  ctx: LabContext,
  cluster: ClusterRow,
  definition: DefinitionRow,
  options: { group: string; startedBy?: string; launchType: string; overrides?: object; exec: boolean },
): TaskRow {
  const id = hex(ctx.world, 32);
  const row: TaskRow = {
    ...options,
    id,
    arn: arn(ctx, 'task', `${cluster.name}/${id}`),
    cluster: cluster.name,
    definition: definition.arn,
    created: ctx.now(),
    runningAt: ctx.due(30),
  };
  return tasks.put(ctx, id, row);
}
export const running = (ctx: LabContext, cluster: string): TaskRow[] => tasks.all(ctx).filter((row) => row.cluster === cluster && row.stoppedAt === undefined);
/** INACTIVE services stay visible to DescribeServices only. */
export const serviceStatus = (row: ServiceRow, now: number): string =>
  row.deleted === undefined ? 'ACTIVE' : now < row.deleted + 60_000 ? 'DRAINING' : 'INACTIVE';
