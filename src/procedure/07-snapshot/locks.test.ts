import { describe, expect, it } from 'vitest';
import { brokenLaws } from '../../engine/laws.ts';
import { mirrorOf } from './bucket.ts';
import { type Lock, lockChanges, lockCheck, lockWish } from './locks.ts';

const REGION = 'eu-west-1';
const lock = (state: string, duration = 0, expires = ''): Lock => ({
  snapshotId: `snap-0e0e0e0e0e0e0e0e${duration % 10}`,
  state,
  duration,
  expires,
  coolOffEnds: '',
});
const governance = { mode: 'governance', days: 365, coolOffHours: 24 } as const;
const compliance = { mode: 'compliance', days: 400, coolOffHours: 6 } as const;

describe('what is locked, and how', () => {
  it.each([
    ['none', 'governance'],
    ['expired', 'governance'],
  ])('locks what is %s', (state, mode) => {
    const [change] = lockChanges(REGION, [lock(state)], governance);
    expect(change).toMatchObject({
      call: { operation: 'LockSnapshot', input: { LockMode: mode, LockDuration: 365 } },
      undo: { calls: [{ operation: 'UnlockSnapshot' }] },
      danger: [],
    });
    expect(change).not.toHaveProperty('typed');
    expect(brokenLaws({ action: 'lock-snapshots', target: {}, steps: [change!] })).toEqual([]);
  });
  it.each([lock('governance', 365), lock('governance', 700), lock('compliance', 365), lock('compliance-cooloff', 900)])(
    'leaves what is held well enough: %j',
    (held) => expect(lockChanges(REGION, [held], governance)).toEqual([]),
  );
  it('makes a shorter lock longer, and undo gives back the one that was there', () => {
    const [change] = lockChanges(REGION, [lock('governance', 10, '2026-12-02T12:00:00.000Z')], governance);
    expect(change).toMatchObject({
      call: { input: { LockDuration: 365 } },
      undo: { calls: [{ operation: 'LockSnapshot', input: { LockMode: 'governance', ExpirationDate: '2026-12-02T12:00:00.000Z' } }], ask: expect.anything() },
    });
  });
  it('lengthens somebody’s compliance lock as one, without a cooling-off period, and only by the typed word', () => {
    const [change] = lockChanges(REGION, [lock('compliance', 30)], governance);
    expect(change).toMatchObject({ call: { input: { LockMode: 'compliance', LockDuration: 365 } }, typed: 'compliance', undo: { never: expect.anything() } });
    expect(change?.call.input).not.toHaveProperty('CoolOffPeriod');
  });
  it('asks once for several, and never makes a lock shorter on the way to compliance', () => {
    const changes = lockChanges(REGION, [lock('governance', 501), lock('none', 2)], compliance);
    expect(changes.map(({ typed }) => typed)).toEqual(['compliance', undefined]);
    expect(changes.map(({ call }) => call.input)).toMatchObject([
      { LockDuration: 501, CoolOffPeriod: 6 },
      { LockDuration: 400, CoolOffPeriod: 6 },
    ]);
    expect(changes[0]?.danger[0]?.en).toContain('snap-0e0e0e0e0e0e0e0e2');
  });
  it.each([
    [[lock('governance', 365)], 'holds'],
    [[lock('governance', 365), lock('none', 1)], 'fails'],
    [[lock('governance', 365, '2026-11-21T00:00:00.000Z')], 'fails'],
    [[lock('expired', 365)], 'fails'],
    [[lock('governance', 30)], 'fails'],
    [[], 'unknown'],
  ] as const)('check %#: %s', (locks, verdict) => expect(lockCheck('locked', locks, governance, Date.UTC(2026, 10, 22), []).verdict).toBe(verdict));
});

describe('what people say', () => {
  it.each([
    [{ lockMode: 'forever' }],
    [{ lockMode: 'compliance' }],
    [{ lockDays: '0' }],
    [{ lockDays: '36501' }],
    [{ lockDays: '1e3' }],
    [{ lockMode: 'compliance', lockDays: '1', coolOffHours: '73' }],
  ])('refuses %j', (options) => expect(() => lockWish({ options })).toThrow(expect.objectContaining({ code: 'BadOption', exit: 2 })));
  it('means a year of governance when nothing is said', () => expect(lockWish({ options: {} })).toEqual({ mode: 'governance', days: 365, coolOffHours: 24 }));
  it.each(['s3://a/..', 's3://Bucket/x', 's3:///x', 's3://a..b/x', 's3://bucket/a//b', 's3://bucket/a/../b', 's3://bucket/\u0007', 'https://bucket/x', ''])(
    'is no place in S3: %j',
    (place) => expect(() => mirrorOf(place, REGION, '')).toThrow(expect.objectContaining({ code: 'BadMirror', exit: 2 })),
  );
  it.each([
    ['s3://evidence', ''],
    ['s3://evidence/', ''],
    ['s3://evidence/a/b/', 'a/b'],
  ])('is a place: %s', (place, prefix) => expect(mirrorOf(place, REGION, '')).toEqual({ bucket: 'evidence', prefix, region: REGION, as: '' }));
});
