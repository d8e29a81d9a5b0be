import type { NormalizedSchema } from '@smithy/core/schema';
import type { Json, JsonObject } from '../kernel/index.ts';

/** [input member, output members that carry the next token], most specific first; AWS's services use these names. */
const TOKENS: readonly (readonly [string, readonly string[]])[] = [
  ['NextToken', ['NextToken']],
  ['nextToken', ['nextToken']],
  ['Marker', ['NextMarker', 'Marker']],
  ['ContinuationToken', ['NextContinuationToken', 'ContinuationToken']],
  ['NextPageToken', ['NextPageToken']],
  ['PaginationToken', ['PaginationToken']],
  ['pageToken', ['nextPageToken']],
  ['ExclusiveStartTableName', ['LastEvaluatedTableName']],
];
const FLAGS = ['IsTruncated', 'Truncated', 'HasMoreResults'];

export interface Paging {
  readonly input: string;
  readonly output: string;
}

/** How an operation is paged, read from its schema; null when it is not. */
export function pagingOf(input: NormalizedSchema, output: NormalizedSchema): Paging | null {
  if (!input.isStructSchema() || !output.isStructSchema()) return null;
  const has = (schema: NormalizedSchema, name: string) => [...schema.structIterator()].some(([member]) => member === name);
  for (const [token, nexts] of TOKENS) {
    const next = nexts.find((name) => has(output, name));
    if (next && has(input, token)) return { input: token, output: next };
  }
  return null;
}

/** The token of the next page, or undefined at the end. A truncated flag of false ends even beside a token. */
export function nextToken(paging: Paging, page: JsonObject): Json | undefined {
  if (FLAGS.some((flag) => page[flag] === false)) return undefined;
  return page[paging.output] || undefined;
}

/** Lists are concatenated, maps joined, everything else is the last page's; tokens are dropped. */
export function mergePages(pages: readonly JsonObject[], paging: Paging | null): JsonObject {
  const merged: JsonObject = {};
  for (const page of pages) {
    for (const [key, value] of Object.entries(page)) {
      const before = merged[key];
      merged[key] = Array.isArray(before) && Array.isArray(value) ? before.concat(value) : isMap(before) && isMap(value) ? { ...before, ...value } : value;
    }
  }
  if (paging) delete merged[paging.output];
  return merged;
}
const isMap = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
