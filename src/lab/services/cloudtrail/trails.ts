import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { endStates, noteState } from './states.ts';

export interface Trail {
  name: string;
  arn: string;
  bucket: string;
  prefix?: string;
  home: string;
  multiRegion: boolean;
  globalEvents: boolean;
  validation: boolean;
  logging: boolean;
  started?: number;
  stopped?: number;
  kmsKey?: string;
  logGroup?: string;
  organization?: boolean;
  /** Basic or advanced event selectors; absent: the one that AWS begins with. */
  selectors?: object[];
  advanced?: object[];
}
const trails = (ctx: LabContext): Record<string, Trail> => (ctx.account.tables.trails ??= {}) as Record<string, Trail>;
const arnOf = (ctx: LabContext, region: string, name: string): string => `arn:aws:cloudtrail:${region}:${ctx.account.id}:trail/${name}`;

/** Trails seen from the region: its own and the shadows of multi-Region ones. */
const visible = (ctx: LabContext): Trail[] => Object.values(trails(ctx)).filter((trail) => trail.multiRegion || trail.home === ctx.region.name);

export function find(ctx: LabContext, name: string): Trail {
  const arn = name.startsWith('arn:') ? name : undefined;
  const trail = arn ? trails(ctx)[arn] : visible(ctx).find((row) => row.name === name);
  if (!trail)
    throw new LabError('TrailNotFoundException', `Unknown trail: ${arn ?? arnOf(ctx, ctx.region.name, name)} for the user: ${ctx.account.id}`, { status: 400 });
  return trail;
}
/** Changes go to the home region, as AWS insists. */
export function changeable(ctx: LabContext, name: string): Trail {
  const trail = find(ctx, name);
  if (trail.home !== ctx.region.name)
    throw new LabError('InvalidHomeRegionException', `Trail ${trail.arn} must be updated from its home region ${trail.home}`, { status: 400 });
  return trail;
}
const described = (trail: Trail): object => ({
  Name: trail.name,
  S3BucketName: trail.bucket,
  ...(trail.prefix === undefined ? {} : { S3KeyPrefix: trail.prefix }),
  IncludeGlobalServiceEvents: trail.globalEvents,
  IsMultiRegionTrail: trail.multiRegion,
  HomeRegion: trail.home,
  TrailARN: trail.arn,
  LogFileValidationEnabled: trail.validation,
  HasCustomEventSelectors: trail.selectors !== undefined || trail.advanced !== undefined,
  HasInsightSelectors: false,
  IsOrganizationTrail: trail.organization ?? false,
  ...(trail.kmsKey === undefined ? {} : { KmsKeyId: trail.kmsKey }),
  ...(trail.logGroup === undefined ? {} : { CloudWatchLogsLogGroupArn: trail.logGroup }),
});
const summary = (trail: Trail): object => {
  const { HomeRegion: _, HasCustomEventSelectors: __, HasInsightSelectors: ___, ...told } = described(trail) as Record<string, unknown>;
  return told;
};
export const resources =
  (member: string) =>
  (input: any, ctx: LabContext): string[] => {
    const name = String(input[member]);
    return [name.startsWith('arn:') ? name : (visible(ctx).find((trail) => trail.name === name)?.arn ?? arnOf(ctx, ctx.region.name, name))];
  };

