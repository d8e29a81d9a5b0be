import { describe, expect, it } from 'vitest';
import type { Call, Change, Found, Json } from '../../kernel/index.ts';
import { beginningOf } from '../shared/hunt-result.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { fakeIam } from '../testing/fake-iam.ts';
import { planOf } from '../testing/plan-of.ts';
import { inAccount, revokeSessions } from './changes.ts';
import { action as trust } from './close-role-trust.ts';
import { action as keys } from './contain-found-keys.ts';
import { action as ssh } from './deactivate-ssh-keys.ts';
import { action as roles } from './revoke-role-sessions.ts';

const HOME = '111122223333';
const OTHER = '444455556666';
const AS = `arn:aws:iam::${OTHER}:role/security/IncidentResponse`;
const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const HERE = 'AKIAQ2BACKDQQR234567';
const THERE = 'AKIAQ2THEREQQR234567';
const arnOf = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const user = (account: string): Found => ({
  type: 'AWS::IAM::User',
  arn: `arn:aws:iam::${account}:user/svc`,
  id: 'svc',
  region: 'us-east-1',
  account,
  createdAt: '2026-11-22T10:00:00.000Z',
  alive: true,
  byKey: true,
});
const node = (credential: string, rest: Record<string, Json>) => ({
  credential,
  kind: credential.startsWith('AKIA') ? 'key' : 'session',
  issuedBy: LEAKED,
  via: credential.startsWith('AKIA') ? 'CreateAccessKey' : 'AssumeRole',
  account: HOME,
  issued: '2026-11-22T10:00:00.000Z',
  first: null,
  last: null,
  ...rest,
});
const hunt = (tree: readonly object[], found: readonly Found[] = []) =>
  ({
    accessKeyId: LEAKED,
    account: HOME,
    accounts: [HOME, OTHER],
    since: '2026-11-22T09:00:00.000Z',
    until: '2026-11-22T11:00:00.000Z',
    found,
    holders: [],
    tree: [node(LEAKED, { issuedBy: null, via: 'leaked', userName: 'deploy', issued: null, first: '2026-11-22T09:30:00.500Z' }), ...tree],
  }) as any;

/** Two accounts that know nothing of one another: what is asked under the role's credentials is answered by the other one. */
function worlds(callerArn = `arn:aws:sts::${HOME}:assumed-role/IR/jdoe`) {
  const home = fakeIam({ deploy: { [LEAKED]: 'Inactive' }, svc: { [HERE]: 'Active' } }, ['Admin', 'Deploy', 'IncidentResponse']);
  const other = fakeIam({ svc: { [THERE]: 'Active' } }, ['Admin', 'IncidentResponse']);
  const sides = { home, other };
  const answers: Record<string, Canned> = {};
  for (const name of Object.keys(home.answers))
    answers[name] = (call: Call, times) => {
      if (call.as !== undefined && call.as !== AS) throw failure('AccessDenied', 403, `${call.as} could not be assumed`);
      const canned = (call.as === undefined ? home : other).answers[name]!;
      return typeof canned === 'function' ? canned(call, times) : canned;
    };
  return {
    ...sides,
    context: (result: unknown, account: readonly string[] = [AS]) =>
      fakeContext({ answers, target: { accessKeyId: LEAKED }, options: { account: [...account] }, facts: { observed: { hunt: result as Json }, callerArn } }),
    /** Sends every change where its credentials lead. */
    apply(changes: readonly Change[]): void {
      home.apply(changes.filter((one) => one.call.as === undefined));
      other.apply(changes.filter((one) => one.call.as === AS));
    },
  };
}
const verdicts = (checks: readonly { name: string; verdict: string }[]) => checks.map((one) => one.verdict);

