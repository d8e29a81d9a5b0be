import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arn, type BusRow, buses, invalid, LIMIT, notFound, rules } from './model.ts';

const MAX_POLICY = 10_240;
const BUS = { length: [1, 256] as [number, number], pattern: '[/\\.\\-_A-Za-z0-9]+' };
const STATEMENT = { length: [1, 64] as [number, number], pattern: '[a-zA-Z0-9-_]+' };
const policyText = (row: BusRow): string | undefined => (row.policy.length > 0 ? JSON.stringify({ Version: '2012-10-17', Statement: row.policy }) : undefined);
const view = (row: BusRow) => ({
  Name: row.name,
  Arn: row.arn,
  Description: row.description,
  Policy: policyText(row),
  ...(row.created > 0 && { CreationTime: new Date(row.created), LastModifiedTime: new Date(row.modified) }),
});
const resources = (input: any, ctx: LabContext): string[] => [
  arn(ctx, 'event-bus', String(input.Name ?? input.EventBusName ?? 'default').replace(/^arn:[^/]*\//, '')),
];
function documentOf(text: string): Record<string, any>[] {
  try {
    const document = JSON.parse(text);
    if (Array.isArray(document.Statement)) return document.Statement;
    if (typeof document.Statement === 'object' && document.Statement !== null) return [document.Statement];
  } catch {
    // falls through to the refusal
  }
  throw invalid('Policy document is not valid.');
}

export const operations: LabOperations = {
  CreateEventBus: {
    constraints: { Name: BUS, Description: { length: [0, 512] } },
    resources,
    run(input, ctx) {
      if (buses.find(ctx, input.Name)) throw new LabError('ResourceAlreadyExistsException', `Event bus ${input.Name} already exists.`);
      if (input.Name.includes('/') && input.EventSourceName === undefined) throw invalid('Event bus name must not contain "/".');
      const row = buses.put(ctx, input.Name, {
        name: input.Name,
        arn: arn(ctx, 'event-bus', input.Name),
        description: input.Description,
        created: ctx.now(),
        modified: ctx.now(),
        policy: [],
      });
      return { EventBusArn: row.arn, Description: row.description };
    },
  },
  ListEventBuses: {
    constraints: { NamePrefix: BUS, Limit: LIMIT },
    run(input, ctx) {
      const rows = buses.all(ctx).filter((row) => row.name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = ctx.page(rows, input.NextToken, input.Limit, { size: 100 });
      return { EventBuses: items.map(view), NextToken: next };
    },
  },
  DescribeEventBus: { resources, run: (input, ctx) => view(buses.get(ctx, input.Name)) },
  DeleteEventBus: {
    constraints: { Name: BUS },
    resources,
    run(input, ctx) {
      if (input.Name === 'default') throw invalid('Cannot delete event bus default.');
      if (rules.all(ctx).some((row) => row.bus === input.Name)) throw invalid(`Cannot delete event bus ${input.Name} with rules.`);
      buses.drop(ctx, input.Name);
      return {};
    },
  },
  PutPermission: {
    constraints: {
      Action: { length: [1, 64], pattern: 'events:[a-zA-Z]+' },
      Principal: { length: [1, 12], pattern: '(\\d{12}|\\*)' },
      StatementId: STATEMENT,
      EventBusName: { length: [1, 256], pattern: '[\\.\\-_A-Za-z0-9]+' },
    },
    resources,
    run(input, ctx) {
      const row = buses.edit(ctx, input.EventBusName);
      if (input.Policy !== undefined) row.policy = documentOf(input.Policy);
      else {
        const { Action, Principal, StatementId, Condition } = input;
        if (Action === undefined || Principal === undefined || StatementId === undefined) throw invalid('Action, Principal and StatementId must be specified.');
        const statement = {
          Sid: StatementId,
          Effect: 'Allow',
          Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
          Action,
          Resource: row.arn,
          ...(Condition === undefined ? {} : { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
        };
        row.policy = [...row.policy.filter((one) => one.Sid !== StatementId), statement];
      }
      if ((policyText(row) ?? '').length > MAX_POLICY) throw new LabError('PolicyLengthExceededException', 'Policy length exceeded the maximum.');
      row.modified = ctx.now();
      return {};
    },
  },
  RemovePermission: {
    mutates: true,
    constraints: { StatementId: STATEMENT, EventBusName: { length: [1, 256], pattern: '[\\.\\-_A-Za-z0-9]+' } },
    resources,
    run(input, ctx) {
      const row = buses.edit(ctx, input.EventBusName);
      if (input.RemoveAllPermissions === true) row.policy = [];
      else if (!row.policy.some((one) => one.Sid === input.StatementId)) throw notFound('Statement with the provided id does not exist.');
      row.policy = row.policy.filter((one) => one.Sid !== input.StatementId);
      return {};
    },
  },
};
