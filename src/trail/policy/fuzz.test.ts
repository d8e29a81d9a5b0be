import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import { ordinary } from '../testing/ordinary.ts';
import { grantOf, powersOf, readPolicy, trustOf } from './index.ts';

const word = fc.oneof(
  fc.constantFrom(
    'Allow',
    'Deny',
    '*',
    'iam:*',
    's3:Get*',
    'arn:aws:iam::*:user/*',
    'arn:aws:s3:::*',
    '999988887777',
    'StringEquals',
    'AWS',
    '__proto__',
    'aws:PrincipalOrgID',
  ),
  fc.string(),
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(word, tie('any'), { maxKeys: 4 }),
  ),
})).any;
const members = ['Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'];
const statement = fc.dictionary(fc.constantFrom(...members), value).map((parts) => ({ Effect: 'Allow', ...parts }));
const policy = fc.oneof(fc.record({ Statement: fc.array(statement, { maxLength: 4 }) }), value);

test('whatever is read, nothing falls over, and the same policy says the same in every wrapping', () => {
  fc.assert(
    fc.property(policy, (document) => {
      const read = readPolicy(document);
      expect(read.policy === undefined).toBe(read.why !== undefined);
      if (!read.policy) return;
      const powers = powersOf(read.policy);
      expect(powers.every(({ why, actions }) => why.en !== '' && why.es !== '' && actions.length > 0)).toBe(true);
      trustOf(read.policy, new Set(['111122223333']));
      const text = JSON.stringify(document);
      for (const other of [text, encodeURIComponent(text), JSON.stringify(text)]) expect(powersOf(readPolicy(other).policy!)).toEqual(powers);
    }),
    { numRuns: 1500 },
  );
});
test('a Deny never adds a power', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), statement, (allows, deny) => {
      const before = readPolicy({ Statement: allows }).policy;
      const after = readPolicy({ Statement: [...allows, { ...deny, Effect: 'Deny' }] }).policy;
      if (!before || !after) return;
      const actions = (one: typeof before) => new Set(powersOf(one).flatMap((power) => power.actions));
      // Whoever loses "everything" is told the single powers instead.
      if (actions(before).has('*') || [...actions(before)].length === 0) return;
      const more = [...actions(after)].filter((action) => !actions(before).has(action));
      if (!powersOf(before).some(({ kind }) => kind === 'iam')) expect(more.filter((action) => !/:(Describe|List|Lookup)/.test(action))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
test('any request of any API is survived', () => {
  const apis = [
    'iam:PutUserPolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:CreateAccessKey',
    's3:PutBucketPolicy',
    's3:PutBucketAcl',
    'lambda:AddPermission',
    'ec2:RunInstances',
    'kms:CreateGrant',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...apis), value, value, (api, requestParameters, userIdentity) => {
      const [service, eventName] = api.split(':');
      const record = ordinary({
        eventSource: `${service}.amazonaws.com`,
        eventName,
        requestParameters: requestParameters as Json,
        userIdentity: userIdentity as Json,
      });
      grantOf(record, { accounts: new Set() }, { refused: true });
    }),
    { numRuns: 1500 },
  );
});