export const operations: LabOperations = {
  CreateTrail: {
    constraints: {
      TagsList: { length: [0, 200] },
      'TagsList[].Key': { length: [1, 128], required: true },
      'TagsList[].Value': { length: [1, 256] },
    },
    resources: resources('Name'),
    run(input, ctx) {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/.test(input.Name) || /[._-]{2}/.test(input.Name))
        throw new LabError(
          'InvalidTrailNameException',
          'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).',
        );
      const arn = arnOf(ctx, ctx.region.name, input.Name);
      if (trails(ctx)[arn]) throw new LabError('TrailAlreadyExistsException', `Trail ${input.Name} already exists for customer: ${ctx.account.id}`);
      if (input.IsMultiRegionTrail && input.IncludeGlobalServiceEvents === false)
        throw new LabError('InvalidParameterCombinationException', 'Multi-Region trail must include global service events.', { status: 400 });
      if (Object.values(trails(ctx)).filter((row) => row.home === ctx.region.name).length >= 5)
        throw new LabError('MaximumNumberOfTrailsExceededException', `User: ${ctx.account.id} already has 5 trails in ${ctx.region.name}.`);
      const trail: Trail = {
        name: input.Name,
        arn,
        bucket: input.S3BucketName,
        ...(input.S3KeyPrefix === undefined ? {} : { prefix: input.S3KeyPrefix }),
        home: ctx.region.name,
        multiRegion: input.IsMultiRegionTrail ?? false,
        globalEvents: input.IncludeGlobalServiceEvents ?? true,
        validation: input.EnableLogFileValidation ?? false,
        logging: false,
        ...(input.KmsKeyId ? { kmsKey: input.KmsKeyId } : {}),
        ...(input.CloudWatchLogsLogGroupArn ? { logGroup: input.CloudWatchLogsLogGroupArn } : {}),
        ...(input.IsOrganizationTrail ? { organization: true } : {}),
      };
      trails(ctx)[arn] = trail;
      noteState(ctx, trail);
      return summary(trail);
    },
  },
  DescribeTrails: {
    run(input, ctx) {
      const wanted: string[] = input.trailNameList ?? [];
      const shown = visible(ctx).filter((trail) => input.includeShadowTrails !== false || trail.home === ctx.region.name);
      return { trailList: shown.filter((trail) => wanted.length === 0 || wanted.includes(trail.name) || wanted.includes(trail.arn)).map(described) };
    },
  },
  ListTrails: {
    run(input, ctx) {
      const all = Object.values(trails(ctx)).map((trail) => ({ TrailARN: trail.arn, Name: trail.name, HomeRegion: trail.home }));
      const { items, next } = ctx.page(all, input.NextToken, undefined, { size: 100 });
      return { Trails: items, ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  GetTrail: {
    resources: resources('Name'),
    run: (input, ctx) => ({ Trail: described(find(ctx, input.Name)) }),
  },
  GetTrailStatus: {
    resources: resources('Name'),
    run(input, ctx) {
      const trail = find(ctx, input.Name);
      return {
        IsLogging: trail.logging,
        ...(trail.started === undefined ? {} : { StartLoggingTime: new Date(trail.started) }),
        ...(trail.stopped === undefined ? {} : { StopLoggingTime: new Date(trail.stopped) }),
      };
    },
  },
  UpdateTrail: {
    resources: resources('Name'),
    run(input, ctx) {
      const trail = changeable(ctx, input.Name);
      const global = input.IncludeGlobalServiceEvents ?? trail.globalEvents;
      const multi = input.IsMultiRegionTrail ?? trail.multiRegion;
      if (multi && !global)
        throw new LabError('InvalidParameterCombinationException', 'Multi-Region trail must include global service events.', { status: 400 });
      if (input.S3BucketName === '') throw new LabError('InvalidS3BucketNameException', 'Bucket name is invalid.', { status: 400 });
      trail.bucket = input.S3BucketName ?? trail.bucket;
      if (input.S3KeyPrefix !== undefined) trail.prefix = input.S3KeyPrefix;
      trail.globalEvents = global;
      trail.multiRegion = multi;
      trail.validation = input.EnableLogFileValidation ?? trail.validation;
      for (const [member, field] of [
        ['KmsKeyId', 'kmsKey'],
        ['CloudWatchLogsLogGroupArn', 'logGroup'],
      ] as const) {
        if (input[member] === '') delete trail[field];
        else if (input[member] !== undefined) trail[field] = input[member];
      }
      noteState(ctx, trail);
      return summary(trail);
    },
  },
  StartLogging: {
    resources: resources('Name'),
    run(input, ctx) {
      const trail = changeable(ctx, input.Name);
      if (!trail.logging) trail.started = ctx.now();
      trail.logging = true;
      noteState(ctx, trail);
      return {};
    },
  },
  StopLogging: {
    resources: resources('Name'),
    run(input, ctx) {
      const trail = changeable(ctx, input.Name);
      if (trail.logging) trail.stopped = ctx.now();
      trail.logging = false;
      noteState(ctx, trail);
      return {};
    },
  },
  DeleteTrail: {
    resources: resources('Name'),
    run(input, ctx) {
      const trail = changeable(ctx, input.Name);
      endStates(ctx, trail);
      delete trails(ctx)[trail.arn];
      return {};
    },
  },
};
