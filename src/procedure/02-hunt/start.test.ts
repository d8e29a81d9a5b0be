import { describe, expect, it } from 'vitest';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { openWorlds } from './accounts.ts';
import { parseEvent } from './event.ts';
import { beginning } from './start.ts';

const window = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' };
const regions = { 'ec2:DescribeRegions': { Regions: [{ RegionName: 'eu-west-1', OptInStatus: 'opted-in' }] }, 'account:ListRegions': { Regions: [] } };

describe('what the tree begins with', () => {
  it('a user or a role by ARN, by name, or by the ARN of a session', async () => {
    const answers = {
      'iam:GetRole': (call: any) =>
        call.input.RoleName === 'Ops' ? { Role: { Arn: 'arn:aws:iam::111122223333:role/team/Ops' } } : failure('NoSuchEntity', 404),
      'iam:GetUser': (call: any) =>
        call.input.UserName === 'deploy' ? { User: { Arn: 'arn:aws:iam::111122223333:user/deploy' } } : failure('NoSuchEntity', 404),
    };
    const of = async (principal: string) => (await beginning(fakeContext({ answers, options: { principal } }), window)).principal;
    expect(await of('deploy')).toBe('arn:aws:iam::111122223333:user/deploy');
    expect(await of('Ops')).toBe('arn:aws:iam::111122223333:role/team/Ops');
    expect(await of('arn:aws:sts::111122223333:assumed-role/Ops/jane')).toBe('arn:aws:iam::111122223333:role/team/Ops');
    // A deleted role is still known by its ARN.
    expect(await of('arn:aws:iam::111122223333:role/Deleted')).toBe('arn:aws:iam::111122223333:role/Deleted');
    for (const nobody of ['nobody', 'a b', '$(reboot)', 'arn:aws:s3:::bucket'])
      await expect(of(nobody)).rejects.toMatchObject({ code: 'UnknownPrincipal', exit: 2 });
  });
  it('else the key; a thing that is no key is refused', async () => {
    expect(await beginning(fakeContext({ target: { accessKeyId: 'AKIAQ2LEAKEDKEY23456' } }), window)).toMatchObject({ accessKeyId: 'AKIAQ2LEAKEDKEY23456' });
    expect(await beginning(fakeContext(), window)).toEqual({ accessKeyId: null, principal: null, start: null });
    await expect(beginning(fakeContext({ target: { accessKeyId: 'hello' } }), window)).rejects.toMatchObject({ code: 'NotAKey' });
  });
});

describe('accounts', () => {
  it('every call of another account is made with its credentials, and each account is looked into once', async () => {
    const ctx = fakeContext({
      answers: {
        ...regions,
        'sts:GetCallerIdentity': (call) => ({ Account: call.as === 'profile:own' ? '111122223333' : '444455556666', Arn: 'arn:aws:iam::444455556666:user/r' }),
      },
      options: { account: ['profile:a', 'profile:own', 'profile:b'] },
    });
    const worlds = await openWorlds(ctx, []);
    expect(worlds.map((world) => [world.account, world.as])).toEqual([
      ['111122223333', null],
      ['444455556666', 'profile:a'],
    ]);
    await worlds[1]!.ctx.read({ service: 'ec2', operation: 'DescribeRegions', region: 'us-east-1', input: {} });
    expect(ctx.calls.at(-1)).toMatchObject({ as: 'profile:a' });
    expect(worlds[1]!.ctx.facts.account).toBe('444455556666');
  });
  it('credentials that do not work, and regions that do not exist, end the hunt before it begins', async () => {
    const ctx = fakeContext({ answers: { ...regions, 'sts:GetCallerIdentity': failure('AccessDenied', 403) }, options: { account: 'profile:a' } });
    await expect(openWorlds(ctx, [])).rejects.toMatchObject({ code: 'AccountUnreachable', exit: 2 });
    await expect(openWorlds(fakeContext({ answers: regions }), ['mars-1'])).rejects.toMatchObject({ code: 'UnknownRegion', exit: 2 });
  });
});

describe('a record', () => {
  const parse = (rest: object) =>
    parseEvent(JSON.stringify({ eventID: 'e', eventName: 'X', eventTime: '2026-11-22T10:00:00Z', eventSource: 's3.amazonaws.com', ...rest }));
  it('is read with whatever is missing or odd in it', () => {
    expect(parse({ userIdentity: null, readOnly: 'true' })).toMatchObject({ changes: false, identity: { type: '', accessKeyId: null, begun: null } });
    expect(parse({ userAgent: '[S3Console/0.4]', sourceIPAddress: 'AWS Internal' })).toMatchObject({ agent: 'S3Console/0.4', address: 'AWS Internal' });
    expect(parse({ sessionCredentialFromConsole: 'true', userIdentity: { type: 'IAMUser' } })!.identity.fromConsole).toBe(true);
    expect(parse({ userIdentity: { sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'deploy' } } } })!.identity.userName).toBe('deploy');
  });
  it('keeps policies whole and secrets not at all', () => {
    const event = parse({
      requestParameters: { policyDocument: 'p'.repeat(9000), description: 'd'.repeat(9000), password: 'SECRET' },
      responseElements: { sessionToken: 'SECRET' },
    })!;
    expect(event.values.map(([member]) => member)).toEqual(['policyDocument']);
  });
});
