import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { next32, type SecurityMembership } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

interface CaseRow {
  caseId: string;
  title: string;
  description: string;
  status: string;
  engagementType: string;
  resolverType: string;
  started: number;
  impactedAccounts: string[];
  watchers: object[];
  regions: object[];
  services: string[];
  addresses: object[];
  created: number;
  updated: number;
  closed?: number;
  comments: { commentId: string; body: string; creator: string; created: number }[];
}
const missing = (id: string): LabError => new LabError('ResourceNotFoundException', `Case ${id} not found.`);
const cases = shelf<CaseRow>('incidentCases', missing, 'account');
const theCase = (input: { caseId: string }, ctx: LabContext): CaseRow => cases.get(ctx, input.caseId);

/** The membership of the account, or of the organisation's management account for a member: the lab keeps it with the account. */
const membership = (ctx: LabContext): SecurityMembership | undefined => ctx.account.tables.securityMembership?.row;
function needMembership(ctx: LabContext): SecurityMembership {
  const row = membership(ctx);
  if (!row) throw new LabError('SecurityIncidentResponseNotActiveException', 'AWS Security Incident Response is not active for this account.');
  return row;
}

const caseId: Constraint = { length: [10, 32], pattern: '\\d{10,32}.*' };
const title: Constraint = { length: [1, 300] };
const description: Constraint = { length: [1, 8000] };
const engagement: Constraint = { enum: ['Security Incident', 'Investigation'] };
const paged: Record<string, Constraint> = { nextToken: { length: [0, 2000] }, maxResults: { min: 1, max: 25 } };
const STATUSES = ['Submitted', 'Detection and Analysis', 'Containment, Eradication and Recovery', 'Post-incident Activities'];

const digits = (ctx: LabContext, n: number): string => String(next32(ctx.world) % 10 ** Math.min(n, 9)).padStart(n, '1');
const arnOf = (ctx: LabContext, row: CaseRow): string => `arn:aws:security-ir:${ctx.region.name}:${ctx.account.id}:case/${row.caseId}`;
function page<T>(ctx: LabContext, all: T[], input: { nextToken?: string; maxResults?: number }): { items: T[]; rest: object } {
  const { items, next } = ctx.page(all, input.nextToken, input.maxResults, { size: 25 });
  return { items, rest: next === undefined ? {} : { nextToken: next } };
}
const common = (ctx: LabContext, row: CaseRow): object => ({
  title: row.title,
  caseArn: arnOf(ctx, row),
  caseStatus: row.status,
  engagementType: row.engagementType,
  resolverType: row.resolverType,
  pendingAction: 'None',
  createdDate: new Date(row.created),
  lastUpdatedDate: new Date(row.updated),
  ...(row.closed === undefined ? {} : { closedDate: new Date(row.closed) }),
});
const described = (ctx: LabContext, row: SecurityMembership): object => ({
  membershipId: row.membershipId,
  accountId: ctx.account.id,
  region: row.region,
  membershipArn: `arn:aws:security-ir:${row.region}:${ctx.account.id}:membership/${row.membershipId}`,
  membershipStatus: 'Active',
});
const changed = <T>(own: T[], add: T[] | undefined, drop: T[] | undefined): T[] => {
  const gone = new Set((drop ?? []).map((one) => JSON.stringify(one)));
  return [...own.filter((one) => !gone.has(JSON.stringify(one))), ...(add ?? [])];
};

