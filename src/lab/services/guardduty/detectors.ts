import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

interface DetectorRow {
  id: string;
  enabled: boolean;
  frequency: string;
  created: number;
  updated: number;
  /** Feature -> status, as far as it was set. */
  features: Record<string, string>;
  tags: Record<string, string>;
  filters: Record<string, FilterRow>;
}
interface FilterRow {
  name: string;
  description?: string;
  action: 'NOOP' | 'ARCHIVE';
  rank: number;
  criteria: object;
  created: number;
  updated: number;
}
const badRequest = (message: string): LabError => new LabError('BadRequestException', message, { fields: { Type: 'InvalidInputException' } });
const detectors = shelf<DetectorRow>('detectors', () =>
  badRequest('The request is rejected because the input detectorId is not owned by the current account.'),
);
const theDetector = (input: { DetectorId: string }, ctx: LabContext): DetectorRow => detectors.get(ctx, input.DetectorId);
function theFilter(input: { DetectorId: string; FilterName: string }, ctx: LabContext): FilterRow {
  const { filters } = theDetector(input, ctx);
  const filter = Object.hasOwn(filters, input.FilterName) ? filters[input.FilterName] : undefined;
  if (!filter) throw badRequest('The request is rejected since no such resource found.');
  return filter;
}

const detectorId: Constraint = { length: [1, 300] };
const filterName: Constraint = { length: [3, 64] };
const frequency: Constraint = { enum: ['FIFTEEN_MINUTES', 'ONE_HOUR', 'SIX_HOURS'] };
const action: Constraint = { length: [1, 300], enum: ['NOOP', 'ARCHIVE'] };
const rank: Constraint = { min: 1, max: 100 };
const paged: Record<string, Constraint> = { MaxResults: { min: 1, max: 50 } };
const FEATURES = ['S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS', 'RUNTIME_MONITORING'];

const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:guardduty:${ctx.region.name}:${ctx.account.id}:detector/${input.DetectorId}`];
function setFeatures(row: DetectorRow, wanted: { Name?: string; Status?: string }[] | undefined): void {
  for (const { Name, Status } of wanted ?? []) if (Name !== undefined && Status !== undefined) row.features[Name] = Status;
}
function page(ctx: LabContext, all: string[], input: { NextToken?: string; MaxResults?: number }): { items: string[]; rest: { NextToken?: string } } {
  const { items, next } = ctx.page(all, input.NextToken, input.MaxResults, { size: 50 });
  return { items, rest: next === undefined ? {} : { NextToken: next } };
}

export const operations: LabOperations = {
  CreateDetector: {
    constraints: { ClientToken: { length: [0, 64] }, FindingPublishingFrequency: frequency },
    run(input, ctx) {
      if (detectors.all(ctx).length > 0) throw badRequest('The request is rejected because a detector already exists for the current account.');
      const id = hex(ctx.world, 32);
      const now = ctx.now();
      const row: DetectorRow = {
        id,
        enabled: input.Enable,
        frequency: input.FindingPublishingFrequency ?? 'SIX_HOURS',
        created: now,
        updated: now,
        features: Object.fromEntries(FEATURES.map((name) => [name, name === 'RUNTIME_MONITORING' ? 'DISABLED' : 'ENABLED'])),
        tags: input.Tags ?? {},
        filters: {},
      };
      setFeatures(row, input.Features);
      detectors.put(ctx, id, row);
      return { DetectorId: id };
    },
  },
  ListDetectors: {
    constraints: paged,
    run(input, ctx) {
      const { items, rest } = page(
        ctx,
        detectors.all(ctx).map((row) => row.id),
        input,
      );
      return { DetectorIds: items, ...rest };
    },
  },
  GetDetector: {
    constraints: { DetectorId: detectorId },
    resources,
    run(input, ctx) {
      const row = theDetector(input, ctx);
      const status = row.enabled ? 'ENABLED' : 'DISABLED';
      const source = { Status: status };
      return {
        CreatedAt: new Date(row.created).toISOString(),
        FindingPublishingFrequency: row.frequency,
        ServiceRole: `arn:aws:iam::${ctx.account.id}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
        Status: status,
        UpdatedAt: new Date(row.updated).toISOString(),
        DataSources: { CloudTrail: source, DNSLogs: source, FlowLogs: source, S3Logs: { Status: row.features.S3_DATA_EVENTS ?? 'DISABLED' } },
        Tags: row.tags,
        Features: [
          ...['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS'].map((Name) => ({ Name, Status: status })),
          ...Object.entries(row.features).map(([Name, Status]) => ({ Name, Status, UpdatedAt: new Date(row.updated) })),
        ],
      };
    },
  },
  UpdateDetector: {
    constraints: { DetectorId: detectorId, FindingPublishingFrequency: frequency },
    resources,
    run(input, ctx) {
      const row = theDetector(input, ctx);
      row.enabled = input.Enable ?? row.enabled;
      row.frequency = input.FindingPublishingFrequency ?? row.frequency;
      setFeatures(row, input.Features);
      row.updated = ctx.now();
      return {};
    },
  },
  DeleteDetector: {
    constraints: { DetectorId: detectorId },
    resources,
    run(input, ctx) {
      detectors.drop(ctx, theDetector(input, ctx).id);
      return {};
    },
  },
  CreateFilter: {
    constraints: { DetectorId: detectorId, Name: filterName, Description: { length: [0, 512] }, Action: action, Rank: rank, ClientToken: { length: [0, 64] } },
    resources,
    run(input, ctx) {
      const { filters } = theDetector(input, ctx);
      if (Object.hasOwn(filters, input.Name)) throw badRequest('The request is rejected because a filter with the given name already exists.');
      if (Object.keys(filters).length >= 100) throw badRequest('The request is rejected because the number of filters exceeds the limit.');
      const now = ctx.now();
      filters[input.Name] = {
        name: input.Name,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        action: input.Action ?? 'NOOP',
        rank: input.Rank ?? 1,
        criteria: input.FindingCriteria,
        created: now,
        updated: now,
      };
      return { Name: input.Name };
    },
  },
  ListFilters: {
    constraints: { DetectorId: detectorId, ...paged },
    resources,
    run(input, ctx) {
      const { items, rest } = page(ctx, Object.keys(theDetector(input, ctx).filters), input);
      return { FilterNames: items, ...rest };
    },
  },
  GetFilter: {
    constraints: { DetectorId: detectorId },
    resources,
    run(input, ctx) {
      const { name, description, action, rank, criteria, created, updated } = theFilter(input, ctx);
      return {
        Name: name,
        ...(description === undefined ? {} : { Description: description }),
        Action: action,
        Rank: rank,
        FindingCriteria: criteria,
        CreatedAt: new Date(created),
        UpdatedAt: new Date(updated),
      };
    },
  },
  UpdateFilter: {
    constraints: { DetectorId: detectorId, Description: { length: [0, 512] }, Action: action, Rank: rank },
    resources,
    run(input, ctx) {
      const row = theFilter(input, ctx);
      row.action = input.Action ?? row.action;
      row.rank = input.Rank ?? row.rank;
      row.criteria = input.FindingCriteria ?? row.criteria;
      if (input.Description !== undefined) row.description = input.Description;
      row.updated = ctx.now();
      return { Name: row.name };
    },
  },
  DeleteFilter: {
    constraints: { DetectorId: detectorId },
    resources,
    run(input, ctx) {
      delete theDetector(input, ctx).filters[theFilter(input, ctx).name];
      return {};
    },
  },
};
