import type { ActionContext } from '../../kernel/index.ts';
import { AplombError, EXIT } from '../../kernel/index.ts';
import { contextWithin } from '../shared/accounts.ts';
import { oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { partition, partitionOf } from '../shared/partition.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { type KnownRegion, listRegions } from './regions.ts';

/** An account the hunt may look into, and the window through which it does. */
export interface World {
  /** Under which credentials; null: the responder's own. */
  readonly as: string | null;
  readonly account: string;
  readonly ctx: ActionContext;
  readonly known: readonly KnownRegion[];
  /** Names of the regions that are enabled and wanted. */
  readonly regions: readonly string[];
  /** Where IAM, Organizations and the account service are asked, and their events stand. */
  readonly globalRegion: string;
}

async function open(ctx: ActionContext, as: string): Promise<{ account: string; ctx: ActionContext }> {
  try {
    const { output } = await ctx.read<{ Account?: string; Arn?: string }>({
      as,
      service: 'sts',
      operation: 'GetCallerIdentity',
      region: partition(ctx).globalRegion,
      input: {},
    });
    const account = output.Account ?? '';
    return { account, ctx: contextWithin(ctx, { account, as, arn: output.Arn ?? '' }) };
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    throw new AplombError('AccountUnreachable', `the credentials "${oneLine(as, 120)}" do not work: ${inShort(error)}`, {
      fix: 'give --account profile:NAME or the ARN of a role that you may assume, and leave it out if you have none',
      exit: EXIT.usage,
      cause: error,
    });
  }
}

/**
 * The responder's own account first, then those that credentials were given for (`accounts`), each once.
 * @param only regions wanted; empty: all
 * @throws AplombError AccountUnreachable, UnknownRegion
 */
export async function openWorlds(ctx: ActionContext, only: readonly string[]): Promise<World[]> {
  const others = await Promise.all(listOption(ctx, 'account').map(async (as) => ({ as, ...(await open(ctx, as)) })));
  const accounts = new Map<string, { as: string | null; account: string; ctx: ActionContext }>();
  const own = { as: null, account: ctx.facts.account ?? '', ctx };
  for (const one of [own, ...others]) if (!accounts.has(one.account)) accounts.set(one.account, one);
  const worlds = await Promise.all(
    [...accounts.values()].map(async (one): Promise<World> => {
      const all = await listRegions(one.ctx);
      const known = only.length === 0 ? all : all.filter((region) => only.includes(region.region));
      return {
        ...one,
        known,
        regions: known.filter((region) => region.enabled).map((region) => region.region),
        globalRegion: partitionOf(one.ctx.facts.callerArn).globalRegion,
      };
    }),
  );
  const stranger = only.find((name) => !worlds.some((world) => world.known.some((one) => one.region === name)));
  if (stranger !== undefined)
    throw new AplombError('UnknownRegion', `"${oneLine(stranger, 40)}" is not a region of this partition`, {
      fix: 'aplomb hunt without --region lists those there are',
      exit: EXIT.usage,
    });
  return worlds;
}
