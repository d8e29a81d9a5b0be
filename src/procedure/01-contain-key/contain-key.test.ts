import { describe, expect, it } from 'vitest';
import type { Check, JsonObject } from '../../kernel/index.ts';
import { worstVerdict } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { fakeIam } from '../testing/fake-iam.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as deactivate } from './deactivate-key.ts';
import { action as remove } from './delete-key.ts';
import { action as deny } from './deny-user.ts';

const KEY = 'AKIAQ2LEAKEDKEY23456';
const SECOND = 'AKIAQ2SECQNDKEY23456';
const target = { accessKeyId: KEY };
const named = (checks: readonly Check[]) => Object.fromEntries(checks.map((one) => [one.name, one.verdict]));
const world = (options = {}) => fakeIam({ deploy: { [KEY]: 'Active', [SECOND]: 'Active' }, ana: {} }, [], options);
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

describe('deactivate-key', () => {
  it('switches off both keys, says what cannot be known, and plans nothing more', async () => {
    const iam = world();
    const before = iam.picture();
    const ctx = fakeContext({ answers: iam.answers, target });
    const { changes, observed } = await planOf(deactivate, ctx);
    expect(observed).toMatchObject({ userName: 'deploy', account: '111122223333', accountFrom: 'sts:GetAccessKeyInfo' });
    iam.apply(changes);
    expect([...iam.state.User.get('deploy')!.keys.values()]).toEqual(['Inactive', 'Inactive']);
    expect(named(await deactivate.check(ctx))).toEqual({ 'key-inactive': 'holds', 'other-keys-inactive': 'holds' });
    expect(ctx.settled[0]).toBeGreaterThanOrEqual(4);
    expect((await planOf(deactivate, ctx)).steps).toEqual([]);
    iam.undo(changes);
    expect(iam.picture()).toBe(before);
  });
  it('fails when AWS took the call and changed nothing', async () => {
    const ctx = fakeContext({ answers: world().answers, target });
    const checks = await deactivate.check(ctx);
    expect(worstVerdict(checks)).toBe('fails');
    expect(named(checks)).toMatchObject({ 'key-inactive': 'fails', 'other-keys-inactive': 'fails' });
  });
  it('waits for IAM: a reading that turns good counts', async () => {
    const keys = (status: string) => ({ AccessKeyMetadata: [{ AccessKeyId: KEY, Status: status }] });
    const ctx = fakeContext({ answers: { ...world().answers, 'iam:ListAccessKeys': (_call, times) => keys(times < 2 ? 'Active' : 'Inactive') }, target });
    expect(named(await deactivate.check(ctx))['key-inactive']).toBe('holds');
  });
  it.each<JsonObject>([{ allKeys: false }, { onlyThisKey: true }])('leaves the other key when asked (%o), and does not call that safe', async (options) => {
    const iam = world();
    const ctx = fakeContext({ answers: iam.answers, target, options });
    const { changes } = await planOf(deactivate, ctx);
    expect(iam.apply(changes)).toEqual([`deactivate.${KEY}`]);
    expect(named(await deactivate.check(ctx))['other-keys-inactive']).toBe('unknown');
  });
  it('gives life back only when asked by name', async () => {
    const { changes } = await planOf(deactivate, fakeContext({ answers: world().answers, target }));
    expect(changes.every((change) => 'ask' in change.undo && change.undo.ask)).toBe(true);
  });
  it('refuses to cut off the responder', async () => {
    const ctx = fakeContext({ answers: world().answers, target, facts: { callerArn: 'arn:aws:iam::111122223333:user/ops/deploy' } });
    await expect(deactivate.observe(ctx)).rejects.toMatchObject({ code: 'CallerIsTarget', exit: 2 });
  });
  it('an error while checking is unknown, never success', async () => {
    const ctx = fakeContext({ answers: { ...world().answers, 'iam:ListAccessKeys': failure('AccessDenied', 403) }, target });
    expect(new Set((await deactivate.check(ctx)).map((one) => one.verdict))).toEqual(new Set(['unknown']));
  });
  it('a root key cannot be switched off from here: it fails until the account has none', async () => {
    const summary = (n: number) =>
      fakeContext({
        answers: { ...world().answers, 'iam:GetAccessKeyLastUsed': {}, 'iam:GetAccountSummary': { SummaryMap: { AccountAccessKeysPresent: n } } },
        target,
      });
    expect((await planOf(deactivate, summary(1))).steps).toEqual([]);
    expect(await deactivate.check(summary(1))).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining('account root') } }]);
    expect(await deactivate.check(summary(0))).toMatchObject([{ verdict: 'holds' }]);
  });
  it('a temporary key is explained', async () => {
    const ctx = fakeContext({ answers: world().answers, target: { accessKeyId: 'ASIAQ2SESSIQN2345672' } });
    expect((await planOf(deactivate, ctx)).steps).toEqual([]);
    expect(await deactivate.check(ctx)).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining('temporary') } }]);
  });
});

