import { describe, expect, it } from 'vitest';
import { at, type TrailRecord } from '../event.ts';
import { compile } from './compile.ts';
import { sigmaHit } from './hit.ts';
import { isStrictHit, TUNINGS, tuningOf } from './overlay.ts';
import { readRules } from './read.ts';
import type { SigmaRule } from './rule.ts';
import { documentOf } from './testing.ts';

/** Rules with the faults, in our own words. */
const load = (stem: string, detection: string, more = ''): SigmaRule => {
  const set = readRules([{ path: `${stem}.yml`, text: documentOf(detection, more) }]);
  expect(set.unsupported).toEqual([]);
  return set.rules[0]!;
};
const backdoor = load(
  'aws_iam_backdoor_users_keys',
  'a:\n    eventName: CreateAccessKey\nb:\n    userIdentity.arn|contains: responseElements.accessKey.userName\ncondition: a and not b',
);
const profile = load(
  'copy',
  'a:\n    eventName: UpdateLoginProfile\nb:\n    userIdentity.arn|fieldref: requestParameters.userName\ncondition: a and not b',
  'id: 055FB148-60f8-462d-ad16-26926ce050f1',
);
const anyRole = load('aws_sts_assumerole_misuse', 'a:\n    userIdentity.type: AssumedRole\ncondition: a');
const silent = load('aws_delete_saml_provider', 'a:\n    eventName: DeleteSAMLProvider\n    status: success\ncondition: a');

const alice = { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::111122223333:user/alice' };
const key = (owner: string, userIdentity: TrailRecord[string] = alice): TrailRecord => ({
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateAccessKey',
  userIdentity,
  responseElements: { accessKey: { userName: owner } },
});

describe('rules known to be wrong', () => {
  it('keys for oneself: the rule hits them, the caveat says so, the stricter filter drops them', () => {
    expect(compile(backdoor).match(key('alice'))).toBe(true);
    expect(sigmaHit(backdoor, { n: 7, record: key('alice') }).caveat?.en).toContain('every CreateAccessKey');
    expect(isStrictHit(backdoor, key('alice'))).toBe(false);
    expect(isStrictHit(backdoor, key('bob'))).toBe(true);
    expect(isStrictHit(backdoor, key('alice', { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/admin/alice' }))).toBe(true);
    expect(isStrictHit(backdoor, { ...key('alice'), responseElements: null })).toBe(false);
  });
  it('passwords of oneself', () => {
    const change = (userName: string): TrailRecord => ({ eventName: 'UpdateLoginProfile', userIdentity: alice, requestParameters: { userName } });
    expect(compile(profile).match(change('alice'))).toBe(true);
    expect(sigmaHit(profile, { n: 1, record: change('alice') }).caveat?.es).toContain('UpdateLoginProfile');
    expect(isStrictHit(profile, change('Alice'))).toBe(false);
    expect(isStrictHit(profile, change('bob'))).toBe(true);
  });
  it('every call of every role', () => {
    const call = (eventSource: string, eventName: string): TrailRecord => ({ eventSource, eventName, userIdentity: { type: 'AssumedRole' } });
    expect(compile(anyRole).match(call('s3.amazonaws.com', 'GetObject'))).toBe(true);
    expect(isStrictHit(anyRole, call('s3.amazonaws.com', 'GetObject'))).toBe(false);
    expect(isStrictHit(anyRole, call('sts.amazonaws.com', 'AssumeRole'))).toBe(true);
  });
  it('the filters look at no other fields than they name', () => {
    // Records whose other members are missing are kept and dropped alike.
    const told = (record: TrailRecord, field: string): TrailRecord[string] => at(record, field) ?? null;
    const nested = (fields: readonly (readonly [string, TrailRecord[string]])[]): TrailRecord => Object.fromEntries(fields);
    for (const tuning of TUNINGS) {
      if (!tuning.keeps) continue;
      const verdicts = [key('alice'), key('bob'), key('x', { type: 'Root', arn: 'a' }), { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole' }, {}].map(
        (record) => {
          const whole = { ...record, requestParameters: { userName: 'alice', other: 'x' }, errorCode: 'AccessDenied' };
          const verdict = tuning.keeps!(whole);
          expect(tuning.keeps!(nested(tuning.reads.map((field) => [field, told(whole, field)] as const)))).toBe(verdict);
          return verdict;
        },
      );
      expect(new Set(verdicts).size, tuning.stem).toBe(2);
    }
  });
  it('a rule that never hits is known', () => {
    expect(tuningOf(silent)?.caveat.en).toContain('never hits');
  });
  it('a corrected copy and other rules are left alone', () => {
    const fixed = load(
      'aws_iam_backdoor_users_keys',
      'a:\n    eventName: CreateAccessKey\nb:\n    userIdentity.userName|fieldref: responseElements.accessKey.userName\ncondition: a and not b',
    );
    expect(tuningOf(fixed)).toBeUndefined();
    expect(compile(fixed).match(key('alice'))).toBe(false);
    expect(tuningOf(load('other', 'a:\n    eventName: X\ncondition: a'))).toBeUndefined();
    expect(tuningOf(load('aws_sts_assumerole_misuse', 'a:\n    eventName: X\ncondition: a', 'id: 11111111-0000-4000-8000-000000000000'))).toBeUndefined();
  });
  it('is in both languages, each rule once', () => {
    expect(new Set(TUNINGS.map((each) => each.uuid)).size).toBe(TUNINGS.length);
    for (const each of TUNINGS) expect(each.caveat.es.length * each.caveat.en.length).toBeGreaterThan(0);
  });
});

describe('rules that do not look at how a call ended', () => {
  const denied: TrailRecord = { eventName: 'StopLogging', errorCode: 'AccessDenied', userIdentity: alice };
  const blind = load('blind', 'a:\n    eventName: StopLogging\ncondition: a');
  const careful = load('careful', 'a:\n    eventName: StopLogging\nb:\n    errorCode: null\ncondition: a or b');
  it('hit denied calls; the hit is marked and says so', () => {
    expect(compile(blind).match(denied)).toBe(true);
    const hit = sigmaHit(blind, { n: 3, record: denied });
    expect(hit).toMatchObject({ attempt: true, events: [3], author: 'Ada', rule: 'blind' });
    expect(hit.caveat?.en).toBe('The rule does not look at how the call ended: this one was denied (AccessDenied).');
    expect(hit.why.en).toBe('Sigma rule “A test” (author: Ada): eventName=StopLogging');
    expect(isStrictHit(blind, denied)).toBe(false);
    expect(isStrictHit(blind, { ...denied, errorCode: 'TrailNotFoundException' })).toBe(false);
  });
  it('have no caveat where the call worked or the rule looked', () => {
    const done = sigmaHit(blind, { n: 3, record: { eventName: 'StopLogging' } });
    expect(done.attempt).toBe(false);
    expect(done.caveat).toBeUndefined();
    expect(sigmaHit(careful, { n: 3, record: denied }).caveat).toBeUndefined();
    expect(isStrictHit(careful, denied)).toBe(true);
  });
  it('add to a known fault', () => {
    const caveat = sigmaHit(backdoor, { n: 1, record: { ...denied, eventName: 'CreateAccessKey' } }).caveat;
    expect(caveat?.en).toMatch(/^This rule means .* was denied \(AccessDenied\)\.$/);
  });
});
