import type { LabContext, LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';
import { conflict, functionName, invalid, notFound, theFunction } from './model.ts';

interface MappingRow {
  uuid: string;
  source?: string;
  function: string;
  enabled: boolean;
  batch: number;
  position?: string;
  modified: number;
  /** When the state it is going to is reached. */
  readyAt: number;
  deleting?: boolean;
}
const mappings = shelf<MappingRow>('lambdaMappings', () => notFound('The resource you requested does not exist.'));
const alive = (ctx: LabContext): MappingRow[] => mappings.all(ctx).filter((row) => !row.deleting || row.readyAt > ctx.now());
function theMapping(ctx: LabContext, uuid: string): MappingRow {
  const row = mappings.get(ctx, uuid);
  if (row.deleting && row.readyAt <= ctx.now()) throw notFound('The resource you requested does not exist.');
  return row;
}
function state(ctx: LabContext, row: MappingRow): string {
  const ready = row.readyAt <= ctx.now();
  if (row.deleting) return 'Deleting';
  return row.enabled ? (ready ? 'Enabled' : 'Creating') : ready ? 'Disabled' : 'Disabling';
}
const arnOf = (ctx: LabContext, uuid: string): string => `arn:aws:lambda:${ctx.region.name}:${ctx.account.id}:event-source-mapping:${uuid}`;
const view = (ctx: LabContext, row: MappingRow) => ({
  UUID: row.uuid,
  BatchSize: row.batch,
  MaximumBatchingWindowInSeconds: 0,
  EventSourceArn: row.source,
  FunctionArn: row.function,
  StartingPosition: row.position,
  LastModified: new Date(row.modified),
  LastProcessingResult: 'No records processed',
  State: state(ctx, row),
  StateTransitionReason: 'USER_INITIATED',
  EventSourceMappingArn: arnOf(ctx, row.uuid),
});
const resources = (input: any, ctx: LabContext): string[] => [arnOf(ctx, input.UUID ?? '*')];
const STREAM = /^arn:aws[^:]*:(kinesis|dynamodb|kafka):/;

export const operations: LabOperations = {
  CreateEventSourceMapping: {
    constraints: {
      FunctionName: { length: [1, 256] },
      BatchSize: { min: 1, max: 10000 },
      EventSourceArn: {
        pattern: 'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)',
      },
      StartingPosition: { enum: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] },
    },
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      const source: string | undefined = input.EventSourceArn;
      if (source === undefined && input.SelfManagedEventSource === undefined) throw invalid('Event source is required.');
      if (source !== undefined && STREAM.test(source) && input.StartingPosition === undefined)
        throw invalid('1 validation error detected: starting position is required.');
      const same = alive(ctx).find((one) => one.source === source && one.function === row.arn && !one.deleting);
      if (same)
        throw conflict(
          `An event source mapping with event source arn (" ${source} ") and function (" ${row.name} ") already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
        );
      const made: MappingRow = {
        uuid: ctx.uuid(),
        source,
        function: row.arn,
        enabled: input.Enabled ?? true,
        batch: input.BatchSize ?? (source !== undefined && STREAM.test(source) ? 100 : 10),
        position: input.StartingPosition,
        modified: ctx.now(),
        readyAt: ctx.due(10),
      };
      return view(ctx, mappings.put(ctx, made.uuid, made));
    },
  },
  ListEventSourceMappings: {
    constraints: { MaxItems: { min: 1, max: 10000 }, FunctionName: { length: [1, 256] } },
    run(input, ctx) {
      const wanted = input.FunctionName === undefined ? undefined : functionName(input.FunctionName).name;
      const rows = alive(ctx)
        .filter((row) => input.EventSourceArn === undefined || row.source === input.EventSourceArn)
        .filter((row) => wanted === undefined || functionName(row.function).name === wanted);
      const { items, next } = ctx.page(rows, input.Marker, Math.min(input.MaxItems ?? 100, 100));
      return { EventSourceMappings: items.map((row) => view(ctx, row)), NextMarker: next };
    },
  },
  GetEventSourceMapping: { resources, run: (input, ctx) => view(ctx, theMapping(ctx, input.UUID)) },
  UpdateEventSourceMapping: {
    resources,
    run(input, ctx) {
      const row = theMapping(ctx, input.UUID);
      if (input.FunctionName !== undefined) row.function = theFunction(ctx, input.FunctionName).arn;
      row.enabled = input.Enabled ?? row.enabled;
      row.batch = input.BatchSize ?? row.batch;
      row.modified = ctx.now();
      row.readyAt = ctx.due(10);
      return view(ctx, row);
    },
  },
  DeleteEventSourceMapping: {
    resources,
    run(input, ctx) {
      const row = theMapping(ctx, input.UUID);
      row.deleting = true;
      row.readyAt = ctx.due(10);
      return view(ctx, row);
    },
  },
};
