import { describe, expect, it } from 'vitest';
import type { Check, Found } from '../../kernel/index.ts';
import type { Credential, HuntResult } from '../shared/hunt-result.ts';
import { fakeContext } from '../testing/fake-context.ts';
import { fakeIam } from '../testing/fake-iam.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as keys } from './contain-found-keys.ts';
import { action as roles } from './revoke-role-sessions.ts';

const ACCOUNT = '111122223333';
const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const BACKDOOR = 'AKIAQ2BACKDQQR234567';
const ON_ANA = 'AKIAQ2QNANA234567ABC';
const ANAS_OWN = 'AKIAQ2ANASQWN234567A';
const node = (credential: string, rest: Partial<Credential>): Credential => ({
  credential,
  kind: credential.startsWith('AKIA') ? 'key' : 'session',
  issuedBy: LEAKED,
  via: 'CreateAccessKey',
  tie: 'issued',
  account: ACCOUNT,
  issued: '2026-11-22T10:00:00.000Z',
  first: null,
  last: null,
  regions: [],
  addresses: [],
  agents: [],
  calls: 0,
  called: [],
  denied: 0,
  refused: [],
  probed: 0,
  probes: [],
  made: [],
  changed: [],
  ...rest,
});
const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const svc: Found = {
  type: 'AWS::IAM::User',
  arn: `arn:aws:iam::${ACCOUNT}:user/svc`,
  id: 'svc',
  region: 'us-east-1',
  account: ACCOUNT,
  createdAt: '2026-11-22T10:00:00.000Z',
  alive: true,
  byKey: true,
  createdBy: 'x',
};
const back: Found = { ...svc, type: 'AWS::IAM::Role', arn: role('Back'), id: 'Back' };
const hunt = (tree: readonly Credential[], found: readonly Found[] = [svc]): HuntResult => ({
  accessKeyId: LEAKED,
  principal: null,
  account: ACCOUNT,
  accounts: [ACCOUNT],
  origin: [],
  leads: [],
  holders: [],
  costs: { perHour: '0.0000', soFar: '0.00', regions: [], priced: 0, unpriced: 0 },
  since: '2026-11-22T09:00:00.000Z',
  trailSince: '2026-11-22T09:00:00.000Z',
  until: '2026-11-22T11:00:00.000Z',
  regions: [],
  found,
  tree: [node(LEAKED, { issuedBy: null, via: 'leaked', userName: 'deploy', made: found.map((one) => one.arn) }), ...tree],
  closed: true,
  unread: [],
  evidence: [],
});
const named = (checks: readonly Check[]) => Object.fromEntries(checks.map((one) => [one.name, one.verdict]));
const world = () =>
  fakeIam(
    { deploy: { [LEAKED]: 'Inactive' }, svc: { [BACKDOOR]: 'Active', AKIAQ2UNSEENKEY23456: 'Active' }, ana: { [ON_ANA]: 'Active', [ANAS_OWN]: 'Active' } },
    ['Admin', 'Back'],
  );
const context = (iam: ReturnType<typeof world>, result: HuntResult, callerArn = `arn:aws:sts::${ACCOUNT}:assumed-role/IR/jdoe`) =>
  fakeContext({ answers: iam.answers, facts: { observed: { hunt: result as any }, callerArn } });

