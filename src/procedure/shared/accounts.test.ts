import { describe, expect, it } from 'vitest';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { contextWithin, inAccounts, within } from './accounts.ts';

const HOME = '111122223333';
const OTHER = '444455556666';
const ROLE = `arn:aws:iam::${OTHER}:role/IR`;
const context = (account: string[], third: string) =>
  fakeContext({
    options: { account },
    answers: {
      'sts:GetCallerIdentity': (call) =>
        call.as === 'profile:third' ? { Account: third, Arn: `arn:aws:sts::${third}:assumed-role/Admin/me` } : failure('ExpiredToken', 403, 'expired'),
      'iam:GetUser': (call) => ({ as: call.as ?? 'own' }),
    },
  });

describe('within', () => {
  it('needs nothing for the own account, takes the role of an ARN by its account, and asks profiles', async () => {
    const ctx = context([ROLE, 'profile:third'], '777788889999');
    expect(await within(ctx, HOME)).toEqual({ account: HOME });
    expect(await within(ctx, OTHER)).toEqual({ account: OTHER, as: ROLE, arn: ROLE });
    expect(ctx.calls).toEqual([]);
    expect(await within(ctx, '777788889999')).toEqual({
      account: '777788889999',
      as: 'profile:third',
      arn: 'arn:aws:sts::777788889999:assumed-role/Admin/me',
    });
    expect(await within(ctx, '000011112222')).toBeNull();
  });
  it('the context inside reads under the credentials, knows the account and who acts there; at home it is the same', async () => {
    const ctx = context([], '');
    expect(contextWithin(ctx, { account: HOME })).toBe(ctx);
    const inside = contextWithin(ctx, { account: OTHER, as: ROLE, arn: ROLE });
    const call = { service: 'iam', operation: 'GetUser', region: 'us-east-1', input: {} };
    expect((await inside.read(call)).output).toEqual({ as: ROLE });
    expect((await inside.readAll(call)).output).toEqual({ as: ROLE });
    for await (const page of inside.pages(call)) expect(page.output).toEqual({ as: ROLE });
    expect(inside.facts).toMatchObject({ account: OTHER, callerArn: ROLE });
    expect([await inside.once('x', async () => 'there'), await ctx.once('x', async () => 'here')]).toEqual(['there', 'here']);
  });
});

describe('inAccounts', () => {
  it('enters each account once; one that cannot be entered is named with the reason and holds nothing up', async () => {
    const ctx = context([ROLE, 'profile:expired'], '');
    const seen: string[] = [];
    const { done, closed } = await inAccounts(ctx, [HOME, OTHER, HOME, '000011112222'], async (_, where) => {
      seen.push(where.account);
      return where.as ?? 'own';
    });
    expect(seen.sort()).toEqual([HOME, OTHER]);
    expect([...done].sort()).toEqual([ROLE, 'own']);
    expect(closed.get('000011112222')!.en).toContain('ExpiredToken');
    expect((await inAccounts(context([], ''), [OTHER], async () => null)).closed.get(OTHER)!.en).toContain('--account');
  });
  it('an error at home is thrown, one elsewhere is told', async () => {
    const look = async () => {
      throw failure('AccessDenied', 403, 'no');
    };
    await expect(inAccounts(context([ROLE], ''), [HOME], look)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect((await inAccounts(context([ROLE], ''), [OTHER], look)).closed.get(OTHER)!.en).toContain('AccessDenied');
    const broken = () =>
      inAccounts(context([ROLE], ''), [OTHER], async () => {
        throw new TypeError('a mistake of ours');
      });
    await expect(broken()).rejects.toThrow('a mistake of ours');
  });
});
