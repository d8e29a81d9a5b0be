import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './close-role-trust.ts';
import { strangersIn, withoutStrangers } from './trust.ts';

const OWN = '111122223333';
const EVIL = '999988887777';
const PARTNER = '444455556666';
const KEY = 'AKIAQ2LEAKEDKEY23456';
const allow = (...principals: unknown[]) => ({
  Version: '2012-10-17',
  Statement: principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })),
});
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const encode = (policy: unknown) => encodeURIComponent(JSON.stringify(policy));
const role = (policy: unknown) => ({ Role: { RoleName: 'maintenance', Path: '/', AssumeRolePolicyDocument: encode(policy) } });
const event = (time: string, name: string, policy: unknown, accessKeyId: string) => ({
  CloudTrailEvent: JSON.stringify({
    eventTime: time,
    eventName: name,
    requestParameters: { roleName: 'maintenance', [name === 'CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument']: JSON.stringify(policy) },
    userIdentity: { accessKeyId },
  }),
});
const found = {
  type: 'AWS::IAM::Role',
  id: 'maintenance',
  arn: `arn:aws:iam::${OWN}:role/maintenance`,
  region: 'us-east-1',
  account: OWN,
  createdAt: null,
  alive: true,
  byKey: false,
  detail: { changedByKey: true, changedAt: '2026-11-22T10:00:00Z' },
};
const context = (policy: unknown, events: object[]) =>
  fakeContext({
    answers: { 'iam:GetRole': role(policy), 'iam:GetRolePolicy': failure('NoSuchEntity', 404), 'cloudtrail:LookupEvents': { Events: events } as any },
    facts: { observed: { hunt: { found: [found], tree: [{ credential: KEY }], until: '2026-11-22T12:00:00Z' } as any } },
  });
const documentOf = (change: any): JsonObject => change.call.input.PolicyDocument.$json;

describe('close-role-trust', () => {
  const before = allow(root(OWN), root(PARTNER));
  const after = allow(root(OWN), root(PARTNER), root(EVIL));
  const history = [
    event('2026-11-01T09:00:00Z', 'CreateRole', before, 'AKIACOLLEAGUE2345672'),
    event('2026-11-22T10:00:00Z', 'UpdateAssumeRolePolicy', after, KEY),
  ];

  it('puts back the trust that CloudTrail recorded, the partner in it, and ends the sessions', async () => {
    const ctx = context(after, history);
    const { changes } = await planOf(action, ctx);
    expect(changes.map(({ id }) => id)).toEqual(['trust.maintenance', 'revoke.role.maintenance']);
    expect(documentOf(changes[0])).toEqual(before);
    expect(changes[0]!.undo).toHaveProperty('ask');
    expect(changes[1]!.needs).toEqual(['trust.maintenance']);
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining(EVIL) } }]);
    const done = context(before, history);
    expect((await planOf(action, done)).steps).toEqual([]);
    expect(await action.check(done)).toMatchObject([{ verdict: 'holds' }]);
  });
  it('does not hold while the sessions that were taken through it live on', async () => {
    const ctx = context(before, history);
    const closed = fakeContext({
      answers: { 'iam:GetRole': role(before), 'iam:GetRolePolicy': failure('NoSuchEntity', 404), 'cloudtrail:LookupEvents': { Events: history } as any },
      facts: { ...ctx.facts, outputs: { 'close-role-trust': { 'trust.maintenance': {} } } },
    });
    expect((await planOf(action, closed)).changes.map(({ id }) => id)).toEqual(['revoke.role.maintenance']);
    expect(await action.check(closed)).toMatchObject([{ verdict: 'fails' }]);
  });
  it('takes the strangers out where nobody remembers, and says whom that may hurt', async () => {
    const { changes } = await planOf(action, context(after, []));
    expect(documentOf(changes[0])).toEqual(allow(root(OWN)));
    expect(changes[0]!.danger[0]!.en).toContain(PARTNER);
  });
  it('leaves roles alone that let in nobody new', async () => {
    expect((await planOf(action, context(allow(root(OWN), { Service: 'ec2.amazonaws.com' }), history))).steps).toEqual([]);
  });
  it('is not known before a hunt, nor when IAM may not be read', async () => {
    expect(await action.check(fakeContext())).toMatchObject([{ verdict: 'unknown' }]);
    const blind = context(after, history);
    blind.answer('iam:GetRole', failure('AccessDenied', 403));
    expect(await action.check(blind)).toMatchObject([{ verdict: 'unknown' }]);
  });
});

describe('taking strangers out of a trust policy', () => {
  it.each([
    ['a list', allow({ AWS: [`arn:aws:iam::${OWN}:root`, `arn:aws:iam::${EVIL}:role/x`] }), allow({ AWS: `arn:aws:iam::${OWN}:root` })],
    ['beside a service', allow({ Service: 'ec2.amazonaws.com', AWS: EVIL }), allow({ Service: 'ec2.amazonaws.com' })],
    ['everybody', allow('*', root(OWN)), allow(root(OWN))],
    ['everybody, the long way', allow({ AWS: '*' }, root(OWN)), allow(root(OWN))],
    ['an identity provider', allow(root(OWN), { Federated: `arn:aws:iam::${OWN}:oidc-provider/evil.example` }), allow(root(OWN))],
  ])('%s', (_, given, expected) => {
    expect(withoutStrangers(given as never, strangersIn(given as never, OWN))).toEqual(expected);
  });
  it('leaves a policy that lets nobody in where only strangers were', () => {
    const left = withoutStrangers(allow(root(EVIL)) as never, [EVIL]);
    expect(left.Statement).toEqual([{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }]);
    expect(strangersIn(left, OWN)).toEqual([]);
  });
});
