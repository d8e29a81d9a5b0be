import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { compileAll } from './compile.ts';
import { correlator, suppressed } from './correlate.ts';
import type { SigmaHit } from './hit.ts';
import { documentOf, setOf } from './testing.ts';

const RULES = ['A', 'B', 'C'].map((name) =>
  documentOf(`sel:\n    eventName: ${name}\ncondition: sel`, `name: rule_${name.toLowerCase()}\nid: 00000000-0000-4000-8000-00000000000${name}`).replace(
    'A test',
    `Rule ${name}`,
  ),
);
const correlation = (body: string, more = ''): string =>
  `title: Found\nauthor: Grace\nlevel: high\n${more}correlation:\n    ${body.trim().replace(/\n\s*/g, '\n    ')}`;
const at = (second: number, eventName: string, more: TrailRecord = {}): TrailRecord => ({
  eventTime: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
  eventName,
  ip: '192.0.2.1',
  ...more,
});
function found(documents: readonly string[], records: readonly TrailRecord[]): SigmaHit[] {
  const set = setOf(...RULES, ...documents);
  expect(set.unsupported).toEqual([]);
  const rules = compileAll(set.rules);
  const correlate = correlator(set);
  for (const [n, record] of records.entries()) for (const rule of rules.match(record)) correlate.see(rule.id, { n, record });
  return correlate.finish();
}
const events = (documents: readonly string[], records: readonly TrailRecord[]): (readonly number[])[] => found(documents, records).map((hit) => hit.events);
const times = (seconds: readonly number[], name = 'A', more: TrailRecord = {}): TrailRecord[] => seconds.map((second) => at(second, name, more));

