import { expect, test } from 'vitest';
import { readPolicy } from './index.ts';

const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
const json = JSON.stringify(document);

test('reads objects, JSON, URL-encoded JSON and JSON in JSON alike', () => {
  const read = readPolicy(document);
  expect(read.policy?.statements).toHaveLength(1);
  expect(read.policy?.statements[0]).toMatchObject({ effect: 'Allow', actions: ['s3:getobject'], resources: ['*'], conditions: [] });
  for (const other of [json, encodeURIComponent(json), JSON.stringify(json), JSON.stringify(JSON.stringify(json)), `\n ${json}`])
    expect(readPolicy(other)).toEqual(read);
});
test('one statement need not stand in a list; principals and conditions are sorted out', () => {
  const { policy } = readPolicy({
    Statement: {
      Effect: 'Deny',
      NotAction: ['iam:*'],
      NotResource: 'arn:aws:s3:::x',
      Principal: { AWS: ['*', '111122223333'], Service: 'ec2.amazonaws.com', Federated: 'arn:x' },
      Condition: { 'ForAllValues:StringLikeIfExists': { 'aws:PrincipalOrgID': ['o-1', 2, null, {}] } },
    },
  });
  expect(policy?.statements).toEqual([
    {
      effect: 'Deny',
      actions: undefined,
      notActions: ['iam:*'],
      resources: undefined,
      notResources: ['arn:aws:s3:::x'],
      principals: { anyone: true, aws: ['111122223333'], services: ['ec2.amazonaws.com'], federated: ['arn:x'], canonical: [] },
      notPrincipals: undefined,
      conditions: [{ operator: 'stringlike', key: 'aws:principalorgid', values: ['o-1', '2'], optional: true }],
    },
  ]);
  expect(readPolicy({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] }).policy?.statements[0]?.principals?.anyone).toBe(true);
});
test.each([
  ['{', 'It is not valid JSON.'],
  ['', 'It is empty.'],
  ['%E0%A4%A', 'It is not valid JSON.'],
  [undefined, 'It is not a JSON object.'],
  [[], 'It is not a JSON object.'],
  ['"'.repeat(9), 'It is not valid JSON.'],
  ['HIDDEN_DUE_TO_SECURITY_REASONS', 'CloudTrail has hidden it.'],
  [{ Statement: [] }, 'It has no statement.'],
  [{ Statement: [null] }, 'A statement neither allows nor denies.'],
  [{ Statement: { Effect: 'allow' } }, 'A statement neither allows nor denies.'],
  [{ Statement: Array(1001).fill({ Effect: 'Allow' }) }, 'It has more statements than any policy can have.'],
  [{ Statement: { Effect: 'Allow', Action: Array(5001).fill('a:b') } }, 'One of its lists is longer than any policy can be.'],
  [`{"a":"${'x'.repeat(300_000)}"}`, 'It is larger than any policy can be.'],
  [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'It is not a JSON object.'],
])('what cannot be read has no policy, and says why: %#', (source, why) => {
  const read = readPolicy(source);
  expect(read.policy).toBeUndefined();
  expect(read.why?.en).toBe(why);
  expect(read.why?.es).not.toBe('');
});
test('names that JavaScript knows are only names', () => {
  const { policy } = readPolicy(
    '{"__proto__":{"Statement":[]},"Statement":[{"Effect":"Allow","Action":"a:b","constructor":1,"Condition":{"__proto__":{"k":"v"}}}]}',
  );
  expect(policy?.statements[0]?.conditions).toEqual([{ operator: '__proto__', key: 'k', values: ['v'], optional: false }]);
  expect(({} as Record<string, unknown>).k).toBeUndefined();
});
