import { describe, expect, it } from 'vitest';
import { grantsAdmin, trustReasons } from './grants.ts';

const statement = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] });

describe('whether a policy makes an administrator', () => {
  it.each([
    [statement({}), 'yes'],
    [encodeURIComponent(statement({ Action: ['s3:Get*', 'iam:*'] })), 'yes'],
    [statement({ Action: undefined, NotAction: ['organizations:*'] }), 'yes'],
    [statement({ Action: undefined, NotAction: ['iam:*', 'organizations:*'] }), 'no'],
    [statement({ Effect: 'Deny' }), 'no'],
    [statement({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), 'no'],
    [statement({ Resource: 'arn:aws:s3:::logs/*' }), 'no'],
    [statement({ Action: 'iam:Get*' }), 'no'],
    ['{"Statement": 7}', 'malformed'],
    ['%E0%A4%A', 'malformed'],
    ['not json', 'malformed'],
    [undefined, 'malformed'],
    [{ Statement: [null, 'x'] }, 'malformed'],
  ])('%s: %s', (document, expected) => {
    expect(grantsAdmin(document)).toBe(expected);
  });
});

describe('whom a trust policy lets in', () => {
  it('is told, and hostile or broken documents are survived', () => {
    const outside = statement({ Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole', Resource: undefined });
    expect(trustReasons(outside, '111122223333').reasons).toMatchObject([{ code: 'outsider-trust', text: { en: expect.stringContaining('999988887777') } }]);
    const own = statement({ Principal: { Service: 'ec2.amazonaws.com', AWS: '111122223333' }, Action: 'sts:AssumeRole', Resource: undefined });
    expect(trustReasons(own, '111122223333').reasons).toEqual([]);
    expect(trustReasons('{{{', '111122223333')).toMatchObject({ reasons: [], detail: { trustPolicy: expect.stringContaining('not understood') } });
  });
});