describe('event_count', () => {
  const three = correlation('type: event_count\nrules: [rule_a]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {gte: 3}');
  it('finds enough events within the timespan, at any place', () => {
    expect(events([three], times([0, 30, 60]))).toEqual([[0, 1, 2]]);
    expect(events([three], times([0, 30, 61]))).toEqual([]);
    expect(events([three], times([0, 50, 100, 110, 120]))).toEqual([[1, 2, 3, 4]]);
  });
  it('makes one finding of a long burst, two of two', () => {
    expect(events([three], times([0, 20, 40, 60, 80, 100]))).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(events([three], times([0, 1, 2, 500, 501, 502]))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });
  it('keeps groups apart, and events without any group out', () => {
    expect(events([three], [...times([0, 1]), ...times([2, 3], 'A', { ip: '192.0.2.2' })])).toEqual([]);
    expect(events([three], times([0, 1, 2], 'A', { ip: null }))).toEqual([]);
    expect(events([three.replace('[ip]', '[ip, key]')], times([0, 1, 2]))).toEqual([[0, 1, 2]]);
    expect(events([three.replace(/ *group-by: \[ip\]\n/, '')], times([0, 1, 2], 'A', { ip: null }))).toEqual([[0, 1, 2]]);
  });
  it('does not care in which order the hits come, nor how often', () => {
    const set = setOf(...RULES, three);
    const correlate = correlator(set);
    const records = times([40, 0, 20]);
    for (const [n, record] of [...records.entries(), ...records.entries()]) correlate.see('set', { n, record });
    expect(correlate.finish().map((hit) => hit.events)).toEqual([[1, 2, 0]]);
  });
  it('leaves out events without a time', () => {
    expect(events([three], [...times([0, 1]), { eventName: 'A', ip: '192.0.2.1', eventTime: 'never' }])).toEqual([]);
  });
  it.each<[string, number, boolean]>([
    ['gt: 2', 3, true],
    ['gt: 3', 3, false],
    ['lt: 3', 2, true],
    ['lt: 3', 3, false],
    ['lte: 3', 3, true],
    ['lte: 3', 4, false],
    ['eq: 3', 3, true],
    ['eq: 3', 4, false],
    ['neq: 3', 4, true],
    ['neq: 3', 3, false],
    ['gte: 2, lt: 4', 3, true],
    ['gte: 2, lt: 4', 4, false],
  ])('%s with %i events: %s', (condition, count, hit) => {
    const records = times(Array.from({ length: count }, (_, index) => index));
    expect(found([three.replace('gte: 3', condition)], records)).toHaveLength(hit ? 1 : 0);
  });
  it('keeps author and level, and says what it is', () => {
    const [hit] = found([three], times([0, 1, 2]));
    expect(hit).toMatchObject({ rule: 'set#4', title: 'Found', author: 'Grace', severity: 'high' });
    expect(hit!.why.en).toContain('Grace');
    expect(hit!.why.es).toContain('Grace');
    expect(hit!.why.en).toContain('ip=192.0.2.1');
  });
});

describe('value_count', () => {
  const regions = correlation('type: value_count\nrules: [rule_a]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {field: region, gte: 3}');
  const regionsOf = (...names: (string | undefined)[]): TrailRecord[] => names.map((region, second) => at(second, 'A', region === undefined ? {} : { region }));
  it('counts different values', () => {
    expect(events([regions], regionsOf('x', 'y', 'x', 'y'))).toEqual([]);
    expect(events([regions], regionsOf('x', 'y', 'x', 'z'))).toEqual([[0, 1, 2, 3]]);
    expect(events([regions], regionsOf('x', 'y', undefined))).toEqual([]);
  });
  it('forgets values that fell out of the window', () => {
    expect(events([regions], [at(0, 'A', { region: 'x' }), at(50, 'A', { region: 'y' }), at(61, 'A', { region: 'z' })])).toEqual([]);
  });
});

describe('temporal', () => {
  const all = correlation('type: temporal\nrules: [rule_a, Rule B, 00000000-0000-4000-8000-00000000000c]\ngroup-by: [ip]\ntimespan: 1m');
  it('finds all rules in any order, named by name, title or id', () => {
    expect(events([all], [at(0, 'C'), at(1, 'A'), at(59, 'B')])).toEqual([[0, 1, 2]]);
    expect(events([all], [at(0, 'C'), at(1, 'A'), at(61, 'B')])).toEqual([]);
    expect(events([all], [at(0, 'C'), at(1, 'A'), at(2, 'B', { ip: '192.0.2.9' })])).toEqual([]);
  });
  it('takes some of the rules where the condition says so', () => {
    expect(events([`${all}\n    condition: {gte: 2}`], [at(0, 'C'), at(1, 'A')])).toEqual([[0, 1]]);
  });
});

describe('temporal_ordered', () => {
  const order = correlation('type: temporal_ordered\nrules: [rule_a, rule_b, rule_c]\ngroup-by: [ip]\ntimespan: 1m');
  it('wants the order', () => {
    expect(events([order], [at(0, 'A'), at(1, 'B'), at(2, 'C')])).toEqual([[0, 1, 2]]);
    expect(events([order], [at(0, 'B'), at(1, 'A'), at(2, 'C')])).toEqual([]);
  });
  it('takes the chain with the most time left', () => {
    expect(events([order], [at(0, 'A'), at(30, 'A'), at(50, 'B'), at(85, 'C')])).toEqual([[1, 2, 3]]);
    expect(events([order], [at(0, 'A'), at(20, 'B'), at(30, 'A'), at(61, 'C')])).toEqual([]);
  });
  it('takes the same second for any order', () => {
    expect(events([order], [at(0, 'B'), at(0, 'C'), at(0, 'A')])).toEqual([[0, 1, 2]]);
  });
  it('begins afresh after a finding', () => {
    const twice = [at(0, 'A'), at(1, 'B'), at(2, 'C'), at(3, 'C'), at(10, 'A'), at(11, 'B'), at(12, 'C')];
    expect(events([order], twice)).toEqual([
      [0, 1, 2],
      [4, 5, 6],
    ]);
  });
  it('does not use one event twice', () => {
    const twin = documentOf('sel:\n    eventName: A\ncondition: sel', 'name: twin');
    const pair = correlation('type: temporal_ordered\nrules: [rule_a, twin]\ngroup-by: [ip]\ntimespan: 1m');
    expect(events([twin, pair], [at(0, 'A')])).toEqual([]);
    expect(events([twin, pair], [at(0, 'A'), at(1, 'A')])).toEqual([[0, 1]]);
  });
});

describe('aliases, chains, generate', () => {
  it('reads a group from different fields', () => {
    const alias = correlation(
      'type: temporal\nrules: [rule_a, rule_b]\ngroup-by: [who]\ntimespan: 1m\naliases:\n    who: {rule_a: issued, rule_b: used}',
    ).replace(/ {4}who: \{/, '        who: {');
    expect(events([alias], [at(0, 'A', { issued: 'K' }), at(1, 'B', { used: 'K' })])).toEqual([[0, 1]]);
    expect(events([alias], [at(0, 'A', { issued: 'K' }), at(1, 'B', { used: 'L' })])).toEqual([]);
  });
  it('counts correlations, wherever they stand', () => {
    const chain = [
      correlation('type: temporal_ordered\nrules: [many, rule_b]\ngroup-by: [ip]\ntimespan: 10m'),
      correlation('type: event_count\nrules: [rule_a]\ngroup-by: [ip, name]\ntimespan: 1m\ncondition: {gte: 3}', 'name: many\n'),
    ];
    expect(events(chain, [...times([0, 1, 2]), at(100, 'B')])).toEqual([[0, 1, 2, 3]]);
    expect(events(chain, [...times([0, 1]), at(100, 'B')])).toEqual([]);
    expect(events(chain, [at(0, 'B'), ...times([1, 2, 3])])).toEqual([]);
  });
  it('withholds the hits of the rules it counts unless generate is true', () => {
    const body = 'type: event_count\nrules: [rule_a]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {gte: 3}';
    const names = (...documents: string[]): string[] => [...suppressed(setOf(...RULES, ...documents))];
    expect(names(correlation(body))).toEqual(['set']);
    expect(names(correlation(`${body}\ngenerate: false`))).toEqual(['set']);
    expect(names(correlation(`${body}\ngenerate: true`))).toEqual([]);
    expect(names(correlation(body), correlation(`${body}\ngenerate: true`))).toEqual([]);
  });
  it('withholds a correlation that another counts', () => {
    const chain = [
      correlation('type: event_count\nrules: [rule_a]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {gte: 2}', 'name: inner\n'),
      correlation('type: event_count\nrules: [inner]\ngroup-by: [ip]\ntimespan: 1h\ncondition: {gte: 2}'),
    ];
    expect(found(chain, times([0, 1, 500, 501])).map((hit) => hit.rule)).toEqual(['set#5']);
    expect(found(chain, times([0, 1]))).toEqual([]);
  });
});

describe('what cannot run', () => {
  const body = 'type: event_count\nrules: [rule_a]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {gte: 3}';
  it.each([
    [body.replace('event_count', 'value_sum'), 'is of the type “value_sum”, which is not known'],
    [body.replace('[rule_a]', '[absent]'), 'counts “absent”, which is not among the rules that run'],
    [body.replace('[rule_a]', '[]'), 'names no rules'],
    [body.replace('1m', 'soon'), 'has no timespan such as 10m'],
    [body.replace('{gte: 3}', '{about: 3}'), 'has the unknown condition “about”'],
    [body.replace('{gte: 3}', '{gte: many}'), 'has a condition “gte” without a whole number'],
    [body.replace('{gte: 3}', 'rule_a and rule_b'), 'has a condition that is not a map'],
    [body.replace('event_count', 'value_count'), 'does not say whose values it counts'],
    [
      body.replace('event_count', 'temporal_ordered').replace('[rule_a]', '[rule_a, rule_b, rule_c]').replace('gte: 3', 'gte: 2'),
      'only all of them can be followed',
    ],
    [body.replace('[rule_a]', '[A test again]'), 'which is not among the rules that run'],
  ])('is listed with the reason: %#', (written, why) => {
    const set = setOf(...RULES, correlation(written));
    expect(set.correlations).toEqual([]);
    expect(set.unsupported[0]!.why.en).toContain(why);
    expect(set.rules).toHaveLength(3);
  });
  it('a name that two rules bear, and a circle', () => {
    const twice = setOf(documentOf('s: {a: b}\ncondition: s'), documentOf('s: {a: c}\ncondition: s'), correlation(body.replace('rule_a', 'A test')));
    expect(twice.unsupported[0]!.why.en).toContain('2 rules are called so');
    const circle = setOf(...RULES, correlation(body.replace('rule_a', 'y'), 'name: x\n'), correlation(body.replace('rule_a', 'x'), 'name: y\n'));
    expect(circle.unsupported.map((each) => each.rule)).toEqual(['set#4', 'set#5']);
  });
});