describe('keys and users of two accounts', () => {
  const both = hunt([node(HERE, { userName: 'svc' }), node(THERE, { userName: 'svc', account: OTHER })], [user(HOME), user(OTHER)]);

  it('are ended each in its own account, although they have the same name', async () => {
    const two = worlds();
    const ctx = two.context(both);
    const before = [two.home.picture(), two.other.picture()];
    const { changes } = await planOf(keys, ctx);
    expect(changes.map((one) => [one.id, one.call.as, one.probe.call.as])).toEqual([
      [`deactivate.${HERE}`, undefined, undefined],
      ['deny.svc', undefined, undefined],
      ['deny-inline.svc', undefined, undefined],
      [`${OTHER}.deactivate.${THERE}`, AS, AS],
      [`${OTHER}.deny.svc`, AS, AS],
      [`${OTHER}.deny-inline.svc`, AS, AS],
    ]);
    expect(changes.at(-1)!.instead!.of).toBe(`${OTHER}.deny.svc`);
    two.apply(changes);
    for (const side of [two.home, two.other]) {
      expect([...side.state.User.get('svc')!.keys.values()]).toEqual(['Inactive']);
      expect([...side.state.User.get('svc')!.attached]).toEqual(['arn:aws:iam::aws:policy/AWSDenyAll']);
    }
    expect(verdicts(await keys.check(ctx))).toEqual(['holds', 'holds']);
    expect((await planOf(keys, ctx)).steps).toEqual([]);
    two.home.undo(changes.filter((one) => one.call.as === undefined));
    two.other.undo(changes.filter((one) => one.call.as === AS));
    expect([two.home.picture(), two.other.picture()]).toEqual(before);
  });

  it.each([
    [[], /no credentials were given for account 444455556666/],
    [[`arn:aws:iam::${OTHER}:role/Gone`], /could not be read \(AccessDenied: .*Gone could not be assumed/],
  ])('where the other cannot be entered (%j), this one is contained all the same and the other named', async (given, why) => {
    const two = worlds();
    const ctx = two.context(both, given);
    const { changes } = await planOf(keys, ctx);
    expect(changes.map((one) => one.call.as)).toEqual([undefined, undefined, undefined]);
    two.apply(changes);
    expect(two.home.state.User.get('svc')!.keys.get(HERE)).toBe('Inactive');
    expect(two.other.state.User.get('svc')!.keys.get(THERE)).toBe('Active');
    for (const one of await keys.check(ctx)) {
      expect(one.verdict).toBe('unknown');
      expect(one.why.en).toContain(`svc (${OTHER})`);
      expect(one.why.en).toMatch(why);
    }
  });

  it("a key that the leaked key's user got since the attack began is switched off before CloudTrail tells of it; an older one is not", async () => {
    const two = worlds();
    const lists = (call: Call) => ({
      IsTruncated: false,
      AccessKeyMetadata: [...two.home.state.User.get(String((call.input as any).UserName))!.keys].map(([AccessKeyId, Status]) => ({
        AccessKeyId,
        Status,
        CreateDate: AccessKeyId === HERE ? '2026-11-22T09:30:00Z' : '2026-01-05T09:00:00Z',
      })),
    });
    two.home.state.User.get('deploy')!.keys.set(HERE, 'Active').set(THERE, 'Active');
    const ctx = two.context(hunt([]));
    ctx.answer('iam:ListAccessKeys', lists);
    expect(verdicts(await keys.check(ctx))).toEqual(['fails', 'holds']);
    two.apply((await planOf(keys, ctx)).changes);
    expect(Object.fromEntries(two.home.state.User.get('deploy')!.keys)).toEqual({ [LEAKED]: 'Inactive', [HERE]: 'Inactive', [THERE]: 'Active' });
    expect(verdicts(await keys.check(ctx))).toEqual(['holds', 'holds']);
  });
});

describe('a user that is denied everything', () => {
  it('gets its sessions ended all the same, and again when somebody takes that back', async () => {
    const two = worlds();
    const deploy = two.home.state.User.get('deploy')!;
    deploy.attached.add('arn:aws:iam::aws:policy/AWSDenyAll');
    const ctx = two.context(hunt([node('ASIAQ2FEDERQQN234567', { via: 'GetFederationToken', userName: 'deploy' })]));
    for (let n = 0; n < 2; n++) {
      const { changes } = await planOf(keys, ctx);
      expect(changes.map((one) => one.id)).toEqual(['revoke.user.deploy']);
      two.apply(changes);
      expect([...deploy.inline.keys()]).toHaveLength(1);
      expect((await planOf(keys, ctx)).steps).toEqual([]);
      expect(verdicts(await keys.check(ctx))).toEqual(['holds', 'holds']);
      deploy.inline.clear();
    }
    deploy.attached.clear();
    expect(verdicts(await keys.check(ctx))).toEqual(['holds', 'fails']);
  });
});

describe('role sessions of two accounts', () => {
  const chain = [
    node('ASIAQ2FIRSTQQN234567', { role: arnOf(HOME, 'Deploy') }),
    node('ASIAQ2SECQNDQN234567', { role: arnOf(OTHER, 'Admin'), account: OTHER, issuedBy: 'ASIAQ2FIRSTQQN234567' }),
    node('ASIAQ2THIRDQQN234567', { role: arnOf(HOME, 'Admin'), issuedBy: 'ASIAQ2SECQNDQN234567' }),
  ];

  it('are revoked on every role, of the same name too', async () => {
    const two = worlds();
    const ctx = two.context(hunt(chain));
    const { changes } = await planOf(roles, ctx);
    expect(changes.map((one) => [one.id, one.call.as]).sort()).toEqual([
      [`${OTHER}.revoke.role.Admin`, AS],
      ['revoke.role.Admin', undefined],
      ['revoke.role.Deploy', undefined],
    ]);
    expect(verdicts(await roles.check(ctx))).toEqual(['fails']);
    two.apply(changes);
    for (const role of [two.home.state.Role.get('Admin')!, two.other.state.Role.get('Admin')!, two.home.state.Role.get('Deploy')!])
      expect([...role.inline.values()].join()).toContain('aws:TokenIssueTime');
    expect(verdicts(await roles.check(ctx))).toEqual(['holds']);
    expect((await planOf(roles, ctx)).steps).toEqual([]);
  });

  it('without credentials for the other account, what its role opens here is said', async () => {
    const two = worlds();
    const ctx = two.context(hunt(chain), []);
    two.apply((await planOf(roles, ctx)).changes);
    expect(two.other.state.Role.get('Admin')!.inline.size).toBe(0);
    const [check] = await roles.check(ctx);
    expect(check!.verdict).toBe('unknown');
    expect(check!.why.en).toContain(`Admin (${OTHER})`);
    expect(check!.why.en).toContain(`whoever holds it can assume ${arnOf(HOME, 'Admin')} again`);
  });

  it("the responder's own role there is left alone and named; one of that name here is not his", async () => {
    const two = worlds();
    const tree = [OTHER, HOME].map((account, n) => node(`ASIAQ2SESSIQN234567${n + 2}`, { role: arnOf(account, 'IncidentResponse'), account }));
    const ctx = two.context(hunt(tree));
    const { changes } = await planOf(roles, ctx);
    expect(changes.map((one) => [one.id, one.call.as])).toEqual([['revoke.role.IncidentResponse', undefined]]);
    two.apply(changes);
    const [check] = await roles.check(ctx);
    expect(check).toMatchObject({ verdict: 'unknown', why: { en: expect.stringContaining(`IncidentResponse (${OTHER})`) } });
    expect(check!.why.en).toContain('you are working with this role yourself');
  });
});

describe('other credentials and trust policies of two accounts', () => {
  const uploaded = (account: string): Found => ({
    ...user(account),
    type: 'AWS::IAM::SSHPublicKey',
    id: 'APKASAME',
    arn: `arn:aws:iam::${account}:ssh/APKASAME`,
    detail: { userName: 'ana' },
  });
  it('are told apart by account: an id that is the attacker’s in one of them proves nothing in the other', async () => {
    const two = worlds();
    const listed = (call: Call) => ({
      IsTruncated: false,
      SSHPublicKeys: (call.input as any).UserName === 'ana' ? ['APKASAME', 'APKAHERE'].map((SSHPublicKeyId) => ({ SSHPublicKeyId, Status: 'Active' })) : [],
    });
    const ctx = two.context(hunt([], [uploaded(OTHER), { ...uploaded(HOME), id: 'APKAHERE' }]));
    ctx.answer('iam:ListSSHPublicKeys', listed);
    const { changes } = await planOf(ssh, ctx);
    expect(changes.map((one) => [one.id, one.call.as]).sort()).toEqual([
      [`${OTHER}.ssh-key.APKASAME`, AS],
      ['ssh-key.APKAHERE', undefined],
    ]);
    expect(await ssh.check(ctx)).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining(`APKASAME (ana, ${OTHER})`) } }]);
    const alone = two.context(hunt([], [uploaded(OTHER)]), []);
    alone.answer('iam:ListSSHPublicKeys', listed);
    expect((await planOf(ssh, alone)).steps).toEqual([]);
    expect(await ssh.check(alone)).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining(`ana (${OTHER})`) } }]);
  });

  it('two roles of one name give two changes each', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole' }] };
    const two = worlds();
    const opened = [HOME, OTHER].map(
      (account): Found => ({
        ...user(account),
        type: 'AWS::IAM::Role',
        id: 'Admin',
        arn: arnOf(account, 'Admin'),
        byKey: false,
        detail: { changedByKey: true },
      }),
    );
    const ctx = two.context(hunt([], opened));
    ctx.answer('iam:GetRole', { Role: { RoleName: 'Admin', Path: '/', AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(policy)) } });
    ctx.answer('cloudtrail:LookupEvents', { Events: [] });
    const { changes } = await planOf(trust, ctx);
    expect(changes.map((one) => [one.id, one.call.as, one.needs ?? []])).toEqual([
      ['trust.Admin', undefined, []],
      ['revoke.role.Admin', undefined, ['trust.Admin']],
      [`${OTHER}.trust.Admin`, AS, []],
      [`${OTHER}.revoke.role.Admin`, AS, [`${OTHER}.trust.Admin`]],
    ]);
  });
});

describe('a change in another account', () => {
  it('carries the credentials in its call, its probe and its undo; at home nothing changes', () => {
    const change = revokeSessions('us-east-1', 'Role', 'Admin', 'P', []);
    expect(inAccount(change, { account: HOME })).toBe(change);
    const there = inAccount(change, { account: OTHER, as: AS });
    expect([there.call.as, there.probe.call.as, ...('calls' in there.undo ? there.undo.calls.map((one) => ('as' in one ? one.as : undefined)) : [])]).toEqual([
      AS,
      AS,
      AS,
    ]);
    expect(there.why.en).toContain(OTHER);
  });
  it('the attack begins with the first act or issue that is known', () => {
    expect(beginningOf(hunt([node(HERE, { issued: '2026-11-22T09:10:00.000Z' })]))).toBe('2026-11-22T09:10:00.000Z');
  });
});
