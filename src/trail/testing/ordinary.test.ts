import { expect, test } from 'vitest';
import { isService, outcomeOf, principalOf, text, timeOf } from '../event.ts';
import { ACCOUNT, ordinary } from './ordinary.ts';

test('fills an ordinary record around what is given, objects merged', () => {
  const record = ordinary({ eventName: 'CreateUser', userIdentity: { userName: 'bob' }, requestParameters: { userName: 'eve' } });
  expect(text(record, 'userIdentity.userName')).toBe('bob');
  expect(text(record, 'userIdentity.accountId')).toBe(ACCOUNT);
  expect(record.requestParameters).toEqual({ userName: 'eve' });
  expect(outcomeOf(record)).toBe('done');
  expect(timeOf(record)).toBe(Date.UTC(2026, 2, 4, 10));
  expect(ordinary({}).eventID).not.toBe(ordinary({}).eventID);
});
test('the identity follows its type; null and undefined are kept as they are meant', () => {
  expect(principalOf(ordinary({ userIdentity: { type: 'Root' } }))).toBe(`arn:aws:iam::${ACCOUNT}:root`);
  expect(text(ordinary({ userIdentity: { type: 'Root' } }), 'userIdentity.userName')).toBeUndefined();
  expect(principalOf(ordinary({ userIdentity: { type: 'AssumedRole' } }))).toBe(`arn:aws:iam::${ACCOUNT}:role/worker`);
  expect(isService(ordinary({ userIdentity: { type: 'AWSService' } }))).toBe(true);
  expect(ordinary({ userIdentity: null }).userIdentity).toBeNull();
  expect(Object.keys(ordinary({ requestParameters: undefined }))).not.toContain('requestParameters');
  expect(Object.getPrototypeOf(ordinary(JSON.parse('{"__proto__":{"polluted":1}}')))).toBe(Object.prototype);
});
