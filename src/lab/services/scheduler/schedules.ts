import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

/** Amazon EventBridge Scheduler. Times are epoch milliseconds. Source of the words: EventBridge Scheduler API Reference. */
interface ScheduleRow {
  name: string;
  group: string;
  arn: string;
  expression: string;
  zone: string;
  state: 'ENABLED' | 'DISABLED';
  description?: string;
  start?: number;
  end?: number;
  target: Record<string, any>;
  window: Record<string, any>;
  after: 'NONE' | 'DELETE';
  created: number;
  modified: number;
}
interface GroupRow {
  name: string;
  arn: string;
  created: number;
}
const arn = (ctx: LabContext, kind: string, id: string): string => `arn:aws:scheduler:${ctx.region.name}:${ctx.account.id}:${kind}/${id}`;
const missing = (what: string): LabError => new LabError('ResourceNotFoundException', `${what} does not exist.`);
const invalid = (message: string): LabError => new LabError('ValidationException', message);
const conflict = (message: string): LabError => new LabError('ConflictException', message);

const schedules = shelf<ScheduleRow>('schedules', (key) => missing(`Schedule ${key.split('/')[1]}`));
const groups = shelf<GroupRow>('scheduleGroups', (name) => missing(`Schedule group ${name}`));
const allGroups = (ctx: LabContext): GroupRow[] => [{ name: 'default', arn: arn(ctx, 'schedule-group', 'default'), created: 0 }, ...groups.all(ctx)];
const theGroup = (ctx: LabContext, name = 'default'): GroupRow => allGroups(ctx).find((row) => row.name === name) ?? groups.get(ctx, name);
const key = (input: any): string => `${input.GroupName ?? 'default'}/${input.Name}`;
const NAME = { length: [1, 64] as [number, number], pattern: '[0-9a-zA-Z-_.]+' };
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, 'schedule', key(input))];
const EXPRESSION = /^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/;
const milliseconds = (given: unknown): number | undefined => (given === undefined ? undefined : new Date(given as string).getTime());

/** What a request says about a schedule; an update replaces all of it. */
function settings(ctx: LabContext, input: any): Omit<ScheduleRow, 'name' | 'group' | 'arn' | 'created' | 'modified'> {
  if (!EXPRESSION.test(input.ScheduleExpression)) throw invalid(`Invalid Schedule Expression ${input.ScheduleExpression}.`);
  if (input.FlexibleTimeWindow.Mode === 'FLEXIBLE' && input.FlexibleTimeWindow.MaximumWindowInMinutes === undefined)
    throw invalid('MaximumWindowInMinutes must be set for a flexible time window.');
  if (!/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws-sdk)?:.+/.test(input.Target.Arn)) throw invalid('Provided Arn is not in correct format.');
  const role = Object.values(iamTables(ctx.account).roles).find((row) => row.arn === input.Target.RoleArn);
  if (!role?.trust.includes('scheduler.amazonaws.com'))
    throw invalid(`The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`);
  return {
    expression: input.ScheduleExpression,
    zone: input.ScheduleExpressionTimezone ?? 'UTC',
    state: input.State ?? 'ENABLED',
    description: input.Description,
    start: milliseconds(input.StartDate),
    end: milliseconds(input.EndDate),
    target: JSON.parse(JSON.stringify({ RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 }, ...input.Target })),
    window: { ...input.FlexibleTimeWindow },
    after: input.ActionAfterCompletion ?? 'NONE',
  };
}
const constraints = {
  Name: NAME,
  GroupName: NAME,
  ScheduleExpression: { length: [1, 256] as [number, number] },
  ScheduleExpressionTimezone: { length: [1, 50] as [number, number] },
  Description: { length: [0, 512] as [number, number] },
  State: { enum: ['ENABLED', 'DISABLED'] },
  ActionAfterCompletion: { enum: ['NONE', 'DELETE'] },
  'FlexibleTimeWindow.Mode': { enum: ['OFF', 'FLEXIBLE'] },
  'FlexibleTimeWindow.MaximumWindowInMinutes': { min: 1, max: 1440 },
  'Target.Arn': { length: [1, 1600] as [number, number] },
  'Target.RoleArn': { length: [1, 1600] as [number, number], pattern: 'arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+' },
};
const named = { Name: NAME, GroupName: NAME };

