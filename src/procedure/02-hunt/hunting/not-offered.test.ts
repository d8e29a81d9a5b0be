import { describe, expect, it } from 'vitest';
import type { ActionContext, AwsFailure, Call } from '../../../kernel/index.ts';
import { fakeContext } from '../../testing/fake-context.ts';
import { notOfferedHere } from './not-offered.ts';

const failure = (code: string, status?: number): AwsFailure => Object.assign(new Error(code), { code, status, requestId: undefined });
const lightsail = { type: 'AWS::Lightsail::Instance', scope: 'regional' } as const;

/** @param sts what STS says: an answer, or an error */
function context(sts: AwsFailure | null): { ctx: ActionContext; asked: Call[] } {
  const asked: Call[] = [];
  const read: ActionContext['read'] = async (call) => {
    asked.push(call);
    if (sts) throw sts;
    return { output: {} as never, evidence: [] };
  };
  return { ctx: { ...fakeContext({}), read }, asked };
}

describe('not offered here', () => {
  it('is an endpoint whose name does not exist while the region answers, asked once', async () => {
    const { ctx, asked } = context(null);
    for (const code of ['ENOTFOUND', 'EndpointError', 'ENOTFOUND']) expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure(code))).toBe(true);
    expect(asked).toEqual([{ service: 'sts', operation: 'GetCallerIdentity', region: 'eu-south-2', input: {} }]);
  });
  it('also while STS answers with an error: it answers', async () => {
    expect(await notOfferedHere(context(failure('ExpiredToken', 403)).ctx, lightsail, 'eu-south-2', failure('ENOTFOUND'))).toBe(true);
  });
  it('is not a network without name service, and that is asked again', async () => {
    const { ctx, asked } = context(failure('ENOTFOUND'));
    expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure('ENOTFOUND'))).toBe(false);
    expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure('ENOTFOUND'))).toBe(false);
    expect(asked).toHaveLength(2);
  });
  it.each(['EAI_AGAIN', 'ETIMEDOUT', 'ECONNREFUSED', 'ECONNRESET'])('is not %s', async (code) => {
    expect(await notOfferedHere(context(null).ctx, lightsail, 'eu-south-2', failure(code))).toBe(false);
  });
  it('is never said of a service that every region has, nor of a global one', async () => {
    for (const type of ['AWS::EC2::Instance', 'AWS::Lambda::Function'])
      expect(await notOfferedHere(context(null).ctx, { type, scope: 'regional' }, 'eu-south-2', failure('ENOTFOUND'))).toBe(false);
    expect(await notOfferedHere(context(null).ctx, { type: 'AWS::Account::Region', scope: 'global' }, 'us-east-1', failure('ENOTFOUND'))).toBe(false);
  });
  it('is a service without that operation; refusals and troubles of AWS are not', async () => {
    const { ctx, asked } = context(null);
    expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure('UnknownOperation', 400))).toBe(true);
    expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure('InvalidAction', 400))).toBe(true);
    for (const [code, status] of [
      ['AccessDenied', 403],
      ['UnknownOperation', 500],
      ['Throttling', 400],
    ] as const)
      expect(await notOfferedHere(ctx, lightsail, 'eu-south-2', failure(code, status))).toBe(false);
    expect(asked).toEqual([]);
  });
});