describe('contain-found-keys', () => {
  it('ends every key of a user the attacker made, only the added one of a colleague, and sessions got with it', async () => {
    const iam = world();
    const before = iam.picture();
    const session = node('ASIAQ2SESSIQN2345672', { via: 'GetSessionToken', issuedBy: ON_ANA });
    const ctx = context(iam, hunt([node(BACKDOOR, { userName: 'svc' }), node(ON_ANA, { userName: 'ana' }), session]));
    expect(named(await keys.check(ctx))).toEqual({ 'found-keys-inactive': 'fails', 'found-users-denied': 'fails' });
    const { changes } = await planOf(keys, ctx);
    iam.apply(changes);
    expect(Object.fromEntries(iam.state.User.get('ana')!.keys)).toEqual({ [ON_ANA]: 'Inactive', [ANAS_OWN]: 'Active' });
    expect(Object.fromEntries(iam.state.User.get('svc')!.keys)).toEqual({ [BACKDOOR]: 'Inactive', AKIAQ2UNSEENKEY23456: 'Inactive' });
    expect([...iam.state.User.get('svc')!.attached]).toEqual(['arn:aws:iam::aws:policy/AWSDenyAll']);
    expect([...iam.state.User.get('ana')!.attached]).toEqual([]);
    expect(iam.state.User.get('ana')!.inline.get('Aplomb-IR-2026-7-RevokeOlderSessions')).toContain('"aws:TokenIssueTime":"2026-11-22T12:00:00.000Z"');
    expect(named(await keys.check(ctx))).toEqual({ 'found-keys-inactive': 'holds', 'found-users-denied': 'holds' });
    expect((await planOf(keys, ctx)).steps).toEqual([]);
    iam.undo(changes);
    expect(iam.picture()).toBe(before);
  });
  it('a session that came to light later gets a policy of its own; nothing is overwritten', async () => {
    const iam = world();
    const at = (issued: string) =>
      context(iam, hunt([node('ASIAQ2SESSIQN2345672', { via: 'GetSessionToken', issuedBy: ON_ANA, issued }), node(ON_ANA, { userName: 'ana' })], []));
    iam.apply((await planOf(keys, at('2026-11-22T10:00:00.000Z'))).changes, '2026-11-22T12:00:00.000Z');
    const later = at('2026-11-22T12:30:00.000Z');
    expect(named(await keys.check(later))['found-users-denied']).toBe('fails');
    iam.apply((await planOf(keys, later)).changes, '2026-11-22T13:00:00.000Z');
    expect([...iam.state.User.get('ana')!.inline.keys()]).toEqual(['Aplomb-IR-2026-7-RevokeOlderSessions', 'Aplomb-IR-2026-7-RevokeOlderSessions-2']);
    expect(named(await keys.check(later))['found-users-denied']).toBe('holds');
  });
  it('without a hunt nothing is known; names from events that are no names are not used', async () => {
    expect(named(await keys.check(fakeContext()))).toEqual({ 'found-keys-inactive': 'unknown', 'found-users-denied': 'unknown' });
    const ctx = context(world(), hunt([node(BACKDOOR, { userName: "x'] || `true" })], []));
    expect((await planOf(keys, ctx)).steps).toEqual([]);
  });
  it('ends the key with which he took the session that leaked, and no other key of its user', async () => {
    const iam = world();
    const leaked = node('ASIAQ2SESSIQN2345672', { via: 'AssumeRole', issuedBy: ON_ANA, role: role('Admin') });
    const above = (userName?: string) => node(ON_ANA, { issuedBy: null, via: 'issuer', tie: 'same-hands', issued: null, ...(userName ? { userName } : {}) });
    const issuer = {
      credential: ON_ANA,
      who: `arn:aws:iam::${ACCOUNT}:user/people/ana`,
      via: 'AssumeRole',
      time: '2026-11-22T10:00:00.000Z',
      region: 'us-east-1',
      account: ACCOUNT,
      address: '203.0.113.66',
      followed: true,
    };
    const named = context(iam, { ...hunt([], []), accessKeyId: leaked.credential, tree: [leaked, above('ana')] });
    const unnamed = context(iam, { ...hunt([], []), accessKeyId: leaked.credential, tree: [leaked, above()], origin: [issuer] });
    for (const ctx of [named, unnamed]) {
      const { changes } = await planOf(keys, ctx);
      expect(changes.map(({ id }) => id)).toEqual([`deactivate.${ON_ANA}`]);
      expect(changes[0]!.danger[0]!.en).toContain('ana existed before');
      expect((await keys.check(ctx))[0]).toMatchObject({ verdict: 'fails', why: { en: expect.stringContaining(ON_ANA) } });
    }
    iam.apply((await planOf(keys, named)).changes);
    expect(Object.fromEntries(iam.state.User.get('ana')!.keys)).toEqual({ [ON_ANA]: 'Inactive', [ANAS_OWN]: 'Active' });
    expect((await keys.check(named))[0]).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('(1 user looked at)') } });
  });
  it('leaves the responder alone and says so', async () => {
    const ctx = context(world(), hunt([node(ON_ANA, { userName: 'ana' })], []), `arn:aws:iam::${ACCOUNT}:user/ana`);
    expect((await planOf(keys, ctx)).steps).toEqual([]);
    expect((await keys.check(ctx))[0]).toMatchObject({ verdict: 'unknown', why: { en: expect.stringContaining('ana') } });
  });
});

