import { type LabContext, LabError } from '../../contract.ts';
import { shelf } from '../shelf.ts';

/** Rows of AWS Batch. Times are epoch milliseconds. Source of the words: AWS Batch API Reference. */
export interface EnvironmentRow {
  name: string;
  arn: string;
  uuid: string;
  type: 'MANAGED' | 'UNMANAGED';
  state: 'ENABLED' | 'DISABLED';
  resources?: Record<string, any>;
  serviceRole: string;
  tags: Record<string, string>;
  validAt: number;
  goneAt?: number;
}
export interface QueueRow {
  name: string;
  arn: string;
  state: 'ENABLED' | 'DISABLED';
  priority: number;
  order: { order: number; computeEnvironment: string }[];
  tags: Record<string, string>;
  validAt: number;
  goneAt?: number;
}
export interface DefinitionRow {
  name: string;
  revision: number;
  arn: string;
  active: boolean;
  type: 'container' | 'multinode';
  /** RegisterJobDefinition's input without name, type and tags. */
  body: Record<string, any>;
  tags: Record<string, string>;
}
export interface JobRow {
  id: string;
  arn: string;
  name: string;
  queue: string;
  definition: string;
  overrides?: Record<string, any>;
  created: number;
  startsAt: number;
  ended?: { at: number; reason: string };
}

/** Batch has two errors: ClientException and ServerException. */
export const client = (message: string): LabError => new LabError('ClientException', message);
const there = (ctx: LabContext) => (row: { goneAt?: number }) => row.goneAt === undefined || row.goneAt > ctx.now();

export const environments = shelf<EnvironmentRow>('batchEnvironments', (id) => client(`${id} does not exist`));
export const queues = shelf<QueueRow>('batchQueues', (id) => client(`${id} does not exist`));
export const definitions = shelf<DefinitionRow>('batchDefinitions', (id) => client(`${id} does not exist`));
export const jobs = shelf<JobRow>('batchJobs', (id) => client(`job ${id} does not exist`));

export const liveEnvironments = (ctx: LabContext): EnvironmentRow[] => environments.all(ctx).filter(there(ctx));
export const liveQueues = (ctx: LabContext): QueueRow[] => queues.all(ctx).filter(there(ctx));
/** By name or ARN. */
export function theEnvironment(ctx: LabContext, given: string): EnvironmentRow {
  const row = liveEnvironments(ctx).find((one) => one.name === given || one.arn === given);
  if (!row) throw client(`${given} does not exist`);
  return row;
}
export function theQueue(ctx: LabContext, given: string): QueueRow {
  const row = liveQueues(ctx).find((one) => one.name === given || one.arn === given);
  if (!row) throw client(`${given} does not exist`);
  return row;
}
/** `name` (its latest active revision), `name:revision` or the ARN. */
export function theDefinition(ctx: LabContext, given: string): DefinitionRow {
  const [name = '', revision] = (given.split('/').at(-1) ?? given).split(':');
  const own = definitions.all(ctx).filter((row) => row.name === name);
  const row = revision === undefined ? own.filter((one) => one.active).at(-1) : own.find((one) => String(one.revision) === revision);
  if (!row) throw client(`Job Definition ${given} does not exist`);
  return row;
}
export const arn = (ctx: LabContext, kind: string, id: string): string => `arn:aws:batch:${ctx.region.name}:${ctx.account.id}:${kind}/${id}`;
export const status = (ctx: LabContext, row: { validAt: number; goneAt?: number }, first: 'CREATING' | 'UPDATING' = 'CREATING'): string =>
  row.goneAt !== undefined ? 'DELETING' : row.validAt <= ctx.now() ? 'VALID' : first;
export function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name))
    throw client(
      'Error executing request, Exception : name should match valid pattern: up to 128 letters (uppercase and lowercase), numbers, hyphens, and underscores',
    );
}
