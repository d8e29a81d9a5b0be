import type { ActionContext, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { listOption } from './options.ts';
import { partitionOf } from './partition.ts';
import { inShort, isAwsFailure } from './reading.ts';

/** An account in which something is to be done: `as` names the credentials for it, nothing means the responder's own. */
export interface Within {
  readonly account: string;
  readonly as?: string;
  /** ARN of who acts there, as far as it is known; names are compared with it before anything is taken away. */
  readonly arn?: string;
}

/**
 * The credentials given for another account (`--account`). A role's ARN tells its account; a profile has to be asked.
 * @returns null when none were given for it
 */
export async function within(ctx: ActionContext, account: string): Promise<Within | null> {
  if (account === '' || account === ctx.facts.account) return { account };
  const given = listOption(ctx, 'account');
  const role = given.find((as) => as.startsWith('arn:') && as.split(':')[4] === account);
  if (role) return { account, as: role, arn: role };
  for (const as of given.filter((one) => !one.startsWith('arn:'))) {
    const { globalRegion: region } = partitionOf(ctx.facts.callerArn);
    const { output } = await ctx.read<{ Account?: string; Arn?: string }>({ as, service: 'sts', operation: 'GetCallerIdentity', region, input: {} });
    if (output.Account === account) return { account, as, ...(output.Arn === undefined ? {} : { arn: output.Arn }) };
  }
  return null;
}
/** The part of a call that says under which credentials. */
export const under = (where: Within): { readonly as?: string } => (where.as === undefined ? {} : { as: where.as });

/** The same context in another account: every read under its credentials, its number and who acts there in the facts. */
export function contextWithin(ctx: ActionContext, where: Within): ActionContext {
  if (where.as === undefined) return ctx;
  const { as, account, arn } = where;
  return {
    ...ctx,
    facts: { ...ctx.facts, account, ...(arn === undefined ? {} : { callerArn: arn }) },
    read: (call) => ctx.read({ ...call, as }),
    readAll: (call) => ctx.readAll({ ...call, as }),
    pages: (call) => ctx.pages({ ...call, as }),
    once: (name, make) => ctx.once(`${account} ${name}`, make),
  };
}

/** What is done in one account after the other; what cannot be done in one of them is said, and the others are not held up. */
export interface Reached<T> {
  readonly done: readonly T[];
  /** Accounts that could not be entered, each with the reason and how to enter it. */
  readonly closed: ReadonlyMap<string, Text>;
}
/**
 * Looks into several accounts side by side: the responder's own, and those that credentials were given for. An error in the
 * responder's own account is thrown; credentials for another one that do not work must not keep anything here from being contained.
 */
export async function inAccounts<T>(
  ctx: ActionContext,
  accounts: Iterable<string>,
  look: (inside: ActionContext, where: Within) => Promise<T>,
): Promise<Reached<T>> {
  const closed = new Map<string, Text>();
  const done = await Promise.all(
    [...new Set(accounts)].map(async (account): Promise<{ one: T } | null> => {
      try {
        const where = await within(ctx, account);
        if (where) return { one: await look(contextWithin(ctx, where), where) };
        closed.set(
          account,
          text(
            `no credentials were given for account ${account}: give --account profile:NAME or the ARN of a role of it, or tell its owners`,
            `no se dieron credenciales para la cuenta ${account}: dé --account profile:NOMBRE o el ARN de un rol de ella, o avise a sus dueños`,
          ),
        );
      } catch (error) {
        if (!isAwsFailure(error) || account === ctx.facts.account) throw error;
        const why = inShort(error);
        closed.set(account, text(`account ${account} could not be read (${why})`, `no se pudo leer la cuenta ${account} (${why})`));
      }
      return null;
    }),
  );
  return { done: done.flatMap((entry) => (entry ? [entry.one] : [])), closed };
}
