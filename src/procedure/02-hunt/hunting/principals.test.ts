import { describe, expect, it } from 'vitest';
import type { ActionContext, Call, Found, Hunter, JsonObject } from '../../../kernel/index.ts';
import { fakeContext } from '../../testing/fake-context.ts';
import { hunter as keys } from '../hunters/iam-access-key.ts';
import { hunter as roles } from '../hunters/iam-role.ts';

const SINCE = '2026-11-20T00:00:00.000Z';
const statement = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] });
async function scan(hunter: Hunter, ctx: ActionContext): Promise<Found[]> {
  const seen: Found[] = [];
  for await (const one of hunter.scan(ctx, 'us-east-1', SINCE)) seen.push(one);
  return seen;
}
const context = (pages: (call: Call) => JsonObject[], readAll?: ActionContext['readAll']): ActionContext => ({
  ...fakeContext({ facts: { account: '111122223333' } }),
  async *pages<T>(call: Call) {
    for (const output of pages(call)) yield { output: output as T, evidence: [] };
  },
  ...(readAll ? { readAll } : {}),
});

describe('roles', () => {
  it('of an account with five thousand are read a thousand to a request, also those with broken policies', async () => {
    const asked: Call[] = [];
    const role = (i: number): JsonObject => ({
      RoleName: `role-${i}`,
      Arn: `arn:aws:iam::111122223333:role/role-${i}`,
      Path: '/',
      CreateDate: '2020-01-01T00:00:00.000Z',
      AssumeRolePolicyDocument: i % 1000 === 0 ? '%7Bbroken' : statement({ Principal: { Service: 'ec2.amazonaws.com' }, Resource: undefined }),
      RolePolicyList: [{ PolicyName: 'p\u0000\u202e', PolicyDocument: i === 7 ? statement({}) : 'nonsense' }],
      AttachedManagedPolicies: [],
    });
    const ctx = context((call) => {
      asked.push(call);
      return Array.from({ length: 5 }, (_, page) => ({ RoleDetailList: Array.from({ length: 1000 }, (__, i) => role(page * 1000 + i)) }));
    });
    const seen = await scan(roles, ctx);
    expect([seen.length, asked.length]).toEqual([5000, 1]);
    expect(asked[0]!.input).toEqual({ Filter: ['Role'], MaxItems: 1000 });
    expect(seen[0]!.detail).toMatchObject({ trustPolicy: expect.stringContaining('not understood'), policiesNotUnderstood: 'p' });
    // An administrator since 2020 is said, and is no reason for alarm.
    expect(seen[7]).toMatchObject({ detail: { administratorBy: 'p' } });
    expect(seen[7]!.reasons).toBeUndefined();
  });
});

describe('what hangs on users', () => {
  it('is nothing for one who vanished meanwhile, and a refusal is passed on', async () => {
    const users = (): JsonObject[] => [{ Users: [{ UserName: 'ann' }, { UserName: 'gone' }, {}] }];
    const failure = (code: string) => Object.assign(new Error(code), { code, status: 404 });
    const answer: ActionContext['readAll'] = async <T>(call: Call) => {
      if ((call.input as JsonObject).UserName === 'gone') throw failure('NoSuchEntity');
      return { output: { AccessKeyMetadata: [{ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active', CreateDate: SINCE }, {}] } as T, evidence: [] };
    };
    expect(await scan(keys, context(users, answer))).toMatchObject([{ id: 'AKIAIOSFODNN7EXAMPLE', detail: { userName: 'ann', status: 'Active' } }]);
    await expect(
      scan(
        keys,
        context(users, () => Promise.reject(failure('AccessDenied'))),
      ),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
