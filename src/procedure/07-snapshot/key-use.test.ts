import { describe, expect, it } from 'vitest';
import { GRANTED, keyUse, NEEDED, statementsFor } from './key-use.ts';

const WHO = { account: '444455556666', principal: 'arn:aws:iam::444455556666:role/ir/Forensics' };
const OWNER = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' };
const allow = (more: object) => ({ Effect: 'Allow', Principal: { AWS: WHO.principal }, Action: 'kms:*', Resource: '*', ...more });
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: [OWNER, ...Statement] });
const missing = (text: string | undefined, grants: object[] = []) => keyUse(text, grants, WHO).missing;

describe('keyUse', () => {
  it.each([
    ['the principal', allow({})],
    ['its account', allow({ Principal: { AWS: [`arn:aws:iam::${WHO.account}:root`] } })],
    ['its account’s number', allow({ Principal: { AWS: WHO.account } })],
    ['everybody', allow({ Principal: '*' })],
    ['what EBS asks for', allow({ Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'KMS:createGrant'] })],
    [
      'use through EC2',
      allow({ Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' }, Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
    ],
  ])('is enough when the policy allows %s', (_what, statement) => expect(missing(policy(statement))).toEqual([]));

  it.each([
    ['nothing', policy()],
    ['another role', policy(allow({ Principal: { AWS: 'arn:aws:iam::444455556666:role/other' } }))],
    ['a service', policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } }))],
    ['everybody else', policy(allow({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } }))],
    ['it and denies it', policy(allow({}), allow({ Effect: 'Deny' }))],
    ['nothing readable', '{'],
    ['nothing at all', undefined],
  ])('is not enough when the policy allows %s', (_what, text) => expect(missing(text)).toEqual([...NEEDED]));

  it('names what is missing, and only that', () => expect(missing(policy(allow({ Action: ['kms:Decrypt', 'kms:DescribeKey'] })))).toEqual(NEEDED.slice(2)));
  it('does not judge a condition it cannot see', () => {
    const organisation = policy(allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }));
    expect(keyUse(organisation, [], WHO)).toEqual({ missing: [], conditional: true });
  });
  it('takes a grant for what it grants, to whom it grants it', () => {
    const grant = { GranteePrincipal: WHO.principal, Operations: GRANTED };
    expect(missing(policy(), [grant])).toEqual([]);
    expect(missing(policy(), [{ ...grant, Operations: ['Decrypt'] }])).not.toContain('Decrypt');
    expect(missing(policy(), [{ ...grant, Constraints: { EncryptionContextSubset: { a: 'b' } } }])).toEqual([...NEEDED]);
    expect(missing(policy(), [{ ...grant, GranteePrincipal: 'arn:aws:iam::999988887777:root' }])).toEqual([...NEEDED]);
  });
  it('asks for statements that are enough', () => expect(missing(policy(...JSON.parse(statementsFor(WHO.principal))))).toEqual([]));
});
