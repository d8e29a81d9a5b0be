import { describe, expect, it } from 'vitest';
import { isDenyAll, quarantineName, revokedBefore } from './policies.ts';

const document = (statement: unknown) => encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statement }));
const revoke = (time: string) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': time } } });

describe('policy documents', () => {
  it('knows a denial of everything from what only looks like one', () => {
    expect(isDenyAll(document([{ Effect: 'Deny', Action: '*', Resource: '*' }]))).toBe(true);
    expect(isDenyAll(document({ Effect: 'Deny', Action: ['*'], Resource: ['*'] }))).toBe(true);
    expect(isDenyAll(document([revoke('2026-11-22T12:00:00.000Z')]))).toBe(false);
    expect(isDenyAll(document([{ Effect: 'Allow', Action: '*', Resource: '*' }]))).toBe(false);
    expect(isDenyAll(document([{ Effect: 'Deny', Action: 's3:*', Resource: '*' }]))).toBe(false);
    expect(isDenyAll('%')).toBe(false);
    expect(isDenyAll(undefined)).toBe(false);
  });
  it('reads the cut-off, and takes no narrowed policy for one', () => {
    expect(revokedBefore(document([revoke('2026-11-22T12:00:00.000Z')]))).toBe(Date.parse('2026-11-22T12:00:00Z'));
    expect(
      revokedBefore(document([{ ...revoke('2026-11-22T12:00:00Z'), Condition: { ...revoke('2026-11-22T12:00:00Z').Condition, StringEquals: { a: 'b' } } }])),
    ).toBeNull();
    expect(revokedBefore(document([{ Effect: 'Deny', Action: '*', Resource: '*' }]))).toBeNull();
  });
  it("recognises the three names of AWS's quarantine", () => {
    expect(['', 'V2', 'V3'].map((v) => quarantineName(`arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${v}`))).toEqual([
      'AWSCompromisedKeyQuarantine',
      'AWSCompromisedKeyQuarantineV2',
      'AWSCompromisedKeyQuarantineV3',
    ]);
    expect(quarantineName('arn:aws:iam::111122223333:policy/AWSCompromisedKeyQuarantineV3')).toBeNull();
  });
});
