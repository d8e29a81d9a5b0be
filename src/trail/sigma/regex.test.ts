import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regexTest } from './regex.ts';
import type { Flags } from './regex-parse.ts';
import { Unrunnable } from './rule.ts';

const NONE: Flags = { i: false, m: false, s: false };
const finds = (source: string, haystack: string, flags: Partial<Flags> = {}): boolean => regexTest(source, { ...NONE, ...flags })(haystack);

describe('regular expressions', () => {
  it('agree with JavaScript where both speak the same language', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '[ab]',
      '[^a]',
      '\\d',
      '\\w',
      '\\W',
      '\\s',
      '\\b',
      '^',
      '$',
      '1',
      '-',
      '_',
      '\\.',
      '[a-c1-3]',
      '[^\\w]',
      '\\x61',
      'A',
    );
    const source = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(tie('node'), tie('node')).map(([one, two]) => one + two),
        fc.tuple(tie('node'), tie('node')).map(([one, two]) => `(?:${one}|${two})`),
        fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?')).map(([one, many]) => `(${one})${many}`),
      ),
    })).node;
    const haystack = fc
      .string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-', '_', ' ', '.', '\n'), maxLength: 12 })
      .map((each) => each.replace(/\n$/, ''));
    fc.assert(
      fc.property(source, haystack, fc.boolean(), fc.boolean(), fc.boolean(), (expression, text, i, m, s) => {
        if (expression.length > 300) return;
        const known = new RegExp(expression, `${i ? 'i' : ''}${m ? 'm' : ''}${s ? 's' : ''}`);
        expect(finds(expression, text, { i, m, s }), `${expression} in ${JSON.stringify(text)}`).toBe(known.test(text));
      }),
      { numRuns: 3000 },
    );
  });
  it('reads what PCRE has beyond', () => {
    expect(finds('(?i)STOP', 'stop')).toBe(true);
    expect(finds('a(?i:B)c', 'abc')).toBe(true);
    expect(finds('a(?i:B)c', 'abC')).toBe(false);
    expect(finds('(?i)a(?-i)b', 'AB')).toBe(false);
    expect(finds('(?P<key>AKIA[A-Z0-9]{16})', 'x AKIAABCDEFGHIJKLMNOP')).toBe(true);
    expect(finds('\\Ax', 'ax')).toBe(false);
    expect(finds('x\\z', 'x\n')).toBe(false);
    expect(finds('x$', 'x\n')).toBe(true);
    expect(finds('x\\Z', 'x\n')).toBe(true);
    expect(finds('[]a]', ']')).toBe(true);
    expect(finds('[^]a]', ']')).toBe(false);
    expect(finds('^[[:digit:]]+$', '123')).toBe(true);
    expect(finds('a{,2}', 'a{,2}')).toBe(true);
    expect(finds('x(?#note)y', 'xy')).toBe(true);
    expect(finds('É', 'é', { i: true })).toBe(true);
    expect(finds('', 'anything')).toBe(true);
    expect(finds('a||b', 'zzz')).toBe(true);
  });
  it.each([
    ['(?=a)', 'look-ahead'],
    ['(?<!a)b', 'look-behind'],
    ['(a)\\1', 'back reference'],
    ['(?>a)', 'atomic group'],
    ['a++', 'possessive'],
    ['(a', 'does not end'],
    ['a)', 'closing bracket'],
    ['[a', 'set does not end'],
    ['[z-a]', 'wrong order'],
    ['*a', 'nothing to repeat'],
    ['a**', 'one repetition follows another'],
    ['a{3,1}', 'ends before it begins'],
    ['a{2000}', 'more than 1,000'],
    ['((a{100}){100})', 'too many'],
    ['\\p{L}', 'the escape \\p'],
    ['a\\', 'ends in a backslash'],
    ['('.repeat(60) + ')'.repeat(60), 'nested more than 50'],
    ['a'.repeat(5000), 'longer than 4,096'],
  ])('refuses %s by name', (source, why) => {
    expect(() => regexTest(source, NONE)).toThrow(why);
  });
  it('any text is an expression or is refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\^$.-:!<>=P1,'), maxLength: 30 })), (source) => {
        try {
          expect(typeof finds(source, 'aab(b1')).toBe('boolean');
        } catch (error) {
          expect(error, source).toBeInstanceOf(Unrunnable);
        }
      }),
      { numRuns: 3000 },
    );
  });
  it('cannot be made to hang', () => {
    const hostile = 'a'.repeat(200_000);
    const started = process.cpuUsage();
    for (const source of ['^(a+)+$b', '(a|a)*b', '(a*)*b', '.*.*.*.*.*b$', '(.*a){15}b', '(?:a?){30}a{30}b', '(a|b)*a(a|b){30}c'])
      expect(finds(source, hostile), source).toBe(false);
    let seed = 1;
    const noise = Array.from({ length: 100_000 }, () => ((seed = (seed * 48271) % 2147483647) & 1 ? 'a' : 'b')).join('');
    expect(finds('(a|b)*a(a|b){60}c', noise)).toBe(false);
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(10);
  });
});
