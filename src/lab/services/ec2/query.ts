import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Tag } from './rows.ts';
import { tagsOf } from './tagging.ts';

export interface Filter {
  Name?: string;
  Values?: string[];
}
type Value = string | number | boolean | undefined | null;
/** Filter name -> the row's value or values. */
export type Fields<T> = Record<string, (row: T) => Value | readonly Value[]>;

/** `*` and `?` are wildcards, a backslash takes their meaning away (Amazon EC2 User Guide, "Filtering using the CLI"). */
export function pattern(value: string): (text: string) => boolean {
  if (!/[*?\\]/.test(value)) return (text) => text === value;
  const source = value.replace(/\\([*?\\])|([*?])|([\\^$.|+()[\]{}])/g, (_, escaped, wild, special) =>
    escaped ? `\\${escaped}` : wild ? (wild === '*' ? '.*' : '.') : `\\${special}`,
  );
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}

/** Rows that satisfy every filter; the values of one filter are alternatives. Unknown names are refused, as EC2 does. */
export function filtered<T extends { id: string }>(ctx: LabContext, rows: T[], filters: readonly Filter[] | undefined, fields: Fields<T>): T[] {
  let left = rows;
  for (const { Name: name = '', Values: values = [] } of filters ?? []) {
    if (values.length > 200) throw new LabError('FilterLimitExceeded', 'The maximum number of filter values specified on a single call is 200.');
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const field = own ?? tagField(ctx, name);
    if (!field) throw new LabError('InvalidParameterValue', `The filter '${name}' is invalid`);
    const tests = values.map(pattern);
    left = left.filter((row) =>
      [field(row)]
        .flat()
        .some((value) => value !== undefined && value !== null && tests.some((test) => test(String(value as Exclude<Value, null | undefined>)))),
    );
  }
  return left;
}
function tagField(ctx: LabContext, name: string): ((row: { id: string }) => string[]) | undefined {
  const values = (row: { id: string }, of: (tag: Tag) => string | undefined) => tagsOf(ctx, row.id).flatMap((tag) => of(tag) ?? []);
  if (name.startsWith('tag:')) return (row) => values(row, (tag) => (tag.Key === name.slice(4) ? tag.Value : undefined));
  if (name === 'tag-key') return (row) => values(row, (tag) => tag.Key);
  if (name === 'tag-value') return (row) => values(row, (tag) => tag.Value);
  return undefined;
}

/** One page under `key`. Calls that name ids are answered whole, and EC2 refuses MaxResults beside ids where `idsExclude` names them. */
export function paged<T, R>(
  ctx: LabContext,
  input: { MaxResults?: number; NextToken?: string },
  rows: T[],
  key: string,
  view: (row: T) => R,
  ids?: { given: readonly unknown[] | undefined; name?: string },
): Record<string, R[] | string | undefined> {
  if (ids?.given?.length) {
    if (ids.name && input.MaxResults !== undefined)
      throw new LabError('InvalidParameterCombination', `The parameter ${ids.name} cannot be used with the parameter maxResults`);
    return { [key]: rows.map(view) };
  }
  const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 1000 });
  return { [key]: items.map(view), NextToken: next };
}
