import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arn, buses, invalid, LIMIT, NAME, type RuleRow, ruleKey, rules, theRule } from './model.ts';

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];
const SCHEDULE = /^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$/;
const MAX_RULES = 300; // EventBridge quotas: rules per event bus
const MAX_TARGETS = 5;

const view = (row: RuleRow) => ({
  Name: row.name,
  Arn: row.arn,
  EventPattern: row.pattern,
  State: row.state,
  Description: row.description,
  ScheduleExpression: row.schedule,
  RoleArn: row.role,
  EventBusName: row.bus,
});
function checkPattern(text: string): void {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    pattern = undefined;
  }
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern) || Object.keys(pattern).length === 0)
    throw new LabError('InvalidEventPatternException', 'Event pattern is not valid. Reason: Filter is not an object');
}
const ruleResource = (input: any, ctx: LabContext): string[] => {
  const bus = buses.find(ctx, input.EventBusName)?.name ?? 'default';
  const name = String(input.Name ?? input.Rule ?? '*');
  return [arn(ctx, 'rule', bus === 'default' ? name : `${bus}/${name}`)];
};
const rule = { Rule: NAME };
const named = { Name: NAME };
const switched = (state: string): LabOperations[string] => ({
  mutates: true,
  constraints: named,
  resources: ruleResource,
  run(input, ctx) {
    theRule(ctx, input.EventBusName, input.Name).state = state;
    return {};
  },
});

export const operations: LabOperations = {
  PutRule: {
    constraints: {
      ...named,
      ScheduleExpression: { length: [0, 256] },
      EventPattern: { length: [0, 4096] },
      State: { enum: STATES },
      Description: { length: [0, 512] },
      RoleArn: { length: [1, 1600] },
    },
    resources: ruleResource,
    run(input, ctx) {
      const bus = buses.get(ctx, input.EventBusName);
      if (input.ScheduleExpression === undefined && input.EventPattern === undefined)
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      if (input.EventPattern !== undefined) checkPattern(input.EventPattern);
      if (input.ScheduleExpression !== undefined && !SCHEDULE.test(input.ScheduleExpression)) throw invalid('Parameter ScheduleExpression is not valid.');
      if (input.ScheduleExpression !== undefined && bus.name !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.');
      const old = rules.find(ctx, ruleKey(bus.name, input.Name));
      if (!old && rules.all(ctx).filter((row) => row.bus === bus.name).length >= MAX_RULES)
        throw new LabError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      const row: RuleRow = {
        name: input.Name,
        arn: ruleResource(input, ctx)[0]!,
        bus: bus.name,
        state: input.State ?? 'ENABLED',
        schedule: input.ScheduleExpression,
        pattern: input.EventPattern,
        description: input.Description,
        role: input.RoleArn,
        createdBy: old?.createdBy ?? ctx.account.id,
        targets: old?.targets ?? [],
      };
      rules.put(ctx, ruleKey(bus.name, row.name), row);
      return { RuleArn: row.arn };
    },
  },
  ListRules: {
    constraints: { Limit: LIMIT, NamePrefix: NAME },
    run(input, ctx) {
      const bus = buses.get(ctx, input.EventBusName);
      const rows = rules.all(ctx).filter((row) => row.bus === bus.name && row.name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = ctx.page(rows, input.NextToken, input.Limit, { size: 100 });
      return { Rules: items.map(view), NextToken: next };
    },
  },
  DescribeRule: {
    constraints: named,
    resources: ruleResource,
    run(input, ctx) {
      const row = theRule(ctx, input.EventBusName, input.Name);
      return { ...view(row), CreatedBy: row.createdBy };
    },
  },
  EnableRule: switched('ENABLED'),
  DisableRule: switched('DISABLED'),
  DeleteRule: {
    constraints: named,
    resources: ruleResource,
    run(input, ctx) {
      const bus = buses.get(ctx, input.EventBusName);
      const row = rules.find(ctx, ruleKey(bus.name, input.Name));
      if (row && row.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      rules.drop(ctx, ruleKey(bus.name, input.Name));
      return {};
    },
  },
  PutTargets: {
    constraints: { ...rule, Targets: { length: [1, 100] }, 'Targets[].Id': NAME, 'Targets[].Arn': { length: [1, 1600] } },
    resources: ruleResource,
    run(input, ctx) {
      const row = theRule(ctx, input.EventBusName, input.Rule);
      for (const target of input.Targets)
        if (!target.Arn.startsWith('arn:')) throw invalid(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`);
      const ids = new Set(input.Targets.map((one: any) => one.Id));
      const after = [...row.targets.filter((one) => !ids.has(one.Id)), ...input.Targets];
      if (after.length > MAX_TARGETS) throw new LabError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      row.targets = JSON.parse(JSON.stringify(after));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  },
  RemoveTargets: {
    mutates: true,
    constraints: { ...rule, Ids: { length: [1, 100] } },
    resources: ruleResource,
    run(input, ctx) {
      const row = theRule(ctx, input.EventBusName, input.Rule);
      row.targets = row.targets.filter((one) => !input.Ids.includes(one.Id));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  },
  ListTargetsByRule: {
    constraints: { ...rule, Limit: LIMIT },
    resources: ruleResource,
    run(input, ctx) {
      const { items, next } = ctx.page(theRule(ctx, input.EventBusName, input.Rule).targets, input.NextToken, input.Limit, { size: 100 });
      return { Targets: items, NextToken: next };
    },
  },
};
