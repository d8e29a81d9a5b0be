import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readYaml } from './yaml.ts';

const why = (source: string): string => {
  const first = readYaml(source)[0];
  return first && 'why' in first ? first.why.why.en : '';
};
const value = (source: string): unknown => {
  const first = readYaml(source)[0];
  return first && 'value' in first ? first.value : undefined;
};

it('reads scalars as they are written', () => {
  expect(value('[a, "1", 1, 0123, 1.50, true, null, ~, no, 2020-01-01, 0x1f, 12345678901234567890]')).toEqual([
    'a',
    '1',
    { digits: '1' },
    '0123',
    { digits: '1.50' },
    true,
    null,
    null,
    'no',
    '2020-01-01',
    '0x1f',
    { digits: '12345678901234567890' },
  ]);
});
it('keeps hostile keys as data', () => {
  const map = value('__proto__: {polluted: 1}\nconstructor: x') as Map<string, unknown>;
  expect([...map.keys()]).toEqual(['__proto__', 'constructor']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
it('reads several documents and keeps the good ones', () => {
  const read = readYaml('a: 1\n---\nb: [\n---\nc: 3\n---\n');
  expect(read.map((each) => ('value' in each ? [...(each.value as Map<string, unknown>).keys()].join() : 'broken'))).toEqual(['a', 'broken', 'c']);
});
it('follows aliases, within bounds', () => {
  expect((value('a: &x [1]\nb: *x') as Map<string, unknown>).get('b')).toEqual([{ digits: '1' }]);
  const bomb = Array.from({ length: 30 }, (_, level) => `a${level}: &a${level} [${level === 0 ? 'x' : `*a${level - 1}, *a${level - 1}`}]`).join('\n');
  expect(why(bomb)).toContain('50,000 values');
  expect(why('a: &a [*a]')).toMatch(/nested more than 40|names nothing/);
  expect(why('a: *nothing')).toContain('nothing');
});
it.each([
  ['a: !!js/function x', 'the tag tag:yaml.org,2002:js/function'],
  ['a: !secret x', 'the tag !secret'],
  ['a: 1\na: 2', 'the YAML key “a” stands twice in one map'],
  ['? [a]\n: b', 'a YAML key is not a text'],
  ['a: "x', 'the YAML is broken'],
  ['a: b: c', 'the YAML is broken'],
  [`a: ${'['.repeat(200)}${']'.repeat(200)}`, 'nested more than 40'],
  [`a: ${'x'.repeat(1_100_000)}`, 'larger than 1 MiB'],
])('refuses what no rule needs: %#', (source, reason) => {
  expect(why(source)).toContain(reason);
});
it('never throws, whatever it is given', () => {
  const line = fc.constantFrom(
    'a: b',
    '- x',
    '  - y',
    '  k: v',
    '---',
    '&a',
    '*a',
    '!t',
    '? x',
    ': y',
    '|',
    '>',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '#',
    '%YAML 1.1',
    '\t',
    '...',
    '<<: *a',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 80 }),
        fc.array(line, { maxLength: 25 }).map((lines) => lines.join('\n')),
      ),
      (source) => {
        for (const each of readYaml(source)) expect('value' in each || each.why.why.es.length > 0).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
});
it('is not slow on what is made to be slow', () => {
  const started = process.cpuUsage();
  const size = 100_000;
  const fill = (unit: string): string => unit.repeat(size / unit.length);
  for (const source of [
    fill('['),
    fill('{'),
    fill('- '),
    fill('a: '),
    fill('&a '),
    fill('!'),
    fill('"'),
    fill("'"),
    fill('\n'),
    fill('#\n'),
    fill('---\n'),
    fill('? '),
    fill('\t'),
    fill('a\n'),
    fill('k: v\n'),
    Array.from({ length: 20_000 }, (_, index) => `k${index}: v`).join('\n'),
  ])
    readYaml(source);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});
