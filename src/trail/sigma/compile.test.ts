import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { compile, compileAll, judgeShape, type Shape } from './compile.ts';
import { documentOf, ruleOf, setOf } from './testing.ts';

describe('judgeShape', () => {
  const rule = ruleOf(
    'sel:\n    eventSource: s3.amazonaws.com\n    eventName: [A, B]\nfilter:\n    userIdentity.type: AssumedRole\nok:\n    errorCode: null\ncondition: sel and not filter and ok',
  );
  const known = { eventSource: 's3.amazonaws.com', eventName: 'b' };
  it.each<[Shape, string]>([
    [{ eventName: 'C' }, 'no'],
    [{ eventName: 'A' }, 'depends'],
    [{ ...known, 'userIdentity.type': 'AssumedRole' }, 'no'],
    [{ ...known, 'userIdentity.type': 'IAMUser' }, 'depends'],
    [{ ...known, 'userIdentity.type': 'IAMUser', errorCode: null }, 'yes'],
    [{ ...known, 'userIdentity.type': undefined, errorCode: undefined }, 'yes'],
    [{ ...known, 'userIdentity.type': 'IAMUser', errorCode: 'AccessDenied' }, 'no'],
    [{ awsRegion: 'eu-west-1' }, 'depends'],
    [{}, 'depends'],
  ])('%o: %s', (shape, verdict) => {
    expect(judgeShape(rule, shape)).toBe(verdict);
  });
  it('does not take a null of a database for a presence or an absence', () => {
    const exists = ruleOf('sel:\n    errorCode|exists: false\ncondition: sel');
    expect(judgeShape(exists, { errorCode: null })).toBe('depends');
    expect(judgeShape(exists, { errorCode: undefined })).toBe('yes');
    expect(judgeShape(exists, { errorCode: 'x' })).toBe('no');
  });
  it('knows that an object is not known by its members', () => {
    expect(judgeShape(ruleOf('sel:\n    userIdentity|contains: x\ncondition: sel'), { 'userIdentity.type': 'y' })).toBe('depends');
    expect(judgeShape(ruleOf('sel:\n    - words\ncondition: sel'), { eventName: 'x' })).toBe('depends');
  });
  it('needs both fields of a reference', () => {
    const reference = ruleOf('sel:\n    a|fieldref: b\ncondition: sel');
    expect(judgeShape(reference, { a: 'x' })).toBe('depends');
    expect(judgeShape(reference, { a: 'x', b: 'X' })).toBe('yes');
    expect(judgeShape(reference, { a: 'x', b: 'y' })).toBe('no');
  });
});

const value = fc.constantFrom<TrailRecord[string]>(undefined, null, 'x', 'y', '', 1, true, ['x'], [], { c: 'x' }, { c: 'y', d: [{ e: 'x' }] });
const record = fc
  .record({ a: value, b: value, c: value, eventName: value, eventSource: value, errorCode: value })
  .map((all) => JSON.parse(JSON.stringify(all)) as TrailRecord);
const item = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'a.c', 'b.d.e', 'eventName', 'eventSource', 'errorCode'),
    fc.constantFrom(
      ': x',
      ': null',
      ": ''",
      ': [x, y]',
      '|contains: x',
      '|exists: true',
      '|exists: false',
      '|neq: x',
      '|fieldref: a',
      "|contains: '*'",
      '|re: x',
      '|gte: 1',
      ': true',
      '|contains|all: [x, y]',
    ),
  )
  .map((parts) => parts.join(''));
const condition = fc.constantFrom(
  'p',
  'not p',
  'p and q',
  'p or q',
  'p and not q',
  'not (p or q)',
  '2 of them',
  '1 of them',
  'not all of them',
  '2 of * and not p',
);
const rules = fc.array(fc.tuple(item, item, item, condition), { minLength: 1, maxLength: 6 });
const loaded = (written: readonly (readonly [string, string, string, string])[]) =>
  setOf(...written.map(([p, q, r, when]) => documentOf(`p:\n    ${p}\nq:\n    ${q}\nr:\n    ${r}\ncondition: ${when}`))).rules;

describe('many rules at once', () => {
  it('hit what each of them hits', () => {
    fc.assert(
      fc.property(rules, fc.array(record, { minLength: 1, maxLength: 8 }), (written, records) => {
        const all = loaded(written);
        const many = compileAll(all);
        for (const each of records)
          expect(many.match(each).map((rule) => rule.id)).toEqual(all.filter((rule) => compile(rule).match(each)).map((rule) => rule.id));
      }),
      { numRuns: 400 },
    );
  });
  it('a verdict about a shape holds for every record of that shape', () => {
    let decided = 0;
    fc.assert(
      fc.property(rules, record, fc.subarray(['a', 'b', 'c', 'eventName', 'errorCode']), (written, one, names) => {
        const shape = Object.fromEntries(names.map((name) => [name, one[name]]));
        const all = loaded(written);
        const { yes, depends } = compileAll(all).judge(shape);
        for (const rule of all) {
          const verdict = judgeShape(rule, shape);
          expect(yes.includes(rule) ? 'yes' : depends.includes(rule) ? 'depends' : 'no').toBe(verdict);
          if (verdict === 'depends') continue;
          decided++;
          expect(compile(rule).match(one), JSON.stringify({ shape, one, rule: rule.detection })).toBe(verdict === 'yes');
        }
      }),
      { numRuns: 600 },
    );
    expect(decided).toBeGreaterThan(100);
  });
  it('do not mix up records whose values are made to look like others', () => {
    const many = compileAll(setOf(documentOf("sel:\n    eventSource: 's'\n    eventName: 'n'\ncondition: sel")).rules);
    expect(many.match({ eventSource: 's', eventName: 'n' })).toHaveLength(1);
    expect(many.match({ eventSource: 's1:n' })).toHaveLength(0);
    expect(many.match({ eventSource: 's', eventName: null })).toHaveLength(0);
    expect(many.match({ eventSource: 's', eventName: ['x', 'n'] })).toHaveLength(1);
  });
  it('take about a second for 60 rules and 100,000 records', () => {
    const names = Array.from({ length: 58 }, (_, index) =>
      documentOf(
        `sel:\n    eventSource: ec2.amazonaws.com\n    eventName: [Call${index}, Call${index + 1}]\nfilter:\n    requestParameters|contains: absent\ncondition: sel and not filter`,
      ),
    );
    const set = setOf(
      ...names,
      documentOf("sel:\n    userIdentity.arn|re: '.+:assumed-role/aws:.+'\ncondition: sel"),
      documentOf('sel:\n    userAgent|contains: [evil, worse]\ncondition: sel'),
    );
    expect(set.rules).toHaveLength(60);
    const records = Array.from(
      { length: 1000 },
      (_, index): TrailRecord => ({
        eventSource: 'ec2.amazonaws.com',
        eventName: `Call${index % 100}`,
        userAgent: `agent/${index}`,
        userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::111122223333:assumed-role/role${index}/session` },
        requestParameters: { filterSet: { items: [{ name: 'x' }] } },
      }),
    );
    const many = compileAll(set.rules);
    const started = process.cpuUsage();
    let hits = 0;
    for (let round = 0; round < 100; round++) for (const each of records) hits += many.match(each).length;
    expect(hits).toBe(116_000);
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(4);
  });
});