export const operations: LabOperations = {
  CreateSchedule: {
    constraints,
    resources,
    run(input, ctx) {
      const group = theGroup(ctx, input.GroupName);
      if (schedules.find(ctx, key(input))) throw conflict(`Schedule ${input.Name} already exists.`);
      const row: ScheduleRow = {
        name: input.Name,
        group: group.name,
        arn: arn(ctx, 'schedule', key(input)),
        ...settings(ctx, input),
        created: ctx.now(),
        modified: ctx.now(),
      };
      schedules.put(ctx, key(input), row);
      return { ScheduleArn: row.arn };
    },
  },
  UpdateSchedule: {
    constraints,
    resources,
    run(input, ctx) {
      const row = schedules.get(ctx, key(input));
      Object.assign(row, settings(ctx, input), { modified: ctx.now() });
      return { ScheduleArn: row.arn };
    },
  },
  GetSchedule: {
    constraints: named,
    resources,
    run(input, ctx) {
      const row = schedules.get(ctx, key(input));
      return {
        Arn: row.arn,
        GroupName: row.group,
        Name: row.name,
        ScheduleExpression: row.expression,
        ScheduleExpressionTimezone: row.zone,
        State: row.state,
        Description: row.description,
        StartDate: row.start === undefined ? undefined : new Date(row.start),
        EndDate: row.end === undefined ? undefined : new Date(row.end),
        CreationDate: new Date(row.created),
        LastModificationDate: new Date(row.modified),
        Target: row.target,
        FlexibleTimeWindow: row.window,
        ActionAfterCompletion: row.after,
      };
    },
  },
  ListSchedules: {
    constraints: { GroupName: NAME, NamePrefix: NAME, State: { enum: ['ENABLED', 'DISABLED'] }, MaxResults: { min: 1, max: 100 } },
    run(input, ctx) {
      if (input.GroupName !== undefined) theGroup(ctx, input.GroupName);
      const rows = schedules
        .all(ctx)
        .filter((row) => input.GroupName === undefined || row.group === input.GroupName)
        .filter((row) => row.name.startsWith(input.NamePrefix ?? ''))
        .filter((row) => input.State === undefined || row.state === input.State);
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 100 });
      return {
        Schedules: items.map((row) => ({
          Arn: row.arn,
          Name: row.name,
          GroupName: row.group,
          State: row.state,
          CreationDate: new Date(row.created),
          LastModificationDate: new Date(row.modified),
          Target: { Arn: row.target.Arn },
        })),
        NextToken: next,
      };
    },
  },
  DeleteSchedule: {
    constraints: named,
    resources,
    run(input, ctx) {
      schedules.get(ctx, key(input));
      schedules.drop(ctx, key(input));
      return {};
    },
  },
  CreateScheduleGroup: {
    constraints: { Name: NAME, Tags: { length: [0, 200] } },
    resources: (input, ctx) => [arn(ctx, 'schedule-group', input.Name)],
    run(input, ctx) {
      if (allGroups(ctx).some((row) => row.name === input.Name)) throw conflict(`Schedule group ${input.Name} already exists.`);
      const row = groups.put(ctx, input.Name, { name: input.Name, arn: arn(ctx, 'schedule-group', input.Name), created: ctx.now() });
      return { ScheduleGroupArn: row.arn };
    },
  },
  ListScheduleGroups: {
    constraints: { NamePrefix: NAME, MaxResults: { min: 1, max: 100 } },
    run(input, ctx) {
      const rows = allGroups(ctx).filter((row) => row.name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 100 });
      return { ScheduleGroups: items.map((row) => ({ Arn: row.arn, Name: row.name, State: 'ACTIVE', CreationDate: new Date(row.created) })), NextToken: next };
    },
  },
  DeleteScheduleGroup: {
    constraints: { Name: NAME },
    run(input, ctx) {
      if (input.Name === 'default') throw invalid('You cannot delete the default schedule group.');
      const row = theGroup(ctx, input.Name);
      for (const one of schedules.all(ctx).filter((schedule) => schedule.group === row.name)) schedules.drop(ctx, `${one.group}/${one.name}`);
      groups.drop(ctx, row.name);
      return {};
    },
  },
};
