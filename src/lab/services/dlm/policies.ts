import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

/** Snapshot lifecycle policies (Amazon EBS User Guide, "Amazon Data Lifecycle Manager"). */

interface Policy {
  id: string;
  description: string;
  state: 'ENABLED' | 'DISABLED' | 'ERROR';
  role: string;
  created: number;
  modified: number;
  details: any;
  tags: Record<string, string>;
  /** Made for all volumes or instances of the Region that have no recent backup. */
  default: boolean;
}
const MOST = 100;
export const policies = shelf<Policy>(
  'lifecyclePolicies',
  (id) =>
    new LabError('ResourceNotFoundException', `Lifecycle policy ${id} was not found.`, { status: 404, fields: { ResourceType: 'policy', ResourceIds: [id] } }),
);
const invalid = (message: string): LabError => new LabError('InvalidRequestException', message, { status: 400, fields: { Code: 'INVALID_REQUEST' } });

const head = (row: Policy) => ({
  PolicyId: row.id,
  Description: row.description,
  State: row.state,
  ...(Object.keys(row.tags).length > 0 ? { Tags: row.tags } : {}),
  DefaultPolicy: row.default,
});
const own = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'dlm', `policy/${input.PolicyId ?? '*'}`)];
const STATE = { enum: ['ENABLED', 'DISABLED'] };
const SHAPE = {
  State: STATE,
  Description: { length: [0, 500] as [number, number], pattern: '[0-9A-Za-z _-]+' },
  ExecutionRoleArn: { length: [0, 2048] as [number, number], pattern: 'arn:aws(-[a-z]{1,3}){0,2}:iam::\\d+:role/.*' },
  'PolicyDetails.PolicyType': { enum: ['EBS_SNAPSHOT_MANAGEMENT', 'IMAGE_MANAGEMENT', 'EVENT_BASED_POLICY'] },
  'PolicyDetails.ResourceTypes': { length: [1, 1] as [number, number] },
  'PolicyDetails.TargetTags': { length: [1, 50] as [number, number] },
  'PolicyDetails.Schedules': { length: [1, 4] as [number, number] },
};
const POLICY_ID = { PolicyId: { length: [0, 64] as [number, number], pattern: 'policy-[a-f0-9]+' } };

/** A custom policy names what it backs up and when; a default policy counts days. @throws LabError InvalidRequestException */
function checkedDetails(details: any): any {
  if (details?.PolicyType === 'EVENT_BASED_POLICY') return plain(details);
  if (!details?.TargetTags?.length || !details?.Schedules?.length) throw invalid('TargetTags and Schedules are required for a custom policy.');
  for (const schedule of details.Schedules)
    if (schedule.RetainRule && (schedule.RetainRule.Count === undefined) === (schedule.RetainRule.Interval === undefined))
      throw invalid('RetainRule takes either Count or Interval.');
  return plain({ PolicyType: 'EBS_SNAPSHOT_MANAGEMENT', PolicyLanguage: 'STANDARD', ...details });
}
const simple = (input: any): object =>
  plain(
    Object.fromEntries(
      ['CreateInterval', 'RetainInterval', 'CopyTags', 'ExtendDeletion', 'CrossRegionCopyTargets', 'Exclusions'].flatMap((name) =>
        input[name] === undefined ? [] : [[name, input[name]]],
      ),
    ),
  );

