import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { compile } from './compile.ts';
import { readCondition } from './condition.ts';
import { type Logic, Unrunnable } from './rule.ts';
import { refusal, ruleOf } from './testing.ts';

const SELECTIONS = 'sel_a:\n    a: 1\nsel_b:\n    b: 1\nfilter_c:\n    c: 1\n_hidden:\n    d: 1\nlist:\n    - a: 1\n    - b: 1\n      c: 1';
const hits = (condition: string, ...members: string[]): boolean =>
  compile(ruleOf(`${SELECTIONS}\ncondition: ${condition}`)).match(Object.fromEntries(members.map((member) => [member, 1])) as TrailRecord);

describe('conditions', () => {
  it('and binds tighter than or, not tighter than and', () => {
    expect(hits('sel_a or sel_b and filter_c', 'a')).toBe(true);
    expect(hits('sel_a or sel_b and filter_c', 'b')).toBe(false);
    expect(hits('(sel_a or sel_b) and filter_c', 'a')).toBe(false);
    expect(hits('(sel_a or sel_b) and filter_c', 'a', 'c')).toBe(true);
    expect(hits('not sel_a and sel_b', 'b')).toBe(true);
    expect(hits('not sel_a and sel_b', 'a', 'b')).toBe(false);
    expect(hits('not (sel_a and sel_b)', 'a')).toBe(true);
    expect(hits('not not sel_a', 'a')).toBe(true);
    expect(hits('sel_a AND NOT sel_b OR filter_c', 'c')).toBe(true);
  });
  it('1 of, all of, any of, n of', () => {
    expect(hits('1 of sel_*', 'b')).toBe(true);
    expect(hits('any of sel_*', 'b')).toBe(true);
    expect(hits('1 of sel_*', 'c')).toBe(false);
    expect(hits('all of sel_*', 'b')).toBe(false);
    expect(hits('all of sel_*', 'a', 'b')).toBe(true);
    expect(hits('2 of them', 'a')).toBe(true); // sel_a and list
    expect(hits('3 of them', 'a', 'b')).toBe(true);
    expect(hits('4 of them', 'a', 'b')).toBe(false);
    expect(hits('sel_a and not 1 of filter_*', 'a')).toBe(true);
    expect(hits('sel_a and not 1 of filter_*', 'a', 'c')).toBe(false);
    expect(hits('sel_a and 1 of sel_* and 1 of filter_*', 'a', 'c')).toBe(true);
    expect(hits('all of *_c', 'c')).toBe(true);
    expect(hits('1 of sel_a', 'a')).toBe(true);
  });
  it('them leaves out selections that begin with an underscore', () => {
    expect(hits('1 of them', 'd')).toBe(false);
    expect(hits('1 of *', 'd')).toBe(false);
    expect(hits('1 of _*', 'd')).toBe(true);
    expect(hits('_hidden', 'd')).toBe(true);
  });
  it('a list of maps is any of them, each map all of its fields', () => {
    expect(hits('list', 'a')).toBe(true);
    expect(hits('list', 'b')).toBe(false);
    expect(hits('list', 'b', 'c')).toBe(true);
  });
  it('a list of conditions is any of them', () => {
    expect(hits('[sel_a and sel_b, filter_c]', 'c')).toBe(true);
    expect(hits('[sel_a and sel_b, filter_c]', 'a')).toBe(false);
  });
});

it.each([
  ['sel_a | count() > 5', 'the condition counts events (| count()), which was replaced by correlation rules'],
  ['sel_a | count() by x > 5', 'the condition counts events (| count()), which was replaced by correlation rules'],
  ['sel_a | near sel_b', 'the condition uses near, which was replaced by correlation rules'],
  ['absent', 'the condition names “absent”, which is no selection'],
  ['constructor', 'the condition names “constructor”, which is no selection'],
  ['1 of other*', 'the condition asks for “other*”, which fits no selection'],
  ['5 of sel_*', 'the condition asks for 5 of the 2 that “sel_*” fits'],
  ['0 of sel_*', 'the condition asks for 0 of the 2 that “sel_*” fits'],
  ['(sel_a', 'the condition has a bracket that does not close'],
  ['sel_a)', 'the condition cannot be understood at “)”'],
  ['sel_a and', 'the condition ends too early'],
  ['sel_a sel_b', 'the condition cannot be understood at “sel_b”'],
  ['1 of', 'the condition does not say of what after “1 of”'],
  ['not', 'the condition ends too early'],
  ["''", 'it has no condition'],
  ['[]', 'it has no condition'],
])('refuses the condition %s with the reason', (condition, why) => {
  expect(refusal(`${SELECTIONS}\ncondition: ${condition}`)).toBe(why);
});
it('refuses a timeframe even where the condition would run', () => {
  expect(refusal(`${SELECTIONS}\ntimeframe: 5m\ncondition: sel_a and sel_b`)).toContain('timeframe');
});

const TEST: Logic = { op: 'test', test: { field: 'a', matches: () => true } };
it('any text is a condition or is refused, quickly', () => {
  const selections = new Map([
    ['sel', TEST],
    ['other', TEST],
  ]);
  const word = fc.constantFrom('sel', 'other', 'and', 'or', 'not', '(', ')', '1', 'all', 'of', 'them', 'sel*', '|', '*', 'x');
  const source = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(source, (text) => {
      try {
        expect(['test', 'and', 'or', 'not', 'atLeast']).toContain(readCondition(text, selections).op);
      } catch (error) {
        expect(error).toBeInstanceOf(Unrunnable);
      }
    }),
    { numRuns: 500 },
  );
});
it('bounds brackets and lengths', () => {
  const selections = new Map([['s', TEST]]);
  expect(() => readCondition(`${'('.repeat(4000)}s${')'.repeat(4000)}`, selections)).toThrow('nested more than 100 deep');
  expect(() => readCondition('not '.repeat(2000), selections)).toThrow('nested more than 100 deep');
  expect(() => readCondition('s or '.repeat(3000), selections)).toThrow('longer than 10,000');
});
it('reads conditions as a truth table does', () => {
  interface Tree {
    readonly text: string;
    value(a: boolean, b: boolean): boolean;
  }
  const tree = fc.letrec<{ node: Tree }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Tree>(
        { text: 'sa', value: (a) => a },
        { text: 'sb', value: (_, b) => b },
        { text: '1 of s*', value: (a, b) => a || b },
        { text: 'all of s*', value: (a, b) => a && b },
      ),
      tie('node').map((inner): Tree => ({ text: `not (${inner.text})`, value: (a, b) => !inner.value(a, b) })),
      fc
        .tuple(tie('node'), tie('node'))
        .map(([one, two]): Tree => ({ text: `(${one.text}) and (${two.text})`, value: (a, b) => one.value(a, b) && two.value(a, b) })),
      fc
        .tuple(tie('node'), tie('node'))
        .map(([one, two]): Tree => ({ text: `(${one.text}) or (${two.text})`, value: (a, b) => one.value(a, b) || two.value(a, b) })),
    ),
  })).node;
  fc.assert(
    fc.property(tree, fc.boolean(), fc.boolean(), ({ text, value }, a, b) => {
      if (text.length > 9000) return;
      const rule = ruleOf(`sa:\n    a: 1\nsb:\n    b: 1\ncondition: ${text}`);
      expect(compile(rule).match({ ...(a && { a: 1 }), ...(b && { b: 1 }) })).toBe(value(a, b));
    }),
    { numRuns: 200 },
  );
});
