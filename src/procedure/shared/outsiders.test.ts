import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outsideDetail, outsideReasons, outsiders } from './outsiders.ts';

const OWN = '111122223333';
const OTHER = '999988887777';
const statement = (Principal: unknown, rest: object = {}) => ({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: '*', ...rest });
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const open = (Condition: object) => outsiders(policy(statement('*', { Condition })), OWN);

describe('outsiders', () => {
  it.each([
    ['no policy', undefined],
    ['an empty one', ''],
    ['the account itself', policy(statement({ AWS: `arn:aws:iam::${OWN}:root` }))],
    ['the account by its id', policy(statement({ AWS: OWN }))],
    ['a service', policy(statement({ Service: ['cloudtrail.amazonaws.com', 'logs.amazonaws.com'] }))],
    ['an origin access identity', policy(statement({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' }))],
    ['a deleted role', policy(statement({ AWS: 'AROAEXAMPLEEXAMPLE123' }))],
    ['a refusal of everybody', policy({ ...statement('*'), Effect: 'Deny' })],
    ['the topic policy SNS makes by itself', policy(statement({ AWS: '*' }, { Condition: { StringEquals: { 'AWS:SourceOwner': OWN } } }))],
  ])('sees nobody in %s', (_, document) => {
    expect(outsiders(document, OWN)).toMatchObject({ public: false, accounts: [], federated: [], canonical: [], malformed: false });
  });
  it.each([
    ['a star', '*'],
    ['AWS star', { AWS: '*' }],
    ['a list with a star', { AWS: [OWN, '*'] }],
    ['every service', { Service: '*' }],
  ])('sees everybody behind %s', (_, principal) => {
    expect(outsiders(policy(statement(principal)), OWN)).toMatchObject({ public: true, accounts: [], actions: ['s3:GetObject'], malformed: false });
  });
  it('takes NotPrincipal for everybody', () => {
    expect(outsiders(policy({ Effect: 'Allow', NotPrincipal: { AWS: OTHER }, Action: '*', Resource: '*' }), OWN).public).toBe(true);
  });
  it('names other accounts, however they are written, once', () => {
    const document = policy(
      statement({ AWS: [OTHER, `arn:aws:iam::${OTHER}:user/a`, `arn:aws-cn:sts::222233334444:assumed-role/r/s`, `arn:aws:iam::${OWN}:role/r`] }),
    );
    expect(outsiders(document, OWN)).toMatchObject({ public: false, accounts: ['222233334444', OTHER], malformed: false });
    expect(outsideReasons(outsiders(document, OWN))).toMatchObject([{ code: 'shared-outside', text: { en: expect.stringContaining(OTHER) } }]);
  });
  it('keeps federated and canonical principals apart, and counts a provider of another account', () => {
    const read = outsiders(
      policy(
        statement({ Federated: ['accounts.google.com', `arn:aws:iam::${OTHER}:saml-provider/x`, `arn:aws:iam::${OWN}:oidc-provider/y`] }),
        statement({ CanonicalUser: 'ab'.repeat(32) }),
      ),
      OWN,
    );
    expect(read).toMatchObject({ accounts: [OTHER], canonical: ['ab'.repeat(32)], public: false });
    expect(read.federated).toHaveLength(3);
  });
  it.each([
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    [{ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }],
    [{ StringEquals: { 'aws:SourceAccount': OWN } }],
    [{ ArnLike: { 'aws:SourceArn': `arn:aws:lambda:*:${OWN}:function:*` } }],
    [{ ArnLike: { 'AWS:sourcearn': 'arn:aws:s3:*:*:reports' } }],
    [{ StringEquals: { 'kms:CallerAccount': OWN, 'kms:ViaService': 'ebs.eu-west-1.amazonaws.com' } }],
    [{ StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }],
    [{ IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '2001:db8::/48'] } }],
  ])('does not call everybody public who is narrowed by %j', (condition) => {
    const read = open(condition);
    expect(read).toMatchObject({ public: false, accounts: [], malformed: false });
    expect(read.narrowedBy.length).toBeGreaterThan(0);
    expect(outsideReasons(read)).toEqual([]);
    expect(outsideDetail(read)).toHaveProperty('narrowedBy');
  });
  it.each([
    [{ StringLike: { 'aws:PrincipalOrgID': '*' } }],
    [{ StringLike: { 'aws:SourceVpc': 'vpc-*' } }],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:*' } }],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    [{ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    [{ StringNotEquals: { 'aws:PrincipalAccount': OTHER } }],
    [{ Bool: { 'aws:SecureTransport': 'true' } }],
    [{ StringEquals: { 'sts:ExternalId': 'x', 'lambda:FunctionUrlAuthType': 'NONE' } }],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    [{ IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '::/0'] } }],
    [{ IpAddress: { 'aws:SourceIp': 'anywhere' } }],
  ])('calls everybody public whom %j does not narrow', (condition) => {
    expect(open(condition)).toMatchObject({ public: true, narrowedBy: [] });
  });
  it('sees another account behind a condition, and only what all conditions together leave', () => {
    expect(open({ StringEquals: { 'aws:PrincipalAccount': [OWN, OTHER] } })).toMatchObject({ public: false, accounts: [OTHER] });
    expect(open({ ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/r` } })).toMatchObject({ public: false, accounts: [OTHER] });
    expect(open({ StringEquals: { 'aws:PrincipalAccount': [OWN, OTHER] }, ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:*` } }).accounts).toEqual([]);
    const named = outsiders(policy(statement({ AWS: OTHER }, { Condition: { StringEquals: { 'aws:PrincipalAccount': OWN } } })), OWN);
    expect(named.accounts).toEqual([]);
  });
  it.each([
    ['no JSON', '{'],
    ['a number', 7],
    ['a list', '[]'],
    ['no statement', '{}'],
    ['a statement that is a text', policy('x')],
    ['an effect of its own', policy({ ...statement(OWN), Effect: 'allow' })],
    ['no principal', policy({ Effect: 'Allow', Action: '*', Resource: '*' })],
    ['an account that is a number', policy(statement({ AWS: 111122223333 }))],
    ['a wildcard for an account', policy(statement({ AWS: 'arn:aws:iam::*:root' }))],
    [
      'a principal with a will of its own',
      policy(statement({ AWS: { toString: 1 } }, { Action: { toString: 1 }, Condition: { StringEquals: { a: { toString: 1 } } } })),
    ],
    ['a stray percent sign', '%E0%A4%A'],
  ])('says of %s that it is not understood', (_, document) => {
    expect(outsiders(document, OWN).malformed).toBe(true);
  });
  it('reports the rest of a policy of which a part is malformed', () => {
    expect(outsiders(policy('x', statement('*'), statement({ AWS: OTHER })), OWN)).toMatchObject({ public: true, accounts: [OTHER], malformed: true });
  });
  it('reads a percent-encoded document as IAM gives it', () => {
    expect(outsiders(encodeURIComponent(policy(statement({ AWS: OTHER }))), OWN).accounts).toEqual([OTHER]);
  });

  const account = fc.stringMatching(/^[1-9]\d{11}$/);
  it('never throws and never says what a page or a terminal obeys', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue(),
          fc.jsonValue().map((value) => ({ Statement: value })),
        ),
        (document) => {
          expect(JSON.stringify(outsideDetail(outsiders(document, OWN)))).not.toMatch(/\\u00[01]/);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const read = outsiders(
          { Statement: statement({ Federated: value }, { Action: value, Condition: { StringEquals: { 'aws:SourceVpc': value, [key]: key } } }) },
          OWN,
        );
        expect([...read.federated, ...read.actions, ...read.narrowedBy].join('')).not.toMatch(/[\p{C}\u2028\u2029]/u);
      }),
    );
  });
  it('finds exactly the accounts that are named and not ours, in any order and nesting', () => {
    const form = fc.constantFrom(
      (id: string) => id,
      (id: string) => `arn:aws:iam::${id}:root`,
      (id: string) => `arn:aws:iam::${id}:user/deep/path/u`,
      (id: string) => `arn:aws:sts::${id}:federated-user/f`,
    );
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(account, form), { maxLength: 4 }), { minLength: 1, maxLength: 4 }), account, (statements, own) => {
        const document = policy(...statements.map((principals) => statement({ AWS: [own, ...principals.map(([id, write]) => write(id))] })));
        const expected = [...new Set(statements.flat().map(([id]) => id))].filter((id) => id !== own).sort();
        expect(outsiders(document, own)).toMatchObject({ public: false, accounts: expected, malformed: false });
      }),
    );
  });
  it('one more Allow never makes a policy look safer', () => {
    const principal = fc.oneof(
      fc.constantFrom<unknown>('*', { AWS: '*' }, { Service: 'a.amazonaws.com' }),
      account.map((id) => ({ AWS: id })),
    );
    fc.assert(
      fc.property(fc.array(principal), principal, (some, one) => {
        const before = outsiders(policy(...some.map((each) => statement(each))), OWN);
        const after = outsiders(policy(...some.map((each) => statement(each)), statement(one)), OWN);
        expect(after.accounts).toEqual(expect.arrayContaining([...before.accounts]));
        expect(after.public || !before.public).toBe(true);
      }),
    );
  });
});
