import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr } from './cidr.ts';
import { findPrefixList, type PrefixList, prefixLists } from './prefix-list-model.ts';
import { filtered, paged } from './query.ts';
import type { Rule } from './rows.ts';
import { arn, arns, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

function get(ctx: LabContext, id: string): PrefixList {
  if (!/^pl-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(id)) throw new LabError('InvalidPrefixListID.Malformed', `The prefix list ID '${id}' is malformed`);
  const list = findPrefixList(ctx, id);
  if (!list) throw new LabError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
  return list;
}
function own(ctx: LabContext, id: string): PrefixList {
  const list = get(ctx, id);
  if (list.owner === 'AWS') throw new LabError('UnauthorizedOperation', `You are not authorized to change the prefix list ${id}`, { status: 403 });
  writable(ctx, 'prefixLists');
  return get(ctx, id);
}
const asked = (ctx: LabContext, ids: string[] | undefined): PrefixList[] => (ids?.length ? ids.map((id) => get(ctx, id)) : prefixLists(ctx));
const view = (ctx: LabContext, list: PrefixList) => ({
  PrefixListId: list.id,
  PrefixListName: list.name,
  PrefixListArn: arn(ctx, 'prefix-list', list.id, list.owner === 'AWS' ? 'aws' : list.owner),
  AddressFamily: list.family,
  State: (list.version ?? 1) > 1 ? 'modify-complete' : 'create-complete',
  MaxEntries: list.maxEntries,
  Version: list.version,
  OwnerId: list.owner,
  Tags: tagsOf(ctx, list.id),
});
/** Entries in the list's family, one of each. */
function merged(list: PrefixList, add: any[] = [], remove: any[] = []): PrefixList['entries'] {
  const family = list.family === 'IPv4' ? 4 : 6;
  const gone = new Set(remove.map((one) => cidr(one.Cidr, family).text));
  const left = list.entries.filter((one) => !gone.has(one.cidr));
  for (const one of add) {
    const text = cidr(one.Cidr, family).text;
    if (left.some((other) => other.cidr === text)) throw new LabError('InvalidParameterValue', `Duplicate CIDR ${text} in the prefix list.`);
    left.push({ cidr: text, ...(one.Description === undefined ? {} : { description: one.Description }) });
  }
  if (left.length > (list.maxEntries ?? left.length)) throw new LabError('PrefixListMaxEntriesExceeded', 'The maximum number of entries has been reached.');
  return left;
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'prefix-list', input.PrefixListId);

export const operations: LabOperations = {
  CreateManagedPrefixList: {
    run(input, ctx) {
      const empty: PrefixList = {
        id: ctx.id('pl'),
        name: input.PrefixListName,
        family: input.AddressFamily,
        owner: ctx.account.id,
        maxEntries: input.MaxEntries,
        version: 1,
        entries: [],
      };
      if (!/^IPv[46]$/.test(empty.family)) throw new LabError('InvalidParameterValue', `Value (${empty.family}) for parameter addressFamily is invalid.`);
      const list = { ...empty, entries: merged(empty, input.Entries) };
      tagNew(ctx, list.id, input.TagSpecifications, 'prefix-list');
      writable<PrefixList>(ctx, 'prefixLists')[list.id] = list;
      return { PrefixList: view(ctx, list) };
    },
    resources: (_input, ctx) => arns(ctx, 'prefix-list', undefined),
    constraints: { Entries: { length: [0, 100] } },
  },
  ModifyManagedPrefixList: {
    run(input, ctx) {
      const list = own(ctx, input.PrefixListId);
      if (input.CurrentVersion !== undefined && Number(input.CurrentVersion) !== list.version)
        throw new LabError('PrefixListVersionMismatch', `The prefix list has the incorrect version: ${list.version}`);
      if (input.PrefixListName !== undefined) list.name = input.PrefixListName;
      if (input.MaxEntries !== undefined) list.maxEntries = input.MaxEntries;
      if (input.AddEntries?.length || input.RemoveEntries?.length) {
        list.entries = merged(list, input.AddEntries, input.RemoveEntries);
        list.version = (list.version ?? 1) + 1;
      }
      return { PrefixList: view(ctx, list) };
    },
    resources,
    constraints: { AddEntries: { length: [0, 100] }, RemoveEntries: { length: [0, 100] } },
  },
  DeleteManagedPrefixList: {
    run(input, ctx) {
      const list = own(ctx, input.PrefixListId);
      if (rowsOf<Rule>(ctx, 'securityGroupRules').some((rule) => rule.prefixListId === list.id))
        throw new LabError('DependencyViolation', `The prefix list '${list.id}' has dependencies and cannot be deleted.`);
      delete writable(ctx, 'prefixLists')[list.id];
      delete writable(ctx, 'tags')[list.id];
      return { PrefixList: { ...view(ctx, list), State: 'delete-complete' } };
    },
    resources,
  },
  /** Those that gateway endpoints know. */
  DescribePrefixLists: {
    run(input, ctx) {
      const known = asked(ctx, input.PrefixListIds).filter((list) => list.owner === 'AWS' && list.family === 'IPv4');
      const rows = filtered(ctx, known, input.Filters, { 'prefix-list-id': (list) => list.id, 'prefix-list-name': (list) => list.name });
      return paged(ctx, input, rows, 'PrefixLists', (list) => ({
        PrefixListId: list.id,
        PrefixListName: list.name,
        Cidrs: list.entries.map((one) => one.cidr),
      }));
    },
  },
  DescribeManagedPrefixLists: {
    run(input, ctx) {
      const rows = filtered(ctx, asked(ctx, input.PrefixListIds), input.Filters, {
        'owner-id': (list) => list.owner,
        'prefix-list-id': (list) => list.id,
        'prefix-list-name': (list) => list.name,
      });
      return paged(ctx, { ...input, MaxResults: input.MaxResults ?? 100 }, rows, 'PrefixLists', (list) => view(ctx, list));
    },
    constraints: { MaxResults: { min: 1, max: 100 } },
  },
  GetManagedPrefixListEntries: {
    run(input, ctx) {
      const rows = get(ctx, input.PrefixListId).entries;
      return paged(ctx, { ...input, MaxResults: input.MaxResults ?? 100 }, rows, 'Entries', (one) => ({ Cidr: one.cidr, Description: one.description }));
    },
    resources,
    constraints: { MaxResults: { min: 1, max: 100 } },
  },
};
