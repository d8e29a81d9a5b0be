import { expect, test } from 'vitest';
import { glob } from './glob.ts';

test.each([
  ['*', '', true],
  ['*', 'x', true],
  ['iam:*', 'iam:createuser', true],
  ['iam:*user', 'iam:createuser', true],
  ['iam:*user', 'iam:createusers', false],
  ['iam:create?ser', 'iam:createuser', true],
  ['iam:create?user', 'iam:createuser', false],
  ['a*b*c', 'aXbYbZc', true],
  ['', '', true],
  ['', 'x', false],
  ['**', 'x', true],
  ['a.c', 'abc', false],
])('%s %s', (pattern, value, expected) => expect(glob(pattern, value)).toBe(expected));
test('takes time of pattern times value at most', () => {
  const start = performance.now();
  expect(glob(`${'*a'.repeat(1000)}b`, 'a'.repeat(2000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});
