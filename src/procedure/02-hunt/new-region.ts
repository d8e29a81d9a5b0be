import type { Found } from '../../kernel/index.ts';
import { isByKey } from '../shared/hunt-result.ts';
import { isAwsFailure } from '../shared/reading.ts';
import type { World } from './accounts.ts';
import { parseEvent } from './event.ts';
import type { Window } from './lookup.ts';
import type { Tree } from './tree.ts';

const PAGES = 3;

/**
 * Regions the account had nothing in before the window, and in which nobody but the tree changes anything: as "account region". Only
 * regions with finds of the tree are asked about. Where the events cannot be read, or are too many, nothing is claimed.
 * @param settled regions of which a hunter saw something older, as "account region"
 */
export async function newRegions(
  worlds: readonly World[],
  found: readonly Found[],
  settled: ReadonlySet<string>,
  tree: Tree,
  window: Window,
  isGlobal: (type: string) => boolean,
): Promise<ReadonlySet<string>> {
  const credentials = new Set(tree.nodes.map((node) => node.credential));
  const wanted = new Set(found.filter((one) => isByKey(one) && !isGlobal(one.type)).map((one) => `${one.account} ${one.region}`));
  const fresh = new Set<string>();
  await Promise.all(
    worlds.flatMap((world) =>
      world.regions.map(async (region) => {
        const key = `${world.account} ${region}`;
        // IAM and its like act in the global region whoever uses it.
        if (!wanted.has(key) || settled.has(key) || region === world.globalRegion) return;
        if (await onlyTree(world, region, window, credentials)) fresh.add(key);
      }),
    ),
  );
  return fresh;
}

async function onlyTree(world: World, region: string, window: Window, credentials: ReadonlySet<string>): Promise<boolean> {
  const input = { LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'false' }], StartTime: window.from, EndTime: window.to, MaxResults: 50 };
  let pages = 0;
  try {
    for await (const { output } of world.ctx.pages<{ Events?: { CloudTrailEvent?: string }[] }>({
      service: 'cloudtrail',
      operation: 'LookupEvents',
      region,
      input,
    })) {
      for (const one of output.Events ?? []) {
        const event = parseEvent(one.CloudTrailEvent);
        // Services act on the tree's behalf as well: only a key of somebody else shows that the region is in use.
        if (event === null || (event.identity.accessKeyId !== null && !credentials.has(event.identity.accessKeyId))) return false;
      }
      if (++pages >= PAGES) return false;
    }
    return true;
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    return false;
  }
}
