import type { ActionContext } from '../../kernel/index.ts';
import { listOption } from './options.ts';
import { partitionOf } from './partition.ts';

/** An account in which something is to be done: `as` names the credentials for it, nothing means the responder's own. */
export interface Within {
  readonly account: string;
  readonly as?: string;
}

/**
 * The credentials given for another account (`--account`). A role's ARN tells its account; a profile has to be asked.
 * @returns null when none were given for it
 */
export async function within(ctx: ActionContext, account: string): Promise<Within | null> {
  if (account === '' || account === ctx.facts.account) return { account };
  const given = listOption(ctx, 'account');
  const role = given.find((as) => as.startsWith('arn:') && as.split(':')[4] === account);
  if (role) return { account, as: role };
  for (const as of given.filter((one) => !one.startsWith('arn:'))) {
    const { globalRegion: region } = partitionOf(ctx.facts.callerArn);
    const { output } = await ctx.read<{ Account?: string }>({ as, service: 'sts', operation: 'GetCallerIdentity', region, input: {} });
    if (output.Account === account) return { account, as };
  }
  return null;
}
/** The part of a call that says under which credentials. */
export const under = (where: Within): { readonly as?: string } => (where.as === undefined ? {} : { as: where.as });

/** The same context in another account: every read under its credentials, its number in the facts. */
export function contextWithin(ctx: ActionContext, where: Within): ActionContext {
  if (where.as === undefined) return ctx;
  const { as, account } = where;
  return {
    ...ctx,
    facts: { ...ctx.facts, account },
    read: (call) => ctx.read({ ...call, as }),
    readAll: (call) => ctx.readAll({ ...call, as }),
    pages: (call) => ctx.pages({ ...call, as }),
    once: (name, make) => ctx.once(`${account} ${name}`, make),
  };
}