export const operations: LabOperations = {
  ListMemberships: {
    constraints: paged,
    mutates: false,
    run(_input, ctx) {
      const row = membership(ctx);
      return { items: row ? [described(ctx, row)] : [] };
    },
  },
  GetMembership: {
    constraints: { membershipId: { length: [12, 34] } },
    run(input, ctx) {
      const row = membership(ctx);
      if (row?.membershipId !== input.membershipId) throw new LabError('ResourceNotFoundException', 'The membership was not found.');
      const { name, activated } = row!;
      return {
        ...described(ctx, row!),
        membershipName: name,
        membershipActivationTimestamp: new Date(activated),
        customerType: 'Standalone',
        incidentResponseTeam: [],
      };
    },
  },
  CreateCase: {
    constraints: {
      title,
      description,
      engagementType: engagement,
      resolverType: { enum: ['AWS', 'Self'] },
      clientToken: { length: [1, 255] },
      impactedAccounts: { length: [0, 200] },
      'impactedAccounts[]': { length: [12, 12], pattern: '[0-9]{12}' },
      watchers: { length: [0, 30] },
      'watchers[].email': { length: [6, 254] },
    },
    run(input, ctx) {
      needMembership(ctx);
      const tokens = (ctx.account.tables.incidentTokens ??= {});
      const before = input.clientToken === undefined ? undefined : tokens[input.clientToken];
      if (before !== undefined) return { caseId: before };
      const id = `${digits(ctx, 9)}0`;
      cases.put(ctx, id, {
        caseId: id,
        title: input.title,
        description: input.description,
        status: 'Submitted',
        engagementType: input.engagementType,
        resolverType: input.resolverType,
        started: new Date(input.reportedIncidentStartDate).getTime(),
        impactedAccounts: input.impactedAccounts,
        watchers: input.watchers,
        regions: input.impactedAwsRegions ?? [],
        services: input.impactedServices ?? [],
        addresses: input.threatActorIpAddresses ?? [],
        created: ctx.now(),
        updated: ctx.now(),
        comments: [],
      });
      if (input.clientToken !== undefined) tokens[input.clientToken] = id;
      return { caseId: id };
    },
  },
  ListCases: {
    constraints: paged,
    run(input, ctx) {
      needMembership(ctx);
      const { items, rest } = page(ctx, cases.all(ctx), input);
      return { items: items.map((row) => ({ caseId: row.caseId, ...common(ctx, row) })), total: cases.all(ctx).length, ...rest };
    },
  },
  GetCase: {
    constraints: { caseId },
    run(input, ctx) {
      needMembership(ctx);
      const row = theCase(input, ctx);
      return {
        ...common(ctx, row),
        description: row.description,
        reportedIncidentStartDate: new Date(row.started),
        impactedAccounts: row.impactedAccounts,
        watchers: row.watchers,
        impactedAwsRegions: row.regions,
        impactedServices: row.services,
        threatActorIpAddresses: row.addresses,
      };
    },
  },
  UpdateCase: {
    constraints: { caseId, title, description, engagementType: engagement },
    run(input, ctx) {
      needMembership(ctx);
      const row = theCase(input, ctx);
      if (row.closed !== undefined)
        throw new LabError('ConflictException', 'The case is closed.', { fields: { resourceId: row.caseId, resourceType: 'case' } });
      row.title = input.title ?? row.title;
      row.description = input.description ?? row.description;
      row.engagementType = input.engagementType ?? row.engagementType;
      row.watchers = changed(row.watchers, input.watchersToAdd, input.watchersToDelete);
      row.impactedAccounts = changed(row.impactedAccounts, input.impactedAccountsToAdd, input.impactedAccountsToDelete);
      row.regions = changed(row.regions, input.impactedAwsRegionsToAdd, input.impactedAwsRegionsToDelete);
      row.services = changed(row.services, input.impactedServicesToAdd, input.impactedServicesToDelete);
      row.addresses = changed(row.addresses, input.threatActorIpAddressesToAdd, input.threatActorIpAddressesToDelete);
      row.updated = ctx.now();
      return {};
    },
  },
  UpdateCaseStatus: {
    constraints: { caseId, caseStatus: { enum: STATUSES } },
    run(input, ctx) {
      needMembership(ctx);
      const row = theCase(input, ctx);
      row.status = input.caseStatus;
      row.updated = ctx.now();
      return { caseStatus: row.status };
    },
  },
  CloseCase: {
    constraints: { caseId },
    run(input, ctx) {
      needMembership(ctx);
      const row = theCase(input, ctx);
      if (row.closed !== undefined)
        throw new LabError('ConflictException', 'The case is closed.', { fields: { resourceId: row.caseId, resourceType: 'case' } });
      Object.assign(row, { status: 'Closed', closed: ctx.now(), updated: ctx.now() });
      return { caseStatus: 'Closed', closedDate: new Date(row.closed!) };
    },
  },
  CreateCaseComment: {
    constraints: { caseId, clientToken: { length: [1, 255] }, body: { length: [1, 12_000] } },
    run(input, ctx) {
      needMembership(ctx);
      const row = theCase(input, ctx);
      const commentId = String(100_000 + row.comments.length);
      row.comments.push({ commentId, body: input.body, creator: ctx.caller.arn, created: ctx.now() });
      row.updated = ctx.now();
      return { commentId };
    },
  },
  ListComments: {
    constraints: { caseId, ...paged },
    run(input, ctx) {
      needMembership(ctx);
      const { comments } = theCase(input, ctx);
      const { items, rest } = page(ctx, comments, input);
      const told = items.map((one) => ({
        commentId: one.commentId,
        createdDate: new Date(one.created),
        lastUpdatedDate: new Date(one.created),
        creator: one.creator,
        lastUpdatedBy: one.creator,
        body: one.body,
      }));
      return { items: told, total: comments.length, ...rest };
    },
  },
};
