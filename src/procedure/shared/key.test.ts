import { describe, expect, it } from 'vitest';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { bearerKey, derivedAccount, parseAccessKeyId, resolveKey } from './key.ts';

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
  it('reads from a Bedrock key whose it is, and repeats nothing of it', () => {
    const long = `ABSK${Buffer.from('BedrockAPIKey-a1b2-at-111122223333:c2VjcmV0').toString('base64')}`;
    expect(bearerKey(long)).toEqual({ kind: 'bedrock', userName: 'BedrockAPIKey-a1b2', account: '111122223333' });
    const url =
      'bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential=ASIAQ2LEAKEDKEY23456%2F20261122%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Signature=abcd';
    const short = `bedrock-api-key-${Buffer.from(url).toString('base64')}`;
    expect(bearerKey(short)).toEqual({ kind: 'session', accessKeyId: 'ASIAQ2LEAKEDKEY23456' });
    for (const [secret, says] of [
      [long, /BedrockAPIKey-a1b2 in account 111122223333/],
      [short, /made with the credential ASIAQ2LEAKEDKEY23456/],
    ] as const) {
      expect(() => parseAccessKeyId(secret)).toThrow(expect.objectContaining({ code: 'BearerKey', exit: 2, message: expect.stringMatching(says) }));
      try {
        parseAccessKeyId(secret);
      } catch (error) {
        expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain(secret.slice(20, 60));
      }
    }
    for (const broken of ['ABSK', 'ABSKnotbase64!!', `ABSK${Buffer.from("x'; rm -rf / #-at-111122223333:s").toString('base64')}`, 'bedrock-api-key-', 7, null])
      expect(bearerKey(broken)).toBeNull();
    expect(() => parseAccessKeyId('ABSKnotbase64!!')).toThrow(/Bedrock API key/);
    expect(() => parseAccessKeyId('ASORabcdefg')).toThrow(/refresh token/);
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
