import { type Constraint, type LabContext, LabError, type LabOperations, type RegionState } from '../../contract.ts';
import { infoOf } from '../../world/index.ts';
import { accountId, ownOnly } from './shared.ts';

const regionName: Constraint = { length: [1, 50] };
const STATUS = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'] as const;
/** Enabling takes minutes for most accounts, disabling likewise (Account Management Reference Guide). */
const MINUTES = 5 * 60;

interface Change {
  to: 'opted-in' | 'not-opted-in';
  until: number;
}
const changes = (ctx: LabContext): Record<string, Change> => (ctx.account.tables.regionChanges ??= {}) as Record<string, Change>;

/** The state that counts now. A change under way is entered at once, so that every other reader of `optIn` sees its outcome. */
function statusOf(ctx: LabContext, region: RegionState): (typeof STATUS)[number] {
  if (region.optIn === 'opt-in-not-required') return 'ENABLED_BY_DEFAULT';
  const change = ctx.account.tables.regionChanges?.[region.name] as Change | undefined;
  const pending = change !== undefined && ctx.now() < change.until;
  if (region.optIn === 'opted-in') return pending ? 'ENABLING' : 'ENABLED';
  return pending ? 'DISABLING' : 'DISABLED';
}
const validation = (message: string): LabError => new LabError('ValidationException', message, { status: 400 });

function optional(ctx: LabContext, name: string): RegionState {
  const region = ctx.account.regions[name];
  if (!region) throw validation(`The Region ${name} is not valid.`);
  if (region.optIn === 'opt-in-not-required') throw validation(`The Region ${name} is enabled by default and cannot be changed.`);
  return region;
}
function change(ctx: LabContext, name: string, to: Change['to']): void {
  const region = optional(ctx, name);
  const status = statusOf(ctx, region);
  if (status === 'ENABLING' || status === 'DISABLING') throw new LabError('ConflictException', `The Region ${name} is ${status}.`, { status: 409 });
  if (region.optIn === to) return;
  region.optIn = to;
  changes(ctx)[name] = { to, until: ctx.due(MINUTES) };
}

export const operations: LabOperations = {
  ListRegions: {
    constraints: {
      AccountId: accountId,
      MaxResults: { min: 1, max: 50 },
      NextToken: { length: [0, 1000] },
      'RegionOptStatusContains[]': { enum: STATUS },
    },
    run(input, ctx) {
      ownOnly(input);
      const wanted: string[] = input.RegionOptStatusContains ?? [];
      const all = Object.values(ctx.account.regions)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((region) => ({ RegionName: region.name, RegionOptStatus: statusOf(ctx, region) }))
        .filter((region) => wanted.length === 0 || wanted.includes(region.RegionOptStatus));
      const { items, next } = ctx.page(all, input.NextToken, input.MaxResults, { size: 50 });
      return { Regions: items, ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  GetRegionOptStatus: {
    constraints: { AccountId: accountId, RegionName: regionName },
    run(input, ctx) {
      ownOnly(input);
      const region = ctx.account.regions[input.RegionName];
      if (!region) throw validation(`The Region ${input.RegionName} is not valid.`);
      return { RegionName: region.name, RegionOptStatus: statusOf(ctx, region) };
    },
  },
  EnableRegion: {
    constraints: { AccountId: accountId, RegionName: regionName },
    conditions: (input) => ({ 'account:TargetRegion': String(input.RegionName) }),
    run(input, ctx) {
      ownOnly(input);
      change(ctx, input.RegionName, 'opted-in');
    },
  },
  DisableRegion: {
    constraints: { AccountId: accountId, RegionName: regionName },
    conditions: (input) => ({ 'account:TargetRegion': String(input.RegionName) }),
    run(input, ctx) {
      ownOnly(input);
      change(ctx, input.RegionName, 'not-opted-in');
    },
  },
  GetAccountInformation: {
    constraints: { AccountId: accountId },
    run(input, ctx) {
      ownOnly(input);
      const { name, created } = infoOf(ctx.account);
      return { AccountId: ctx.account.id, AccountName: name, AccountCreatedDate: new Date(created) };
    },
  },
};
