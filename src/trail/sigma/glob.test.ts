import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Glob, globTest, literalOf, readGlob } from './glob.ts';

it('agrees with the same pattern as a regular expression', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const haystack = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, haystack, (source, text) => {
      const known = new RegExp(`^${source.replace(/\*+/g, '[^]*').replace(/\?/g, '[^]')}$`);
      expect(globTest(readGlob(source))(text), `${source} in ${text}`).toBe(known.test(text));
    }),
    { numRuns: 2000 },
  );
});
it.each<[string, Glob]>([
  ['a*b?', ['a', 1, 'b', 2]],
  ['\\*', ['*']],
  ['\\\\*', ['\\', 1]],
  ['\\\\\\*', ['\\*']],
  ['\\\\\\\\', ['\\\\']],
  ['\\a', ['\\a']],
  ['\\', ['\\']],
  ['**', [1]],
  ['', ['']],
])('reads %s', (source, glob) => {
  expect(readGlob(source)).toEqual(glob);
});
it('knows a literal', () => {
  expect(literalOf(readGlob('a\\*b'))).toBe('a*b');
  expect(literalOf(readGlob('a*b'))).toBeUndefined();
});
it('takes no more than a moment for many stars', () => {
  expect(globTest(readGlob(`${'a*'.repeat(500)}c`))('a'.repeat(100_000))).toBe(false);
  expect(globTest(readGlob(`*${'a?'.repeat(200)}b*`))('a'.repeat(100_000))).toBe(false);
});