describe('deny-user', () => {
  it('attaches the denial and reads it back', async () => {
    const iam = world();
    const before = iam.picture();
    const ctx = fakeContext({ answers: iam.answers, target });
    expect(named(await deny.check(ctx))).toEqual({ 'deny-attached': 'fails' });
    const { changes } = await planOf(deny, ctx);
    expect(iam.apply(changes)).toEqual(['deny.deploy']);
    expect([...iam.state.User.get('deploy')!.attached]).toEqual([DENY_ALL]);
    expect(named(await deny.check(ctx))).toEqual({ 'deny-attached': 'holds' });
    expect((await planOf(deny, ctx)).steps).toEqual([]);
    iam.undo(changes);
    expect(iam.picture()).toBe(before);
  });
  it('falls back to an inline policy when no managed one fits', async () => {
    const iam = world({ managedLimit: 0 });
    const ctx = fakeContext({ answers: iam.answers, target });
    const { changes } = await planOf(deny, ctx);
    expect(iam.apply(changes)).toEqual(['deny-inline.deploy']);
    expect(named(await deny.check(ctx))).toEqual({ 'deny-attached': 'holds' });
    expect((await planOf(deny, ctx)).steps).toEqual([]);
  });
  it('does not take another policy under our name for a denial', async () => {
    const iam = world();
    iam.state.User.get('deploy')!.inline.set('Aplomb-IR-2026-7-DenyAll', JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }));
    expect(named(await deny.check(fakeContext({ answers: iam.answers, target })))).toEqual({ 'deny-attached': 'fails' });
  });
  it('works in the partition of the responder', async () => {
    const ctx = fakeContext({ answers: world().answers, target, facts: { callerArn: 'arn:aws-cn:sts::111122223333:assumed-role/IR/jdoe' } });
    const [change] = (await planOf(deny, ctx)).changes;
    expect(change!.call).toMatchObject({ region: 'cn-north-1', input: { PolicyArn: 'arn:aws-cn:iam::aws:policy/AWSDenyAll' } });
  });
  it("names AWS's own quarantine and leaves it", async () => {
    const iam = world();
    iam.state.User.get('deploy')!.attached.add('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3');
    const ctx = fakeContext({ answers: iam.answers, target });
    const { changes } = await planOf(deny, ctx);
    iam.apply(changes);
    const [check] = await deny.check(ctx);
    expect(check).toMatchObject({ verdict: 'holds', why: { en: expect.stringContaining('AWSCompromisedKeyQuarantineV3') } });
    expect(iam.state.User.get('deploy')!.attached.size).toBe(2);
  });
});

describe('delete-key', () => {
  it('deletes only an inactive key, with a typed word, for ever', async () => {
    const iam = world();
    const ctx = fakeContext({ answers: iam.answers, target, facts: { alarm: { userName: 'deploy' } } });
    await expect(remove.observe(ctx)).rejects.toMatchObject({ code: 'KeyStillActive' });
    iam.state.User.get('deploy')!.keys.set(KEY, 'Inactive');
    expect(named(await remove.check(ctx))).toEqual({ 'key-deleted': 'fails' });
    // Nobody has looked at what it did, and nobody says why it must go all the same.
    await expect(remove.observe(ctx)).rejects.toMatchObject({ code: 'NoEvidence', exit: 2 });
    const asked = fakeContext({ answers: iam.answers, target, options: { reason: 'the owner asks for it' }, facts: { alarm: { userName: 'deploy' } } });
    expect(await remove.observe(asked)).toMatchObject({ grounds: 'reason: the owner asks for it' });
    const hunted = fakeContext({
      answers: iam.answers,
      target,
      facts: { alarm: { userName: 'deploy' }, observed: { hunt: { until: 'now', tree: [{ credential: KEY }] } } },
    });
    const { changes } = await planOf(remove, hunted);
    expect(changes).toMatchObject([{ typed: 'delete', undo: { never: expect.anything() } }]);
    iam.apply(changes);
    expect([...iam.state.User.get('deploy')!.keys.keys()]).toEqual([SECOND]);
    expect(named(await remove.check(ctx))).toEqual({ 'key-deleted': 'holds' });
    expect((await planOf(remove, ctx)).steps).toEqual([]);
  });
});
