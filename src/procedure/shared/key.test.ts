import { describe, expect, it } from 'vitest';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { derivedAccount, parseAccessKeyId, resolveKey } from './key.ts';

const KEY = 'AKIAQ2LEAKEDKEY23456';
const answers = {
  'sts:GetAccessKeyInfo': { Account: '111122223333' },
  'iam:GetAccessKeyLastUsed': { UserName: 'deploy', AccessKeyLastUsed: { LastUsedDate: '2026-11-22T11:00:00Z', Region: 'eu-west-1', ServiceName: 'ec2' } },
};

describe('the key', () => {
  it('decodes the account of published examples, and nothing of older keys', () => {
    expect(derivedAccount('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753');
    expect(derivedAccount('ASIAY34FZKBOKMUTVV7A')).toBe('609629065308');
    expect(derivedAccount('AKIAJ23456ABCDEFGHIJ')).toBeNull();
  });
  it.each([
    ['AIDAQ2LEAKEDKEY23456', /IAM user, not of a key/],
    ['AKIAshort', /20 characters/],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', /secret key/],
    [undefined, /20 characters/],
  ])('says what %s is instead', (given, expected) => {
    expect(() => parseAccessKeyId(given)).toThrow(expect.objectContaining({ code: 'NotAKey', exit: 2, message: expect.stringMatching(expected) }));
  });
  it('never repeats what may be a secret', () => {
    expect(() => parseAccessKeyId('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).not.toThrow(/wJalr/);
  });
  it('finds the owner from the id alone', async () => {
    const key = await resolveKey(fakeContext({ answers, target: { accessKeyId: KEY } }));
    expect(key).toMatchObject({
      kind: 'long-term',
      account: '111122223333',
      accountFrom: 'sts:GetAccessKeyInfo',
      owner: { type: 'user', userName: 'deploy' },
      lastUsed: { region: 'eu-west-1' },
    });
  });
  it('falls back to the alarm for the key, and labels a derived account', async () => {
    const ctx = fakeContext({ answers: { ...answers, 'sts:GetAccessKeyInfo': failure('AccessDenied', 403) }, facts: { alarm: { accessKeyId: KEY } } });
    expect(await resolveKey(ctx)).toMatchObject({ accountFrom: 'derived', owner: { userName: 'deploy' } });
  });
  it("refuses another account's key", async () => {
    const ctx = fakeContext({
      answers: { 'sts:GetAccessKeyInfo': { Account: '999999999999' }, 'iam:GetAccessKeyLastUsed': failure('AccessDenied', 403) },
      target: { accessKeyId: KEY },
    });
    await expect(resolveKey(ctx)).rejects.toMatchObject({ code: 'KeyOfAnotherAccount', exit: 2, message: expect.stringContaining('999999999999') });
  });
  it('recognises the root key, a deleted key and a session', async () => {
    const owner = async (key: string, used: any) =>
      (
        await resolveKey(
          fakeContext({ answers: { 'sts:GetAccessKeyInfo': { Account: '111122223333' }, 'iam:GetAccessKeyLastUsed': used }, target: { accessKeyId: key } }),
        )
      ).owner.type;
    expect(await owner(KEY, { AccessKeyLastUsed: { Region: 'N/A', ServiceName: 'N/A' } })).toBe('root');
    expect(await owner(KEY, failure('NoSuchEntity', 404))).toBe('gone');
    expect(await owner('ASIAQ2LEAKEDKEY23456', failure('NoSuchEntity', 404))).toBe('session');
  });
  it('an unnamed owner is an error unless somebody names the user', async () => {
    const denied = { 'sts:GetAccessKeyInfo': { Account: '111122223333' }, 'iam:GetAccessKeyLastUsed': failure('AccessDenied', 403) };
    await expect(resolveKey(fakeContext({ answers: denied, target: { accessKeyId: KEY } }))).rejects.toMatchObject({ code: 'KeyOwnerUnknown' });
    expect(await resolveKey(fakeContext({ answers: denied, target: { accessKeyId: KEY, userName: 'deploy' } }))).toMatchObject({
      owner: { type: 'user', userName: 'deploy' },
    });
  });
});
