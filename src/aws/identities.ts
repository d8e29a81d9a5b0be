import { AplombError, EXIT, type Json, type JsonObject } from '../kernel/index.ts';
import type { CredentialSets } from './credential-sets.ts';
import { identityError } from './errors.ts';
import type { Identity, SendRequest } from './types.ts';

export interface Identities {
  /** GetCallerIdentity, remembered; a failed look-up is not: the next command of the same process may have better luck. */
  of(as: string | undefined): Promise<Identity>;
  /** The account that a set is known to belong to, as far as it is known. */
  accountOf(as: string | undefined): string | null;
  /** @throws AplombError WrongAccount unless the set belongs to an account that may be changed. */
  mayChange(as: string | undefined): Promise<void>;
  /** The responder has signed in again: the same account must answer. @throws AplombError WrongAccount */
  renewed(): Promise<void>;
}

/** Who acts, for each set of credentials. */
export function identities(options: {
  readonly sets: CredentialSets;
  readonly region: string;
  readonly expected: readonly string[] | undefined;
  readonly send: (request: SendRequest) => Promise<{ readonly output: Json }>;
}): Identities {
  const { sets, region, expected, send } = options;
  const known = new Map<string | undefined, Promise<Identity>>();
  const accounts = new Map<string | undefined, string>();
  const ask = async (as: string | undefined): Promise<Identity> => {
    const call = { ...(as === undefined ? {} : { as }), service: 'sts', operation: 'GetCallerIdentity', region, input: {} };
    const answer = await send({ call, input: {}, purpose: 'read', keep: true, phase: 'identity' }).catch((error) => {
      throw as === undefined ? identityError(error) : error;
    });
    const output = answer.output as JsonObject;
    const { accessKeyId } = await sets.of(as)();
    accounts.set(as, String(output.Account));
    return { arn: String(output.Arn), account: String(output.Account), userId: String(output.UserId), accessKeyId: accessKeyId ?? null };
  };
  const of = (as: string | undefined): Promise<Identity> => {
    let identity = known.get(as);
    if (!identity) {
      identity = ask(as);
      known.set(as, identity);
      identity.catch(() => known.delete(as));
    }
    return identity;
  };
  return {
    of,
    accountOf: (as) => accounts.get(as) ?? (as === undefined ? null : sets.accountOf(as)),
    async mayChange(as) {
      if (expected === undefined) return;
      const caller = await of(as);
      if (expected.includes(caller.account)) return;
      throw new AplombError('WrongAccount', `The credentials belong to account ${caller.account}, not to ${expected.join(' or ')}. Nothing was changed.`, {
        fix: 'Choose the credentials of the account that this case is about.',
      });
    },
    async renewed() {
      const before = accounts.get(undefined);
      known.clear();
      const { account } = await of(undefined);
      if (before === undefined || before === account) return;
      throw new AplombError('WrongAccount', `You signed in to account ${account}; the work was begun in ${before}.`, {
        fix: 'Sign in to the same account and run the same command again; it goes on where it stopped.',
        exit: EXIT.partial,
      });
    },
  };
}
