import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

/** Retention rules of the Recycle Bin (Amazon EBS User Guide, "Recycle Bin"). */

interface ResourceTag {
  ResourceTagKey: string;
  ResourceTagValue?: string;
}
export interface RetentionRule {
  id: string;
  type: 'EBS_SNAPSHOT' | 'EC2_IMAGE' | 'EBS_VOLUME';
  days: number;
  description?: string;
  tags: ResourceTag[];
  except: ResourceTag[];
  labels: { Key: string; Value: string }[];
  lock?: { delay: number; state: 'locked' | 'pending_unlock'; ends?: number };
}

const RULE_ID = '[0-9a-zA-Z]{11}';
const invalid = (Message: string): LabError => new LabError('ValidationException', Message, { status: 400, fields: { Reason: 'INVALID_PARAMETER_VALUE' } });
export const rules = shelf<RetentionRule>(
  'recycleBinRules',
  (id) => new LabError('ResourceNotFoundException', `The rule with identifier ${id} was not found.`, { status: 404, fields: { Reason: 'RULE_NOT_FOUND' } }),
);
/** Longest retention in days: seven for volumes, a year for the rest. */
const LONGEST = { EBS_SNAPSHOT: 365, EC2_IMAGE: 365, EBS_VOLUME: 7 } as const;

const lockState = (ctx: LabContext, { lock }: RetentionRule): string =>
  lock === undefined || (lock.ends !== undefined && lock.ends <= ctx.now()) ? 'unlocked' : lock.state;
const summary = (ctx: LabContext, row: RetentionRule) => ({
  Identifier: row.id,
  RetentionPeriod: { RetentionPeriodValue: row.days, RetentionPeriodUnit: 'DAYS' },
  ...(row.description === undefined ? {} : { Description: row.description }),
  LockState: lockState(ctx, row),
  RuleArn: arnOf(ctx, 'rbin', `rule/${row.id}`),
});
const view = (ctx: LabContext, row: RetentionRule) => ({
  ...summary(ctx, row),
  ResourceType: row.type,
  ResourceTags: row.tags,
  ExcludeResourceTags: row.except,
  Status: 'available',
  ...(row.lock === undefined ? {} : { LockConfiguration: { UnlockDelay: { UnlockDelayValue: row.lock.delay, UnlockDelayUnit: 'DAYS' } } }),
  ...(row.lock?.ends === undefined ? {} : { LockEndTime: date(row.lock.ends) }),
});
const mine = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'rbin', `rule/${input.Identifier ?? '*'}`)];

/** @throws LabError ValidationException: a rule speaks of tags, or of a whole Region with exceptions */
function checked(type: RetentionRule['type'], days: number, tags: readonly ResourceTag[], except: readonly ResourceTag[]): void {
  if (days > LONGEST[type]) throw invalid(`The retention period for ${type} must be between 1 and ${LONGEST[type]} days.`);
  if (tags.length > 0 && except.length > 0) throw invalid('Exclusion tags can be specified for Region-level retention rules only.');
}
/** @throws LabError ConflictException */
function changeable(ctx: LabContext, id: string): RetentionRule {
  const row = rules.get(ctx, id);
  if (lockState(ctx, row) !== 'unlocked')
    throw new LabError('ConflictException', `The rule ${id} is locked.`, { status: 409, fields: { Reason: 'INVALID_RULE_STATE' } });
  return row;
}
const days = { min: 1, max: 3650 } as const;
const TYPE = { enum: ['EBS_SNAPSHOT', 'EC2_IMAGE', 'EBS_VOLUME'] };
const SHAPE = {
  'RetentionPeriod.RetentionPeriodValue': days,
  'RetentionPeriod.RetentionPeriodUnit': { enum: ['DAYS'] },
  ResourceType: TYPE,
  Description: { pattern: '[\\S ]{0,255}' },
  ResourceTags: { length: [0, 50] as [number, number] },
  ExcludeResourceTags: { length: [0, 5] as [number, number] },
};
const IDENTIFIER = { Identifier: { pattern: RULE_ID } };
const DELAY = {
  'LockConfiguration.UnlockDelay.UnlockDelayValue': { min: 7, max: 30 },
  'LockConfiguration.UnlockDelay.UnlockDelayUnit': { enum: ['DAYS'] },
};

