import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/engine/outcome.ts';
import { hunters } from '../../src/generated/procedure.ts';
import type { ActionContext, AwsFailure, Call, Hunter } from '../../src/kernel/index.ts';
import { notOfferedHere } from '../../src/procedure/02-hunt/hunting/not-offered.ts';
import { isAwsFailure, saysDenied } from '../../src/procedure/shared/reading.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';

/**
 * A service that a region does not have must not make the region look broken; one that cannot be reached, or may not be asked, must
 * not make it look clean. So no hunter keeps an error to itself: what it means is judged in one place.
 */
const failure = (code: string, status?: number): AwsFailure => Object.assign(new Error(`getaddrinfo ${code}`), { code, status, requestId: undefined });
const REGION = 'eu-south-2';
const EVERYWHERE = /^AWS::(AutoScaling|CloudFormation|CloudTrail|Config|EC2|ECS|EKS|Events|IAM|KMS|Lambda|RDS|S3|SNS|SSM|SecretsManager)::/;

function context(error: AwsFailure): ActionContext {
  const refuse = (call: Call): void => {
    if (call.service !== 'sts') throw error;
  };
  const answer = async (call: Call) => {
    refuse(call);
    return { output: {} as never, evidence: [] };
  };
  return {
    ...fakeContext({ facts: { account: '111122223333' } }),
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    read: answer,
    readAll: answer,
    // biome-ignore lint/correctness/useYield: every page is refused
    async *pages(call: Call) {
      refuse(call);
    },
  };
}
/** What a hunter ends with when each of its calls ends so. */
async function ending(hunter: Hunter, ctx: ActionContext): Promise<unknown> {
  try {
    for await (const one of hunter.scan(ctx, REGION, '2025-12-31T00:00:00.000Z')) return one;
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.keys(hunters))('hunter %s', (id) => {
  it('says when its service is not offered here, and when it cannot be reached', async () => {
    const hunter = await hunters[id]!();
    const ctx = context(failure('ENOTFOUND'));
    const error = await ending(hunter, ctx);
    if (!isAwsFailure(error)) throw new Error(`${hunter.type} ended with ${String(error)}`);
    expect(codeOf(error)).toBe('ENOTFOUND');
    expect(await notOfferedHere(ctx, hunter, REGION, error)).toBe(hunter.scope === 'regional' && !EVERYWHERE.test(hunter.type));
  });
  it('is denied when it is denied', async () => {
    const hunter = await hunters[id]!();
    const ctx = context(failure('AccessDenied', 403));
    const error = await ending(hunter, ctx);
    if (!isAwsFailure(error)) throw new Error(`${hunter.type} ended with ${String(error)}`);
    expect(saysDenied(codeOf(error))).toBe(true);
    expect(await notOfferedHere(ctx, hunter, REGION, error)).toBe(false);
  });
});
