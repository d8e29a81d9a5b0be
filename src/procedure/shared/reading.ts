import { codeOf, saysAbsent } from '../../engine/outcome.ts';
import type { ActionContext, AwsFailure, Call, Reading } from '../../kernel/index.ts';
import { settled } from './checks.ts';

/** IAM is eventually consistent; research saw 3 to 4 seconds in which a change does not count yet. */
const CONSISTENCY_SECONDS = 4;

export const isAwsFailure = (error: unknown): error is AwsFailure =>
  error instanceof Error && typeof (error as AwsFailure).code === 'string' && 'status' in error;
/** Refused for lack of permission, in the spelling of EC2, IAM, STS and the JSON services, or because the region takes no such credentials. */
export const saysDenied = (code: string): boolean =>
  /^(AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthFailure|InvalidClientTokenId|UnrecognizedClient|OptInRequired|OperationNotPermitted|AuthorizationError)/.test(
    code,
  );
/** No answer came, neither good nor bad: the network, a dark region, a machine too busy to wait well. */
export const isSilence = (error: unknown): error is AwsFailure => isAwsFailure(error) && error.status === undefined;
/** "AccessDenied: message", short: what goes into a `why`. */
export const inShort = (error: unknown): string =>
  `${codeOf(error)}${error instanceof Error && error.message !== codeOf(error) ? `: ${error.message.replace(/\p{C}/gu, ' ').slice(0, 160)}` : ''}`;

/** A read whose "there is no such thing" is an answer. */
export async function readOrAbsent<T>(ctx: ActionContext, call: Call, pages = false): Promise<Reading<T> | null> {
  try {
    return pages ? await ctx.readAll<T>(call) : await ctx.read<T>(call);
  } catch (error) {
    if (isAwsFailure(error) && saysAbsent(codeOf(error))) return null;
    throw error;
  }
}

/** Waits for IAM to be consistent, then reads until `good` or until patience ends. The last reading counts. */
export async function consistentReading<T>(ctx: ActionContext, read: () => Promise<T>, good: (reading: T) => boolean): Promise<T> {
  await ctx.settle(CONSISTENCY_SECONDS);
  return settled(ctx, read, good, { times: 5, seconds: 3 });
}
