import type { ActionContext, JsonObject } from '../../../kernel/index.ts';
import { read } from './describe.ts';

/** Lightsail's lists, page by page: they are paged with `pageToken` and `nextPageToken`, as no other service's are. */
export async function* lightsailPages<T>(ctx: ActionContext, region: string, operation: string, member: string): AsyncIterable<T> {
  let pageToken: string | undefined;
  do {
    const page = await read<JsonObject>(ctx, 'lightsail', region, operation, pageToken === undefined ? {} : { pageToken });
    const items = page[member];
    if (Array.isArray(items)) yield* items as T[];
    const next = typeof page.nextPageToken === 'string' && page.nextPageToken !== '' ? page.nextPageToken : undefined;
    // A token that leads to itself would never end.
    pageToken = next === pageToken ? undefined : next;
  } while (pageToken !== undefined);
}