export const operations: LabOperations = {
  CreateLifecyclePolicy: {
    resources: (_input, ctx) => [arnOf(ctx, 'dlm', 'policy/*')],
    constraints: { ...SHAPE, DefaultPolicy: { enum: ['VOLUME', 'INSTANCE'] }, CreateInterval: { min: 1 }, RetainInterval: { min: 1 } },
    run(input, ctx) {
      if (policies.all(ctx).length >= MOST)
        throw new LabError('LimitExceededException', 'The limit of lifecycle policies has been reached.', { status: 429, fields: { ResourceType: 'policy' } });
      if (input.DefaultPolicy !== undefined && policies.all(ctx).some((row) => row.default && row.details.ResourceType === input.DefaultPolicy))
        throw invalid(`A default policy for ${input.DefaultPolicy} exists already.`);
      const details =
        input.DefaultPolicy === undefined
          ? checkedDetails(input.PolicyDetails)
          : { PolicyLanguage: 'SIMPLIFIED', ResourceType: input.DefaultPolicy, CreateInterval: 1, RetainInterval: 7, ...input.PolicyDetails, ...simple(input) };
      const id = ctx.id('policy');
      const row: Policy = {
        id,
        description: input.Description,
        state: input.State,
        role: input.ExecutionRoleArn,
        created: ctx.now(),
        modified: ctx.now(),
        details: plain(details),
        tags: plain(input.Tags ?? {}),
        default: input.DefaultPolicy !== undefined,
      };
      policies.put(ctx, id, row);
      return { PolicyId: id };
    },
  },
  GetLifecyclePolicies: {
    constraints: {
      State: { enum: ['ENABLED', 'DISABLED', 'ERROR'] },
      ResourceTypes: { length: [1, 1] },
      TargetTags: { length: [1, 50] },
      TagsToAdd: { length: [0, 50] },
      DefaultPolicyType: { enum: ['VOLUME', 'INSTANCE', 'ALL'] },
    },
    run(input, ctx) {
      const missing = (input.PolicyIds ?? []).find((id: string) => policies.find(ctx, id) === undefined);
      if (missing !== undefined) policies.get(ctx, missing);
      const tagged = (tags: any[] | undefined, wanted: string[] | undefined): boolean =>
        (wanted ?? []).every((one) => (tags ?? []).some(({ Key, Value }) => `${Key}=${Value}` === one));
      const found = policies.all(ctx).filter(
        (row) =>
          (input.PolicyIds === undefined || input.PolicyIds.includes(row.id)) &&
          (input.State === undefined || row.state === input.State) &&
          (input.ResourceTypes === undefined || input.ResourceTypes.some((type: string) => (row.details.ResourceTypes ?? []).includes(type))) &&
          (input.DefaultPolicyType === undefined ||
            (row.default && (input.DefaultPolicyType === 'ALL' || row.details.ResourceType === input.DefaultPolicyType))) &&
          tagged(row.details.TargetTags, input.TargetTags) &&
          tagged(
            (row.details.Schedules ?? []).flatMap((schedule: any) => schedule.TagsToAdd ?? []),
            input.TagsToAdd,
          ),
      );
      return { Policies: found.map((row) => ({ ...head(row), PolicyType: row.details.PolicyType ?? 'EBS_SNAPSHOT_MANAGEMENT' })) };
    },
  },
  GetLifecyclePolicy: {
    resources: own,
    constraints: POLICY_ID,
    run(input, ctx) {
      const row = policies.get(ctx, input.PolicyId);
      return {
        Policy: {
          ...head(row),
          StatusMessage: row.state,
          ExecutionRoleArn: row.role,
          DateCreated: date(row.created),
          DateModified: date(row.modified),
          PolicyDetails: row.details,
          PolicyArn: arnOf(ctx, 'dlm', `policy/${row.id}`),
        },
      };
    },
  },
  UpdateLifecyclePolicy: {
    resources: own,
    constraints: { ...POLICY_ID, ...SHAPE, CreateInterval: { min: 1 }, RetainInterval: { min: 1 } },
    run(input, ctx) {
      const row = policies.get(ctx, input.PolicyId);
      if (row.default && input.PolicyDetails?.TargetTags) throw invalid('A default policy has no target tags.');
      if (input.PolicyDetails !== undefined)
        row.details = row.default ? { ...row.details, ...plain(input.PolicyDetails) } : checkedDetails(input.PolicyDetails);
      if (row.default) Object.assign(row.details, simple(input));
      if (input.State !== undefined) row.state = input.State;
      if (input.Description !== undefined) row.description = input.Description;
      if (input.ExecutionRoleArn !== undefined) row.role = input.ExecutionRoleArn;
      row.modified = ctx.now();
      return {};
    },
  },
  DeleteLifecyclePolicy: {
    resources: own,
    constraints: POLICY_ID,
    run(input, ctx) {
      policies.drop(ctx, policies.get(ctx, input.PolicyId).id);
      return {};
    },
  },
};
