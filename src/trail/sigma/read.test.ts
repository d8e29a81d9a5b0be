import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { readRules } from './read.ts';
import { documentOf, setOf } from './testing.ts';

const DETECTION = 'sel:\n    eventName: A\ncondition: sel';
const reasons = (...documents: string[]): string[] => setOf(...documents).unsupported.map((each) => `${each.rule}: ${each.why.en}`);

describe('readRules', () => {
  it('keeps what a rule says about itself', () => {
    const head = `title: Keys
id: 0A5177F4-0000-4000-8000-000000000001
name: keys
status: test
description: |
    Two
    lines
author: Ada, Grace
license: DRL-1.1
level: high
tags: [attack.persistence, attack.t1098, attack.T1078.004, cve.2020-1]
references: [https://example.org]
falsepositives: [Ada herself]
logsource: {product: AWS, service: cloudtrail, definition: any}
detection: {sel: {eventName: A, userIdentity.arn|fieldref: requestParameters.userName}, condition: sel}`;
    const { rules, unsupported } = readRules([{ path: 'some/where/keys.yaml', text: `\uFEFF${head}` }]);
    expect(unsupported).toEqual([]);
    expect(rules[0]).toMatchObject({
      id: 'keys',
      file: 'some/where/keys.yaml',
      uuid: '0a5177f4-0000-4000-8000-000000000001',
      name: 'keys',
      title: 'Keys',
      description: 'Two lines',
      author: 'Ada, Grace',
      licence: 'DRL-1.1',
      level: 'high',
      status: 'test',
      attack: ['T1098', 'T1078.004'],
      tags: ['attack.persistence', 'attack.t1098', 'attack.T1078.004', 'cve.2020-1'],
      references: ['https://example.org'],
      falsepositives: ['Ada herself'],
      fields: ['eventName', 'userIdentity.arn', 'requestParameters.userName'],
      keywords: false,
    });
  });
  it('numbers documents of one stem', () => {
    const text = [documentOf(DETECTION), documentOf(DETECTION)].join('\n---\n');
    const { rules } = readRules([
      { path: 'a/x.yml', text },
      { path: 'b/x.yml', text: documentOf(DETECTION) },
      { path: 'b/y.yml', text: documentOf(DETECTION) },
    ]);
    expect(rules.map((rule) => rule.id)).toEqual(['x', 'x#2', 'x#3', 'y']);
  });
  it('lists what cannot run with the reason and loads the rest', () => {
    const set = setOf(
      documentOf(DETECTION),
      'title: [',
      'title: Windows\nlogsource: {product: windows, service: security}\ndetection: {sel: {a: b}, condition: sel}',
      'title: No source\ndetection: {sel: {a: b}, condition: sel}',
      'title: Nothing to detect',
      '- a list',
      'action: global\ntitle: Old',
      documentOf(DETECTION, 'status: unsupported'),
      documentOf('sel: {}\ncondition: sel'),
      documentOf('sel: []\ncondition: sel'),
      documentOf('sel:\ncondition: sel'),
      documentOf('sel:\n    - [a]\ncondition: sel'),
      documentOf('sel:\n    eventName: A'),
    );
    expect(set.rules.map((rule) => rule.id)).toEqual(['set']);
    expect(set.unsupported.map((each) => `${each.rule}: ${each.why.en}`)).toEqual([
      expect.stringMatching(/^set#2: the YAML is broken: .* \(line \d+\)$/),
      'set#3: its log source is windows/security, not aws/cloudtrail',
      'set#4: its log source is -, not aws/cloudtrail',
      'set#5: it has no detection section',
      'set#6: it is no Sigma document',
      'set#7: it uses the old rule collections (action)',
      'set#8: its own author marks it as unsupported',
      'set#9: the selection “sel” is empty',
      'set#10: the selection “sel” is empty',
      'set#11: the selection “sel” is empty',
      'set#12: the selection “sel” has a list in a list',
      'set#13: it has no condition',
    ]);
    for (const each of set.unsupported) expect(each.why.es).not.toBe(each.why.en);
  });
  it('runs a rule that comes twice once', () => {
    const same = documentOf(DETECTION, 'id: 0a5177f4-0000-4000-8000-000000000001');
    const other = documentOf('sel:\n    eventName: B\ncondition: sel', 'id: 0a5177f4-0000-4000-8000-000000000001');
    expect(reasons(same, same, other)).toEqual(['set#2: it is the same rule as set, which runs']);
  });
  it('applies Sigma filters to the rules they name', () => {
    const filter =
      'title: Not bob\nlogsource: {product: aws, service: cloudtrail}\nfilter:\n    rules: [narrowed]\n    sel: {user: bob}\n    condition: not sel';
    const set = setOf(filter, documentOf(DETECTION, 'name: narrowed'), documentOf(DETECTION, 'name: wide'));
    const [narrowed, wide] = set.rules.map(compile);
    expect(narrowed!.match({ eventName: 'A', user: 'bob' })).toBe(false);
    expect(narrowed!.match({ eventName: 'A', user: 'eve' })).toBe(true);
    expect(wide!.match({ eventName: 'A', user: 'bob' })).toBe(true);
    expect(narrowed!.rule.fields).toEqual(['eventName', 'user']);
    expect(reasons(filter.replace('narrowed', 'unknown'))).toEqual(['set: the filter names no rule that was loaded']);
    const all = setOf(filter.replace('[narrowed]', 'any'), documentOf(DETECTION)).rules.map(compile);
    expect(all[0]!.match({ eventName: 'A', user: 'bob' })).toBe(false);
  });
  it('answers for any document without crashing', () => {
    const scalar = fc.constantFrom('x', '*', 'null', '1', 'true', "''", '%p%', '10.0.0.0/8', '(a|b)*', '&a [x]', '*a', '{}', '[]', '[1, [2]]', '{a: {b: c}}');
    const key = fc.constantFrom(
      'a',
      'a|re',
      'a|cidr',
      'a|contains|all',
      'a|fieldref',
      'a|exists',
      'a|base64offset',
      "'|all'",
      'a|gte',
      'a|nope',
      'a|windash|wide',
      'a|hour',
      '|',
      '__proto__',
      'a|expand',
    );
    const condition = fc.constantFrom('sel', 'not sel', '1 of sel*', 'sel | count() > 1', '1 of them', '(sel', 'x', '[sel, sel]', '{a: b}');
    const lead = fc.constantFrom('', 'correlation: {type: event_count}\n', 'filter: {}\n', 'action: global\n', 'level: [a, b]\n', 'tags: {a: b}\n', 'id: 12\n');
    fc.assert(
      fc.property(key, scalar, condition, lead, (name, value, when, more) => {
        const set = setOf(`${more}${documentOf(`sel:\n    ${name}: ${value}\ncondition: ${when}`)}`);
        expect(set.rules.length + set.unsupported.length + set.correlations.length).toBe(1);
        for (const rule of set.rules) expect(typeof compile(rule).match({ a: ['10.1.1.1', 'x'], b: { a: '{"a":1}' } })).toBe('boolean');
      }),
      { numRuns: 1500 },
    );
  });
});