export const operations: LabOperations = {
  CreateRule: {
    resources: (_input, ctx) => [arnOf(ctx, 'rbin', 'rule/*')],
    constraints: { ...SHAPE, ...DELAY, Tags: { length: [0, 200] } },
    run(input, ctx) {
      const tags: ResourceTag[] = plain(input.ResourceTags ?? []);
      const except: ResourceTag[] = plain(input.ExcludeResourceTags ?? []);
      checked(input.ResourceType, input.RetentionPeriod.RetentionPeriodValue, tags, except);
      if (input.LockConfiguration && tags.length > 0) throw invalid('Only Region-level retention rules can be locked.');
      const id = ctx.letters(11);
      const row = rules.put(ctx, id, {
        id,
        type: input.ResourceType,
        days: input.RetentionPeriod.RetentionPeriodValue,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        tags,
        except,
        labels: plain(input.Tags ?? []),
        ...(input.LockConfiguration ? { lock: { delay: input.LockConfiguration.UnlockDelay.UnlockDelayValue, state: 'locked' as const } } : {}),
      });
      return { ...view(ctx, row), Tags: row.labels };
    },
  },
  UpdateRule: {
    resources: mine,
    constraints: { ...IDENTIFIER, ...SHAPE },
    run(input, ctx) {
      const row = changeable(ctx, input.Identifier);
      if (input.ResourceType !== undefined && input.ResourceType !== row.type) throw invalid('The resource type of a rule cannot be changed.');
      const [tags, except] = [plain(input.ResourceTags ?? row.tags), plain(input.ExcludeResourceTags ?? row.except)];
      const length = input.RetentionPeriod?.RetentionPeriodValue ?? row.days;
      checked(row.type, length, tags, except);
      Object.assign(row, { tags, except, days: length, ...(input.Description === undefined ? {} : { description: input.Description }) });
      return view(ctx, row);
    },
  },
  GetRule: { resources: mine, constraints: IDENTIFIER, run: (input, ctx) => view(ctx, rules.get(ctx, input.Identifier)) },
  ListRules: {
    constraints: { ResourceType: TYPE, MaxResults: { min: 1, max: 1000 }, LockState: { enum: ['locked', 'pending_unlock', 'unlocked'] } },
    run(input, ctx) {
      const has = (list: ResourceTag[], wanted: ResourceTag[] | undefined): boolean =>
        (wanted ?? []).every((tag) =>
          list.some((one) => one.ResourceTagKey === tag.ResourceTagKey && (one.ResourceTagValue ?? '') === (tag.ResourceTagValue ?? '')),
        );
      const found = rules
        .all(ctx)
        .filter(
          (row) =>
            row.type === input.ResourceType &&
            (input.LockState === undefined || lockState(ctx, row) === input.LockState) &&
            has(row.tags, input.ResourceTags) &&
            has(row.except, input.ExcludeResourceTags),
        );
      const { items, next } = pageOf(ctx, found, { token: input.NextToken, max: input.MaxResults }, ['ValidationException', 'Invalid page token.']);
      return { Rules: items.map((row) => summary(ctx, row)), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  DeleteRule: {
    resources: mine,
    constraints: IDENTIFIER,
    run(input, ctx) {
      rules.drop(ctx, changeable(ctx, input.Identifier).id);
      return {};
    },
  },
  LockRule: {
    resources: mine,
    constraints: { ...IDENTIFIER, ...DELAY },
    run(input, ctx) {
      const row = changeable(ctx, input.Identifier);
      if (row.tags.length > 0) throw invalid('Only Region-level retention rules can be locked.');
      row.lock = { delay: input.LockConfiguration.UnlockDelay.UnlockDelayValue, state: 'locked' };
      return view(ctx, row);
    },
  },
  /** The rule stays locked for the delay it was locked with. */
  UnlockRule: {
    resources: mine,
    constraints: IDENTIFIER,
    run(input, ctx) {
      const row = rules.get(ctx, input.Identifier);
      if (lockState(ctx, row) !== 'locked')
        throw new LabError('ConflictException', `The rule ${row.id} is not locked.`, { status: 409, fields: { Reason: 'INVALID_RULE_STATE' } });
      row.lock = { ...row.lock!, state: 'pending_unlock', ends: ctx.now() + row.lock!.delay * 86_400_000 };
      return view(ctx, row);
    },
  },
};