describe('revoke-role-sessions', () => {
  const sessions = [
    node('ASIAQ2SESSIQN2345672', { via: 'AssumeRole', role: role('Admin') }),
    node('ASIAQ2CHAINED2345672', { via: 'AssumeRole', role: role('Admin'), issued: '2026-11-22T10:30:00.000Z' }),
  ];
  it('cuts off older sessions of assumed roles and denies made ones', async () => {
    const iam = world();
    const before = iam.picture();
    const ctx = context(iam, hunt(sessions, [back]));
    expect(named(await roles.check(ctx))).toEqual({ 'sessions-revoked': 'fails' });
    const { changes } = await planOf(roles, ctx);
    expect(iam.apply(changes).sort()).toEqual(['deny.role.Back', 'revoke.role.Admin']);
    expect(JSON.parse(iam.state.Role.get('Admin')!.inline.get('Aplomb-IR-2026-7-RevokeOlderSessions')!).Statement[0].Condition).toEqual({
      DateLessThan: { 'aws:TokenIssueTime': '2026-11-22T12:00:00.000Z' },
    });
    expect(named(await roles.check(ctx))).toEqual({ 'sessions-revoked': 'holds' });
    expect((await planOf(roles, ctx)).steps).toEqual([]);
    iam.undo(changes);
    expect(iam.picture()).toBe(before);
  });
  it('names the workloads that lose access, before in the plan and afterwards in the check', async () => {
    const iam = world();
    const holder = (arn: string, byKey = false) => ({ role: role('Admin'), type: 'AWS::Lambda::Function', arn, region: 'eu-west-1', byKey });
    const holders = [...Array.from({ length: 10 }, (_, i) => holder(`arn:aws:lambda:eu-west-1:${ACCOUNT}:function:job-${i}`)), holder('arn:miner', true)];
    const ctx = context(iam, { ...hunt(sessions, []), holders });
    const { changes } = await planOf(roles, ctx);
    const told = changes.find((one) => one.id === 'revoke.role.Admin')!.danger.map((one) => one.en);
    expect(told[1]).toMatch(/^10 of your workloads run with Admin .*function:job-0.* and 2$/);
    expect(told.join()).not.toContain('miner');
    iam.apply(changes);
    expect((await roles.check(ctx))[0]).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('function:job-0') } });
  });
  it('a cut-off before the last session proves nothing', async () => {
    const iam = world();
    const ctx = context(iam, hunt(sessions, []));
    iam.apply((await planOf(roles, ctx)).changes, '2026-11-22T10:10:00.000Z');
    expect(named(await roles.check(ctx))).toEqual({ 'sessions-revoked': 'fails' });
  });
  it.each([
    ['service-linked', role('aws-service-role/x.amazonaws.com/AWSServiceRoleForX')],
    ['Identity Center', role('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_abc')],
    ['999999999999', role('Theirs', '999999999999')],
    ['working with this role', role('IR')],
  ])('skips and names what cannot be revoked: %s', async (why, arn) => {
    const ctx = context(world(), hunt([node('ASIAQ2SESSIQN2345672', { via: 'AssumeRole', role: arn })], []));
    expect((await planOf(roles, ctx)).steps).toEqual([]);
    expect(await roles.check(ctx)).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining(why) } }]);
  });
});
